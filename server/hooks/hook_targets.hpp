#pragma once
// What stands for the Lambda functions of lifecycle hooks on this machine: the user says it per function.

#include <expected>
#include <map>
#include <string>
#include <string_view>

namespace drydock::server {

struct HookTarget {
  enum class Kind : std::uint8_t { kUrl, kCommand, kSucceed };
  Kind kind = Kind::kSucceed;
  std::string text;  // as the user gave it
  // Of a kUrl.
  std::string host;
  std::string port;
  std::string path;
};

/// http://HOST[:PORT][/PATH], `succeed` (the hook answers SUCCEEDED and nothing is called), or, where commands are
/// allowed, anything else: a command for /bin/sh. The error is a sentence for the user.
std::expected<HookTarget, std::string> parse_hook_target(std::string_view text, bool commands);

/// The name in a function's ARN: without its version or alias. Other text as it is.
std::string function_name(std::string_view arn);

class HookTargets {
 public:
  /// `function` is a name, a whole ARN, or * for all that have no target of their own.
  void set(const std::string& function, HookTarget target) { targets_[function] = std::move(target); }
  bool remove(const std::string& function) { return targets_.erase(function) > 0; }
  /// Null when nothing stands for the function.
  [[nodiscard]] const HookTarget* find(const std::string& arn) const;
  [[nodiscard]] const std::map<std::string, HookTarget>& all() const { return targets_; }

 private:
  std::map<std::string, HookTarget> targets_;
};

/// FUNCTION=TARGET, as --lifecycle-hook takes it.
std::expected<void, std::string> add_hook_target(HookTargets& targets, std::string_view assignment);

}  // namespace drydock::server
