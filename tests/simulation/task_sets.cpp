// Services of an EXTERNAL controller and their task sets.
#include <algorithm>
#include <vector>

#include "model/arn.hpp"
#include "server/operations/services/services.hpp"
#include "server/operations/task_sets/task_sets.hpp"
#include "tests/simulation/world.hpp"

namespace drydock::simulation {
namespace {

std::vector<const model::TaskSet*> all_sets(const model::State& state) {
  std::vector<const model::TaskSet*> sets;
  for (const model::ServiceId service : state.services()) {
    for (const auto& [digits, id] : state.of(service).task_sets) sets.push_back(state.find(id));
  }
  return sets;
}

template <class Request>
Request about(const model::State& state, const model::TaskSet& set) {
  Request request;
  request.cluster = state.get(state.get(set.service).cluster).name;
  request.service = state.get(set.service).name;
  return request;
}

}  // namespace

void World::change_task_sets() {
  const auto sets = all_sets(core_->state());
  const std::uint64_t what = dice_.below(6);
  if (sets.empty() || what < 2) return create_task_set();
  const model::TaskSet& set = *pick(sets);
  const std::string id = model::deployment_id(set.deployment.digits);
  const model::State& state = core_->state();
  if (what < 4) {
    auto request = about<api::UpdateTaskSetRequest>(state, set);
    request.taskSet = id;
    request.scale.emplace().value = static_cast<double>(dice_.below(11)) * 10;
    request.scale->unit = "PERCENT";
    call("update-task-set " + id, operations::update_task_set, request);
  } else if (what == 4) {
    auto request = about<api::UpdateServicePrimaryTaskSetRequest>(state, set);
    request.primaryTaskSet = id;
    call("primary-task-set " + id, operations::update_service_primary_task_set, request);
  } else {
    auto request = about<api::DeleteTaskSetRequest>(state, set);
    request.taskSet = id;
    request.force = dice_.below(2) == 0;
    call("delete-task-set " + id, operations::delete_task_set, request);
  }
}

void World::create_task_set() {
  const Definition* definition = pick_definition(false);
  if (definition == nullptr) return;
  const std::string cluster = pick(clusters_);
  const std::string name = "x" + std::to_string(dice_.below(2));
  api::CreateServiceRequest service;
  service.cluster = cluster;
  service.serviceName = name;
  service.desiredCount = static_cast<int>(dice_.below(5));
  service.deploymentController.emplace().type = "EXTERNAL";
  if (dice_.below(3) == 0) {
    call("create-external " + cluster + "/" + name, operations::create_service, service);
    const std::string known = cluster + "/" + name;
    if (std::ranges::find(services_, known) == services_.end()) services_.push_back(known);
  }
  api::CreateTaskSetRequest request;
  request.cluster = cluster;
  request.service = name;
  request.taskDefinition = definition->arn;
  request.scale.emplace().value = static_cast<double>(dice_.below(11)) * 10;
  request.scale->unit = "PERCENT";
  call("create-task-set " + cluster + "/" + name, operations::create_task_set, request);
}

/// Nobody says which of their sets is to have what in the end.
void World::delete_external_services() {
  const std::set<model::ServiceId> services = core_->state().services();
  for (const model::ServiceId id : services) {
    const model::Service& service = core_->state().get(id);
    if (service.status != model::ServiceStatus::kActive || !service.deployments.empty()) continue;
    api::DeleteServiceRequest request;
    request.cluster = core_->state().get(service.cluster).name;
    request.service = service.name;
    request.force = true;
    call("delete external " + service.name, operations::delete_service, request);
  }
}

}  // namespace drydock::simulation
