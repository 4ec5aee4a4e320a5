#pragma once
// EventBridge's event patterns: which events a rule is about. Content filtering with prefix, suffix, anything-but,
// numeric, exists, cidr, equals-ignore-case, wildcard and $or. Pure.

#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace drydock::scheduler {

struct PatternNode;

class EventPattern {
 public:
  /// The error is what EventBridge says after "Event pattern is not valid. Reason: ".
  static std::expected<EventPattern, std::string> parse(std::string_view text);

  [[nodiscard]] bool matches(const nlohmann::json& event) const;

 private:
  explicit EventPattern(std::shared_ptr<const PatternNode> root) : root_(std::move(root)) {}
  std::shared_ptr<const PatternNode> root_;
};

}  // namespace drydock::scheduler
