#include "scheduler/placement/place.hpp"

#include <algorithm>

namespace drydock::scheduler {
namespace {

const api::Attribute* attribute_named(const InstanceView& view, const std::string& name) {
  if (view.attributes == nullptr) return nullptr;
  const auto before = [](const api::Attribute& attribute, const std::string& wanted) {
    return attribute.name < wanted;
  };
  const auto it = std::lower_bound(view.attributes->begin(), view.attributes->end(), name, before);
  return it != view.attributes->end() && it->name == name ? &*it : nullptr;
}

std::string attribute_text(const api::Attribute& attribute) {
  return attribute.value ? *attribute.name + "=" + *attribute.value : *attribute.name;
}

// The position of each reason in the pipeline: how far an instance got before it refused.
int filters_passed(const std::string& reason) {
  constexpr const char* kOrder[] = {"INACTIVE",       "DRAINING",           "AGENT",        "ATTRIBUTE",
                                    "DAEMON",         "LOCATION",           "RESOURCE:CPU", "RESOURCE:MEMORY",
                                    "RESOURCE:PORTS", "RESOURCE:PORTS_UDP", "RESOURCE:GPU"};
  const auto* it = std::ranges::find_if(kOrder, [&](const char* known) { return reason == known; });
  return static_cast<int>(it - std::begin(kOrder));
}

}  // namespace

std::optional<model::Refusal> refuse(const InstanceView& view, const model::TaskRequirements& task) {
  const auto no = [&](const char* reason, std::string wanted, std::string available) {
    return model::Refusal{view.id, reason, std::move(wanted), std::move(available)};
  };
  if (!view.active) return no("DRAINING", "an ACTIVE container instance", "the instance is DRAINING");
  if (!view.connected) return no("AGENT", "a connected agent", "the agent is disconnected");
  for (const api::Attribute& wanted : task.attributes) {
    const api::Attribute* found = attribute_named(view, wanted.name.value_or(""));
    if (found == nullptr) return no("ATTRIBUTE", attribute_text(wanted), "no such attribute");
    if (wanted.value && wanted.value != found->value)
      return no("ATTRIBUTE", attribute_text(wanted), attribute_text(*found));
  }
  if (!view.missing_daemon.empty()) {
    return no("DAEMON", "an instance whose daemons are RUNNING", "its daemon " + view.missing_daemon + " is not");
  }
  if (task.cpu_units > view.cpu_free) {
    return no("RESOURCE:CPU", std::to_string(task.cpu_units) + " CPU units",
              std::to_string(view.cpu_free) + " of " + std::to_string(view.cpu_registered) + " left");
  }
  if (task.memory_mib > view.memory_free) {
    return no("RESOURCE:MEMORY", std::to_string(task.memory_mib) + " MiB",
              std::to_string(view.memory_free) + " of " + std::to_string(view.memory_registered) + " MiB left");
  }
  for (const bool udp : {false, true}) {
    for (const model::HostPort& port : task.ports) {
      if (port.udp != udp || !view.ports_used.contains(port)) continue;
      return no(udp ? "RESOURCE:PORTS_UDP" : "RESOURCE:PORTS",
                "host port " + std::to_string(port.port) + (udp ? "/udp" : "/tcp"), "the port is taken");
    }
  }
  if (task.gpus > 0) return no("RESOURCE:GPU", std::to_string(task.gpus) + " GPUs", "none registered");
  return std::nullopt;
}

Batch::Batch(std::vector<InstanceView> instances, model::TaskRequirements task)
    : instances_(std::move(instances)), task_(std::move(task)) {
  for (std::size_t i = 0; i < instances_.size(); ++i) {
    Zone& zone = zones_[instances_[i].zone];
    zone.tasks_in_scope += instances_[i].tasks_in_scope;
    if (!refuse(instances_[i], task_)) zone.candidates.insert(rank_of(i));
  }
}

Batch::Rank Batch::rank_of(std::size_t index) const {
  const InstanceView& view = instances_[index];
  return {view.tasks_in_scope, -view.memory_free, view.uuid, index};
}

std::expected<model::InstanceId, std::vector<model::Refusal>> Batch::place_next() {
  Zone* best = nullptr;
  for (auto& [name, zone] : zones_) {
    if (zone.candidates.empty()) continue;
    if (best == nullptr || zone.tasks_in_scope < best->tasks_in_scope ||
        (zone.tasks_in_scope == best->tasks_in_scope && *zone.candidates.begin() < *best->candidates.begin())) {
      best = &zone;
    }
  }
  if (best == nullptr) {
    std::vector<model::Refusal> refusals;
    for (const InstanceView& view : instances_) {
      if (auto refusal = refuse(view, task_)) refusals.push_back(std::move(*refusal));
    }
    return std::unexpected(std::move(refusals));
  }
  const std::size_t index = best->candidates.begin()->index;
  best->candidates.erase(best->candidates.begin());
  InstanceView& view = instances_[index];
  view.cpu_free -= task_.cpu_units;
  view.memory_free -= task_.memory_mib;
  view.ports_used.insert(task_.ports.begin(), task_.ports.end());
  ++view.tasks_in_scope;
  ++best->tasks_in_scope;
  if (!refuse(view, task_)) best->candidates.insert(rank_of(index));
  return view.id;
}

const model::Refusal* closest(const std::vector<model::Refusal>& refusals) {
  const auto it =
      std::ranges::max_element(refusals, {}, [](const model::Refusal& r) { return filters_passed(r.reason); });
  return it == refusals.end() ? nullptr : &*it;
}

}  // namespace drydock::scheduler
