#include "scheduler/placement/filters.hpp"

#include <algorithm>

namespace drydock::scheduler {
namespace {

std::string attribute_text(const api::Attribute& attribute) {
  return attribute.value ? *attribute.name + "=" + *attribute.value : *attribute.name;
}

// The position of each reason in the pipeline: how far an instance got before it refused.
int filters_passed(const std::string& reason) {
  constexpr const char* kOrder[] = {"INACTIVE",
                                    "DRAINING",
                                    "AGENT",
                                    "ATTRIBUTE",
                                    "DAEMON",
                                    "LOCATION",
                                    "RESOURCE:CPU",
                                    "RESOURCE:MEMORY",
                                    "RESOURCE:PORTS",
                                    "RESOURCE:PORTS_UDP",
                                    "RESOURCE:GPU",
                                    "RESOURCE:ENI",
                                    kMemberOfUnsatisfied,
                                    kDistinctInstanceUnsatisfied};
  const auto* it = std::ranges::find_if(kOrder, [&](const char* known) { return reason == known; });
  return static_cast<int>(it - std::begin(kOrder));
}

using Verdict = std::optional<model::Refusal>;

Verdict refusal(const InstanceView& view, const char* reason, std::string wanted, std::string available) {
  return model::Refusal{view.id, reason, std::move(wanted), std::move(available)};
}

/// What no other task's end changes.
Verdict refuse_by_nature(const InstanceView& view, const model::TaskRequirements& task) {
  if (!view.active) return refusal(view, "DRAINING", "an ACTIVE container instance", "the instance is DRAINING");
  if (!view.connected) return refusal(view, "AGENT", "a connected agent", "the agent is disconnected");
  for (const api::Attribute& wanted : task.attributes) {
    const api::Attribute* found = query::attribute_named(view.attributes, wanted.name.value_or(""));
    if (found == nullptr) return refusal(view, "ATTRIBUTE", attribute_text(wanted), "no such attribute");
    if (wanted.value && wanted.value != found->value) {
      return refusal(view, "ATTRIBUTE", attribute_text(wanted), attribute_text(*found));
    }
  }
  return std::nullopt;
}

Verdict refuse_by_ports(const InstanceView& view, const std::vector<model::HostPort>& ports) {
  for (const bool udp : {false, true}) {
    for (const model::HostPort& port : ports) {
      if (port.udp != udp || !view.ports_used.contains(port)) continue;
      return refusal(view, udp ? "RESOURCE:PORTS_UDP" : "RESOURCE:PORTS",
                     "host port " + std::to_string(port.port) + (udp ? "/udp" : "/tcp"), "the port is taken");
    }
  }
  if (ports.empty() || view.fixed_ports + static_cast<int>(ports.size()) <= kMostFixedPorts) return std::nullopt;
  return refusal(view, ports.front().udp ? "RESOURCE:PORTS_UDP" : "RESOURCE:PORTS",
                 std::to_string(ports.size()) + " fixed host ports",
                 std::to_string(view.fixed_ports) + " of at most 100 are reserved or fixed already");
}

Verdict refuse_by_resources(const InstanceView& view, const model::TaskRequirements& task) {
  if (task.cpu_units > view.cpu_free) {
    return refusal(view, "RESOURCE:CPU", std::to_string(task.cpu_units) + " CPU units",
                   std::to_string(view.cpu_free) + " of " + std::to_string(view.cpu_registered) + " left");
  }
  if (task.memory_mib > view.memory_free) {
    return refusal(view, "RESOURCE:MEMORY", std::to_string(task.memory_mib) + " MiB",
                   std::to_string(view.memory_free) + " of " + std::to_string(view.memory_registered) + " MiB left");
  }
  if (auto no = refuse_by_ports(view, task.ports)) return no;
  if (task.gpus > view.gpus_free) {
    return refusal(view, "RESOURCE:GPU", std::to_string(task.gpus) + " GPUs",
                   view.gpus_registered == 0
                       ? "none registered"
                       : std::to_string(view.gpus_free) + " of " + std::to_string(view.gpus_registered) + " left");
  }
  if (task.needs_eni && view.interfaces_free < 1) {
    return refusal(view, "RESOURCE:ENI", "a network interface",
                   "all " + std::to_string(view.interfaces) + " are in use");
  }
  return std::nullopt;
}

}  // namespace

std::optional<model::Refusal> refuse(const InstanceView& view, const model::TaskRequirements& task,
                                     const Constraints& constraints) {
  if (auto no = refuse_by_nature(view, task)) return no;
  if (!view.missing_daemon.empty()) {
    return refusal(view, "DAEMON", "an instance whose daemons are RUNNING",
                   "its daemon " + view.missing_daemon + " is not");
  }
  if (auto no = refuse_by_resources(view, task)) return no;
  return refuse_by_constraints(view, constraints);
}

bool is_eligible(const InstanceView& view, const model::TaskRequirements& task, const Constraints& constraints) {
  return !refuse_by_nature(view, task) && !refuse_by_constraints(view, constraints);
}

const model::Refusal* closest(const std::vector<model::Refusal>& refusals) {
  const auto it =
      std::ranges::max_element(refusals, {}, [](const model::Refusal& r) { return filters_passed(r.reason); });
  return it == refusals.end() ? nullptr : &*it;
}

}  // namespace drydock::scheduler
