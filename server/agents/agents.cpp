#include "server/agents/agents.hpp"

#include <spdlog/spdlog.h>

#include "instances/fingerprint.hpp"
#include "model/arn.hpp"
#include "model/task_content.hpp"
#include "server/agents/slot.hpp"
#include "server/operations/container_instances/agent_reports.hpp"
#include "server/operations/container_instances/container_instances.hpp"
#include "server/operations/container_instances/instance_session.hpp"
#include "server/operations/container_instances/usage_reports.hpp"

namespace drydock::server {
namespace {

/// The same machine has the same id after a restart, and different ones differ.
std::string instance_id_of(const std::string& drydock_id, const std::string& cluster, int number) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : drydock_id + "/" + cluster + "/" + std::to_string(number)) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  }
  model::Random spread(hash);
  const std::uint64_t high = spread.next();
  return "i-" + model::to_hex({high, spread.next()}).substr(0, 17);
}

std::vector<std::string> started_tasks(const model::State& state, const std::set<model::TaskId>& tasks) {
  std::vector<std::string> arns;
  for (const model::TaskId id : tasks) {
    const model::Task& task = state.get(id);
    const auto began = [](const model::TaskContainer& c) { return c.status != model::ContainerStatus::kPending; };
    if (task.ever_running || std::ranges::any_of(task.containers, began)) arns.push_back(model::arn_of(state, task));
  }
  return arns;
}

/// A simulated machine went on while the control plane was away.
void remember_tasks(instances::simulated::SimulatedInstance& link, const model::State& state,
                    const std::set<model::TaskId>& tasks) {
  for (const model::TaskId id : tasks) {
    const model::Task& task = state.get(id);
    if (!task.ever_running) continue;
    const auto& definitions = *model::content_of(state, task).containerDefinitions;
    std::map<std::string, std::vector<api::NetworkBinding>> bindings;
    for (std::size_t i = 0; i < task.containers.size() && i < definitions.size(); ++i) {
      auto& list = bindings[definitions[i].name.value_or("")];
      for (const model::NetworkBinding& binding : task.containers[i].bindings) {
        api::NetworkBinding& one = list.emplace_back();
        one.bindIP = binding.bind_ip;
        one.containerPort = binding.container_port;
        one.hostPort = binding.host_port;
        one.protocol = binding.udp ? "udp" : "tcp";
      }
    }
    link.remember(model::arn_of(state, task), task.started_at, std::move(bindings));
  }
}

}  // namespace

Agents::Agents(boost::asio::io_context& io, Core& core, const ServeOptions& options, instances::AgentConfig config,
               std::string drydock_id, instances::simulated::After after, Faults& faults,
               instances::simulated::Surroundings surroundings,
               std::shared_ptr<instances::docker::TaskEndpoint> task_endpoint)
    : io_(io),
      core_(core),
      options_(options),
      config_(std::move(config)),
      drydock_id_(std::move(drydock_id)),
      after_(std::move(after)),
      faults_(faults),
      surroundings_(std::move(surroundings)),
      task_endpoint_(std::move(task_endpoint)) {}

Agents::~Agents() { stop(); }

void Agents::start() {
  core_.change([&](model::Transaction& tx) {
    const std::set<model::InstanceId> known = core_.state().instances();
    for (const model::InstanceId id : known) operations::set_agent_connected(tx, id, false);
  });
  if (options_.runtime == Runtime::kNone) return;
  add_fargate();
  if (options_.instances_in_all) {
    for (const model::ClusterId cluster : core_.state().clusters()) add_for(cluster);
  } else {
    add_configured();
  }
  put_configured_groups();
  follow_groups(listed_machines());
  watch_leftovers();
}

void Agents::add_configured() {
  const int count = options_.runtime == Runtime::kSimulated ? options_.simulated_instances : 1;
  for (int number = 0; number < count; ++number) {
    add_instance(options_.account, options_.region, config_.cluster, number);
  }
}

void Agents::add_for(model::ClusterId id) {
  const model::Cluster& cluster = core_.state().get(id);
  if (cluster.status != model::ClusterStatus::kActive) return;
  const model::World& world = core_.state().get(cluster.world);
  for (const SlotPtr& slot : slots_) {
    if (slot->of_group) continue;
    if (slot->account == world.account && slot->region == world.region && slot->cluster == cluster.name) return;
  }
  const int count = options_.runtime == Runtime::kSimulated ? options_.simulated_instances : 1;
  for (int number = 0; number < count; ++number) add_instance(world.account, world.region, cluster.name, number);
}

void Agents::add_instance(const std::string& account, const std::string& region, const std::string& cluster,
                          int number) {
  auto slot = std::make_shared<Slot>();
  slot->account = account;
  slot->region = region;
  slot->cluster = cluster;
  slots_.push_back(slot);
  instances::InstanceIdentity identity;
  // With one instance per cluster the cluster is part of what makes it this machine; otherwise the machine may move.
  const std::string place = options_.instances_in_all ? account + "/" + region + "/" + cluster : "";
  identity.instance_id = instance_id_of(drydock_id_, place, number);
  identity.region = region;
  identity.account_id = account;
  const auto& zones = options_.simulated_zones;
  const bool zoned = options_.runtime == Runtime::kSimulated && !zones.empty();
  identity.availability_zone = zoned ? zones[static_cast<std::size_t>(number) % zones.size()] : region + "a";
  slot->instance_id = identity.instance_id;
  slot->zone = identity.availability_zone;
  slot->lost = options_.runtime == Runtime::kSimulated && faults_.instance_lost(place_of(slot));
  slot->cut_off = faults_.agent_disconnected(place_of(slot));
  if (options_.runtime == Runtime::kDocker) {
    add_docker(slot, std::move(identity), false);
  } else {
    add_simulated(slot, identity, number);
  }
}

void Agents::add_docker(const SlotPtr& slot, instances::InstanceIdentity identity, bool hidden) {
  auto options = docker_options(slot, std::move(identity));
  options.hidden = hidden;
  slot->hidden = hidden;
  make_docker(slot, std::move(options));
  slot->docker->start();
}

instances::docker::DockerAgentOptions Agents::docker_options(const SlotPtr& slot,
                                                             instances::InstanceIdentity identity) const {
  instances::docker::DockerAgentOptions agent;
  agent.socket_path = options_.docker_socket;
  agent.config = config_;
  agent.config.cluster = slot->cluster;
  agent.drydock_id = drydock_id_;
  agent.identity = std::move(identity);
  agent.task_endpoint = task_endpoint_;
  agent.logs = logs;
  agent.log_executor = log_executor;
  agent.read_object = read_object;
  return agent;
}

void Agents::make_docker(const SlotPtr& slot, instances::docker::DockerAgentOptions options) {
  slot->docker =
      std::make_shared<instances::docker::DockerAgent>(io_.get_executor(), std::move(options), control_plane(slot));
  slot->link = slot->docker;
}

void Agents::add_simulated(const SlotPtr& slot, const instances::InstanceIdentity& identity, int number) {
  const auto turn = static_cast<std::size_t>(number);
  const auto& sizes = options_.simulated_sizes;
  const auto& providers = options_.simulated_capacity_providers;
  const std::string provider = providers.empty() ? "none" : providers[turn % providers.size()];
  describe_simulated(slot, identity, sizes[turn % sizes.size()], provider == "none" ? "" : provider);
  make_simulated(slot);
  register_simulated(slot);
}

/// What the machine will register with.
void Agents::describe_simulated(const SlotPtr& slot, instances::InstanceIdentity identity, const SimulatedSize& size,
                                const std::string& provider) {
  instances::MachineFacts machine;
  machine.cpu_units = size.cpu_units;
  machine.memory_mib = size.memory_mib;
  machine.architecture = "x86_64";
  identity.instance_type = "drydock.simulated";
  instances::AgentConfig config = config_;
  config.cluster = slot->cluster;
  slot->registration = instances::make_registration(identity, machine, config, "");
  if (provider.empty()) return;
  api::Attribute& attribute = slot->registration.attributes->emplace_back();
  attribute.name = model::kCapacityProviderAttribute;
  attribute.value = provider;
}

void Agents::make_simulated(const SlotPtr& slot) {
  slot->simulated = std::make_shared<instances::simulated::SimulatedInstance>(slot->instance_id, core_.clock(), after_,
                                                                              control_plane(slot), surroundings_);
  slot->link = slot->simulated;
}

void Agents::register_simulated(const SlotPtr& slot) {
  if (slot->connected || slot->ended || slot->at_rest || slot->lost || slot->cut_off) return;
  if (resuming_ && resume(slot)) return;
  if (slot->registering) {
    slot->register_again = true;
    return;
  }
  slot->registering = true;
  slot->register_again = false;
  const auto plane = control_plane(slot);
  plane.register_instance(slot->registration, [this, slot](const auto& answer) {
    slot->registering = false;
    if (slot->ended) return;
    if (answer && slot->lost) {
      // Lost while it registered: what it has become goes, too.
      slot->arn = *answer->containerInstance->containerInstanceArn;
      slot->lost = false;
      return apply_faults(slot);
    }
    if (answer) {
      session_changed(slot, *answer->containerInstance->containerInstanceArn, true);
      return;
    }
    // A missing cluster is waited for (committed() tries again); a storage failure ends with storage_recovered().
    if (slot->register_again) return register_simulated(slot);
    if (slot == slots_.front()) spdlog::warn("simulated instance: {}", answer.error().message);
  });
}

void Agents::add_fargate() {
  fargate_ = std::make_shared<Slot>();
  fargate_->account = options_.account;
  fargate_->region = options_.region;
  fargate_->hidden = true;
  instances::InstanceIdentity identity;
  identity.instance_id = instance_id_of(drydock_id_, "fargate", 0);
  identity.region = options_.region;
  if (options_.runtime == Runtime::kDocker) {
    add_docker(fargate_, identity, true);
    fargate_->docker->already_started(started_tasks(core_.state(), core_.state().fargate_tasks()));
  } else {
    fargate_->simulated = std::make_shared<instances::simulated::SimulatedInstance>(
        identity.instance_id, core_.clock(), after_, control_plane(fargate_), surroundings_);
    fargate_->link = fargate_->simulated;
    remember_tasks(*fargate_->simulated, core_.state(), core_.state().fargate_tasks());
  }
  auto known = core_.attach_fargate(fargate_->link);
  if (fargate_->docker) fargate_->docker->end_of_resync(std::move(known));
}

void Agents::session_changed(const SlotPtr& slot, const std::string& arn, bool connected) {
  if (slot->ended || slot->hidden || (slot->at_rest && slot->arn == arn)) return;
  slot->session = connected;
  if (slot->cut_off) {
    slot->arn = arn;
    return;
  }
  slot->at_rest = false;
  slot->arn = arn;
  const bool was = slot->connected;
  slot->connected = connected;
  if (was != connected) spdlog::info("container instance {}: agent {}", arn, connected ? "connected" : "disconnected");
  connect(slot);
}

const model::ContainerInstance* Agents::instance_of(const SlotPtr& slot) const {
  const auto parsed = model::parse_arn(slot->arn);
  const auto uuid = parsed ? model::parse_uuid(parsed->path.back()) : std::nullopt;
  return uuid ? core_.state().instance_with(*uuid) : nullptr;
}

bool Agents::has(const model::ContainerInstance& instance) const {
  const std::string arn = model::arn_of(core_.state(), instance);
  return std::ranges::any_of(
      slots_, [&](const SlotPtr& slot) { return slot->arn == arn || slot->instance_id == instance.ec2_instance_id; });
}

void Agents::connect(const SlotPtr& slot) {
  const model::ContainerInstance* instance = instance_of(slot);
  if (instance == nullptr) return;
  const model::InstanceId id = instance->id;
  core_.change([&](model::Transaction& tx) { operations::set_agent_connected(tx, id, slot->connected); });
  if (!slot->connected) {
    core_.detach(id);
    return;
  }
  const auto attach = [this, slot, id](const api::ApiError* error) {
    if (error != nullptr || slot->ended || !slot->connected || core_.state().find(id) == nullptr) return;
    const auto& tasks = core_.state().of(id).tasks;
    if (slot->docker) slot->docker->already_started(started_tasks(core_.state(), tasks));
    if (slot->simulated) remember_tasks(*slot->simulated, core_.state(), tasks);
    auto known = core_.attach(id, slot->link);
    if (slot->simulated) slot->simulated->end_of_resync(known);
    if (slot->docker) slot->docker->end_of_resync(std::move(known));
  };
  core_.when_durable(core_.sequence(), attach);
}

model::WorldId Agents::world_of_task(const std::string& arn) {
  const auto parsed = model::parse_arn(arn);
  if (!parsed) return core_.world(options_.account, options_.region);
  return core_.world(parsed->account, parsed->region);
}

instances::ControlPlane Agents::control_plane(const SlotPtr& slot) {
  instances::ControlPlane plane;
  const std::weak_ptr<Slot> weak = slot;
  // Runs an agent's operation through the one door and answers once it is durable.
  const auto answer = [this](auto result, auto reply) {
    const auto done = [result = std::move(result), reply = std::move(reply)](const api::ApiError* error) mutable {
      if (error != nullptr) {
        reply(std::unexpected(*error));
      } else {
        reply(std::move(result));
      }
    };
    core_.when_durable(core_.sequence(), done);
  };
  plane.register_instance = [this, weak, answer](api::RegisterContainerInstanceRequest request, auto reply) {
    const auto strong = weak.lock();
    if (!strong || strong->ended) return;
    if (strong->cut_off || held_) {
      strong->unheard.push_back([plane = control_plane(strong), request = std::move(request), reply] {
        plane.register_instance(request, reply);
      });
      return;
    }
    const auto operation = [&](operations::Context& context) {
      return operations::register_container_instance(request, context);
    };
    answer(core_.run(core_.world(strong->account, strong->region), operation), std::move(reply));
  };
  plane.submit_task_state = [this, weak, answer](api::SubmitTaskStateChangeRequest request, auto reply) {
    const auto strong = weak.lock();
    if (!strong || strong->ended) return;
    if (strong->cut_off || held_) {
      strong->unheard.push_back([plane = control_plane(strong), request = std::move(request), reply] {
        plane.submit_task_state(request, reply);
      });
      return;
    }
    const auto operation = [&](operations::Context& context) {
      return operations::submit_task_state_change(request, context);
    };
    answer(core_.run(world_of_task(request.task.value_or("")), operation), std::move(reply));
  };
  plane.publish_health = [this, weak](const std::vector<instances::ContainerHealth>& health) {
    const auto strong = weak.lock();
    if (!strong || strong->cut_off || held_) return;
    core_.change([&](model::Transaction& tx) {
      for (const auto& one : health) operations::publish_health(tx, one.task_arn, one.container_name, one.status);
    });
  };
  plane.publish_metrics = [this, weak](const std::vector<instances::ContainerUsage>& usage) {
    if (weak.expired() || held_) return;
    std::vector<operations::ContainerUse> report;
    for (const auto& one : usage) report.push_back({one.task_arn, one.cpu_units, one.memory_mib});
    core_.change([&](model::Transaction& tx) { operations::publish_usage(tx, report); });
  };
  plane.publish_address = [this, weak](const instances::TaskAddress& address) {
    const auto strong = weak.lock();
    if (!strong) return;
    if (held_) {
      // It is said once, unlike health and use.
      strong->unheard.emplace_back([plane = control_plane(strong), address] { plane.publish_address(address); });
      return;
    }
    core_.change(
        [&](model::Transaction& tx) { operations::publish_address(tx, address.task_arn, address.ipv4, address.mac); });
  };
  plane.session_changed = [this, weak](const std::string& arn, bool connected) {
    const auto strong = weak.lock();
    if (!strong) return;
    if (!held_) return session_changed(strong, arn, connected);
    strong->unheard.emplace_back([this, weak, arn, connected] {
      if (const auto still = weak.lock()) session_changed(still, arn, connected);
    });
  };
  return plane;
}

void Agents::committed(std::span<const model::Touched> touched) {
  if (held_) return;
  for (const model::Touched& entity : touched) {
    // Not from inside the commit: registering is a transaction of its own.
    if (entity.kind == model::EntityKind::kCluster) {
      soon([this, id = model::ClusterId{entity.id}] { cluster_changed(id); });
    } else if (entity.kind == model::EntityKind::kContainerInstance) {
      soon([this, id = model::InstanceId{entity.id}] { instance_changed(id); });
    } else if (entity.kind == model::EntityKind::kInstanceGroup && !following_groups_) {
      following_groups_ = true;
      soon([this] { groups_changed(); });
    }
  }
}

void Agents::cluster_changed(model::ClusterId id) {
  const model::Cluster* cluster = core_.state().find(id);
  if (stopped_ || cluster == nullptr) return;
  if (cluster->status == model::ClusterStatus::kActive) {
    if (options_.instances_in_all && options_.runtime != Runtime::kNone) add_for(id);
  } else {
    remove_of(*cluster);
  }
  const model::World& world = core_.state().get(cluster->world);
  for (const SlotPtr& slot : slots_) {
    if (slot->cluster != cluster->name || slot->account != world.account || slot->region != world.region) continue;
    if (cluster->status != model::ClusterStatus::kActive) {
      // Nothing is left that the instance was taken out of: its agent waits for the next cluster of that name.
      if (slot->at_rest) register_again(slot);
      continue;
    }
    if (slot->docker) slot->docker->cluster_appeared();
    if (slot->simulated) register_simulated(slot);
  }
}

void Agents::instance_changed(model::InstanceId id) {
  const auto look = [this, id](const api::ApiError* error) {
    const model::ContainerInstance* instance = core_.state().find(id);
    if (error != nullptr || stopped_ || instance == nullptr) return;
    if (instance->status != model::InstanceStatus::kInactive) return;
    const std::string arn = model::arn_of(core_.state(), *instance);
    for (const SlotPtr& slot : slots_) {
      if (slot->arn != arn || slot->at_rest || slot->ended) continue;
      if (!slot->of_group)
        spdlog::info("container instance {} was deregistered; POST /_drydock/agents/restart registers a new one", arn);
      slot->at_rest = true;
      slot->connected = false;
      core_.detach(id);
      if (core_.state().get(instance->cluster).status != model::ClusterStatus::kActive) register_again(slot);
    }
  };
  const model::ContainerInstance* instance = core_.state().find(id);
  if (instance == nullptr || instance->status != model::InstanceStatus::kInactive) return;
  core_.when_durable(core_.sequence(), look);
}

void Agents::register_again(const SlotPtr& slot) {
  slot->at_rest = false;
  slot->arn.clear();
  if (slot->docker) slot->docker->register_again();
  if (slot->simulated) register_simulated(slot);
}

std::size_t Agents::restart() {
  std::size_t restarted = 0;
  for (const SlotPtr& slot : slots_) {
    if (!slot->at_rest) continue;
    register_again(slot);
    ++restarted;
  }
  return restarted;
}

void Agents::remove_of(const model::Cluster& cluster) {
  if (!options_.instances_in_all) return;
  const model::World& world = core_.state().get(cluster.world);
  std::erase_if(slots_, [&](const SlotPtr& slot) {
    // Machines end with what their group says.
    if (slot->of_group) return false;
    if (slot->cluster != cluster.name || slot->account != world.account || slot->region != world.region) return false;
    slot->ended = true;
    slot->link->close(instances::CloseReason::kDeregistered);
    return true;
  });
}

void Agents::storage_recovered() {
  follow_groups(listed_machines());
  for (const SlotPtr& slot : slots_) {
    if (!slot->arn.empty() && !slot->at_rest) connect(slot);
    if (slot->simulated) register_simulated(slot);
  }
  faults_changed();
}

void Agents::stop() {
  if (stopped_) return;
  stopped_ = true;
  if (fargate_) slots_.push_back(fargate_);
  for (const SlotPtr& slot : slots_) {
    slot->ended = true;
    if (slot->link) slot->link->close(instances::CloseReason::kShutdown);
  }
  slots_.clear();
  fargate_.reset();
  leftovers_.reset();
}

void Agents::end(const SlotPtr& slot) {
  slot->ended = true;
  // Nobody knows its tasks any more: their containers go. Those of a group's machine are leftovers.
  if (slot->docker && !slot->of_group) slot->docker->end_of_resync({});
  if (slot->link) slot->link->close(instances::CloseReason::kDeregistered);
}

void Agents::reset(const Extent& extent) {
  std::erase_if(slots_, [&](const SlotPtr& slot) {
    if (!extent.includes(slot->account, slot->region)) return false;
    end(slot);
    return true;
  });
  if (leftovers_) leftovers_->look();
  if (options_.runtime == Runtime::kNone) return;
  if (extent.everything()) {
    if (fargate_) end(fargate_);
    add_fargate();
  } else if (fargate_) {
    // One host runs the tasks of all worlds: what it does not hear of any more, it ends.
    auto known = core_.fargate_task_arns();
    if (fargate_->simulated) fargate_->simulated->end_of_resync(known);
    if (fargate_->docker) fargate_->docker->end_of_resync(std::move(known));
  }
  // With an instance in every cluster, they come with the clusters.
  if (!options_.instances_in_all && extent.includes(options_.account, options_.region)) add_configured();
  if (extent.includes(options_.account, options_.region)) put_configured_groups();
}

}  // namespace drydock::server
