#pragma once
// Placement constraints: which instances a task may be placed on at all (spec/placement.md section 4).

#include <optional>
#include <string>
#include <vector>

#include "model/explain.hpp"
#include "scheduler/placement/instance_view.hpp"
#include "scheduler/query/parser.hpp"

namespace drydock::scheduler {

/// ECS's words for an instance that a constraint excludes, in failures and in service events.
inline constexpr const char* kMemberOfUnsatisfied = "MemberOf placement constraint unsatisfied.";
inline constexpr const char* kDistinctInstanceUnsatisfied = "DistinctInstance placement constraint unsatisfied.";

struct MemberOf {
  std::string expression;
  std::expected<query::Node, query::Error> tree;
};

struct Constraints {
  std::vector<MemberOf> member_of;
  bool distinct_instance = false;

  [[nodiscard]] bool empty() const { return member_of.empty() && !distinct_instance; }
  /// Whether an instance satisfies them depends on the tasks it has.
  [[nodiscard]] bool look_at_tasks() const;
};

/// Those of the task definition come first, then those of the request or the service.
Constraints constraints_of(const api::TaskDefinition& definition,
                           const std::optional<std::vector<api::PlacementConstraint>>& others);

/// The first constraint that excludes the instance, with what the instance has instead.
std::optional<model::Refusal> refuse_by_constraints(const InstanceView& view, const Constraints& constraints);

}  // namespace drydock::scheduler
