#include "scheduler/placement/constraints.hpp"

#include <algorithm>

namespace drydock::scheduler {
namespace {

template <class List>
void add(const std::optional<List>& list, Constraints& constraints) {
  if (!list) return;
  for (const auto& constraint : *list) {
    if (constraint.type == "distinctInstance") {
      constraints.distinct_instance = true;
    } else {
      const std::string expression = constraint.expression.value_or("");
      constraints.member_of.push_back({expression, query::parse(expression)});
    }
  }
}

}  // namespace

bool Constraints::look_at_tasks() const {
  const auto looks = [](const MemberOf& one) { return one.tree && query::depends_on_tasks(*one.tree); };
  return distinct_instance || std::ranges::any_of(member_of, looks);
}

Constraints constraints_of(const api::TaskDefinition& definition,
                           const std::optional<std::vector<api::PlacementConstraint>>& others) {
  Constraints constraints;
  add(definition.placementConstraints, constraints);
  add(others, constraints);
  return constraints;
}

std::optional<model::Refusal> refuse_by_constraints(const InstanceView& view, const Constraints& constraints) {
  for (const MemberOf& one : constraints.member_of) {
    // One that was stored before expressions were checked: nothing is known to satisfy it.
    if (!one.tree) {
      return model::Refusal{view.id, kMemberOfUnsatisfied, one.expression,
                            "Invalid expression: " + one.tree.error().text()};
    }
    if (query::holds(*one.tree, view.facts)) continue;
    return model::Refusal{view.id, kMemberOfUnsatisfied, one.expression, query::describe(*one.tree, view.facts)};
  }
  if (constraints.distinct_instance && view.wanted_in_scope > 0) {
    return model::Refusal{view.id, kDistinctInstanceUnsatisfied, "an instance without a task of the group",
                          std::to_string(view.wanted_in_scope) + " of its tasks are of the group"};
  }
  return std::nullopt;
}

}  // namespace drydock::scheduler
