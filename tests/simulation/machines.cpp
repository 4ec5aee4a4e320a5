// Machines and the network between them and the control plane.
#include "instances/fingerprint.hpp"
#include "model/arn.hpp"
#include "server/operations/container_instances/agent_reports.hpp"
#include "server/operations/container_instances/container_instances.hpp"
#include "server/operations/container_instances/instance_session.hpp"
#include "tests/simulation/world.hpp"

namespace drydock::simulation {
namespace {

constexpr auto kEnrollAgain = std::chrono::seconds(1);

api::ApiError no_answer() { return api::ApiError::server("connection reset by peer"); }

}  // namespace

void World::add_machine(int cpu_units, int memory_mib, const std::string& cluster) {
  start_machine(cpu_units, memory_mib, cluster, std::string("eu-west-1") + static_cast<char>('a' + dice_.below(3)), {});
}

void World::start_machine(int cpu_units, int memory_mib, const std::string& cluster, const std::string& zone,
                          const std::string& instance_id) {
  auto machine = std::make_shared<Machine>();
  machine->number = ++machine_number_;
  machine->cluster = cluster;
  machine->zone = zone;
  machine->instance_id = instance_id;
  machine->cpu_units = cpu_units;
  machine->memory_mib = memory_mib;
  machine->online = true;
  machine->agent = std::make_shared<instances::simulated::SimulatedInstance>(
      "machine-" + std::to_string(machine->number), clock_,
      [this](model::Duration delay, std::function<void()> then) { events_.after(delay, "machine", std::move(then)); },
      control_plane(machine), surroundings());
  machines_.push_back(machine);
  note("machine " + std::to_string(machine->number) + " in " + cluster);
  enroll(machine);
}

void World::add_fargate() {
  fargate_ = std::make_shared<Machine>();
  fargate_->online = true;
  fargate_->fargate = true;
  fargate_->agent = std::make_shared<instances::simulated::SimulatedInstance>(
      "fargate", clock_,
      [this](model::Duration delay, std::function<void()> then) { events_.after(delay, "fargate", std::move(then)); },
      control_plane(fargate_), surroundings());
  core_->attach_fargate(fargate_->agent);
}

/// One call of a machine over the network: it may arrive late, twice or not at all, and so may its answer.
template <class Response>
void World::report(const MachinePtr& machine, const std::string& label,
                   const std::function<std::expected<Response, api::ApiError>(server::Core&)>& operation,
                   const instances::Reply<Response>& reply) {
  const auto delay = [this] {
    const int most = parameters_.network_delay_ms;
    return model::Duration{most == 0 ? 0 : static_cast<std::int64_t>(dice_.below(static_cast<std::uint64_t>(most)))};
  };
  const auto broken = [this, label, reply] {
    events_.after(model::Duration{5}, label + " breaks", [reply] { reply(std::unexpected(no_answer())); });
  };
  if (!machine->online || percent() < parameters_.report_lost_percent) return broken();
  const bool answer_lost = percent() < parameters_.answer_lost_percent;
  events_.after(delay(), label, [this, machine, operation, reply, broken, answer_lost, label] {
    if (!machine->online) return broken();
    auto result = operation(*core_);
    const std::uint64_t needed = core_->sequence();
    const std::uint64_t number = ++call_number_;
    calls_[number] = broken;
    core_->when_durable(core_->sequence(), [=, this, result = std::move(result)](const api::ApiError* error) mutable {
      if (calls_.erase(number) == 0) return;
      if (answer_lost || !machine->online) return broken();
      if (error != nullptr) result = std::unexpected(*error);
      if (error == nullptr && disk_.last() < needed) throw Violation("an answer left before its change was durable");
      events_.after(model::Duration{1}, label + " answered", [reply, result = std::move(result)] { reply(result); });
    });
  });
  if (percent() < parameters_.report_doubled_percent) {
    events_.after(delay(), label + " again", [this, operation] { operation(*core_); });
  }
}

instances::ControlPlane World::control_plane(const MachinePtr& strong) {
  instances::ControlPlane plane;
  const std::weak_ptr<Machine> weak = strong;
  plane.register_instance = [this, weak](api::RegisterContainerInstanceRequest request, const auto& reply) {
    const MachinePtr machine = weak.lock();
    if (!machine) return;
    const std::function<std::expected<api::RegisterContainerInstanceResponse, api::ApiError>(server::Core&)> operation =
        [this, request = std::move(request)](server::Core& core) {
          return core.run(world(), [&](operations::Context& context) {
            return operations::register_container_instance(request, context);
          });
        };
    report<api::RegisterContainerInstanceResponse>(machine, "register " + std::to_string(machine->number), operation,
                                                   reply);
  };
  plane.submit_task_state = [this, weak](api::SubmitTaskStateChangeRequest request, const auto& reply) {
    const MachinePtr machine = weak.lock();
    if (!machine) return;
    invariants_.reported(request);
    distort(request);
    if (swallows(request)) {
      events_.after(model::Duration{1}, "swallowed", [reply] { reply(api::SubmitTaskStateChangeResponse{}); });
      return;
    }
    const std::string label =
        request.task.value_or("").substr(request.task->rfind('/') + 1, 6) + " is " + request.status.value_or("");
    const std::function<std::expected<api::SubmitTaskStateChangeResponse, api::ApiError>(server::Core&)> operation =
        [this, request = std::move(request)](server::Core& core) {
          return core.run(world(), [&](operations::Context& context) {
            return operations::submit_task_state_change(request, context);
          });
        };
    report<api::SubmitTaskStateChangeResponse>(machine, label, operation, reply);
  };
  plane.publish_health = [this, weak](const std::vector<instances::ContainerHealth>& health) {
    const MachinePtr machine = weak.lock();
    if (!machine || !machine->online) return;
    events_.after(model::Duration{0}, "health", [this, machine, health] {
      if (!machine->online) return;
      core_->change([&](model::Transaction& tx) {
        for (const auto& one : health) operations::publish_health(tx, one.task_arn, one.container_name, one.status);
      });
    });
  };
  return plane;
}

std::string World::instance_id_of(const Machine& machine) {
  if (!machine.instance_id.empty()) return machine.instance_id;
  return "i-" + model::to_hex({0, static_cast<std::uint64_t>(machine.number)}).substr(15);
}

void World::enroll(const MachinePtr& machine) {
  if (!machine->online || machine->registering || machine->connected) return;
  machine->registering = true;
  instances::InstanceIdentity identity;
  identity.instance_id = instance_id_of(*machine);
  identity.region = "eu-west-1";
  identity.availability_zone = machine->zone;
  identity.instance_type = "drydock.simulated";
  instances::MachineFacts facts;
  facts.memory_mib = machine->memory_mib;
  facts.architecture = "x86_64";
  instances::AgentConfig config;
  config.cluster = machine->cluster;
  auto request = instances::make_registration(identity, facts, config, "");
  for (api::Resource& resource : *request.totalResources) {
    if (resource.name == "CPU") resource.integerValue = machine->cpu_units;
  }
  join_capacity_provider(*machine, request);
  join_rack(*machine, request);
  control_plane(machine).register_instance(request, [this, machine, life = life_](const auto& answer) {
    if (life == life_) machine->registering = false;
    if (!machine->online) return;
    if (life == life_ && answer) {
      machine->arn = *answer->containerInstance->containerInstanceArn;
      const model::ContainerInstance* instance = instance_of(machine);
      // Deregistered meanwhile: nobody may open a session as an INACTIVE instance, and an agent registers anew.
      if (instance == nullptr || instance->status != model::InstanceStatus::kInactive)
        return set_session(machine, true);
    }
    events_.after(kEnrollAgain, "enroll " + std::to_string(machine->number), [this, machine] { enroll(machine); });
  });
}

void World::set_session(const MachinePtr& machine, bool connected) {
  machine->connected = connected;
  connect(machine);
}

const model::ContainerInstance* World::instance_of(const MachinePtr& machine) const {
  const auto parsed = model::parse_arn(machine->arn);
  const auto uuid = parsed ? model::parse_uuid(parsed->path.back()) : std::nullopt;
  return uuid ? core_->state().instance_with(*uuid) : nullptr;
}

void World::connect(const MachinePtr& machine) {
  const model::ContainerInstance* instance = instance_of(machine);
  if (instance == nullptr) return;
  const model::InstanceId id = instance->id;
  core_->change([&](model::Transaction& tx) { operations::set_agent_connected(tx, id, machine->connected); });
  if (!machine->connected) return core_->detach(id);
  core_->when_durable(core_->sequence(), [this, machine, id, arn = machine->arn](const api::ApiError* error) {
    if (error != nullptr || !machine->connected || machine->arn != arn || core_->state().find(id) == nullptr) return;
    const auto known = core_->attach(id, machine->agent);
    machine->agent->end_of_resync(known);
  });
}

std::vector<World::MachinePtr> World::online_machines() const {
  std::vector<MachinePtr> online;
  for (const MachinePtr& machine : machines_) {
    if (machine->online) online.push_back(machine);
  }
  return online;
}

void World::disconnect_some() {
  const auto online = online_machines();
  if (online.empty()) return;
  const MachinePtr machine = pick(online);
  note("machine " + std::to_string(machine->number) + " loses its network");
  machine->online = false;
  set_session(machine, false);
  events_.after(model::Duration{static_cast<std::int64_t>(dice_.below(20'000))},
                "network of " + std::to_string(machine->number) + " is back", [this, machine] {
                  if (!machine->agent) return;
                  machine->online = true;
                  enroll(machine);
                });
}

void World::lose_some() {
  const auto online = online_machines();
  if (online.empty()) return;
  lose(pick(online));
}

void World::lose_zone() {
  const auto online = online_machines();
  if (online.empty()) return;
  const std::string zone = pick(online)->zone;
  note("zone " + zone + " is lost");
  for (const MachinePtr& machine : online) {
    if (machine->zone == zone) lose(machine);
  }
}

void World::lose(const MachinePtr& machine) {
  if (!machine->instance_id.empty()) return;  // its group decides when it goes
  note("machine " + std::to_string(machine->number) + " burns");
  machine->agent->close(instances::CloseReason::kShutdown);
  machine->agent.reset();
  machine->online = false;
  set_session(machine, false);
  std::erase(machines_, machine);
  if (dice_.below(2) == 0) add_machine(machine->cpu_units, machine->memory_mib, machine->cluster);
}

void World::exit_some() {
  std::vector<const model::Task*> running;
  for (const model::ClusterId cluster : core_->state().clusters()) {
    for (const model::TaskId id : core_->state().of(cluster).wanted) {
      if (core_->state().get(id).last_status == model::TaskStatus::kRunning) running.push_back(core_->state().find(id));
    }
  }
  if (running.empty()) return;
  const std::string arn = model::arn_of(core_->state(), *pick(running));
  const int code = static_cast<int>(dice_.below(3));
  const std::string container = dice_.below(4) == 0 ? "c1" : "c0";
  note("exit " + arn.substr(arn.rfind('/') + 1, 6) + " " + container + " " + std::to_string(code));
  for (const MachinePtr& machine : machines_) machine->agent->exit_container(arn, container, code);
  if (fargate_) fargate_->agent->exit_container(arn, container, code);
}

void World::change_health() {
  std::vector<const model::Task*> checked;
  for (const model::ClusterId cluster : core_->state().clusters()) {
    for (const model::TaskId id : core_->state().of(cluster).wanted) {
      if (core_->state().get(id).health_checked) checked.push_back(core_->state().find(id));
    }
  }
  if (checked.empty()) return;
  const std::string arn = model::arn_of(core_->state(), *pick(checked));
  const std::string health = dice_.below(3) == 0 ? "HEALTHY" : "UNHEALTHY";
  note("health " + arn.substr(arn.rfind('/') + 1, 6) + " " + health);
  for (const MachinePtr& machine : machines_) machine->agent->set_health(arn, "c0", health);
  if (fargate_) fargate_->agent->set_health(arn, "c0", health);
}

}  // namespace drydock::simulation
