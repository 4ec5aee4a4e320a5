#pragma once
// The forms of valueFrom in secrets and secretOptions (spec/adjuncts.md section 2.1).

#include <expected>
#include <optional>
#include <string>

namespace drydock::instances {

struct ValueFrom {
  enum class Store { kParameter, kSecret };
  Store store = Store::kParameter;
  /// Name or ARN of the parameter, or the secret's ARN without what follows its name.
  std::string id;
  // Of a secret; absent: the whole value, AWSCURRENT.
  std::optional<std::string> json_key;
  std::optional<std::string> version_stage;
  std::optional<std::string> version_id;
};

/// The error is the agent's text for an ARN that it cannot read.
std::expected<ValueFrom, std::string> read_value_from(const std::string& text);

/// What Go's %v makes of a member of a JSON object, since that is what containers on AWS get; objects and lists as JSON
/// (Go would write its own notation). Error: the agent's text for a value that is no JSON object, or has no such key.
std::expected<std::string, std::string> json_member(const std::string& json, const std::string& key);

}  // namespace drydock::instances
