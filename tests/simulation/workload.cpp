// What users ask for. Calls may be refused: that is part of a history.
#include <algorithm>

#include "model/arn.hpp"
#include "server/operations/clusters/clusters.hpp"
#include "server/operations/container_instances/container_instances.hpp"
#include "server/operations/service_deployments/service_deployments.hpp"
#include "server/operations/services/services.hpp"
#include "server/operations/task_definitions/task_definitions.hpp"
#include "server/operations/tasks/tasks.hpp"
#include "tests/simulation/world.hpp"

namespace drydock::simulation {
namespace {

api::NetworkConfiguration some_subnets() {
  api::NetworkConfiguration network;
  network.awsvpcConfiguration.emplace().subnets = {"subnet-0a", "subnet-0b"};
  return network;
}

std::string number(std::uint64_t value) { return std::to_string(value); }

}  // namespace

void World::create_clusters() {
  for (int i = 0; i < parameters_.clusters; ++i) {
    clusters_.push_back("c" + std::to_string(i));
    api::CreateClusterRequest request;
    request.clusterName = clusters_.back();
    bool made = false;
    const std::function<void(const api::CreateClusterResponse&)> answered = [&made](const auto&) { made = true; };
    while (!made) {
      call("create-cluster " + clusters_.back(), operations::create_cluster, request, answered);
      const std::uint64_t needed = core_->sequence();
      while (!made && core_->sequence() >= needed && !events_.empty()) note(events_.run_next());
    }
  }
}

void World::make_definition(const std::string& family, bool steady, bool awsvpc) {
  Definition made;
  made.awsvpc = awsvpc;
  api::RegisterTaskDefinitionRequest request;
  request.family = family;
  const int containers = 1 + static_cast<int>(dice_.below(2));
  auto& list = request.containerDefinitions.emplace();
  const auto seconds = [&](std::uint64_t most) {
    return number(dice_.below(most * 10) / 10) + "." + number(dice_.below(10));
  };
  for (int i = 0; i < containers; ++i) {
    api::ContainerDefinition& container = list.emplace_back();
    container.name = "c" + std::to_string(i);
    container.image = "app";
    container.essential = i == 0;
    container.memory = 64 * (1 + static_cast<int>(dice_.below(4)));
    container.cpu = 64 * static_cast<int>(dice_.below(3));
    auto& labels = container.dockerLabels.emplace();
    const auto label = [&](const char* name, std::string value) {
      labels.emplace_back(std::string("drydock.simulated.") + name, std::move(value));
    };
    label("pull-for", seconds(3));
    label("start-for", seconds(2));
    label("stop-for", seconds(4));
    if (dice_.below(4) == 0) label("ignore-stop", "true");
    if (dice_.below(2) == 0) container.stopTimeout = 2 + static_cast<int>(dice_.below(8));
    if (parameters_.health_checks && i == 0 && dice_.below(2) == 0) {
      container.healthCheck.emplace().command = {"CMD-SHELL", "true"};
      if (!steady && dice_.below(3) == 0) label("health", "UNHEALTHY");
    }
    if (!steady && i == 0 && parameters_.failing_tasks) {
      const std::uint64_t kind = dice_.below(4);
      if (kind == 0) label("pull-error", "no such image");
      if (kind == 1) label("start-error", "no such file");
      if (kind == 2) label("run-for", seconds(20));
      if (kind == 2) label("exit-code", number(dice_.below(4)));
    }
    if (steady || awsvpc || i != 0) continue;
    api::PortMapping& port = container.portMappings.emplace().emplace_back();
    port.containerPort = 80;
    if (parameters_.fixed_ports && dice_.below(2) == 0) port.hostPort = 8000 + static_cast<int>(dice_.below(3));
  }
  if (awsvpc) {
    request.networkMode = "awsvpc";
    request.requiresCompatibilities = {"EC2", "FARGATE"};
    request.cpu = "256";
    request.memory = "512";
  }
  made.steady = steady;
  // Known once it is acknowledged: until then its revision may yet be another's.
  const std::function<void(const api::RegisterTaskDefinitionResponse&)> answered = [this, made](const auto& response) {
    definitions_.push_back(made);
    definitions_.back().arn = response.taskDefinition->taskDefinitionArn.value_or("");
  };
  call("register-task-definition " + family, operations::register_task_definition, request, answered);
}

void World::register_definition() {
  const bool awsvpc = dice_.below(4) == 0;
  make_definition(awsvpc ? "vpc" : "f" + number(dice_.below(3)), dice_.below(3) == 0, awsvpc);
}

const World::Definition* World::pick_definition(bool awsvpc) {
  std::vector<const Definition*> fitting;
  for (const Definition& definition : definitions_) {
    if (definition.awsvpc == awsvpc) fitting.push_back(&definition);
  }
  return fitting.empty() ? nullptr : pick(fitting);
}

void World::create_service() {
  const bool awsvpc = dice_.below(4) == 0;
  const Definition* definition = pick_definition(awsvpc);
  if (definition == nullptr) return register_definition();
  api::CreateServiceRequest request;
  request.cluster = pick(clusters_);
  request.serviceName = "s" + number(dice_.below(4));
  request.taskDefinition = definition->arn;
  const bool daemon = parameters_.daemons && !awsvpc && dice_.below(3) == 0;
  auto& configuration = request.deploymentConfiguration.emplace();
  if (daemon) {
    request.schedulingStrategy = "DAEMON";
    configuration.minimumHealthyPercent = static_cast<int>(dice_.below(3)) * 40;
    configuration.maximumPercent = 100;
  } else {
    request.desiredCount = static_cast<int>(dice_.below(5));
    configuration.minimumHealthyPercent = static_cast<int>(dice_.below(5)) * 25;
    configuration.maximumPercent =
        std::max(*configuration.minimumHealthyPercent, 100 + static_cast<int>(dice_.below(5)) * 25);
  }
  if (parameters_.circuit_breakers && dice_.below(2) == 0) {
    auto& breaker = configuration.deploymentCircuitBreaker.emplace();
    breaker.enable = true;
    breaker.rollback = dice_.below(2) == 0;
  }
  if (parameters_.traffic_shifts && !daemon) choose_strategy(configuration);
  if (awsvpc) request.networkConfiguration = some_subnets();
  if (awsvpc && fargate_ && dice_.below(2) == 0) request.launchType = "FARGATE";
  if (!request.launchType && !daemon) choose_capacity(*request.cluster, request.capacityProviderStrategy);
  if (!request.launchType) {
    choose_constraints(request.placementConstraints);
    if (!daemon) choose_strategy(request.placementStrategy);
  }
  const std::string name = *request.cluster + "/" + *request.serviceName;
  if (call(std::string("create-service ") + (daemon ? "daemon " : "") + name + " " +
               number(static_cast<std::uint64_t>(request.desiredCount.value_or(0))),
           operations::create_service, request)) {
    if (std::ranges::find(services_, name) == services_.end()) services_.push_back(name);
  }
}

void World::update_service() {
  if (services_.empty()) return;
  const std::string name = pick(services_);
  api::UpdateServiceRequest request;
  request.cluster = name.substr(0, name.find('/'));
  request.service = name.substr(name.find('/') + 1);
  const model::Cluster* cluster = core_->state().cluster_named(world(), *request.cluster);
  const model::Service* service =
      cluster == nullptr ? nullptr : core_->state().service_named(cluster->id, *request.service);
  if (service == nullptr) return;
  const bool daemon = service->strategy == model::SchedulingStrategy::kDaemon;
  std::string what = "update-service " + name;
  if (!daemon && dice_.below(2) == 0) {
    request.desiredCount = static_cast<int>(dice_.below(6));
    what += " count " + number(static_cast<std::uint64_t>(*request.desiredCount));
  }
  if (dice_.below(2) == 0) {
    const bool awsvpc = service->settings->networkConfiguration.has_value();
    if (const Definition* definition = pick_definition(awsvpc)) request.taskDefinition = definition->arn;
    what += " definition";
  }
  if (dice_.below(4) == 0) request.forceNewDeployment = true;
  if (dice_.below(4) == 0) {
    auto& configuration = request.deploymentConfiguration.emplace();
    configuration.minimumHealthyPercent = static_cast<int>(dice_.below(daemon ? 3 : 5)) * 25;
    configuration.maximumPercent = daemon ? 100 : 100 + static_cast<int>(dice_.below(5)) * 25;
  }
  if (parameters_.traffic_shifts && !daemon && dice_.below(2) == 0) {
    if (!request.deploymentConfiguration) request.deploymentConfiguration.emplace();
    choose_strategy(*request.deploymentConfiguration);
    what += " " + request.deploymentConfiguration->strategy.value_or("");
  }
  if (service->launch_type != model::LaunchType::kFargate) {
    if (const std::string kind = choose_constraints(request.placementConstraints); !kind.empty()) what += " " + kind;
    if (!daemon) choose_strategy(request.placementStrategy);
  }
  call(what, operations::update_service, request);
}

void World::delete_service() {
  if (services_.empty()) return;
  const std::string name = pick(services_);
  api::DeleteServiceRequest request;
  request.cluster = name.substr(0, name.find('/'));
  request.service = name.substr(name.find('/') + 1);
  request.force = dice_.below(2) == 0;
  call("delete-service " + name, operations::delete_service, request);
}

void World::stop_deployment() {
  if (services_.empty()) return;
  const std::string name = pick(services_);
  const model::Cluster* cluster = core_->state().cluster_named(world(), name.substr(0, name.find('/')));
  const model::Service* service =
      cluster == nullptr ? nullptr : core_->state().service_named(cluster->id, name.substr(name.find('/') + 1));
  const model::ServiceDeployment* record = service == nullptr ? nullptr : core_->state().find(service->deploying);
  if (record == nullptr) return;
  api::StopServiceDeploymentRequest request;
  request.serviceDeploymentArn = model::arn_of(core_->state(), *record);
  if (dice_.below(3) == 0) request.stopType = "ABORT";
  call("stop-deployment " + name, operations::stop_service_deployment, request);
}

void World::run_task() {
  const bool awsvpc = dice_.below(4) == 0;
  const Definition* definition = pick_definition(awsvpc);
  if (definition == nullptr) return;
  api::RunTaskRequest request;
  request.cluster = pick(clusters_);
  request.taskDefinition = definition->arn;
  request.count = 1 + static_cast<int>(dice_.below(4));
  if (awsvpc) request.networkConfiguration = some_subnets();
  if (awsvpc && fargate_ && dice_.below(2) == 0) request.launchType = "FARGATE";
  if (dice_.below(3) == 0) request.clientToken = "token-" + number(dice_.below(3));
  if (!request.launchType) choose_capacity(*request.cluster, request.capacityProviderStrategy);
  if (!request.launchType) {
    const std::string kind = choose_constraints(request.placementConstraints);
    if (!kind.empty()) request.startedBy = kind;
    choose_strategy(request.placementStrategy);
  }
  call("run-task", operations::run_task, request);
}

void World::start_task() {
  const Definition* definition = pick_definition(false);
  const auto online = online_machines();
  if (definition == nullptr || online.empty()) return;
  const MachinePtr machine = pick(online);
  if (machine->arn.empty()) return;
  api::StartTaskRequest request;
  request.cluster = machine->cluster;
  request.taskDefinition = definition->arn;
  request.containerInstances = {machine->arn};
  call("start-task on " + std::to_string(machine->number), operations::start_task, request);
}

void World::stop_task() {
  const model::Cluster* cluster = core_->state().cluster_named(world(), pick(clusters_));
  if (cluster == nullptr) return;
  const auto& wanted = core_->state().of(cluster->id).wanted;
  if (wanted.empty()) return;
  const std::vector<model::TaskId> tasks(wanted.begin(), wanted.end());
  api::StopTaskRequest request;
  request.cluster = cluster->name;
  request.task = model::to_hex(core_->state().get(pick(tasks)).uuid);
  call("stop-task " + request.task->substr(0, 6), operations::stop_task, request);
}

void World::change_instance_state() {
  const auto online = online_machines();
  if (online.empty()) return;
  const MachinePtr machine = pick(online);
  if (machine->arn.empty()) return;
  api::UpdateContainerInstancesStateRequest request;
  request.cluster = machine->cluster;
  request.containerInstances = {machine->arn};
  request.status = dice_.below(2) == 0 ? "DRAINING" : "ACTIVE";
  call("instance " + std::to_string(machine->number) + " " + *request.status,
       operations::update_container_instances_state, request);
}

void World::deregister_instance() {
  std::vector<const model::ContainerInstance*> known;
  for (const model::InstanceId id : core_->state().instances()) {
    if (core_->state().get(id).status != model::InstanceStatus::kInactive) known.push_back(core_->state().find(id));
  }
  if (known.empty()) return;
  const model::ContainerInstance& instance = *pick(known);
  api::DeregisterContainerInstanceRequest request;
  request.cluster = core_->state().get(instance.cluster).name;
  request.containerInstance = model::arn_of(core_->state(), instance);
  request.force = dice_.below(3) != 0;
  const std::string arn = *request.containerInstance;
  const std::function<void(const api::DeregisterContainerInstanceResponse&)> answered = [this, arn](const auto&) {
    for (const MachinePtr& machine : machines_) {
      if (machine->arn != arn) continue;
      // The agent hears of it and comes back as another instance.
      machine->connected = false;
      events_.after(std::chrono::seconds(dice_.below(10)), "enroll " + std::to_string(machine->number),
                    [this, machine] { enroll(machine); });
    }
  };
  call("deregister " + arn.substr(arn.rfind('/') + 1, 6), operations::deregister_container_instance, request, answered);
}

}  // namespace drydock::simulation
