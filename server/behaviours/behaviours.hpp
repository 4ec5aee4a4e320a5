#pragma once
// The behaviours that were put for simulated containers through the admin API. Runs on the core thread.

#include <expected>
#include <string>

#include <nlohmann/json.hpp>

#include "instances/simulated/behaviour.hpp"
#include "instances/simulated/log_book.hpp"
#include "server/core/core.hpp"

namespace drydock::server {

/// A rule as the admin API takes it: image, container, and the settings of instances/simulated/behaviour.hpp; numbers
/// and true/false may be JSON's, lines and health changes may be arrays. The error is fit for a 400.
std::expected<instances::simulated::BehaviourRule, std::string> parse_rule(const nlohmann::json& body);
nlohmann::ordered_json show(const std::string& name, const instances::simulated::BehaviourRule& rule);

class Behaviours {
 public:
  explicit Behaviours(Core& core) : core_(core) {}

  /// Those of a former run, from State.
  void restore();
  /// The same when State has become another one.
  void reload();
  /// False while storage cannot write. Counts for containers whose pull begins from now on.
  bool put(const std::string& name, instances::simulated::BehaviourRule rule);
  /// False when there is none of that name, or storage cannot write.
  bool remove(const std::string& name);
  void clear();
  [[nodiscard]] const instances::simulated::BehaviourRules& rules() const { return rules_; }

  /// What simulated containers have written.
  instances::simulated::LogBook logs;

 private:
  Core& core_;
  instances::simulated::BehaviourRules rules_;
};

}  // namespace drydock::server
