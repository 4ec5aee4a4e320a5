#pragma once
// Instances and demands that tests of placement start from.

#include <deque>
#include <string>
#include <vector>

#include "scheduler/placement/place.hpp"

namespace drydock::scheduler::test {

inline InstanceView instance(std::uint64_t id, std::string zone, int cpu = 4096, int memory = 1024) {
  InstanceView view;
  view.id = model::InstanceId{id};
  view.uuid = model::Uuid{0, id};
  view.zone = std::move(zone);
  view.cpu_registered = view.cpu_free = cpu;
  view.memory_registered = view.memory_free = memory;
  return view;
}

inline model::TaskRequirements needs(int cpu, int memory) {
  model::TaskRequirements task;
  task.cpu_units = cpu;
  task.memory_mib = memory;
  return task;
}

inline api::Attribute attribute(const std::string& name, std::optional<std::string> value) {
  api::Attribute made;
  made.name = name;
  made.value = std::move(value);
  return made;
}

/// Strategies as a request gives them: "spread:instanceId", "binpack:memory", "random".
inline std::vector<Rule> rules(const std::vector<std::string>& texts) {
  std::vector<api::PlacementStrategy> strategies;
  for (const std::string& text : texts) {
    api::PlacementStrategy& one = strategies.emplace_back();
    const std::size_t colon = text.find(':');
    one.type = text.substr(0, colon);
    if (colon != std::string::npos) one.field = text.substr(colon + 1);
  }
  return rules_of(strategies);
}

/// The ids of the instances chosen one after another; 0 where nothing fits.
inline std::vector<std::uint64_t> place(Batch& batch, int count) {
  std::vector<std::uint64_t> chosen;
  for (int i = 0; i < count; ++i) {
    const auto place = batch.place_next();
    chosen.push_back(place ? place->value : 0);
  }
  return chosen;
}

}  // namespace drydock::scheduler::test
