#pragma once

#include <memory>
#include <string>
#include <vector>

#include "api-spec/generated/types.hpp"
#include "model/clock.hpp"
#include "model/ids.hpp"
#include "model/lifecycle.hpp"

namespace drydock::model {

/// spec/services.md section 9, which has the ways from one to the other. The numbers are stored.
enum class ServiceDeploymentStatus : std::uint8_t {
  kPending,
  kInProgress,
  kStopRequested,
  kRollbackRequested,
  kRollbackInProgress,
  kSuccessful,
  kStopped,
  kRollbackSuccessful,
  kRollbackFailed,
};

const char* to_text(ServiceDeploymentStatus status);
constexpr bool is_terminal(ServiceDeploymentStatus status) { return status >= ServiceDeploymentStatus::kSuccessful; }

/// A revision that takes part in a deployment. The counts are those of its end; until then tasks are counted.
struct DeployedRevision {
  ServiceRevisionId revision;
  int requested = 0;
  int running = 0;
  int pending = 0;
  // Shares of the traffic as TrafficShare has them, of deployments that shift traffic.
  int production = 0;
  int test = 0;
};

enum class MonitorStatus : std::uint8_t { kDisabled, kMonitoring, kComplete, kTriggered };

const char* to_text(MonitorStatus status);

/// The history of one deployment: made with its revision, and in the end a record that never changes again.
struct ServiceDeployment {
  ServiceDeploymentId id;
  ServiceId service;
  std::string name;  // last part of the ARN
  ServiceDeploymentStatus status = ServiceDeploymentStatus::kPending;
  std::string status_reason;
  DeployedRevision target;
  std::vector<DeployedRevision> sources;
  std::shared_ptr<const api::DeploymentConfiguration> configuration;
  MonitorStatus breaker = MonitorStatus::kDisabled;
  int breaker_failures = 0;
  int breaker_threshold = 0;
  ServiceRevisionId rollback_to;  // none unless it rolls back or did
  std::string rollback_reason;
  Instant rollback_at{};
  Instant created_at{};
  Instant started_at{};
  Instant finished_at{};
  Instant updated_at{};
  // BLUE_GREEN, LINEAR and CANARY only, from the start of the deployment on.
  LifecycleStage stage = LifecycleStage::kNone;
  Instant stage_at{};          // when it entered the stage
  int step = 0;                // of a production traffic shift, from 0
  ServiceRevisionId blue;      // had the production traffic before; none for a service's first deployment
  std::vector<HookRun> hooks;  // of the stage it is in, or of the last one that had any
  std::vector<HookMemory> hook_memory;
  MonitorStatus alarms = MonitorStatus::kDisabled;
  std::vector<std::string> triggered_alarms;
  Instant bake_until{};  // of a ROLLING deployment that has alarms
};

}  // namespace drydock::model
