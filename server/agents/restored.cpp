// The instances of this process when State has become another one: what they were about goes on from there.
#include <algorithm>
#include <utility>

#include <spdlog/spdlog.h>

#include "model/arn.hpp"
#include "server/agents/agents.hpp"
#include "server/agents/slot.hpp"
#include "server/operations/container_instances/instance_session.hpp"

namespace drydock::server {

void Agents::hear(const SlotPtr& slot) {
  const auto unheard = std::exchange(slot->unheard, {});
  for (const auto& say : unheard) say();
}

void Agents::listen() {
  held_ = false;
  std::vector<SlotPtr> slots = slots_;
  if (fargate_) slots.push_back(fargate_);
  for (const SlotPtr& slot : slots) {
    if (!slot->cut_off) hear(slot);
  }
}

void Agents::restored() {
  held_ = false;
  following_groups_ = false;
  std::vector<SlotPtr> before = std::exchange(slots_, {});
  if (fargate_) before.push_back(std::move(fargate_));
  for (const SlotPtr& slot : before) {
    slot->ended = true;
    // Containers go on running until it is known whose they are.
    slot->link->close(instances::CloseReason::kShutdown);
  }
  if (stopped_ || options_.runtime == Runtime::kNone) return;
  if (options_.runtime == Runtime::kDocker) {
    // A real agent connects and looks at its containers first, as after a restart.
    core_.change([&](model::Transaction& tx) {
      const std::set<model::InstanceId> known = core_.state().instances();
      for (const model::InstanceId id : known) operations::set_agent_connected(tx, id, false);
    });
  }
  resuming_ = true;
  add_fargate();
  if (options_.instances_in_all) {
    for (const model::ClusterId cluster : core_.state().clusters()) add_for(cluster);
  } else {
    add_configured();
  }
  // The snapshot may be of a time before the option.
  const model::World* world = core_.state().world_named(options_.account, options_.region);
  const bool all_there = std::ranges::all_of(options_.instance_groups, [&](const GroupTemplate& group) {
    return world != nullptr && core_.state().instance_group_named(world->id, group.name) != nullptr;
  });
  if (!all_there) put_configured_groups();
  follow_groups(listed_machines());
  resuming_ = false;
}

/// A simulated machine that State knows as connected has nothing to register: it was there all the time.
bool Agents::resume(const SlotPtr& slot) {
  for (const model::InstanceId id : core_.state().instances_on(slot->instance_id)) {
    const model::ContainerInstance& instance = core_.state().get(id);
    const model::Cluster& cluster = core_.state().get(instance.cluster);
    const model::World& world = core_.state().get(cluster.world);
    if (!instance.agent_connected || cluster.name != slot->cluster) continue;
    if (world.account != slot->account || world.region != slot->region) continue;
    session_changed(slot, model::arn_of(core_.state(), instance), true);
    return true;
  }
  return false;
}

}  // namespace drydock::server
