#pragma once
// What the agent knows of one task and its containers, and the rules that follow from it. Plain data and pure
// functions; the rules are those of AWS's agent (task states are the least of the containers' states).

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "instances/docker/engine_client.hpp"
#include "instances/instance_link.hpp"

namespace drydock::instances::docker {

enum class Stage {
  kNone,     // no container on the engine yet
  kCreated,  // exists, never started
  kRunning,
  kStopped,  // ended, failed or given up: final
};

struct TaskContainer {
  ContainerPayload payload;
  std::string name;
  bool essential = true;

  Stage stage = Stage::kNone;
  bool has_run = false;
  bool out_of_memory = false;
  std::string docker_id;
  std::string image_digest;
  std::vector<std::string> image_environment;  // "NAME=value"
  std::string reason;                          // the first error wins
  std::optional<int> exit_code;
  std::optional<std::vector<api::NetworkBinding>> bindings;  // absent until it was seen running
  std::string health;                                        // HEALTHY, UNHEALTHY, UNKNOWN; empty without a check
  std::optional<TimePoint> health_since;                     // when it became so
  std::optional<TimePoint> started_at;
  std::optional<TimePoint> first_started_at;  // before any restart
  std::string ip_address;                     // in its own network; empty if none
  std::string mac_address;                    // there
  std::string gateway;                        // of that network
  bool restart_due = false;                   // ended, and its restart policy starts it again
  std::optional<TimePoint> restarted_run;     // start of the last run that was followed by a restart
  int restarts = 0;

  bool reported_running = false;
  bool reported_stopped = false;
};

enum class TaskStatus { kPending, kRunning, kStopped };

struct Task {
  TaskPayload payload;
  bool stop_wanted = false;
  std::vector<TaskContainer> containers;  // in the order of the task definition
  std::optional<TimePoint> pull_started_at;
  std::optional<TimePoint> pull_stopped_at;
  std::optional<TimePoint> execution_stopped_at;
  TaskStatus reported = TaskStatus::kPending;
};

Task make_task(const TaskPayload& payload);
/// The place of a container in the task, by its name in the task definition.
std::optional<std::size_t> index_of(const Task& task, std::string_view container);

/// Takes over what the engine says of a container. Never leaves kStopped. A container whose restart policy lets it
/// start again stays kRunning with restart_due: nobody is told of the pause (spec/task-metadata.md section 15).
void observe(Task& task, TaskContainer& container, const ContainerInfo& info);
/// The container's health is this from `when` on, unless it was before.
void note_health(TaskContainer& container, const std::string& health, TimePoint when);
/// The container ended with this code, and the engine knows no more about it.
void observe_exit(Task& task, TaskContainer& container, std::optional<int> exit_code, TimePoint when);
/// The container will never run (again) because of this error; an earlier error stays.
void fail(Task& task, TaskContainer& container, const std::string& reason, TimePoint when);
/// The container cannot start because of the ones it depends on. AWS's agent gives such a container exit code 143.
void fail_dependency(Task& task, TaskContainer& container, const std::string& reason, TimePoint when);

TaskStatus status_of(const Task& task);
/// Whether the containers that still run should be stopped: it was asked for, or an essential one stopped.
bool should_stop(const Task& task);

/// Whether a container may be started now, as far as the others are concerned (dependsOn, links).
struct Readiness {
  enum class Verdict { kReady, kWait, kNever };
  Verdict verdict = Verdict::kReady;
  std::string reason;  // of kNever
  /// Of kWait: when startTimeout of a dependency runs out.
  std::optional<TimePoint> deadline;
};
Readiness readiness(const Task& task, const TaskContainer& container, TimePoint now);
/// Whether everything that depends on this container has stopped, so that it may be stopped too.
bool may_stop(const Task& task, const TaskContainer& container);
/// Whether dependsOn and links go in a circle; such a task cannot start.
bool has_dependency_cycle(const Task& task);

/// The bindings to report for a running container, in the order of its port mappings; IPv6 ones are left out.
std::optional<std::vector<api::NetworkBinding>> network_bindings(const TaskPayload& task,
                                                                 const api::ContainerDefinition& definition,
                                                                 const std::vector<PublishedPort>& ports);

}  // namespace drydock::instances::docker
