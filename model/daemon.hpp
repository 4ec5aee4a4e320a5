#pragma once
// Daemons: one task on every container instance of their capacity providers (spec/resources.md section 12,
// spec/services.md section 14.1). Counts are derived from tasks, not stored.

#include <memory>
#include <string>
#include <vector>

#include "api-spec/generated/types.hpp"
#include "model/clock.hpp"
#include "model/ids.hpp"

namespace drydock::model {

/// Gone: deleted and drained. It is found by nobody, but its deployments can be described for a while.
enum class DaemonStatus : std::uint8_t { kActive, kDeleteInProgress, kGone };

struct Daemon {
  DaemonId id;
  ClusterId cluster;
  std::string name;
  DaemonStatus status = DaemonStatus::kActive;
  std::vector<std::string> capacity_providers;  // names
  DaemonRevisionId revision;                    // what every instance is to run; the last one while it is deleted
  DaemonRevisionId last_good;                   // what was last deployed completely: where a rollback goes
  DaemonTaskDefinitionId definition;            // of `revision`
  DaemonDeploymentId deployment;                // the most recent
  std::shared_ptr<const api::CreateDaemonRequest> created_with;
  std::vector<api::Tag> tags;
  Instant created_at{};
  Instant updated_at{};
  Instant gone_at{};
};

/// An immutable snapshot of a daemon's configuration, made by the deployment that brings it.
struct DaemonRevision {
  DaemonRevisionId id;
  DaemonId daemon;
  std::uint64_t digits = 0;  // the last part of its ARN
  DaemonTaskDefinitionId definition;
  bool propagate_tags = false;
  bool managed_tags = false;
  bool execute_command = false;
  Instant created_at{};
};

enum class DaemonDeploymentStatus : std::uint8_t {
  kPending,
  kInProgress,
  kSuccessful,
  kStopRequested,
  kStopped,
  kRollbackInProgress,
  kRollbackSuccessful,
  kRollbackFailed,
};

/// An instance that owes the daemon a task and had no room for it.
struct DaemonRefusal {
  InstanceId instance;
  std::string reason;  // ECS's code: RESOURCE:CPU, ...
  friend bool operator==(const DaemonRefusal&, const DaemonRefusal&) = default;
};

struct DaemonDeployment {
  DaemonDeploymentId id;
  DaemonId daemon;
  std::string name;  // the last part of its ARN
  DaemonDeploymentStatus status = DaemonDeploymentStatus::kPending;
  std::string status_reason;
  DaemonRevisionId target;  // none: the daemon is deleted
  std::vector<DaemonRevisionId> sources;
  std::shared_ptr<const api::DaemonDeploymentConfiguration> configuration;  // with defaults
  int failed_tasks = 0;       // in a row, of the revision that is being brought; reset when one reaches RUNNING
  Instant last_failure_at{};  // start throttling counts from here
  int breaker_threshold = 0;  // 0 until it has started
  int breaker_failures = 0;   // that tripped it; 0 if it did not
  DaemonRevisionId rollback_to;
  Instant rollback_at{};
  bool stepping = false;  // a batch of instances is being replaced
  Instant bake_until{};   // the next step, or success, waits until then
  Instant created_at{};
  Instant started_at{};
  Instant stopped_at{};
  Instant finished_at{};
  std::vector<DaemonRefusal> refused;  // when the daemon's tasks were placed last

  [[nodiscard]] bool under_way() const {
    return status == DaemonDeploymentStatus::kInProgress || status == DaemonDeploymentStatus::kRollbackInProgress;
  }
};

const char* to_text(DaemonStatus status);
const char* to_text(DaemonDeploymentStatus status);

}  // namespace drydock::model
