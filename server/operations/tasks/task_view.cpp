#include "server/operations/tasks/task_view.hpp"

#include "model/arn.hpp"
#include "model/task_content.hpp"
#include "model/task_definitions/requirements.hpp"
#include "server/operations/sessions/session_target.hpp"
#include "server/operations/values.hpp"

namespace drydock::operations {
namespace {

std::string text_of(int number) { return std::to_string(number); }

api::TaskOverride show_overrides(const model::Task& task, const std::vector<api::ContainerDefinition>& definitions) {
  api::TaskOverride shown = task.overrides ? *task.overrides : api::TaskOverride{};
  const std::vector<api::ContainerOverride> given =
      shown.containerOverrides.value_or(std::vector<api::ContainerOverride>{});
  // Every container is listed by name, also those without overrides.
  auto& all = shown.containerOverrides.emplace();
  for (const api::ContainerDefinition& definition : definitions) {
    api::ContainerOverride& entry = all.emplace_back();
    for (const api::ContainerOverride& one : given) {
      if (one.name == definition.name) entry = one;
    }
    entry.name = definition.name;
  }
  if (!shown.inferenceAcceleratorOverrides) shown.inferenceAcceleratorOverrides.emplace();
  return shown;
}

api::NetworkBinding show_binding(const model::NetworkBinding& binding) {
  api::NetworkBinding shown;
  shown.bindIP = binding.bind_ip;
  if (binding.container_port_range.empty()) {
    shown.containerPort = binding.container_port;
    shown.hostPort = binding.host_port;
  } else {
    shown.containerPortRange = binding.container_port_range;
    shown.hostPortRange = binding.host_port_range;
  }
  shown.protocol = binding.udp ? "udp" : "tcp";
  return shown;
}

void show_network(const model::Task& task, const model::TaskContainer& container, api::Container& shown) {
  auto& interfaces = shown.networkInterfaces.emplace();
  if (task.network && task.network->status == "ATTACHED") {
    api::NetworkInterface& one = interfaces.emplace_back();
    one.attachmentId = model::to_dashed(task.network->id);
    if (!task.network->private_ipv4.empty()) one.privateIpv4Address = task.network->private_ipv4;
  }
  if (!container.bindings_known && !task.ever_running) return;
  auto& bindings = shown.networkBindings.emplace();
  for (const model::NetworkBinding& binding : container.bindings) bindings.push_back(show_binding(binding));
}

api::Container show_container(const model::State& state, const model::Task& task, const model::TaskContainer& container,
                              const api::ContainerDefinition& definition) {
  api::Container shown;
  shown.containerArn = model::arn_of(state, task, container);
  shown.taskArn = model::arn_of(state, task);
  shown.name = definition.name;
  shown.image = definition.image;
  if (!container.image_digest.empty()) shown.imageDigest = container.image_digest;
  if (!container.runtime_id.empty()) shown.runtimeId = container.runtime_id;
  shown.lastStatus = model::to_text(container.status);
  if (container.exit_code) shown.exitCode = container.exit_code;
  if (!container.reason.empty()) shown.reason = container.reason;
  show_network(task, container, shown);
  if (!container.gpu_ids.empty()) shown.gpuIds = container.gpu_ids;
  shown.healthStatus = model::to_text(container.health);
  shown.cpu = text_of(definition.cpu.value_or(0));
  if (definition.memory) shown.memory = text_of(*definition.memory);
  if (definition.memoryReservation) shown.memoryReservation = text_of(*definition.memoryReservation);
  if (task.execute_command) shown.managedAgents.emplace().push_back(show_execute_command_agent(task, container));
  return shown;
}

api::Attachment show_attachment(const model::NetworkAttachment& network) {
  api::Attachment shown;
  shown.id = model::to_dashed(network.id);
  shown.type = "ElasticNetworkInterface";
  shown.status = network.status;
  auto& details = shown.details.emplace();
  const auto add = [&](const char* name, const std::string& value) {
    if (value.empty()) return;
    api::KeyValuePair& pair = details.emplace_back();
    pair.name = name;
    pair.value = value;
  };
  add("subnetId", network.subnet_id);
  if (network.status == "PRECREATED") return shown;
  add("networkInterfaceId", network.interface_id);
  add("macAddress", network.mac_address);
  add("privateIPv4Address", network.private_ipv4);
  return shown;
}

void show_fargate(const model::Task& task, const api::TaskDefinition& definition, api::Task& shown) {
  constexpr int kDefaultStorageGib = 20;
  shown.platformVersion = task.platform_version.empty() ? "1.4.0" : task.platform_version;
  shown.platformFamily = "Linux";
  api::EphemeralStorage storage;
  storage.sizeInGiB = definition.ephemeralStorage ? definition.ephemeralStorage->sizeInGiB : kDefaultStorageGib;
  if (task.overrides && task.overrides->ephemeralStorage) storage = *task.overrides->ephemeralStorage;
  shown.ephemeralStorage = storage;
  shown.fargateEphemeralStorage.emplace().sizeInGiB = storage.sizeInGiB;
}

void show_times(const model::Task& task, api::Task& shown) {
  shown.createdAt = timestamp(task.created_at);
  shown.connectivityAt = timestamp(task.connectivity_at);
  shown.pullStartedAt = timestamp(task.pull_started_at);
  shown.pullStoppedAt = timestamp(task.pull_stopped_at);
  shown.startedAt = timestamp(task.started_at);
  shown.stoppingAt = timestamp(task.stopping_at);
  shown.executionStoppedAt = timestamp(task.execution_stopped_at);
  shown.stoppedAt = timestamp(task.stopped_at);
}

}  // namespace

api::Task show_task(const model::State& state, const model::Task& task, bool with_tags) {
  const api::TaskDefinition& definition = model::content_of(state, task);
  const auto definitions = model::merged_containers(definition, task.overrides.get());
  api::Task shown;
  shown.taskArn = model::arn_of(state, task);
  shown.clusterArn = model::arn_of(state, state.get(task.cluster));
  shown.taskDefinitionArn = model::content_arn(state, task);
  if (const model::ContainerInstance* instance = state.find(task.instance)) {
    shown.containerInstanceArn = model::arn_of(state, *instance);
  }
  shown.overrides = show_overrides(task, definitions);
  shown.lastStatus = model::to_text(task.last_status);
  shown.desiredStatus = task.stop_wanted ? "STOPPED" : "RUNNING";
  shown.cpu = model::task_cpu_text(definition, task.overrides.get());
  shown.memory = model::task_memory_text(definition, task.overrides.get());
  auto& containers = shown.containers.emplace();
  for (std::size_t i = 0; i < definitions.size() && i < task.containers.size(); ++i) {
    containers.push_back(show_container(state, task, task.containers[i], definitions[i]));
  }
  shown.version = task.version;
  shown.group = task.group;
  shown.launchType = model::to_text(task.launch_type);
  if (!task.capacity_provider.empty()) shown.capacityProviderName = task.capacity_provider;
  if (!task.started_by.empty()) shown.startedBy = task.started_by;
  auto& attachments = shown.attachments.emplace();
  if (task.network) attachments.push_back(show_attachment(*task.network));
  api::Attribute& architecture = shown.attributes.emplace().emplace_back();
  architecture.name = "ecs.cpu-architecture";
  architecture.value = "x86_64";
  if (definition.runtimePlatform && definition.runtimePlatform->cpuArchitecture == "ARM64")
    architecture.value = "arm64";
  if (!task.availability_zone.empty()) shown.availabilityZone = task.availability_zone;
  shown.enableExecuteCommand = task.execute_command;
  shown.inferenceAccelerators.emplace();
  shown.tags.emplace();
  if (with_tags) shown.tags = task.tags;
  shown.healthStatus = model::to_text(task.health);
  if (task.last_status != model::TaskStatus::kProvisioning || task.connected) {
    shown.connectivity = task.connected ? "CONNECTED" : "DISCONNECTED";
  }
  if (task.stop_code != model::StopCode::kNone) shown.stopCode = model::to_text(task.stop_code);
  if (!task.stopped_reason.empty()) shown.stoppedReason = task.stopped_reason;
  show_times(task, shown);
  if (task.launch_type == model::LaunchType::kFargate) show_fargate(task, definition, shown);
  return shown;
}

}  // namespace drydock::operations
