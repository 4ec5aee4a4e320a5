// The end of a history: no more faults, room enough, and everything has to come right within a bound.
#include <algorithm>

#include "model/arn.hpp"
#include "scheduler/deployments/circuit_breaker.hpp"
#include "scheduler/deployments/rolling.hpp"
#include "scheduler/reconciler/service_deployments.hpp"
#include "server/operations/container_instances/container_instances.hpp"
#include "server/operations/services/services.hpp"
#include "tests/simulation/world.hpp"

namespace drydock::simulation {
namespace {

// By then the network has delivered what was on its way when the faults ended.
constexpr auto kLastWords = std::chrono::seconds(30);
constexpr auto kHealsWithin = std::chrono::minutes(60);
// Of the 24 hours that a stage may take.
constexpr auto kMostOfAStage = std::chrono::hours(22);
constexpr const char* kUnderWay = "changes under way";
constexpr int kHealsWithinSteps = 20'000;

bool stuck_by_bounds(const model::Service& service) {
  const auto bounds =
      scheduler::rolling_bounds(service.desired_count, service.minimum_healthy_percent, service.maximum_percent);
  // One task per instance: what may not stop cannot be replaced.
  if (service.strategy == model::SchedulingStrategy::kDaemon) return bounds.lower >= service.desired_count;
  return bounds.upper <= service.desired_count && bounds.lower >= service.desired_count && service.desired_count > 0;
}

/// Nobody asked to stop the deployment, and no breaker may yet fail it for what happened before.
bool completes_by_itself(const model::State& state, const model::Service& service, model::Instant now) {
  if (service.deployments.front().rollout == model::RolloutState::kCompleted) return true;
  const model::ServiceDeployment* record = scheduler::ongoing(state, service.id);
  if (record == nullptr || scheduler::breaker_of(service).enabled) return false;
  // One of its hooks may have failed a moment ago.
  if (!record->hooks.empty()) return false;
  // Or it is about to fail for having taken too long, and storage has not kept that yet.
  if (record->stage != model::LifecycleStage::kNone && record->created_at + kMostOfAStage < now) return false;
  return record->status == model::ServiceDeploymentStatus::kPending ||
         record->status == model::ServiceDeploymentStatus::kInProgress;
}

}  // namespace

void World::heal() {
  note("heal");
  parameters_.disk_failure_percent = 0;
  parameters_.report_lost_percent = 0;
  parameters_.answer_lost_percent = 0;
  parameters_.report_doubled_percent = 0;
  // What the disk is still to say, it says first.
  while (core_->storage_error() || !disk_.idle()) note(events_.run_next());
  faults_->clear();
  for (const MachinePtr& machine : machines_) {
    machine->online = true;
    enroll(machine);
  }
  for (const std::string& cluster : clusters_) {
    for (int i = 0; i < 3; ++i) add_machine(65536, 65536, cluster);
  }
  const std::set<model::InstanceId> instances = core_->state().instances();
  for (const model::InstanceId id : instances) {
    const model::ContainerInstance& instance = core_->state().get(id);
    if (instance.status == model::InstanceStatus::kInactive) continue;
    const std::string arn = model::arn_of(core_->state(), instance);
    // Also one that has registered and waits for the answer.
    const bool alive = std::ranges::any_of(machines_, [&](const MachinePtr& machine) {
      return machine->arn == arn || instance_id_of(*machine) == instance.ec2_instance_id;
    });
    const std::string cluster = core_->state().get(instance.cluster).name;
    if (!alive) {
      api::DeregisterContainerInstanceRequest gone;
      gone.cluster = cluster;
      gone.containerInstance = arn;
      gone.force = true;
      call("deregister lost " + arn.substr(arn.rfind('/') + 1, 6), operations::deregister_container_instance, gone);
      continue;
    }
    api::UpdateContainerInstancesStateRequest active;
    active.cluster = cluster;
    active.containerInstances = {arn};
    active.status = "ACTIVE";
    call("activate " + arn.substr(arn.rfind('/') + 1, 6), operations::update_container_instances_state, active);
  }
  quiet_alarms();
  end_scaling();
  delete_external_services();
  heal_services();
  heal_daemons();
  heal_groups();
  events_.after(kLastWords, "late", [this] { heal_late(); });
}

/// What still came from before the faults ended: registrations of machines that are gone, and failures of daemons.
void World::heal_late() {
  heal_groups();
  const std::set<model::InstanceId> instances = core_->state().instances();
  for (const model::InstanceId id : instances) {
    const model::ContainerInstance& instance = core_->state().get(id);
    if (instance.status == model::InstanceStatus::kInactive) continue;
    const bool known = std::ranges::any_of(
        machines_, [&](const MachinePtr& machine) { return instance_id_of(*machine) == instance.ec2_instance_id; });
    if (known) continue;
    api::DeregisterContainerInstanceRequest gone;
    gone.cluster = core_->state().get(instance.cluster).name;
    gone.containerInstance = model::arn_of(core_->state(), instance);
    gone.force = true;
    call("deregister late " + gone.containerInstance->substr(gone.containerInstance->rfind('/') + 1, 6),
         operations::deregister_container_instance, gone);
  }
  heal_daemons();
}

/// There may never be enough instances for the service's constraints.
void World::free_placement(const model::Service& service) {
  const auto& constraints = service.settings->placementConstraints;
  if (!constraints || constraints->empty()) return;
  api::UpdateServiceRequest request;
  request.cluster = core_->state().get(service.cluster).name;
  request.service = service.name;
  request.placementConstraints.emplace();
  const auto updated =
      core_->run(world(), [&](operations::Context& context) { return operations::update_service(request, context); });
  if (!updated) throw Violation("healing: " + updated.error().message);
}

/// Services whose tasks cannot stay get a definition whose tasks can.
void World::heal_services() {
  parameters_.failing_tasks = false;
  make_definition("good", true, false);
  make_definition("good-vpc", true, true);
  const std::set<model::ServiceId> services = core_->state().services();
  for (const model::ServiceId id : services) {
    const model::Service& service = core_->state().get(id);
    if (service.status != model::ServiceStatus::kActive) continue;
    free_placement(service);
    const std::string arn = model::arn_of(core_->state(), core_->state().get(service.task_definition));
    const bool steady =
        std::ranges::any_of(definitions_, [&](const Definition& d) { return d.arn == arn && d.steady; });
    if (steady && completes_by_itself(core_->state(), service, clock_.now())) continue;
    api::UpdateServiceRequest request;
    request.cluster = core_->state().get(service.cluster).name;
    request.service = service.name;
    request.taskDefinition = service.settings->networkConfiguration ? "good-vpc" : "good";
    request.forceNewDeployment = true;
    auto& breaker = request.deploymentConfiguration.emplace().deploymentCircuitBreaker.emplace();
    breaker.enable = false;
    breaker.rollback = false;
    const auto updated =
        core_->run(world(), [&](operations::Context& context) { return operations::update_service(request, context); });
    if (!updated) throw Violation("healing: " + updated.error().message);
  }
  // Health that was changed by hand is good again.
  for (const model::ClusterId cluster : core_->state().clusters()) {
    for (const model::TaskId id : core_->state().of(cluster).wanted) {
      const std::string arn = model::arn_of(core_->state(), core_->state().get(id));
      for (const MachinePtr& machine : machines_) machine->agent->set_health(arn, "c0", "HEALTHY");
      if (fargate_) fargate_->agent->set_health(arn, "c0", "HEALTHY");
    }
  }
}

/// What Drydock itself says that holds things back.
std::string World::explanations() const {
  const model::State& state = core_->state();
  std::string text;
  const auto add = [&](const std::string& what, const model::Explanation& why) {
    text += "\n  " + what + ": " + why.code + " " + why.message;
    for (const model::Refusal& refusal : why.refusals) {
      const model::ContainerInstance* instance = state.find(refusal.instance);
      text += "\n    " + (instance != nullptr ? instance->ec2_instance_id : std::string("?")) + " " + refusal.reason +
              ": " + refusal.wanted + " / " + refusal.available;
    }
  };
  for (const auto& [id, why] : state.explanations.services) {
    if (const model::Service* service = state.find(id))
      add(state.get(service->cluster).name + "/" + service->name, why);
  }
  for (const auto& [id, why] : state.explanations.tasks) {
    if (const model::Task* task = state.find(id)) add("task " + model::to_hex(task->uuid), why);
  }
  for (const auto& [id, why] : state.explanations.capacity_providers) {
    if (const model::CapacityProvider* provider = state.find(id)) add(provider->name, why);
  }
  for (const model::WorldId world : state.worlds()) {
    for (const auto& [name, id] : state.of(world).instance_groups) {
      const model::InstanceGroup& group = state.get(id);
      text += "\n  group " + name + ": " + std::to_string(group.desired) + " of " + std::to_string(group.minimum) +
              " to " + std::to_string(group.maximum);
      for (const model::GroupMachine& machine : group.machines) {
        text += "\n    " + machine.instance_id + (machine.registered ? " registered" : "") +
                (machine.terminating() ? " terminating" : "");
      }
    }
  }
  return text;
}

/// What is not as it should be, in words; empty when everything is.
std::string World::unconverged() const {
  const model::State& state = core_->state();
  if (core_->has_work() || core_->sequence() != disk_.last()) return kUnderWay;
  for (const MachinePtr& machine : machines_) {
    if (!machine->connected) return "machine " + std::to_string(machine->number) + " is not connected";
  }
  for (const model::ServiceId id : state.services()) {
    const model::Service& service = state.get(id);
    if (service.status == model::ServiceStatus::kInactive) continue;
    const std::string what = "service " + state.get(service.cluster).name + "/" + service.name + " ";
    if (service.status == model::ServiceStatus::kDraining) return what + "is still DRAINING";
    const auto why = state.explanations.services.find(id);
    const bool held = why != state.explanations.services.end() && why->second.code == "DEPLOYMENT_BOUNDS";
    if (stuck_by_bounds(service) && (held || service.strategy == model::SchedulingStrategy::kDaemon)) continue;
    const bool full = why != state.explanations.services.end() && why->second.code == "PLACEMENT";
    // An instance that is full owes its daemon task still, and says so.
    if (full && service.strategy == model::SchedulingStrategy::kDaemon) continue;
    if (state.of(id).running != service.desired_count) {
      return what + "runs " + std::to_string(state.of(id).running) + " of " + std::to_string(service.desired_count);
    }
    if (service.deployments.size() != 1) return what + "has several deployments";
    if (service.deployments.front().rollout != model::RolloutState::kCompleted) return what + "is not COMPLETED";
    if (service.strategy != model::SchedulingStrategy::kDaemon) continue;
    int eligible = 0;
    for (const model::InstanceId instance : state.of(service.cluster).instances) {
      if (state.get(instance).status == model::InstanceStatus::kActive) ++eligible;
    }
    if (service.desired_count != eligible) {
      return what + "misses instances: " + std::to_string(service.desired_count) + " of " + std::to_string(eligible);
    }
  }
  if (std::string left = unconverged_daemon(); !left.empty()) return left;
  if (std::string left = unconverged_group(); !left.empty()) return left;
  for (const model::ClusterId cluster : state.clusters()) {
    for (const model::TaskId id : state.of(cluster).wanted) {
      if (state.get(id).last_status != model::TaskStatus::kRunning) {
        return "task " + model::to_hex(state.get(id).uuid) + " is " + model::to_text(state.get(id).last_status);
      }
    }
    for (const model::TaskId id : state.of(cluster).unwanted) {
      if (state.get(id).last_status != model::TaskStatus::kStopped) {
        return "task " + model::to_hex(state.get(id).uuid) + " should be STOPPED and is " +
               model::to_text(state.get(id).last_status);
      }
    }
  }
  return {};
}

void World::run_until_converged() {
  const model::Instant until = clock_.now() + kHealsWithin;
  const int last_step = steps_ + kHealsWithinSteps;
  std::string left = "nothing was tried";
  std::string told = left;
  while (!left.empty()) {
    if (left != kUnderWay) told = left;
    if (events_.empty() || events_.next_at() > until || steps_ > last_step) {
      throw Violation("no liveness: " + told + explanations());
    }
    note(events_.run_next());
    ++steps_;
    let_hooks_succeed();
    check();
    left = unconverged();
  }
  note("converged");
  invariants_.check_capacity(core_->state());
  invariants_.check_rows(core_->state(), &disk_.rows());
}

}  // namespace drydock::simulation
