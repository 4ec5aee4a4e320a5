// Rules of one container: name, image, sizes, times, health check, secrets, files.

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "model/task_definitions/members.hpp"
#include "model/task_definitions/rules.hpp"
#include "model/task_definitions/sizes.hpp"

namespace drydock::model::task_definitions {
namespace {

using api::ContainerDefinition;

constexpr std::size_t kMaxNameLength = 255;
constexpr std::size_t kMaxEnvironmentFiles = 10;
constexpr std::size_t kMaxIgnoredExitCodes = 50;
constexpr int kMinContainerMemoryMib = 4;
constexpr int kMinTimeoutSeconds = 2;

bool made_of(std::string_view name, std::string_view signs) {
  if (name.size() > kMaxNameLength) return false;
  return std::all_of(name.begin(), name.end(), [&](unsigned char c) {
    return c < 128 && (std::isalnum(c) != 0 || signs.find(static_cast<char>(c)) != std::string_view::npos);
  });
}

std::string setting(const ContainerDefinition& container, std::string_view rest) {
  return "Invalid setting for container '" + std::string(text(container.name)) + "'. " + std::string(rest);
}

Verdict check_name_and_image(const ContainerDefinition& container) {
  if (!given(container.name)) return refuse("Container.name should not be null or empty.");
  if (!given(container.image)) return refuse("Container.image should not be null or empty.");
  if (!made_of(*container.name, "-_")) return refuse("Container.name contains invalid characters.");
  if (!made_of(*container.image, "-_:./#@")) return refuse("Container.image contains invalid characters.");
  return std::nullopt;
}

Verdict check_sizes(const Request& request, const ContainerDefinition& container) {
  if (container.cpu.value_or(0) < 0) return refuse(setting(container, "'cpu' must not be negative."));
  for (const auto& [member, value] :
       {std::pair{"memory", container.memory}, std::pair{"memoryReservation", container.memoryReservation}}) {
    if (value && *value < kMinContainerMemoryMib) {
      return refuse(setting(container, "'" + std::string(member) + "' must be at least 4."));
    }
  }
  const bool task_memory = given(request.memory);
  if (!task_memory && !container.memory && !container.memoryReservation) {
    return refuse(setting(container, "At least one of 'memory' or 'memoryReservation' must be specified."));
  }
  if (container.memory && container.memoryReservation && *container.memory < *container.memoryReservation) {
    return refuse(setting(container, "'memory' must be greater than or equal to 'memoryReservation'."));
  }
  if (!task_memory) return std::nullopt;
  const auto limit = parse_memory_mib(*request.memory);
  const auto above = [&](const auto& value) { return limit && value && *value > *limit; };
  const auto refuse_above = [&](std::string_view member) {
    return refuse("The '" + std::string(member) + "' setting for container '" + std::string(text(container.name)) +
                  "' is greater than for the task.");
  };
  if (above(container.memory)) return refuse_above("memory");
  if (above(container.memoryReservation)) return refuse_above("memoryReservation");
  return std::nullopt;
}

Verdict check_cpu_sum(const Request& request) {
  if (!given(request.cpu)) return std::nullopt;
  std::int64_t sum = 0;
  for (const auto& container : items(request.containerDefinitions)) sum += container.cpu.value_or(0);
  const auto limit = parse_cpu_units(*request.cpu);
  if (!limit || sum <= *limit) return std::nullopt;
  return refuse("The sum of all container 'cpu' values cannot be greater than the task-level 'cpu' value");
}

Verdict check_timeouts(const ContainerDefinition& container) {
  const auto refuse_short = [&](const std::string& which) {
    return refuse("Granular " + which + " timeout on container '" + std::string(text(container.name)) +
                  "' must be at least 2 seconds.");
  };
  if (container.startTimeout && *container.startTimeout < kMinTimeoutSeconds) return refuse_short("start");
  if (container.stopTimeout && *container.stopTimeout < kMinTimeoutSeconds) return refuse_short("stop");
  return std::nullopt;
}

template <class Number>
Verdict check_health_number(const ContainerDefinition& container, std::string_view what,
                            const std::optional<Number>& value, int from, int to) {
  if (!value || (*value >= from && *value <= to)) return std::nullopt;
  const std::string bound = *value < from ? " must be greater than or equal to the minimum allowed value "
                                          : " must be less than or equal to the maximum allowed value ";
  return refuse("Health check " + std::string(what) + bound + std::to_string(*value < from ? from : to) +
                " for container '" + std::string(text(container.name)) + "'");
}

Verdict check_health_check(const ContainerDefinition& container) {
  if (!container.healthCheck) return std::nullopt;
  const api::HealthCheck& health = *container.healthCheck;
  if (items(health.command).empty()) return refuse(setting(container, "'healthCheck.command' must not be empty."));
  if (auto no = check_health_number(container, "interval", health.interval, 5, 300)) return no;
  if (auto no = check_health_number(container, "timeout", health.timeout, 2, 60)) return no;
  if (auto no = check_health_number(container, "retries", health.retries, 1, 10)) return no;
  return check_health_number(container, "startPeriod", health.startPeriod, 0, 300);
}

Verdict check_restart_policy(const ContainerDefinition& container) {
  if (!container.restartPolicy) return std::nullopt;
  if (items(container.restartPolicy->ignoredExitCodes).size() > kMaxIgnoredExitCodes) {
    return refuse("ignored exit codes can have at most 50 items");
  }
  const auto& period = container.restartPolicy->restartAttemptPeriod;
  if (!period || (*period >= 60 && *period <= 1800)) return std::nullopt;
  return refuse("the 'restartAttemptPeriod' setting for container '" + std::string(text(container.name)) +
                "' must be between 60 and 1800");
}

Verdict check_secrets(const Request& request, const ContainerDefinition& container) {
  const bool has_secrets = !items(container.secrets).empty() ||
                           (container.logConfiguration && !items(container.logConfiguration->secretOptions).empty());
  if (has_secrets && !given(request.executionRoleArn)) {
    return refuse("When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.");
  }
  std::set<std::string_view> names;
  for (const auto& variable : items(container.environment)) names.insert(text(variable.name));
  for (const auto& secret : items(container.secrets)) {
    if (!names.insert(text(secret.name)).second) {
      return refuse(
          "The secret name must be unique and not shared with any new or existing environment variables set "
          "on the container, such as '" +
          std::string(text(secret.name)) + "'.");
    }
  }
  return std::nullopt;
}

bool is_arn(std::string_view value) {
  if (!value.starts_with("arn:")) return false;
  std::size_t from = 4;
  // partition, service, region and account end with a colon; region and account may be empty, as S3's are.
  for (int part = 1; part <= 4; ++part) {
    const auto end = value.find(':', from);
    if (end == std::string_view::npos || (part <= 2 && end == from)) return false;
    from = end + 1;
  }
  return from < value.size();
}

Verdict check_environment_files(const ContainerDefinition& container) {
  if (items(container.environmentFiles).size() > kMaxEnvironmentFiles) {
    return refuse("The maximum number of environment files was exceeded. Specify ten or less and try again.");
  }
  for (const auto& file : items(container.environmentFiles)) {
    if (!is_arn(text(file.value))) return refuse("Invalid arn syntax.");
  }
  return std::nullopt;
}

Verdict check_resources(const ContainerDefinition& container) {
  for (const auto& requirement : items(container.resourceRequirements)) {
    if (text(requirement.type) != "GPU") continue;
    if (whole_number(text(requirement.value)).value_or(0) < 1) {
      return refuse(setting(container, "The number of GPUs must be a positive whole number."));
    }
  }
  if (!container.linuxParameters) return std::nullopt;
  const auto& swappiness = container.linuxParameters->swappiness;
  if (!swappiness || (*swappiness >= 0 && *swappiness <= 100)) return std::nullopt;
  return refuse(setting(container, "'swappiness' must be between 0 and 100."));
}

Verdict check_unique_names(const Request& request) {
  std::set<std::string_view> names;
  for (const auto& container : items(request.containerDefinitions)) {
    if (!names.insert(text(container.name)).second) {
      return refuse("Container names must be unique within a task definition");
    }
  }
  return std::nullopt;
}

Verdict check_essential(const Request& request) {
  const auto& containers = items(request.containerDefinitions);
  if (std::any_of(containers.begin(), containers.end(), is_essential)) return std::nullopt;
  return refuse("Task definition doesn't have any essential container");
}

Verdict check_each_name_and_image(const Request& request) {
  for (const auto& container : items(request.containerDefinitions)) {
    if (auto no = check_name_and_image(container)) return no;
  }
  return std::nullopt;
}

Verdict check_each_setting(const Request& request) {
  for (const auto& container : items(request.containerDefinitions)) {
    if (auto no = check_sizes(request, container)) return no;
    if (auto no = first_refusal(container, check_timeouts, check_health_check, check_restart_policy,
                                check_environment_files, check_resources)) {
      return no;
    }
    if (auto no = check_secrets(request, container)) return no;
  }
  return std::nullopt;
}

}  // namespace

Verdict check_containers(const Request& request) {
  return first_refusal(request, check_each_name_and_image, check_unique_names, check_essential, check_each_setting,
                       check_cpu_sum);
}

}  // namespace drydock::model::task_definitions
