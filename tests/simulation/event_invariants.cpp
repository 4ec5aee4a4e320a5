#include "tests/simulation/event_invariants.hpp"

#include <set>

#include <nlohmann/json.hpp>

#include "model/arn.hpp"
#include "tests/simulation/invariants.hpp"

namespace drydock::simulation {
namespace {

using model::EntityKind;

/// What the versions of events must be: those of the entities that the commit touched.
std::map<std::string, std::int64_t> versions_of(const model::State& state, std::span<const model::Touched> touched) {
  std::map<std::string, std::int64_t> versions;
  for (const model::Touched& entity : touched) {
    if (entity.kind == EntityKind::kTask) {
      const model::Task* task = state.find(model::TaskId{entity.id});
      if (task != nullptr) versions[model::arn_of(state, *task)] = task->version;
    } else if (entity.kind == EntityKind::kContainerInstance) {
      const auto* instance = state.find(model::InstanceId{entity.id});
      if (instance != nullptr) versions[model::arn_of(state, *instance)] = instance->version;
    }
  }
  return versions;
}

/// ARNs of tasks and instances that are in another state than before.
std::set<std::string> changed(const model::State& state, std::span<const model::Touched> touched) {
  std::set<std::string> arns;
  for (const model::Touched& entity : touched) {
    if (entity.kind == EntityKind::kTask) {
      const model::Task* task = state.find(model::TaskId{entity.id});
      const auto* before = entity.was<model::Task>();
      if (task == nullptr) continue;
      if (before == nullptr || before->last_status != task->last_status || before->stop_wanted != task->stop_wanted) {
        arns.insert(model::arn_of(state, *task));
      }
    } else if (entity.kind == EntityKind::kContainerInstance) {
      const auto* instance = state.find(model::InstanceId{entity.id});
      const auto* before = entity.was<model::ContainerInstance>();
      if (instance != nullptr && (before == nullptr || before->status != instance->status)) {
        arns.insert(model::arn_of(state, *instance));
      }
    }
  }
  return arns;
}

}  // namespace

void EventInvariants::committed(const model::State& state, std::span<const model::Touched> touched) {
  bool any = false;
  for (const model::Touched& entity : touched) any = any || entity.kind != EntityKind::kEvent;
  if (!any) return;
  const auto versions = versions_of(state, touched);
  std::set<std::string> missing = changed(state, touched);
  for (const model::Touched& entity : touched) {
    if (entity.kind != EntityKind::kEvent) continue;
    const model::Event* event = state.find(model::EventId{entity.id});
    if (event == nullptr) {
      // A commit of more events than are kept: not all of them can be looked at.
      if (entity.before == nullptr) return;
      continue;
    }
    const auto json = nlohmann::json::parse(event->json);
    if (json["detail"].contains("healthStatus") || json["detail"].contains("tags")) {
      throw Violation("an event has what events do not have: " + event->json);
    }
    if (!json["detail"].contains("version")) continue;
    const std::string arn = json["resources"][0];
    const std::int64_t version = json["detail"]["version"];
    const auto now = versions.find(arn);
    if (now == versions.end() || now->second != version) throw Violation("an event without its change: " + event->json);
    std::int64_t& highest = versions_[arn];
    if (version <= highest) throw Violation("an event's version does not grow: " + event->json);
    highest = version;
    missing.erase(arn);
  }
  if (!missing.empty()) throw Violation("a change without its event: " + *missing.begin());
}

}  // namespace drydock::simulation
