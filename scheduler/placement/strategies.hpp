#pragma once
// Placement strategies: which of the instances that could take a task is the best (spec/placement.md section 5).

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api-spec/generated/types.hpp"

namespace drydock::scheduler {

/// One rule of a chain. Each orders what the rules before it leave equal.
struct Rule {
  enum class Kind : std::uint8_t {
    kSpreadAttribute,  // over the values of an attribute
    kSpreadInstances,
    kBinpackCpu,
    kBinpackMemory,
    kRandom,
  };
  Kind kind = Kind::kSpreadInstances;
  std::string attribute;  // of kSpreadAttribute
  friend bool operator==(const Rule&, const Rule&) = default;
};

inline constexpr const char* kZoneAttribute = "ecs.availability-zone";

/// What services and RunTask do without a strategy: zones first, then instances.
const std::vector<Rule>& default_rules();

/// The rules of a valid strategy list; the default for an empty one. Rules after `random` decide nothing and are left
/// out.
std::vector<Rule> rules_of(const std::optional<std::vector<api::PlacementStrategy>>& strategies);

bool has_random(const std::vector<Rule>& rules);

/// The bucket that an instance belongs to under a spread over an attribute. Instances without it have one of their own.
std::string bucket_of(const std::vector<api::Attribute>* attributes, const std::string& zone, const Rule& rule);

}  // namespace drydock::scheduler
