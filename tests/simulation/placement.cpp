// Placement constraints and strategies that users ask for, and what has to hold where a task was placed.
#include <algorithm>

#include "tests/simulation/world.hpp"

namespace drydock::simulation {
namespace {

constexpr const char* kRack = "attribute:rack == 0";
constexpr const char* kApart = "not(task:group == service:s0)";

[[noreturn]] void violated(const model::Task& task, const std::string& what) {
  throw Violation("task " + model::to_hex(task.uuid) + " was placed " + what);
}

/// Tasks on the task's instance beside itself.
template <class Counts>
bool any_beside(const model::State& state, const model::Task& task, Counts counts) {
  return std::ranges::any_of(state.of(task.instance).tasks,
                             [&](model::TaskId id) { return id != task.id && counts(state.get(id)); });
}

void check_rack(const model::State& state, const model::Task& task) {
  const auto& attributes = state.get(task.instance).attributes;
  for (const api::Attribute& attribute : *attributes) {
    if (attribute.name == "rack" && attribute.value == "0") return;
  }
  violated(task, "outside its rack");
}

void check_apart(const model::State& state, const model::Task& task) {
  const bool daemon = task.service && state.get(task.service).strategy == model::SchedulingStrategy::kDaemon;
  const auto close = [&](const model::Task& other) {
    return other.group == "service:s0" && !(daemon && other.service == task.service);
  };
  if (any_beside(state, task, close)) violated(task, "beside a group that it keeps away from");
}

void check_distinct(const model::State& state, const model::Task& task) {
  const auto same = [&](const model::Task& other) { return other.group == task.group && !other.stop_wanted; };
  if (any_beside(state, task, same)) violated(task, "beside another one of its group under distinctInstance");
}

}  // namespace

void World::join_rack(const Machine& machine, api::RegisterContainerInstanceRequest& request) const {
  if (!parameters_.placement) return;
  if (!request.attributes) request.attributes.emplace();
  api::Attribute& attribute = request.attributes->emplace_back();
  attribute.name = "rack";
  attribute.value = std::to_string(machine.number % 2);
}

std::string World::choose_constraints(std::optional<std::vector<api::PlacementConstraint>>& constraints) {
  if (!parameters_.placement || dice_.below(2) == 0) return {};
  constraints.emplace();
  const auto member_of = [&](const char* expression) {
    api::PlacementConstraint& one = constraints->emplace_back();
    one.type = "memberOf";
    one.expression = expression;
  };
  switch (dice_.below(4)) {
    case 0: constraints->emplace_back().type = "distinctInstance"; return "distinct";
    case 1: member_of(kRack); return "rack";
    case 2: member_of(kApart); return "apart";
    default: return "free";
  }
}

void World::choose_strategy(std::optional<std::vector<api::PlacementStrategy>>& strategy) {
  if (!parameters_.placement || dice_.below(2) == 0) return;
  strategy.emplace();
  const std::pair<const char*, const char*> kinds[] = {{"spread", "attribute:ecs.availability-zone"},
                                                       {"spread", "attribute:rack"},
                                                       {"spread", "instanceId"},
                                                       {"binpack", "cpu"},
                                                       {"binpack", "memory"},
                                                       {"random", ""}};
  for (std::uint64_t i = dice_.below(4); i > 0; --i) {
    const auto& [type, field] = kinds[dice_.below(std::size(kinds))];
    api::PlacementStrategy& one = strategy->emplace_back();
    one.type = type;
    if (*field != '\0') one.field = field;
  }
}

/// Standalone tasks say in startedBy what was asked of their placement.
void Invariants::check_placement(const model::State& state, const model::Task& created) const {
  if (!created.instance || created.daemon) return;
  const bool daemon = created.service && state.get(created.service).strategy == model::SchedulingStrategy::kDaemon;
  bool distinct = created.started_by == "distinct";
  bool rack = created.started_by == "rack";
  bool apart = created.started_by == "apart";
  if (created.service && state.get(created.service).settings->placementConstraints) {
    for (const api::PlacementConstraint& one : *state.get(created.service).settings->placementConstraints) {
      distinct = distinct || (one.type == "distinctInstance" && !daemon);
      rack = rack || one.expression == kRack;
      apart = apart || one.expression == kApart;
    }
  }
  if (distinct) check_distinct(state, created);
  if (rack) check_rack(state, created);
  if (apart) check_apart(state, created);
}

}  // namespace drydock::simulation
