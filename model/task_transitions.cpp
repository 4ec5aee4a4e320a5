#include "model/task_transitions.hpp"

#include <algorithm>
#include <charconv>
#include <set>

#include "model/discovery_follow.hpp"
#include "model/task_content.hpp"

namespace drydock::model {
namespace {

const api::TaskDefinition& definition_of(const Transaction& tx, const Task& task) {
  return content_of(tx.state(), task);
}

const std::vector<api::ContainerDefinition>& containers_of(const api::TaskDefinition& definition) {
  static const std::vector<api::ContainerDefinition> kNone;
  return definition.containerDefinitions ? *definition.containerDefinitions : kNone;
}

bool essential(const api::ContainerDefinition& container) { return container.essential.value_or(true); }

/// Null for a standalone task, and for one that outlived its service: an INACTIVE service is forgotten after a while,
/// however long its last task takes to stop.
const Service* service_of(const Transaction& tx, const Task& task) {
  return task.service ? tx.state().find(task.service) : nullptr;
}

/// Target groups, service registries and Fargate put ACTIVATING and DEACTIVATING into the path.
bool has_integrations(const Transaction& tx, const Task& task) {
  if (task.launch_type == LaunchType::kFargate) return true;
  const Service* service = service_of(tx, task);
  if (service == nullptr || !service->settings) return false;
  const api::Service& settings = *service->settings;
  const bool balanced = settings.loadBalancers && !settings.loadBalancers->empty();
  const bool registered = settings.serviceRegistries && !settings.serviceRegistries->empty();
  return balanced || registered;
}

void enter(Task& task, TaskStatus status) {
  if (status <= task.last_status) return;
  task.last_status = status;
  ++task.version;
}

void set_stop_wanted(Task& task, Instant now, StopCode code, std::string reason) {
  if (task.stop_wanted) return;
  task.stop_wanted = true;
  task.stopping_at = now;
  task.stop_code = code;
  task.stopped_reason = std::move(reason);
  if (task.network && task.network->status == "ATTACHED") task.network->status = "DETACHING";
}

/// The deployment that brings the task's revision to the daemon's instances, or brings it back.
const DaemonDeployment* daemon_deployment_of(const Transaction& tx, const Task& task) {
  const Daemon* daemon = task.daemon ? tx.state().find(task.daemon) : nullptr;
  if (daemon == nullptr || daemon->revision != task.daemon_revision) return nullptr;
  return tx.state().find(daemon->deployment);
}

void count_daemon_failure(Transaction& tx, const Task& task) {
  if (task.ever_running || task.stop_code != StopCode::kTaskFailedToStart) return;
  const DaemonDeployment* deployment = daemon_deployment_of(tx, task);
  if (deployment == nullptr) return;
  const Instant now = tx.now();
  tx.update(deployment->id, [&](DaemonDeployment& entity) {
    ++entity.failed_tasks;
    entity.last_failure_at = now;
  });
}

void forget_daemon_failures(Transaction& tx, const Task& task) {
  if (task.health_checked && task.health != Health::kHealthy) return;
  const DaemonDeployment* deployment = daemon_deployment_of(tx, task);
  if (deployment == nullptr || deployment->failed_tasks == 0) return;
  tx.update(deployment->id, [](DaemonDeployment& entity) { entity.failed_tasks = 0; });
}

/// The task set among the service's that the task belongs to, or none.
TaskSetId task_set_of(const Transaction& tx, const Task& task) {
  const auto& sets = tx.state().of(task.service).task_sets;
  const auto it = sets.find(task.deployment);
  return it == sets.end() ? TaskSetId{} : it->second;
}

/// The deployment, of the service or of a task set, that the task belongs to; null when it is no longer there.
const Deployment* deployment_of(const Transaction& tx, const Task& task) {
  const Service* service = service_of(tx, task);
  if (service == nullptr) return nullptr;
  const auto it = std::ranges::find(service->deployments, task.deployment, &Deployment::digits);
  if (it != service->deployments.end()) return &*it;
  const TaskSetId set = task_set_of(tx, task);
  return set ? &tx.state().get(set).deployment : nullptr;
}

/// Only when deployment_of finds it.
template <class Change>
void change_deployment(Transaction& tx, const Task& task, Change change) {
  if (const TaskSetId set = task_set_of(tx, task)) {
    tx.update(set, [&](TaskSet& entity) { change(entity.deployment); });
    return;
  }
  tx.update(task.service, [&](Service& service) {
    change(*std::ranges::find(service.deployments, task.deployment, &Deployment::digits));
  });
}

void count_start_failure(Transaction& tx, const Task& task) {
  count_daemon_failure(tx, task);
  if (task.ever_running || task.stop_code != StopCode::kTaskFailedToStart || deployment_of(tx, task) == nullptr) return;
  const Instant now = tx.now();
  change_deployment(tx, task, [now](Deployment& deployment) {
    ++deployment.failed_tasks;
    deployment.last_failure_at = now;
    deployment.updated_at = now;
  });
}

void note_start(Transaction& tx, const Task& task) {
  forget_daemon_failures(tx, task);
  const Deployment* before = deployment_of(tx, task);
  if (before == nullptr || (before->ever_running && before->failed_tasks == 0)) return;
  change_deployment(tx, task, [](Deployment& deployment) {
    deployment.failed_tasks = 0;
    deployment.ever_running = true;
  });
}

void forget_health_failures(Transaction& tx, const Task& task) {
  const Deployment* before = deployment_of(tx, task);
  if (before == nullptr || before->health_failures == 0) return;
  change_deployment(tx, task, [](Deployment& deployment) { deployment.health_failures = 0; });
}

void finish(Transaction& tx, TaskId id) {
  tx.explanations().tasks.erase(id);
  const Instant now = tx.now();
  tx.update(id, [&](Task& task) {
    enter(task, TaskStatus::kStopped);
    task.stopped_at = now;
    task.connected = false;
    if (task.network) task.network->status = "DELETED";
    for (TaskContainer& container : task.containers) container.status = ContainerStatus::kStopped;
  });
  count_start_failure(tx, tx.state().get(id));
  follow_in_discovery(tx, id);
}

/// A task that found no instance ends where it is; true: something has changed.
bool end_unplaced(Transaction& tx, TaskId id) {
  if (tx.state().get(id).network) {
    tx.update(id, [&](Task& task) { enter(task, TaskStatus::kDeprovisioning); });
  } else {
    finish(tx, id);
  }
  return true;
}

void merge(TaskContainer& container, const ContainerReport& report) {
  if (report.status > container.status) container.status = report.status;
  if (report.exit_code) container.exit_code = report.exit_code;
  // The first error of a container explains it best and hides later ones, as with the real agent.
  if (container.reason.empty()) container.reason = report.reason.substr(0, 1024);
  if (!report.runtime_id.empty()) container.runtime_id = report.runtime_id.substr(0, 255);
  if (!report.image_digest.empty()) container.image_digest = report.image_digest.substr(0, 255);
  if (report.bindings) {
    container.bindings = *report.bindings;
    container.bindings_known = true;
  }
}

/// The host ports of a binding, first to last; 0 to 0 when it names none. Ranges are written "lo-hi".
std::pair<int, int> host_ports(const NetworkBinding& binding) {
  if (binding.host_port_range.empty()) return {binding.host_port, binding.host_port};
  const std::string& text = binding.host_port_range;
  const char* const end = text.data() + text.size();
  int first = 0;
  int last = 0;
  const auto low = std::from_chars(text.data(), end, first);
  if (low.ec != std::errc{} || low.ptr == end || *low.ptr != '-') return {0, 0};
  const auto high = std::from_chars(low.ptr + 1, end, last);
  if (high.ec != std::errc{} || high.ptr != end) return {0, 0};
  return {first, last};
}

/// Dynamic host ports are reserved once they are known, so that PORTS tells the truth.
void reserve_bound_ports(Task& task) {
  std::set<HostPort> known(task.reservation.ports.begin(), task.reservation.ports.end());
  for (const TaskContainer& container : task.containers) {
    for (const NetworkBinding& binding : container.bindings) {
      const auto [first, last] = host_ports(binding);
      for (int port = std::max(first, 1); port <= std::min(last, 65535); ++port) {
        if (known.insert({port, binding.udp}).second) task.reservation.ports.push_back({port, binding.udp});
      }
    }
  }
}

/// The order in which the statuses of a network interface's attachment follow each other.
int attachment_rank(std::string_view status) {
  constexpr std::string_view kOrder[] = {"PRECREATED", "CREATED",  "ATTACHING", "ATTACHED",
                                         "DETACHING",  "DETACHED", "DELETED"};
  const auto found = std::ranges::find(kOrder, status);
  return found == std::end(kOrder) ? -1 : static_cast<int>(found - std::begin(kOrder));
}

void merge_containers(Task& task, const api::TaskDefinition& definition, const TaskReport& report) {
  const auto& definitions = containers_of(definition);
  for (const ContainerReport& one : report.containers) {
    for (std::size_t i = 0; i < definitions.size() && i < task.containers.size(); ++i) {
      if (definitions[i].name == one.name) merge(task.containers[i], one);
    }
  }
  if (report.pull_started_at != Instant{} && task.pull_started_at == Instant{}) {
    task.pull_started_at = report.pull_started_at;
  }
  if (report.pull_stopped_at != Instant{}) task.pull_stopped_at = report.pull_stopped_at;
  if (report.execution_stopped_at != Instant{} && task.execution_stopped_at == Instant{}) {
    task.execution_stopped_at = report.execution_stopped_at;
  }
  task.health = task_health(definition, task.containers);
  reserve_bound_ports(task);
}

/// Why a task that nobody asked to stop has stopped (spec/task-lifecycle.md section 4, agent-protocol.md 2.5).
std::pair<StopCode, std::string> own_end(const Task& task, const api::TaskDefinition& definition,
                                         const TaskReport& report) {
  if (task.ever_running) return {StopCode::kEssentialContainerExited, "Essential container in task exited"};
  const auto& definitions = containers_of(definition);
  for (std::size_t i = 0; i < definitions.size() && i < task.containers.size(); ++i) {
    const std::string& reason = task.containers[i].reason;
    if (reason.empty() || reason.starts_with("OutOfMemoryError")) continue;
    // EC2 tells the detail on the container only; Fargate repeats it on the task.
    return {StopCode::kTaskFailedToStart, task.launch_type == LaunchType::kFargate ? reason : "Task failed to start"};
  }
  for (std::size_t i = 0; i < definitions.size() && i < task.containers.size(); ++i) {
    if (essential(definitions[i]) && task.containers[i].exit_code) {
      return {StopCode::kEssentialContainerExited, "Essential container in task exited"};
    }
  }
  return {StopCode::kTaskFailedToStart, report.reason.empty() ? "Task failed to start" : report.reason};
}

/// An instance that has no network of its own to speak of (a simulated one) reports no address. AWS gives one to every
/// network interface, and clients wait for it.
void ensure_address(Task& task) {
  std::string& address = task.network ? task.network->private_ipv4 : task.host_ipv4;
  if (!address.empty()) return;
  constexpr std::uint64_t kHosts = 250;  // of a subnet; AWS keeps the first four and the last for itself
  const std::uint64_t number = task.network ? task.id.value : task.instance.value;
  address = task.network ? "10.0." : "10.1.";
  address += std::to_string(number / kHosts % 256) + "." + std::to_string(number % kHosts + 4);
}

void report_running(Transaction& tx, TaskId id, const TaskReport& report) {
  const bool activating = has_integrations(tx, tx.state().get(id));
  const api::TaskDefinition& definition = definition_of(tx, tx.state().get(id));
  const Instant now = tx.now();
  tx.update(id, [&](Task& task) {
    merge_containers(task, definition, report);
    if (task.last_status >= TaskStatus::kRunning) return;
    enter(task, TaskStatus::kPending);
    if (activating) enter(task, TaskStatus::kActivating);
    enter(task, TaskStatus::kRunning);
    task.started_at = now;
    task.ever_running = true;
    if (task.network) task.network->status = "ATTACHED";
    ensure_address(task);
  });
  note_start(tx, tx.state().get(id));
  follow_in_discovery(tx, id);
}

void report_stopped(Transaction& tx, TaskId id, const TaskReport& report) {
  const bool deactivating = has_integrations(tx, tx.state().get(id));
  const api::TaskDefinition& definition = definition_of(tx, tx.state().get(id));
  const Instant now = tx.now();
  bool provisioned = false;
  tx.update(id, [&](Task& task) {
    merge_containers(task, definition, report);
    auto [code, reason] = own_end(task, definition, report);
    set_stop_wanted(task, now, code, std::move(reason));
    if (task.last_status == TaskStatus::kRunning || task.last_status == TaskStatus::kDeactivating) {
      if (deactivating) enter(task, TaskStatus::kDeactivating);
      enter(task, TaskStatus::kStopping);
    }
    provisioned = task.network.has_value() || task.launch_type == LaunchType::kFargate;
    if (provisioned) enter(task, TaskStatus::kDeprovisioning);
  });
  follow_in_discovery(tx, id);
  if (!provisioned) finish(tx, id);
}

}  // namespace

void request_stop(Transaction& tx, TaskId id, StopCode code, std::string reason) {
  const Task& before = tx.state().get(id);
  if (before.stop_wanted || before.last_status == TaskStatus::kStopped) return;
  tx.update(id, [&](Task& task) {
    set_stop_wanted(task, tx.now(), code, std::move(reason));
    ++task.version;
  });
  follow_in_discovery(tx, id);
}

void apply_report(Transaction& tx, TaskId id, const TaskReport& report) {
  if (tx.state().get(id).last_status >= TaskStatus::kDeprovisioning) return;
  switch (report.status) {
    case TaskStatus::kStopped: report_stopped(tx, id, report); return;
    case TaskStatus::kRunning: report_running(tx, id, report); return;
    default: {
      const api::TaskDefinition& definition = definition_of(tx, tx.state().get(id));
      tx.update(id, [&](Task& task) { merge_containers(task, definition, report); });
    }
  }
}

void apply_health(Transaction& tx, TaskId id, std::string_view container, Health health) {
  const Task& before = tx.state().get(id);
  if (before.last_status == TaskStatus::kStopped) return;
  const api::TaskDefinition& definition = definition_of(tx, before);
  const auto& definitions = containers_of(definition);
  for (std::size_t i = 0; i < definitions.size() && i < before.containers.size(); ++i) {
    if (definitions[i].name != container || !definitions[i].healthCheck) continue;
    if (before.containers[i].health == health) return;
    tx.update(id, [&](Task& task) {
      task.containers[i].health = health;
      task.health = task_health(definition, task.containers);
    });
    follow_in_discovery(tx, id);
    if (tx.state().get(id).health == Health::kHealthy) forget_health_failures(tx, tx.state().get(id));
    forget_daemon_failures(tx, tx.state().get(id));
    return;
  }
}

void lose(Transaction& tx, TaskId id, StopCode code, const std::string& reason) {
  const Task& before = tx.state().get(id);
  if (before.last_status == TaskStatus::kStopped) return;
  tx.update(id, [&](Task& task) { set_stop_wanted(task, tx.now(), code, reason); });
  finish(tx, id);
}

void apply_attachment(Transaction& tx, TaskId id, std::string_view status) {
  const Task& before = tx.state().get(id);
  if (!before.network || attachment_rank(status) <= attachment_rank(before.network->status)) return;
  tx.update(id, [&](Task& task) { task.network->status = status; });
}

void apply_address(Transaction& tx, TaskId id, const std::string& ipv4, const std::string& mac) {
  const Task& before = tx.state().get(id);
  if (before.last_status == TaskStatus::kStopped) return;
  const std::string& known = before.network ? before.network->private_ipv4 : before.host_ipv4;
  if (known == ipv4 && (!before.network || mac.empty() || before.network->mac_address == mac)) return;
  tx.update(id, [&](Task& task) {
    if (!task.network) {
      task.host_ipv4 = ipv4;
      return;
    }
    task.network->private_ipv4 = ipv4;
    if (!mac.empty()) task.network->mac_address = mac;
  });
  follow_in_discovery(tx, id);
}

void set_connectivity(Transaction& tx, TaskId id, bool connected) {
  const Task& before = tx.state().get(id);
  if (before.connected == connected || before.last_status == TaskStatus::kStopped) return;
  tx.update(id, [&](Task& task) {
    task.connected = connected;
    if (connected) task.connectivity_at = tx.now();
    ++task.version;
  });
}

bool advance(Transaction& tx, TaskId id) {
  const Task& before = tx.state().get(id);
  const bool integrations = has_integrations(tx, before);
  switch (before.last_status) {
    case TaskStatus::kProvisioning:
      if (!before.instance && before.launch_type != LaunchType::kFargate)
        return before.stop_wanted && end_unplaced(tx, id);
      // Its host is told of the stop, and reports.
      if (before.stop_wanted) return false;
      tx.update(id, [&](Task& task) {
        enter(task, TaskStatus::kPending);
        if (task.network) task.network->status = "ATTACHING";
      });
      return true;
    case TaskStatus::kRunning:
      if (!before.stop_wanted) return false;
      tx.update(id, [&](Task& task) { enter(task, integrations ? TaskStatus::kDeactivating : TaskStatus::kStopping); });
      return true;
    case TaskStatus::kDeactivating: tx.update(id, [&](Task& task) { enter(task, TaskStatus::kStopping); }); return true;
    case TaskStatus::kDeprovisioning: finish(tx, id); return true;
    default: return false;
  }
}

Health task_health(const api::TaskDefinition& definition, const std::vector<TaskContainer>& containers) {
  const auto& definitions = containers_of(definition);
  bool considered = false;
  bool unknown = false;
  for (std::size_t i = 0; i < definitions.size() && i < containers.size(); ++i) {
    if (!essential(definitions[i]) || !definitions[i].healthCheck) continue;
    considered = true;
    if (containers[i].health == Health::kUnhealthy) return Health::kUnhealthy;
    unknown = unknown || containers[i].health == Health::kUnknown;
  }
  return considered && !unknown ? Health::kHealthy : Health::kUnknown;
}

}  // namespace drydock::model
