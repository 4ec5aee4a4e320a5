#include "instances/launch/value_from.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

namespace drydock::instances {
namespace {

constexpr std::size_t kArnParts = 6;        // up to "secret"
constexpr std::size_t kWholeSecret = 7;     // and its name
constexpr std::size_t kWithSelectors = 10;  // and json-key, version-stage, version-id

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::size_t start = 0;
  while (true) {
    const std::size_t end = text.find(separator, start);
    parts.push_back(text.substr(start, end - start));
    if (end == std::string::npos) return parts;
    start = end + 1;
  }
}

std::optional<std::string> unless_empty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

/// As Go writes a float64: exponents only from 21 digits on, or below 0.0001.
std::string number_text(double value) {
  std::array<char, 64> buffer{};
  const double size = std::abs(value);
  const bool plain = value == 0 || (size >= 1e-4 && size < 1e21);
  const auto format = plain ? std::chars_format::fixed : std::chars_format::scientific;
  return {buffer.data(), std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, format).ptr};
}

}  // namespace

std::expected<ValueFrom, std::string> read_value_from(const std::string& text) {
  ValueFrom value;
  const auto parts = split(text, ':');
  if (parts.size() < kArnParts || parts[0] != "arn" || parts[2] != "secretsmanager") {
    value.id = text;
    return value;
  }
  value.store = ValueFrom::Store::kSecret;
  if (parts.size() != kWholeSecret && parts.size() != kWithSelectors) {
    return std::unexpected(
        "an invalid ARN format for the AWS Secrets Manager secret was specified. Specify a valid ARN and try again.");
  }
  value.id = parts[0];
  for (std::size_t i = 1; i < kWholeSecret; ++i) value.id += ":" + parts[i];
  if (parts.size() == kWholeSecret) return value;
  value.json_key = unless_empty(parts[7]);
  value.version_stage = unless_empty(parts[8]);
  value.version_id = unless_empty(parts[9]);
  return value;
}

std::expected<std::string, std::string> json_member(const std::string& json, const std::string& key) {
  const auto object = nlohmann::json::parse(json, nullptr, false);
  // The text of the value must not get into a message.
  if (!object.is_object()) return std::unexpected("secret value is not a JSON object");
  const auto found = object.find(key);
  if (found == object.end()) {
    return std::unexpected("retrieved secret from Secrets Manager did not contain json key " + key);
  }
  if (found->is_string()) return found->get<std::string>();
  if (found->is_number()) return number_text(found->get<double>());
  if (found->is_null()) return "<nil>";
  return found->dump();
}

}  // namespace drydock::instances
