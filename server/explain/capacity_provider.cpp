// Why a capacity provider's instances are as many as they are.
#include <algorithm>
#include <cstdio>

#include "model/arn.hpp"
#include "scheduler/capacity_providers/groups.hpp"
#include "scheduler/capacity_providers/reservation.hpp"
#include "scheduler/capacity_providers/scale_group.hpp"
#include "server/explain/kinds.hpp"

namespace drydock::server {
namespace {

using model::CapacityProvider;
using model::State;

void add_load(Reasons& reasons, const State& state, const CapacityProvider& provider, model::ClusterId cluster,
              model::Instant now) {
  const scheduler::ProviderLoad load = scheduler::load_of(state, provider, cluster);
  char reservation[32];
  std::snprintf(reservation, sizeof reservation, "%.0f", scheduler::capacity_reservation(load.needed, load.running));
  reasons.push_back({now,
                     "RESERVATION",
                     "In cluster " + state.get(cluster).name + " " +
                         counted(static_cast<std::size_t>(std::max(0, load.needed)), "instance") + " needed, " +
                         std::to_string(load.running) + " there: CapacityProviderReservation " + reservation + ".",
                     "",
                     {}});
}

void add_group(Reasons& reasons, const model::InstanceGroup& group, model::Instant now) {
  const auto coming = std::ranges::count_if(group.machines, [](const auto& one) { return !one.registered; });
  const auto going = std::ranges::count_if(group.machines, [](const auto& one) { return one.terminating(); });
  if (coming > 0) {
    reasons.push_back(
        {now, "LAUNCHING", counted(static_cast<std::size_t>(coming), "machine") + " not registered yet.", "", {}});
  }
  if (going > 0) {
    reasons.push_back({now,
                       "TERMINATING",
                       counted(static_cast<std::size_t>(going), "machine") + " on the way out, waiting for tasks.",
                       "",
                       {}});
  }
  if (group.desired >= group.maximum) {
    reasons.push_back({now,
                       "GROUP_MAXIMUM",
                       "The group " + group.name + " is at its maximum of " +
                           counted(static_cast<std::size_t>(group.maximum), "instance") + ".",
                       "PUT /_drydock/instance-groups/" + group.name + " changes it.",
                       {}});
  }
}

}  // namespace

Reasons reasons_of(const State& state, const CapacityProvider& provider, model::Instant now) {
  Reasons reasons;
  add_recorded(reasons, state.explanations.capacity_providers, provider.id);
  if (!provider.update_reason.empty()) {
    reasons.push_back({now, provider.update_status, provider.update_reason, "", {}});
  }
  const model::WorldIndex& world = state.of(provider.world);
  const auto used = world.provider_clusters.find(provider.name);
  const bool associated = used != world.provider_clusters.end() && !used->second.empty();
  if (!provider.cluster && !associated) {
    reasons.push_back(
        {now, "NO_CLUSTER", "No cluster uses the capacity provider.", "aws ecs put-cluster-capacity-providers", {}});
    return reasons;
  }
  if (!scheduler::scaling_rules(provider).enabled) {
    reasons.push_back({now,
                       "MANAGED_SCALING_DISABLED",
                       "Managed scaling is DISABLED: its instances are your affair.",
                       "aws ecs update-capacity-provider",
                       {}});
  }
  const model::InstanceGroup* group = scheduler::group_of(state, provider);
  if (group == nullptr) {
    reasons.push_back({now,
                       "NO_GROUP",
                       "No instance group stands behind it: nothing launches instances.",
                       "PUT /_drydock/instance-groups/" + std::string(scheduler::group_name_of(provider)) +
                           ", or instances with the attribute " + std::string(model::kCapacityProviderAttribute) + "=" +
                           provider.name + ".",
                       {}});
  } else {
    add_group(reasons, *group, now);
  }
  if (provider.cluster) {
    add_load(reasons, state, provider, provider.cluster, now);
  } else {
    for (const model::ClusterId cluster : used->second) add_load(reasons, state, provider, cluster, now);
  }
  return reasons;
}

}  // namespace drydock::server
