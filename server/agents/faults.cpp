// What faults make of this process's instances: lost, replaced, cut off, connected again.
#include <spdlog/spdlog.h>

#include "scheduler/instances/retire.hpp"
#include "server/agents/agents.hpp"
#include "server/agents/slot.hpp"

namespace drydock::server {

MachinePlace Agents::place_of(const SlotPtr& slot) {
  return {slot->account, slot->region, slot->cluster, slot->arn, slot->instance_id, slot->zone};
}

void Agents::faults_changed() {
  if (stopped_) return;
  const std::vector<SlotPtr> slots = slots_;
  for (const SlotPtr& slot : slots) apply_faults(slot);
  if (!fargate_ || !fargate_->simulated) return;
  // Tasks of a zone that was lost are gone for the control plane; their host forgets them, too.
  fargate_->simulated->end_of_resync(core_.fargate_task_arns());
}

void Agents::apply_faults(const SlotPtr& slot) {
  const bool lost = slot->simulated && faults_.instance_lost(place_of(slot));
  if (lost && !slot->lost) lose(slot);
  if (!lost && slot->lost) {
    slot->lost = false;
    make_simulated(slot);
    register_simulated(slot);
  }
  const bool cut = faults_.agent_disconnected(place_of(slot));
  if (cut && !slot->cut_off) cut_off(slot);
  if (!cut && slot->cut_off) reconnect(slot);
}

/// As when EC2 terminates the machine (spec/task-lifecycle.md section 4).
void Agents::lose(const SlotPtr& slot) {
  const model::ContainerInstance* instance = instance_of(slot);
  const bool registered = instance != nullptr && instance->status != model::InstanceStatus::kInactive;
  const model::InstanceId id = registered ? instance->id : model::InstanceId{};
  const bool done = core_.change([&](model::Transaction& tx) {
    if (registered) scheduler::terminate(tx, id);
  });
  // Without storage it is tried again when storage works.
  if (!done) return;
  spdlog::info("container instance {} ({}) is lost: a fault", slot->instance_id, slot->zone);
  if (registered) core_.detach(id);
  slot->link->close(instances::CloseReason::kDeregistered);
  slot->lost = true;
  slot->connected = false;
  slot->registering = false;
  slot->arn.clear();
  slot->unheard.clear();
}

void Agents::cut_off(const SlotPtr& slot) {
  slot->cut_off = true;
  slot->session = slot->connected;
  if (!slot->connected) return;
  slot->connected = false;
  spdlog::info("container instance {}: agent disconnected by a fault", slot->arn);
  connect(slot);
}

void Agents::reconnect(const SlotPtr& slot) {
  slot->cut_off = false;
  if (slot->ended || slot->lost) return;
  hear(slot);
  if (!slot->arn.empty()) {
    session_changed(slot, slot->arn, slot->session);
  } else if (slot->simulated) {
    register_simulated(slot);
  }
}

}  // namespace drydock::server
