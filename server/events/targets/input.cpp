#include "server/events/targets/input.hpp"

#include <charconv>
#include <map>
#include <optional>
#include <string_view>

#include <nlohmann/json.hpp>

namespace drydock::server {
namespace {

using nlohmann::json;

/// $.detail.containers[0].name: dots and indexes. Null for what is not there.
const json* at_path(const json& event, std::string_view path) {
  if (!path.starts_with('$')) return nullptr;
  path.remove_prefix(1);
  const json* value = &event;
  while (!path.empty()) {
    if (path.front() == '[') {
      const std::size_t end = path.find(']');
      if (end == std::string_view::npos || !value->is_array()) return nullptr;
      std::size_t index = 0;
      const auto read = std::from_chars(path.data() + 1, path.data() + end, index);
      if (read.ec != std::errc{} || read.ptr != path.data() + end || index >= value->size()) return nullptr;
      value = &(*value)[index];
      path.remove_prefix(end + 1);
      continue;
    }
    if (path.front() != '.') return nullptr;
    path.remove_prefix(1);
    const std::size_t end = path.find_first_of(".[");
    const std::string name(path.substr(0, end));
    if (!value->is_object() || !value->contains(name)) return nullptr;
    value = &(*value)[name];
    path = end == std::string_view::npos ? std::string_view() : path.substr(end);
  }
  return value;
}

std::string dump(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

/// As it stands within a string of the template: without quotes of its own.
std::string within_string(const json& value) {
  if (!value.is_string()) {
    // What is quoted inside would end the string.
    const std::string escaped = dump(json(dump(value)));
    return escaped.substr(1, escaped.size() - 2);
  }
  const std::string quoted = dump(value);
  return quoted.substr(1, quoted.size() - 2);
}

std::string fill(const std::string& text, const std::map<std::string, json>& values) {
  std::string filled;
  bool in_string = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\\' && in_string && at + 1 < text.size()) {
      filled += c;
      filled += text[++at];
      continue;
    }
    if (c == '"') in_string = !in_string;
    const std::size_t end = c == '<' ? text.find('>', at) : std::string::npos;
    const auto value = end == std::string::npos ? values.end() : values.find(text.substr(at + 1, end - at - 1));
    if (value == values.end()) {
      filled += c;
      continue;
    }
    filled += in_string ? within_string(value->second) : dump(value->second);
    at = end;
  }
  return filled;
}

}  // namespace

std::string target_input(const api::events::Target& target, const std::string& event,
                         const InputSurroundings& surroundings) {
  if (target.Input) return *target.Input;
  if (!target.InputPath && !target.InputTransformer) return event;
  const json document = json::parse(event, nullptr, false);
  if (target.InputPath) {
    const json* part = at_path(document, *target.InputPath);
    return part == nullptr ? "null" : dump(*part);
  }
  std::map<std::string, json> values = {{"aws.events.rule-arn", surroundings.rule_arn},
                                        {"aws.events.rule-name", surroundings.rule_name},
                                        {"aws.events.event.ingestion-time", surroundings.time},
                                        {"aws.events.event", document},
                                        {"aws.events.event.json", document}};
  if (document.is_object()) values["aws.events.event"].erase("detail");
  if (target.InputTransformer->InputPathsMap) {
    for (const auto& [name, path] : *target.InputTransformer->InputPathsMap) {
      const json* part = at_path(document, path);
      values[name] = part == nullptr ? json("") : *part;
    }
  }
  return fill(target.InputTransformer->InputTemplate.value_or(""), values);
}

}  // namespace drydock::server
