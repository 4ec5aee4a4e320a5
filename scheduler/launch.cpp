#include "scheduler/launch.hpp"

#include <algorithm>
#include <cstdio>

#include "model/gpus.hpp"
#include "model/task_content.hpp"

namespace drydock::scheduler {
namespace {

/// Tasks are spread over the subnets in turn: the place of the next task's subnet; nothing without any.
std::optional<std::size_t> subnet_turn(const model::State& state, const LaunchRequest& request) {
  if (!request.network || !request.network->awsvpcConfiguration || !request.network->awsvpcConfiguration->subnets) {
    return std::nullopt;
  }
  const std::size_t subnets = request.network->awsvpcConfiguration->subnets->size();
  if (subnets == 0) return std::nullopt;
  return state.of(request.cluster).wanted.size() % subnets;
}

/// Nobody says which zone a subnet belongs to: the first one stands for zone a, the next for b, and so on.
char zone_letter(std::size_t subnet) {
  constexpr std::size_t kZones = 6;
  return static_cast<char>('a' + subnet % kZones);
}

model::NetworkAttachment make_attachment(model::Transaction& tx, const LaunchRequest& request) {
  model::NetworkAttachment attachment;
  attachment.id = tx.random().uuid();
  attachment.status = "PRECREATED";
  if (const auto turn = subnet_turn(tx.state(), request)) {
    attachment.subnet_id = (*request.network->awsvpcConfiguration->subnets)[*turn];
  }
  const std::uint64_t bits = tx.random().next();
  attachment.interface_id = "eni-" + model::to_hex({bits, tx.random().next()}).substr(0, 17);
  char mac[18];
  std::snprintf(mac, sizeof mac, "0a:%02x:%02x:%02x:%02x:%02x", static_cast<unsigned>(bits & 0xFFU),
                static_cast<unsigned>((bits >> 8U) & 0xFFU), static_cast<unsigned>((bits >> 16U) & 0xFFU),
                static_cast<unsigned>((bits >> 24U) & 0xFFU), static_cast<unsigned>((bits >> 32U) & 0xFFU));
  attachment.mac_address = mac;
  return attachment;
}

bool essential_health_check(const api::TaskDefinition& definition) {
  if (!definition.containerDefinitions) return false;
  return std::ranges::any_of(*definition.containerDefinitions, [](const api::ContainerDefinition& container) {
    return container.essential.value_or(true) && container.healthCheck.has_value();
  });
}

/// One per instance: managed scaling does not count it.
bool is_daemonic(const model::State& state, const LaunchRequest& request) {
  if (request.daemon) return true;
  return request.service && state.get(request.service).strategy == model::SchedulingStrategy::kDaemon;
}

/// Gives each container the GPUs that it asks for, lowest first.
void pin_gpus(const model::State& state, const model::TaskRequirements& needs, model::Task& task) {
  if (needs.gpus == 0 || !task.instance) return;
  const std::vector<std::string> free = model::free_gpu_ids(state, state.get(task.instance));
  std::size_t next = 0;
  for (std::size_t i = 0; i < task.containers.size() && i < needs.gpus_by_container.size(); ++i) {
    for (int wanted = needs.gpus_by_container[i]; wanted > 0 && next < free.size(); --wanted) {
      task.containers[i].gpu_ids.push_back(free[next++]);
    }
  }
}

}  // namespace

model::TaskId launch(model::Transaction& tx, const LaunchRequest& request, const model::TaskRequirements& needs) {
  const model::State& state = tx.state();
  model::Task task;
  task.uuid = tx.random().uuid();
  task.cluster = request.cluster;
  task.task_definition = request.task_definition;
  task.service = request.service;
  task.daemon = request.daemon;
  task.daemon_definition = request.daemon_definition;
  task.daemon_revision = request.daemon_revision;
  const api::TaskDefinition& definition = model::content_of(state, task);
  task.deployment = request.deployment;
  task.instance = request.instance;
  task.launch_type = request.launch_type;
  task.group = request.group;
  task.started_by = request.started_by;
  task.client_token = request.client_token;
  task.request_fingerprint = request.request_fingerprint;
  task.platform_version = request.platform_version;
  task.capacity_provider = request.capacity_provider;
  task.execute_command = request.execute_command;
  task.overrides = request.overrides;
  task.daemonic = is_daemonic(state, request);
  task.tags = request.tags;
  task.created_at = tx.now();
  task.health_checked = essential_health_check(definition);
  task.reservation = {needs.cpu_units, needs.memory_mib, needs.ports};
  if (definition.networkMode == "awsvpc") task.network = make_attachment(tx, request);
  const bool fargate = request.launch_type == model::LaunchType::kFargate;
  const bool waits = !fargate && !request.instance;
  if (waits) task.placement = request.placement;
  task.last_status = fargate || waits || task.network ? model::TaskStatus::kProvisioning : model::TaskStatus::kPending;
  if (request.instance) {
    const model::ContainerInstance& instance = state.get(request.instance);
    task.availability_zone = instance.availability_zone;
    task.connected = instance.agent_connected;
    if (task.connected) task.connectivity_at = tx.now();
  } else if (fargate) {
    task.availability_zone =
        state.get(state.get(request.cluster).world).region + zone_letter(subnet_turn(state, request).value_or(0));
    task.connected = true;
    task.connectivity_at = tx.now();
  }
  const std::size_t containers = definition.containerDefinitions ? definition.containerDefinitions->size() : 0;
  for (std::size_t i = 0; i < containers; ++i) task.containers.emplace_back().id = tx.random().uuid();
  pin_gpus(state, needs, task);
  return tx.create(std::move(task));
}

void assign(model::Transaction& tx, model::TaskId id, model::InstanceId instance,
            const model::TaskRequirements& needs) {
  const model::ContainerInstance& host = tx.state().get(instance);
  tx.update(id, [&](model::Task& task) {
    task.instance = instance;
    task.availability_zone = host.availability_zone;
    task.connected = host.agent_connected;
    if (task.connected) task.connectivity_at = tx.now();
    task.placement = nullptr;
    if (!task.network) task.last_status = model::TaskStatus::kPending;
    ++task.version;
    pin_gpus(tx.state(), needs, task);
  });
  tx.explanations().tasks.erase(id);
}

}  // namespace drydock::scheduler
