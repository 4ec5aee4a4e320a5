#include "instances/agent_config.hpp"

#include <charconv>
#include <functional>
#include <nlohmann/json.hpp>

namespace drydock::instances {

namespace {

using Json = nlohmann::json;
using Texts = std::vector<std::pair<std::string, std::string>>;

/// A setting and where it was written.
struct Setting {
  std::string value;
  std::string place;  // "line 3" or "environment"
};

/// What is wrong with a value; empty when nothing is.
using Complaint = std::string;

std::string_view trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

/// Takes one pair of quotes off; inside double quotes a backslash escapes the next character.
std::string unquote(std::string_view value) {
  if (value.size() < 2 || value.front() != value.back() || (value.front() != '"' && value.front() != '\''))
    return std::string(value);
  const bool escapes = value.front() == '"';
  value = value.substr(1, value.size() - 2);
  std::string out;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (escapes && value[i] == '\\' && i + 1 < value.size()) ++i;
    out += value[i];
  }
  return out;
}

std::expected<std::map<std::string, Setting>, std::string> read_lines(std::string_view text) {
  std::map<std::string, Setting> settings;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  int number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    if (line.empty() || line.front() == '#') continue;
    const std::string place = "line " + std::to_string(number);
    const std::size_t equals = line.find('=');
    const std::string_view key = trim(line.substr(0, std::min(equals, line.size())));
    if (equals == std::string_view::npos || key.empty() || key.find_first_of(" \t") != std::string_view::npos)
      return std::unexpected(place + ": expected KEY=VALUE, found '" + std::string(line.substr(0, 60)) + "'");
    settings[std::string(key)] = Setting{unquote(trim(line.substr(equals + 1))), place};
  }
  return settings;
}

Complaint read_int(const std::string& text, int least, int& out) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < least)
    return "expected a whole number of at least " + std::to_string(least);
  out = value;
  return {};
}

Complaint read_ports(const std::string& text, std::vector<int>& out) {
  const Json json = Json::parse(text, nullptr, false);
  Complaint wrong = "expected a JSON list of ports such as [22, 8080]";
  if (!json.is_array()) return wrong;
  std::vector<int> ports;
  for (const Json& entry : json) {
    if (!entry.is_number_integer()) return wrong;
    const auto port = entry.get<std::int64_t>();
    if (port < 0 || port > 65535) return wrong;
    ports.push_back(static_cast<int>(port));
  }
  out = std::move(ports);
  return {};
}

Complaint read_names(const std::string& text, std::vector<std::string>& out) {
  const Json json = Json::parse(text, nullptr, false);
  Complaint wrong = R"(expected a JSON list of names such as ["json-file", "none"])";
  if (!json.is_array()) return wrong;
  std::vector<std::string> names;
  for (const Json& entry : json) {
    if (!entry.is_string()) return wrong;
    names.push_back(entry.get<std::string>());
  }
  out = std::move(names);
  return {};
}

Complaint read_texts(const std::string& text, Texts& out) {
  const Json json = Json::parse(text, nullptr, false);
  Complaint wrong = R"(expected a JSON object of texts such as {"rack": "r1"})";
  if (!json.is_object()) return wrong;
  Texts texts;
  for (const auto& [key, value] : json.items()) {
    if (!value.is_string()) return wrong;
    texts.emplace_back(key, value.get<std::string>());
  }
  out = std::move(texts);
  return {};
}

Complaint read_duration(const std::string& text, std::chrono::milliseconds& out) {
  const auto duration = parse_go_duration(text);
  if (!duration) return "expected a duration such as 30s, 2m or 1h30m";
  if (*duration < std::chrono::seconds(1)) return "must be at least 1s";
  out = *duration;
  return {};
}

Complaint read_pull_behavior(const std::string& text, PullBehavior& out) {
  if (text == "default")
    out = PullBehavior::kDefault;
  else if (text == "always")
    out = PullBehavior::kAlways;
  else if (text == "once")
    out = PullBehavior::kOnce;
  else if (text == "prefer-cached")
    out = PullBehavior::kPreferCached;
  else
    return "expected default, always, once or prefer-cached";
  return {};
}

Complaint read_bool(const std::string& text, bool& out) {
  if (text != "true" && text != "false") return "expected true or false";
  out = text == "true";
  return {};
}

Complaint read_port_range(const std::string& text, std::optional<PortRange>& out) {
  const std::size_t dash = text.find('-');
  PortRange range;
  if (dash == std::string::npos || !read_int(text.substr(0, dash), 1, range.first).empty() ||
      !read_int(text.substr(dash + 1), 1, range.last).empty() || range.last > 65535 || range.first > range.last)
    return "expected a range of ports such as 49153-65535";
  out = range;
  return {};
}

/// Applies one setting; nullopt when Drydock has no use for it.
std::optional<Complaint> apply(const std::string& key, const std::string& value, AgentConfig& config) {
  if (key == "ECS_CLUSTER") {
    config.cluster = value;
    return Complaint{};
  }
  if (key == "ECS_BACKEND_HOST") {
    config.backend_host = value;
    return Complaint{};
  }
  if (key == "ECS_RESERVED_MEMORY") return read_int(value, 0, config.reserved_memory_mib);
  if (key == "ECS_RESERVED_PORTS") return read_ports(value, config.reserved_ports);
  if (key == "ECS_RESERVED_PORTS_UDP") return read_ports(value, config.reserved_ports_udp);
  if (key == "ECS_INSTANCE_ATTRIBUTES") return read_texts(value, config.attributes);
  if (key == "ECS_CONTAINER_INSTANCE_TAGS") return read_texts(value, config.tags);
  if (key == "ECS_AVAILABLE_LOGGING_DRIVERS") return read_names(value, config.logging_drivers);
  if (key == "ECS_CONTAINER_STOP_TIMEOUT") return read_duration(value, config.stop_timeout);
  if (key == "ECS_ENGINE_TASK_CLEANUP_WAIT_DURATION") return read_duration(value, config.cleanup_wait);
  if (key == "ECS_IMAGE_PULL_BEHAVIOR") return read_pull_behavior(value, config.pull_behavior);
  if (key == "ECS_ENABLE_GPU_SUPPORT") return read_bool(value, config.gpu_support);
  if (key == "ECS_NVIDIA_RUNTIME") {
    config.nvidia_runtime = value;
    return Complaint{};
  }
  if (key == "ECS_DYNAMIC_HOST_PORT_RANGE") return read_port_range(value, config.dynamic_ports);
  return std::nullopt;
}

}  // namespace

std::optional<std::chrono::milliseconds> parse_go_duration(std::string_view text) {
  double total = 0;
  if (text.empty()) return std::nullopt;
  while (!text.empty()) {
    double amount = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), amount, std::chars_format::fixed);
    if (error != std::errc{} || end == text.data() || amount < 0) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    const std::size_t unit_end = std::min(text.find_first_of("0123456789."), text.size());
    const std::string_view unit = text.substr(0, unit_end);
    text.remove_prefix(unit_end);
    if (unit == "ms")
      total += amount;
    else if (unit == "s")
      total += amount * 1000;
    else if (unit == "m")
      total += amount * 60'000;
    else if (unit == "h")
      total += amount * 3'600'000;
    else
      return std::nullopt;
  }
  if (total > 1e13) return std::nullopt;
  return std::chrono::milliseconds(static_cast<std::int64_t>(total));
}

std::expected<AgentConfig, std::string> parse_agent_config(std::string_view file_text,
                                                           const std::map<std::string, std::string>& environment) {
  auto settings = read_lines(file_text);
  if (!settings) return std::unexpected(settings.error());
  for (const auto& [key, value] : environment) {
    if (key.starts_with("ECS_")) settings->try_emplace(key, Setting{value, "environment"});
  }
  AgentConfig config;
  for (const auto& [key, setting] : *settings) {
    if (setting.value.empty()) continue;
    const auto complaint = apply(key, setting.value, config);
    if (!complaint)
      config.ignored.push_back(key);
    else if (!complaint->empty()) {
      return std::unexpected(setting.place + ": " + key + "=" + setting.value.substr(0, 80) + ": " + *complaint);
    }
  }
  return config;
}

}  // namespace drydock::instances
