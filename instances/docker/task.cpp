#include "instances/docker/task.hpp"

#include <algorithm>

#include "instances/docker/container_spec.hpp"

namespace drydock::instances::docker {

namespace {

constexpr int kKilledBySigterm = 143;
constexpr int kRestartPeriod = 60;  // seconds, where the policy names none

struct Dependency {
  std::string name;
  std::string condition;  // CREATE, START, COMPLETE, SUCCESS, HEALTHY
};

std::vector<Dependency> dependencies_of(const TaskContainer& container) {
  std::vector<Dependency> out;
  const api::ContainerDefinition& definition = *container.payload.definition;
  if (definition.dependsOn) {
    for (const auto& entry : *definition.dependsOn)
      out.push_back({entry.containerName.value_or(""), entry.condition.value_or("START")});
  }
  if (definition.links) {
    for (const std::string& link : *definition.links) out.push_back({link.substr(0, link.find(':')), "START"});
  }
  if (definition.volumesFrom) {
    for (const auto& from : *definition.volumesFrom) out.push_back({from.sourceContainer.value_or(""), "CREATE"});
  }
  return out;
}

const TaskContainer* find_container(const Task& task, std::string_view name) {
  const auto found = std::ranges::find(task.containers, name, &TaskContainer::name);
  return found == task.containers.end() ? nullptr : &*found;
}

void stop_at(Task& task, TaskContainer& container, TimePoint when) {
  container.stage = Stage::kStopped;
  if (container.essential && container.has_run && !task.execution_stopped_at) task.execution_stopped_at = when;
}

std::string prefix(const Dependency& dependency, const TaskContainer& target) {
  return "dependency graph: container ordering dependency [" + dependency.name + "] for target [" + target.name + "]";
}

std::string unresolved(const Dependency& dependency, const TaskContainer& target) {
  return "dependency graph: failed to resolve container ordering dependency [" + dependency.name + "] for target [" +
         target.name + "] as dependency ";
}

enum class Met { kYes, kNotYet, kNeverStarts, kWrongExit };

Met condition_met(const TaskContainer& dependency, const std::string& condition) {
  const bool stopped = dependency.stage == Stage::kStopped;
  if (stopped && !dependency.has_run) return Met::kNeverStarts;
  if (condition == "CREATE") return dependency.stage == Stage::kNone ? Met::kNotYet : Met::kYes;
  if (condition == "COMPLETE") return stopped ? Met::kYes : Met::kNotYet;
  if (condition == "SUCCESS") {
    if (!stopped) return Met::kNotYet;
    return dependency.exit_code == 0 ? Met::kYes : Met::kWrongExit;
  }
  if (condition == "HEALTHY") {
    if (stopped) return Met::kWrongExit;
    return dependency.health == "HEALTHY" ? Met::kYes : Met::kNotYet;
  }
  return dependency.has_run ? Met::kYes : Met::kNotYet;
}

bool reaches(const Task& task, const TaskContainer& from, const std::string& target, std::size_t depth) {
  if (depth > task.containers.size()) return true;
  for (const Dependency& dependency : dependencies_of(from)) {
    if (dependency.name == target) return true;
    const TaskContainer* next = find_container(task, dependency.name);
    if (next != nullptr && reaches(task, *next, target, depth + 1)) return true;
  }
  return false;
}

/// Whether the restart policy starts the container again after this end. Ends that the agent did not see are final.
bool restarts_after(const Task& task, const TaskContainer& container, const ContainerInfo& ended) {
  const auto& policy = container.payload.definition->restartPolicy;
  if (!policy || !policy->enabled.value_or(false) || container.stage != Stage::kRunning) return false;
  if (should_stop(task) || !ended.error.empty() || !ended.finished_at) return false;
  if (policy->ignoredExitCodes) {
    const auto& ignored = *policy->ignoredExitCodes;
    if (std::ranges::find(ignored, ended.exit_code) != ignored.end()) return false;
  }
  const std::chrono::seconds period(policy->restartAttemptPeriod.value_or(kRestartPeriod));
  return *ended.finished_at - *ended.started_at >= period;
}

std::string health_of(const std::string& docker_health) {
  if (docker_health == "healthy") return "HEALTHY";
  if (docker_health == "unhealthy") return "UNHEALTHY";
  return docker_health.empty() ? "" : "UNKNOWN";
}

const PublishedPort* find_port(const std::vector<PublishedPort>& ports, int container_port,
                               const std::string& protocol) {
  const auto found = std::ranges::find_if(ports, [&](const PublishedPort& port) {
    return port.container_port == container_port && port.protocol == protocol &&
           port.host_ip.find(':') == std::string::npos;
  });
  return found == ports.end() ? nullptr : &*found;
}

}  // namespace

Task make_task(const TaskPayload& payload) {
  Task task;
  task.payload = payload;
  task.stop_wanted = payload.desired_status == "STOPPED";
  for (const ContainerPayload& entry : payload.containers) {
    TaskContainer container;
    container.payload = entry;
    container.name = entry.definition->name.value_or("");
    container.essential = entry.definition->essential.value_or(true);
    task.containers.push_back(std::move(container));
  }
  return task;
}

std::optional<std::size_t> index_of(const Task& task, std::string_view container) {
  const auto at = std::ranges::find(task.containers, container, &TaskContainer::name);
  if (at == task.containers.end()) return std::nullopt;
  return static_cast<std::size_t>(at - task.containers.begin());
}

void observe(Task& task, TaskContainer& container, const ContainerInfo& info) {
  if (container.stage == Stage::kStopped) return;
  const bool ended = !info.running && info.started_at;
  if (ended && container.restarted_run == info.started_at) return;  // seen before the restart
  container.docker_id = info.id;
  if (info.started_at) {
    container.has_run = true;
    container.started_at = info.started_at;
    if (!container.first_started_at) container.first_started_at = info.started_at;
  }
  if (info.running) {
    container.stage = Stage::kRunning;
    note_health(container, health_of(info.health), std::chrono::system_clock::now());
    container.ip_address = info.ip_address;
    container.mac_address = info.mac_address;
    container.gateway = info.gateway;
    container.bindings = network_bindings(task.payload, *container.payload.definition, info.ports);
    return;
  }
  if (!info.started_at) {
    // A start that failed leaves its error behind; otherwise the container only waits to be started.
    if (info.error.empty())
      container.stage = Stage::kCreated;
    else
      fail(task, container, "CannotStartContainerError: Error response from daemon: " + info.error,
           info.finished_at.value_or(TimePoint{}));
    return;
  }
  if (restarts_after(task, container, info)) {
    container.restart_due = true;
    return;
  }
  container.restart_due = false;
  container.exit_code = info.exit_code;
  if (info.oom_killed || container.out_of_memory) {
    if (container.reason.empty()) container.reason = "OutOfMemoryError: Container killed due to memory usage";
  } else if (!info.error.empty() && container.reason.empty()) {
    container.reason = "DockerStateError: " + info.error;
  }
  stop_at(task, container, info.finished_at.value_or(std::chrono::system_clock::now()));
}

void note_health(TaskContainer& container, const std::string& health, TimePoint when) {
  if (container.health == health) return;
  container.health = health;
  container.health_since = when;
}

void observe_exit(Task& task, TaskContainer& container, std::optional<int> exit_code, TimePoint when) {
  if (container.stage == Stage::kStopped) return;
  if (!container.exit_code) container.exit_code = exit_code;
  if (container.out_of_memory && container.reason.empty())
    container.reason = "OutOfMemoryError: Container killed due to memory usage";
  stop_at(task, container, when);
}

void fail(Task& task, TaskContainer& container, const std::string& reason, TimePoint when) {
  if (container.stage == Stage::kStopped) return;
  if (container.reason.empty()) container.reason = reason;
  stop_at(task, container, when);
}

void fail_dependency(Task& task, TaskContainer& container, const std::string& reason, TimePoint when) {
  if (container.stage == Stage::kStopped) return;
  container.exit_code = kKilledBySigterm;
  fail(task, container, "CannotStartContainerError: " + reason, when);
}

TaskStatus status_of(const Task& task) {
  Stage least = Stage::kStopped;
  for (const TaskContainer& container : task.containers) least = std::min(least, container.stage);
  if (least == Stage::kStopped) return TaskStatus::kStopped;
  return least == Stage::kRunning ? TaskStatus::kRunning : TaskStatus::kPending;
}

bool should_stop(const Task& task) {
  return task.stop_wanted || std::ranges::any_of(task.containers, [](const TaskContainer& container) {
           return container.essential && container.stage == Stage::kStopped;
         });
}

Readiness readiness(const Task& task, const TaskContainer& container, TimePoint now) {
  Readiness out;
  for (const Dependency& dependency : dependencies_of(container)) {
    const TaskContainer* target = find_container(task, dependency.name);
    if (target == nullptr) {
      return {Readiness::Verdict::kNever, prefix(dependency, container) + " does not exist.", {}};
    }
    switch (condition_met(*target, dependency.condition)) {
      case Met::kYes: continue;
      case Met::kNeverStarts:
        return {Readiness::Verdict::kNever, unresolved(dependency, container) + "will never start", {}};
      case Met::kWrongExit:
        return {Readiness::Verdict::kNever, unresolved(dependency, container) + "did not exit successfully.", {}};
      case Met::kNotYet: break;
    }
    out.verdict = Readiness::Verdict::kWait;
    const auto limit = target->payload.definition->startTimeout.value_or(0);
    if (limit <= 0 || !target->started_at || dependency.condition == "START") continue;
    const TimePoint deadline = *target->started_at + std::chrono::seconds(limit);
    if (deadline <= now) return {Readiness::Verdict::kNever, prefix(dependency, container) + " has timed out.", {}};
    if (!out.deadline || deadline < *out.deadline) out.deadline = deadline;
  }
  return out;
}

bool may_stop(const Task& task, const TaskContainer& container) {
  return std::ranges::none_of(task.containers, [&container](const TaskContainer& other) {
    if (other.stage == Stage::kStopped || other.stage == Stage::kNone) return false;
    const auto dependencies = dependencies_of(other);
    return std::ranges::find(dependencies, container.name, &Dependency::name) != dependencies.end();
  });
}

bool has_dependency_cycle(const Task& task) {
  return std::ranges::any_of(
      task.containers, [&task](const TaskContainer& container) { return reaches(task, container, container.name, 0); });
}

std::optional<std::vector<api::NetworkBinding>> network_bindings(const TaskPayload& task,
                                                                 const api::ContainerDefinition& definition,
                                                                 const std::vector<PublishedPort>& ports) {
  if (!publishes_ports(task)) return std::nullopt;
  std::vector<api::NetworkBinding> out;
  if (!definition.portMappings) return out;
  for (const auto& mapping : *definition.portMappings) {
    const std::string protocol = mapping.protocol.value_or("tcp");
    const auto range = parse_port_range(mapping.containerPortRange.value_or(""));
    const int first = mapping.containerPort.value_or(range ? range->first : 0);
    const PublishedPort* port = find_port(ports, first, protocol);
    if (port == nullptr) continue;
    api::NetworkBinding binding;
    binding.bindIP = port->host_ip.empty() ? "0.0.0.0" : port->host_ip;
    binding.protocol = protocol;
    if (range) {
      binding.containerPortRange = *mapping.containerPortRange;
      binding.hostPortRange =
          std::to_string(port->host_port) + "-" + std::to_string(port->host_port + range->last - range->first);
    } else {
      binding.containerPort = first;
      binding.hostPort = port->host_port;
    }
    out.push_back(std::move(binding));
  }
  return out;
}

}  // namespace drydock::instances::docker
