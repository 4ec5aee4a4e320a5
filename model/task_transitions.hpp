#pragma once
// How a task moves through its states: the only code that writes lastStatus, stop codes, versions and timestamps of a
// task that exists (spec/task-lifecycle.md). Statuses only move forward; a report that would go back is ignored.

#include <optional>
#include <string>
#include <vector>

#include "model/transaction.hpp"

namespace drydock::model {

/// What an instance says about one container.
struct ContainerReport {
  std::string name;
  ContainerStatus status = ContainerStatus::kPending;
  std::optional<int> exit_code;
  std::string reason;
  std::string runtime_id;
  std::string image_digest;
  std::optional<std::vector<NetworkBinding>> bindings;
};

/// What an instance says about a task: PENDING, RUNNING or STOPPED and what became of its containers.
struct TaskReport {
  TaskStatus status = TaskStatus::kPending;
  std::string reason;
  std::vector<ContainerReport> containers;
  Instant pull_started_at{};
  Instant pull_stopped_at{};
  Instant execution_stopped_at{};
};

/// desiredStatus STOPPED. The first cause wins; a task that is to be stopped already keeps its reason.
void request_stop(Transaction& tx, TaskId id, StopCode code, std::string reason);

void apply_report(Transaction& tx, TaskId id, const TaskReport& report);

/// Health of one container as its health check sees it.
void apply_health(Transaction& tx, TaskId id, std::string_view container, Health health);

/// The host is gone for good: the task is STOPPED at once, whatever its containers do.
void lose(Transaction& tx, TaskId id, StopCode code, const std::string& reason);

/// What an instance says about the task's network interface: ATTACHED, DETACHED, DELETED. Only forward.
void apply_attachment(Transaction& tx, TaskId id, std::string_view status);

/// Where a task is reached: the address of its network interface (of an awsvpc task), else of the machine that
/// publishes its ports.
void apply_address(Transaction& tx, TaskId id, const std::string& ipv4, const std::string& mac);

void set_connectivity(Transaction& tx, TaskId id, bool connected);

/// One step that needs no report: PROVISIONING to PENDING, RUNNING to DEACTIVATING or STOPPING once a stop is wanted,
/// DEPROVISIONING to STOPPED. False when there is none to take.
bool advance(Transaction& tx, TaskId id);

/// Health of the task from its containers: only essential ones with a health check count.
Health task_health(const api::TaskDefinition& definition, const std::vector<TaskContainer>& containers);

}  // namespace drydock::model
