// Daemons on managed instances: every second machine belongs to its cluster's capacity provider.
#include <algorithm>

#include "model/arn.hpp"
#include "model/capacity_provider.hpp"
#include "server/operations/capacity_providers/capacity_providers.hpp"
#include "server/operations/daemons/daemon_task_definitions.hpp"
#include "server/operations/daemons/daemons.hpp"
#include "tests/simulation/world.hpp"

namespace drydock::simulation {
namespace {

std::string provider_of(const std::string& cluster) { return "managed-" + cluster; }

}  // namespace

void World::create_capacity_providers() {
  if (!parameters_.managed_daemons) return;
  for (const std::string& cluster : clusters_) {
    api::CreateCapacityProviderRequest request;
    request.name = provider_of(cluster);
    request.cluster = cluster;
    request.managedInstancesProvider.emplace();
    call("create-capacity-provider " + *request.name, operations::create_capacity_provider, request);
  }
}

void World::join_capacity_provider(const Machine& machine, api::RegisterContainerInstanceRequest& request) const {
  const bool of_group = !machine.instance_id.empty();
  if (!of_group && (!parameters_.managed_daemons || machine.number % 2 != 0)) return;
  if (!request.attributes) request.attributes.emplace();
  api::Attribute& attribute = request.attributes->emplace_back();
  attribute.name = std::string(model::kCapacityProviderAttribute);
  attribute.value = of_group ? "group-" + machine.cluster : provider_of(machine.cluster);
}

void World::change_daemons() {
  create_capacity_providers();  // answers with what is there, unless the disk lost it
  api::RegisterDaemonTaskDefinitionRequest request;
  request.family = "agent";
  api::DaemonContainerDefinition& container = request.containerDefinitions.emplace().emplace_back();
  container.name = "c0";
  container.image = "agent";
  container.memory = 32;
  if (dice_.below(3) == 0) {
    call("register-daemon-task-definition", operations::register_daemon_task_definition, request);
  }
  act({{3, &World::create_daemon}, {4, &World::update_daemon}, {1, &World::delete_daemon}});
}

void World::create_daemon() {
  api::CreateDaemonRequest request;
  request.clusterArn = pick(clusters_);
  request.daemonName = "d" + std::to_string(dice_.below(2));
  request.daemonTaskDefinitionArn = "agent";
  request.capacityProviderArns = {provider_of(*request.clusterArn)};
  request.deploymentConfiguration.emplace().drainPercent = static_cast<double>(dice_.below(5)) * 25;
  call("create-daemon " + *request.clusterArn + "/" + *request.daemonName, operations::create_daemon, request);
}

const model::Daemon* World::some_daemon() {
  std::vector<const model::Daemon*> known;
  for (const model::DaemonId id : core_->state().daemons()) {
    if (core_->state().get(id).status == model::DaemonStatus::kActive) known.push_back(core_->state().find(id));
  }
  return known.empty() ? nullptr : pick(known);
}

void World::update_daemon() {
  const model::Daemon* daemon = some_daemon();
  if (daemon == nullptr) return create_daemon();
  api::UpdateDaemonRequest request;
  request.daemonArn = model::arn_of(core_->state(), *daemon);
  request.daemonTaskDefinitionArn = "agent";
  request.capacityProviderArns = daemon->capacity_providers;
  request.deploymentConfiguration.emplace().drainPercent = static_cast<double>(dice_.below(5)) * 25;
  request.deploymentConfiguration->bakeTimeInMinutes = static_cast<int>(dice_.below(2));
  call("update-daemon " + daemon->name, operations::update_daemon, request);
}

void World::delete_daemon() {
  const model::Daemon* daemon = some_daemon();
  if (daemon == nullptr) return;
  api::DeleteDaemonRequest request;
  request.daemonArn = model::arn_of(core_->state(), *daemon);
  call("delete-daemon " + daemon->name, operations::delete_daemon, request);
}

/// A daemon whose deployment gave up while faults lasted is deployed again.
void World::heal_daemons() {
  using Status = model::DaemonDeploymentStatus;
  const std::set<model::DaemonId> daemons = core_->state().daemons();
  for (const model::DaemonId id : daemons) {
    const model::Daemon& daemon = core_->state().get(id);
    if (daemon.status != model::DaemonStatus::kActive) continue;
    const Status status = core_->state().get(daemon.deployment).status;
    if (status != Status::kStopped && status != Status::kRollbackFailed) continue;
    api::UpdateDaemonRequest request;
    request.daemonArn = model::arn_of(core_->state(), daemon);
    request.daemonTaskDefinitionArn = "agent";
    request.capacityProviderArns = daemon.capacity_providers;
    call("update-daemon " + daemon.name, operations::update_daemon, request);
  }
}

/// What is not as it should be with a daemon, in words.
std::string World::unconverged_daemon() const {
  const model::State& state = core_->state();
  for (const model::DaemonId id : state.daemons()) {
    const model::Daemon& daemon = state.get(id);
    if (daemon.status == model::DaemonStatus::kGone) continue;
    const std::string what = "daemon " + state.get(daemon.cluster).name + "/" + daemon.name + " ";
    if (daemon.status != model::DaemonStatus::kActive) return what + "is still there";
    // An instance that is full owes its daemon task still, and says so.
    if (state.explanations.daemons.contains(id)) continue;
    if (state.get(daemon.deployment).under_way()) return what + "is still being deployed";
    for (const model::InstanceId instance : state.of(daemon.cluster).instances) {
      const model::ContainerInstance& entity = state.get(instance);
      if (entity.status != model::InstanceStatus::kActive) continue;
      const std::string provider(model::capacity_provider_of(state, entity));
      const bool member = std::ranges::find(daemon.capacity_providers, provider) != daemon.capacity_providers.end();
      if (member != state.of(id).tasks.contains(instance)) return what + "is not where it should be";
    }
  }
  return {};
}

}  // namespace drydock::simulation
