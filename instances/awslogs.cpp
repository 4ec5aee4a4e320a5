#include "instances/awslogs.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace drydock::instances {
namespace {

constexpr std::string_view kDriver = "awslogs";

struct Directive {
  char letter;
  std::string_view pattern;
};

constexpr std::array kDirectives = {
    Directive{'a', "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"},
    Directive{'A', "(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"},
    Directive{'w', "[0-6]"},
    Directive{'d', "(?:0[1-9]|[1,2][0-9]|3[0,1])"},
    Directive{'b', "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"},
    Directive{'B', "(?:January|February|March|April|May|June|July|August|September|October|November|December)"},
    Directive{'m', "(?:0[1-9]|1[0-2])"},
    Directive{'Y', "\\d{4}"},
    Directive{'y', "\\d{2}"},
    Directive{'H', "(?:[0,1][0-9]|2[0-3])"},
    Directive{'I', "(?:0[0-9]|1[0-2])"},
    Directive{'p', "[A,P]M"},
    Directive{'M', "[0-5][0-9]"},
    Directive{'S', "[0-5][0-9]"},
    Directive{'L', "\\.\\d{3}"},
    Directive{'f', "\\d{6}"},
    Directive{'z', "[+-]\\d{4}"},
    Directive{'Z', "[A-Z]{1,4}T"},
    Directive{'j', "(?:0[0-9][1-9]|[1,2][0-9][0-9]|3[0-5][0-9]|36[0-6])"},
};

std::string option(const api::ContainerDefinition& definition, std::string_view name) {
  if (!definition.logConfiguration || !definition.logConfiguration->options) return {};
  for (const auto& [key, value] : *definition.logConfiguration->options) {
    if (key == name) return value;
  }
  return {};
}

/// Go's strconv.ParseBool.
std::optional<bool> parse_bool(const std::string& text) {
  for (const char* yes : {"1", "t", "T", "true", "TRUE", "True"}) {
    if (text == yes) return true;
  }
  for (const char* no : {"0", "f", "F", "false", "FALSE", "False"}) {
    if (text == no) return false;
  }
  return std::nullopt;
}

}  // namespace

bool uses_awslogs(const api::ContainerDefinition& definition) {
  return definition.logConfiguration && definition.logConfiguration->logDriver == kDriver;
}

std::string pattern_of_datetime(const std::string& format) {
  std::string pattern;
  for (std::size_t i = 0; i < format.size(); ++i) {
    const auto known = format[i] == '%' && i + 1 < format.size()
                           ? std::ranges::find(kDirectives, format[i + 1], &Directive::letter)
                           : kDirectives.end();
    if (known != kDirectives.end()) {
      pattern += known->pattern;
      ++i;
    } else {
      // What is no directive stands for itself.
      if (std::string_view("\\^$.|?*+()[]{}").find(format[i]) != std::string_view::npos) pattern += '\\';
      pattern += format[i];
    }
  }
  return pattern;
}

std::expected<Awslogs, std::string> awslogs_of(const api::ContainerDefinition& definition, const std::string& task_arn,
                                               const std::string& container_id) {
  Awslogs out;
  out.group = option(definition, "awslogs-group");
  if (out.group.empty()) return std::unexpected("must specify a value for log opt 'awslogs-group'");
  out.region = option(definition, "awslogs-region");
  if (const std::string create = option(definition, "awslogs-create-group"); !create.empty()) {
    const auto parsed = parse_bool(create);
    if (!parsed) {
      return std::unexpected(
          "must specify valid value for log opt 'awslogs-create-group': strconv.ParseBool: parsing \"" + create +
          "\": invalid syntax");
    }
    out.create_group = *parsed;
  }
  const std::string format = option(definition, "awslogs-datetime-format");
  const std::string pattern = option(definition, "awslogs-multiline-pattern");
  if (!format.empty() && !pattern.empty()) {
    return std::unexpected(
        "you cannot configure log opt 'awslogs-datetime-format' and 'awslogs-multiline-pattern' at the same time");
  }
  out.event_start = format.empty() ? pattern : pattern_of_datetime(format);
  const std::string prefix = option(definition, "awslogs-stream-prefix");
  const std::string stream = option(definition, "awslogs-stream");
  if (!prefix.empty()) {
    const std::size_t slash = task_arn.rfind('/');
    out.stream = prefix + "/" + definition.name.value_or("") + "/" + task_arn.substr(slash + 1);
  } else {
    out.stream = stream.empty() ? container_id : stream;
  }
  return out;
}

std::string log_stream_failure(const std::string& launch_type, const std::string& error) {
  const std::string cause = "failed to create Cloudwatch log stream: " + error;
  if (launch_type == "FARGATE") {
    return "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: " +
           cause + " : exit status 1";
  }
  return "CannotStartContainerError: Error response from daemon: failed to initialize logging driver: " + cause;
}

}  // namespace drydock::instances
