#include "instances/simulated/simulated_instance.hpp"

#include <algorithm>
#include <cstdio>

namespace drydock::instances::simulated {
namespace {

constexpr int kFirstDynamicPort = 32768;
constexpr int kLastDynamicPort = 60999;
constexpr int kKilled = 137;
constexpr int kTerminated = 143;
constexpr auto kDefaultStopTimeout = std::chrono::seconds(30);
constexpr auto kRetryReport = std::chrono::milliseconds(500);
constexpr auto kRetryStop = std::chrono::seconds(1);

api::Timestamp stamp(model::Instant instant) { return {instant.time_since_epoch().count()}; }

bool essential(const api::ContainerDefinition& definition) { return definition.essential.value_or(true); }

/// With its tag.
std::string image_of(const ContainerPayload& container) {
  return container.tagged_image.empty() ? container.definition->image.value_or("") : container.tagged_image;
}

/// The one that the image names, or else what its tag stands for.
std::string digest_of(const ContainerPayload& container, const Behaviour& behaviour) {
  const std::string image = container.definition->image.value_or("");
  const std::size_t at = image.find('@');
  return at == std::string::npos ? behaviour.digest : image.substr(at + 1);
}

}  // namespace

SimulatedInstance::SimulatedInstance(std::string id, const model::Clock& clock, After after, ControlPlane control_plane,
                                     Surroundings surroundings)
    : id_(std::move(id)),
      clock_(clock),
      after_(std::move(after)),
      control_plane_(std::move(control_plane)),
      surroundings_(std::move(surroundings)) {}

void SimulatedInstance::close(CloseReason) {
  closed_ = true;
  tasks_.clear();
  unacknowledged_.clear();
  ports_.clear();
}

Channel SimulatedInstance::open_channel(const ChannelRequest&, ChannelEvents events) {
  auto refuse = [events = std::move(events)] { events.on_end("exec is not available on the simulated runtime"); };
  after_(model::Duration{0}, std::move(refuse));
  Channel channel;
  channel.write = [](std::string_view) {};
  channel.resize = [](int, int) {};
  channel.end_input = [] {};
  channel.hold = [](bool) {};
  channel.backlog = [] { return std::size_t{0}; };
  channel.close = [] {};
  return channel;
}

void SimulatedInstance::remember(const std::string& task_arn, model::Instant started_at,
                                 std::map<std::string, std::vector<api::NetworkBinding>> bindings) {
  if (tasks_.contains(task_arn) || unacknowledged_.contains(task_arn)) return;
  for (const auto& [container, list] : bindings) {
    for (const api::NetworkBinding& one : list) {
      ports_.insert({one.hostPort.value_or(0), one.protocol == "udp"});
    }
  }
  remembered_[task_arn] = {started_at, std::move(bindings)};
}

void SimulatedInstance::send(const TaskPayload& payload) {
  // A task that has ended here must not begin again because the control plane has not heard of its end yet.
  if (closed_ || unacknowledged_.contains(payload.task_arn)) return;
  const auto known = tasks_.find(payload.task_arn);
  if (payload.desired_status != "STOPPED") {
    if (known == tasks_.end()) {
      begin(payload);
    } else if (known->second.running) {
      // Health is told without an answer: a control plane that asks again may have missed it.
      report_health(known->second);
    }
    return;
  }
  if (known == tasks_.end()) {
    if (remembered_.contains(payload.task_arn)) {
      begin(payload);
      stop(tasks_.at(payload.task_arn));
      return;
    }
    // Never started here: stopped without ever having run.
    Task never;
    never.payload = payload;
    report(never, "STOPPED");
    return;
  }
  stop(known->second);
}

void SimulatedInstance::later(model::Duration delay, const std::string& task_arn,
                              void (SimulatedInstance::*step)(Task&)) {
  after_(delay, [weak = weak_from_this(), task_arn, step] {
    const auto self = weak.lock();
    if (!self || self->closed_) return;
    const auto it = self->tasks_.find(task_arn);
    if (it != self->tasks_.end()) (self.get()->*step)(it->second);
  });
}

void SimulatedInstance::begin(const TaskPayload& payload) {
  Task& task = tasks_[payload.task_arn];
  task.payload = payload;
  model::Duration pull_for{0};
  for (const ContainerPayload& container : payload.containers) {
    Container& made = task.containers.emplace_back();
    made.definition = container.definition;
    made.behaviour = surroundings_.behaviour ? surroundings_.behaviour(container) : behaviour_of(*container.definition);
    made.health = made.behaviour.health.front().text;
    pull_for = std::max(pull_for, made.behaviour.pull_for);
  }
  if (const auto it = remembered_.find(payload.task_arn); it != remembered_.end()) {
    const Remembered remembered = std::move(it->second);
    remembered_.erase(it);
    resume(task, remembered);
    return;
  }
  if (!payload.setup_error.empty()) return finish(task);
  task.pull_started_at = clock_.now();
  later(pull_for, payload.task_arn, &SimulatedInstance::pulled);
}

void SimulatedInstance::resume(Task& task, const Remembered& remembered) {
  task.running = true;
  for (std::size_t i = 0; i < task.containers.size(); ++i) {
    Container& container = task.containers[i];
    container.started = true;
    const auto bindings = remembered.bindings.find(container.definition->name.value_or(""));
    if (bindings != remembered.bindings.end()) container.bindings = bindings->second;
    live(task, i, clock_.now() - remembered.started_at);
    if (!container.behaviour.run_for) continue;
    const auto left = remembered.started_at + *container.behaviour.run_for - clock_.now();
    arm_exit(task, i, std::max(left, model::Duration{0}));
  }
  report_health(task);
  report_usage(task);
}

void SimulatedInstance::pulled(Task& task) {
  if (task.running || task.stopping) return;
  task.pull_stopped_at = clock_.now();
  model::Duration start_for{0};
  for (std::size_t i = 0; i < task.containers.size(); ++i) {
    const Behaviour& behaviour = task.containers[i].behaviour;
    if (!behaviour.pull_error.empty()) return fail(task, i, "CannotPullContainerError: " + behaviour.pull_error);
    if (surroundings_.pull_failure) {
      const auto failure = surroundings_.pull_failure(task.payload, image_of(task.payload.containers[i]));
      if (failure) return fail(task, i, "CannotPullContainerError: " + *failure);
    }
    start_for = std::max(start_for, behaviour.start_for);
  }
  if (start_for.count() == 0) return run(task);
  later(start_for, task.payload.task_arn, &SimulatedInstance::run);
}

void SimulatedInstance::run(Task& task) {
  if (task.running || task.stopping) return;
  for (std::size_t i = 0; i < task.containers.size(); ++i) {
    Container& container = task.containers[i];
    if (!container.behaviour.start_error.empty()) {
      return fail(task, i, "CannotStartContainerError: " + container.behaviour.start_error);
    }
    char number[24];
    std::snprintf(number, sizeof number, "%016llx", static_cast<unsigned long long>(++containers_made_));
    std::string seed = id_ + number;
    std::erase(seed, '-');
    container.runtime_id = seed + std::string(seed.size() < 64 ? 64 - seed.size() : 0, '0');
    container.runtime_id.resize(64);
    if (surroundings_.start_log) {
      const auto failure = surroundings_.start_log(task.payload, *container.definition, container.runtime_id);
      if (failure) return fail(task, i, *failure);
    }
    container.started = true;
    container.bindings = bind_ports(task.payload, *container.definition);
    if (container.behaviour.run_for) arm_exit(task, i, *container.behaviour.run_for);
    live(task, i, model::Duration{0});
  }
  task.running = true;
  report(task, "RUNNING");
  report_health(task);
  report_usage(task);
}

void SimulatedInstance::arm_exit(Task& task, std::size_t index, model::Duration delay) {
  after_(delay, [weak = weak_from_this(), arn = task.payload.task_arn, index] {
    const auto self = weak.lock();
    if (!self || self->closed_) return;
    const auto it = self->tasks_.find(arn);
    if (it == self->tasks_.end()) return;
    self->end_container(it->second, index, it->second.containers[index].behaviour.exit_code);
  });
}

void SimulatedInstance::arm(const Task& task, std::size_t index, model::Duration delay,
                            std::function<void(Task&, Container&)> act) {
  after_(delay, [weak = weak_from_this(), arn = task.payload.task_arn, index, act = std::move(act)] {
    const auto self = weak.lock();
    if (!self || self->closed_) return;
    const auto it = self->tasks_.find(arn);
    if (it == self->tasks_.end() || it->second.containers[index].ended) return;
    act(it->second, it->second.containers[index]);
  });
}

/// What the container does by itself while it runs; `age` is how long it has run already.
void SimulatedInstance::live(Task& task, std::size_t index, model::Duration age) {
  Container& container = task.containers[index];
  for (const TimedText& change : container.behaviour.health) {
    if (change.after <= age) {
      container.health = change.text;
      continue;
    }
    arm(task, index, change.after - age, [this, health = change.text](Task& then, Container& one) {
      one.health = health;
      report_health(then);
    });
  }
  if (!surroundings_.log) return;
  for (const TimedText& line : container.behaviour.logs) {
    if (line.after < age) continue;
    arm(task, index, line.after - age, [this, text = line.text](Task& then, Container& one) {
      surroundings_.log({then.payload.task_arn, one.definition->name.value_or(""), clock_.now(), text});
    });
  }
}

void SimulatedInstance::exit_container(const std::string& task_arn, const std::string& name, int exit_code) {
  const auto it = tasks_.find(task_arn);
  if (it == tasks_.end()) return;
  for (std::size_t i = 0; i < it->second.containers.size(); ++i) {
    if (it->second.containers[i].definition->name == name) return end_container(it->second, i, exit_code);
  }
}

void SimulatedInstance::set_health(const std::string& task_arn, const std::string& name, const std::string& health) {
  const auto it = tasks_.find(task_arn);
  if (it == tasks_.end()) return;
  for (Container& container : it->second.containers) {
    if (container.definition->name == name) container.health = health;
  }
  if (it->second.running) report_health(it->second);
}

void SimulatedInstance::end_of_resync(const std::vector<std::string>& known) {
  const std::set<std::string> wanted(known.begin(), known.end());
  std::vector<std::string> orphans;
  for (const auto& [arn, task] : tasks_) {
    if (!wanted.contains(arn)) orphans.push_back(arn);
  }
  for (const std::string& arn : orphans) stop(tasks_.at(arn));
}

void SimulatedInstance::end_container(Task& task, std::size_t index, int exit_code) {
  Container& container = task.containers[index];
  if (container.ended || !container.started) return;
  container.ended = true;
  container.exit_code = exit_code;
  const bool all_ended = std::ranges::all_of(task.containers, &Container::ended);
  if (!essential(*container.definition) && !all_ended) {
    if (!task.stopping) report(task, "RUNNING");
    return;
  }
  if (task.execution_stopped_at == model::Instant{}) task.execution_stopped_at = clock_.now();
  if (all_ended) return finish(task);
  stop(task);
}

void SimulatedInstance::stop(Task& task) {
  if (task.stopping) return;
  task.stopping = true;
  model::Duration longest{0};
  for (const Container& container : task.containers) {
    if (!container.started || container.ended) continue;
    const auto timeout = container.definition->stopTimeout
                             ? model::Duration{std::chrono::seconds(*container.definition->stopTimeout)}
                             : model::Duration{kDefaultStopTimeout};
    longest =
        std::max(longest, container.behaviour.ignore_stop ? timeout : std::min(timeout, container.behaviour.stop_for));
  }
  if (surroundings_.stop_delay) longest += surroundings_.stop_delay(task.payload);
  later(longest, task.payload.task_arn, &SimulatedInstance::finish_stop);
}

void SimulatedInstance::finish_stop(Task& task) {
  const bool runs = std::ranges::any_of(task.containers, [](const Container& c) { return c.started && !c.ended; });
  if (runs && surroundings_.stop_fails && surroundings_.stop_fails(task.payload)) {
    return later(kRetryStop, task.payload.task_arn, &SimulatedInstance::finish_stop);
  }
  for (Container& container : task.containers) {
    if (!container.started || container.ended) continue;
    container.ended = true;
    container.exit_code = container.behaviour.ignore_stop ? kKilled : kTerminated;
  }
  if (task.running && task.execution_stopped_at == model::Instant{}) task.execution_stopped_at = clock_.now();
  finish(task);
}

void SimulatedInstance::fail(Task& task, std::size_t index, const std::string& reason) {
  task.containers[index].reason = reason;
  for (Container& container : task.containers) container.ended = true;
  finish(task);
}

void SimulatedInstance::finish(Task& task) {
  for (Container& container : task.containers) container.ended = true;
  free_ports(task);
  report(task, "STOPPED");
  tasks_.erase(task.payload.task_arn);
}

void SimulatedInstance::report(const Task& task, const char* status) {
  api::SubmitTaskStateChangeRequest request;
  request.cluster = task.payload.cluster_arn;
  request.task = task.payload.task_arn;
  request.status = status;
  request.reason = task.running ? "" : task.payload.setup_error;
  if (task.pull_started_at != model::Instant{}) request.pullStartedAt = stamp(task.pull_started_at);
  if (task.pull_stopped_at != model::Instant{}) request.pullStoppedAt = stamp(task.pull_stopped_at);
  if (task.execution_stopped_at != model::Instant{}) request.executionStoppedAt = stamp(task.execution_stopped_at);
  auto& changes = request.containers.emplace();
  for (std::size_t i = 0; i < task.containers.size(); ++i) {
    const Container& container = task.containers[i];
    api::ContainerStateChange& change = changes.emplace_back();
    change.containerName = container.definition->name;
    change.status = container.ended ? "STOPPED" : "RUNNING";
    if (!container.runtime_id.empty()) change.runtimeId = container.runtime_id;
    const std::string digest = digest_of(task.payload.containers[i], container.behaviour);
    if (container.started && !digest.empty()) change.imageDigest = digest;
    if (container.exit_code) change.exitCode = container.exit_code;
    if (!container.reason.empty()) change.reason = container.reason;
    if (container.started && task.payload.network_mode != "awsvpc") change.networkBindings = container.bindings;
  }
  submit(std::move(request));
}

void SimulatedInstance::submit(api::SubmitTaskStateChangeRequest request) {
  const auto again = request;
  const std::string arn = again.task.value_or("");
  const bool last = again.status == "STOPPED";
  if (last) unacknowledged_.insert(arn);
  control_plane_.submit_task_state(std::move(request), [weak = weak_from_this(), again, arn, last](const auto& answer) {
    const auto self = weak.lock();
    if (!self || self->closed_) return;
    if (answer || answer.error().http_status < 500) {
      if (last) self->unacknowledged_.erase(arn);
      return;
    }
    // A fault of the control plane: the report must not get lost.
    self->after_(kRetryReport, [weak, again] {
      if (const auto alive = weak.lock(); alive && !alive->closed_) alive->submit(again);
    });
  });
}

void SimulatedInstance::report_usage(Task& task) {
  if (!control_plane_.publish_metrics) return;
  std::vector<ContainerUsage> usage;
  for (const Container& container : task.containers) {
    if (container.ended || !container.behaviour.reports_usage()) continue;
    usage.push_back({task.payload.task_arn, container.definition->name.value_or(""),
                     container.behaviour.cpu_units.value_or(0), container.behaviour.memory_mib.value_or(0)});
  }
  if (usage.empty()) return;
  const std::string arn = task.payload.task_arn;
  control_plane_.publish_metrics(std::move(usage));
  later(std::chrono::minutes(1), arn, &SimulatedInstance::report_usage);
}

void SimulatedInstance::report_health(const Task& task) {
  std::vector<ContainerHealth> health;
  for (const Container& container : task.containers) {
    if (!container.definition->healthCheck) continue;
    health.push_back({task.payload.task_arn, container.definition->name.value_or(""), container.health});
  }
  if (!health.empty()) control_plane_.publish_health(std::move(health));
}

std::vector<api::NetworkBinding> SimulatedInstance::bind_ports(const TaskPayload& payload,
                                                               const api::ContainerDefinition& container) {
  std::vector<api::NetworkBinding> bindings;
  if (!container.portMappings || payload.network_mode == "awsvpc" || payload.network_mode == "none") return bindings;
  for (const api::PortMapping& mapping : *container.portMappings) {
    if (!mapping.containerPort) continue;
    const bool udp = mapping.protocol == "udp";
    int port = payload.network_mode == "host" ? *mapping.containerPort : mapping.hostPort.value_or(0);
    for (int next = kFirstDynamicPort; port == 0 && next <= kLastDynamicPort; ++next) {
      if (!ports_.contains({next, udp})) port = next;
    }
    ports_.insert({port, udp});
    api::NetworkBinding& binding = bindings.emplace_back();
    binding.bindIP = "0.0.0.0";
    binding.containerPort = mapping.containerPort;
    binding.hostPort = port;
    binding.protocol = udp ? "udp" : "tcp";
  }
  return bindings;
}

void SimulatedInstance::free_ports(const Task& task) {
  for (const Container& container : task.containers) {
    for (const api::NetworkBinding& binding : container.bindings) {
      ports_.erase({binding.hostPort.value_or(0), binding.protocol == "udp"});
    }
  }
}

}  // namespace drydock::instances::simulated
