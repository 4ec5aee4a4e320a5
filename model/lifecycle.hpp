#pragma once
// Where a BLUE_GREEN, LINEAR or CANARY deployment stands, and the hooks it waits for (spec/services.md section 8).

#include <cstdint>
#include <string>

#include "model/clock.hpp"
#include "model/ids.hpp"

namespace drydock::model {

/// In the order in which a deployment passes them. The numbers are stored.
enum class LifecycleStage : std::uint8_t {
  kNone,
  kReconcileService,
  kPreScaleUp,
  kScaleUp,
  kPostScaleUp,
  kTestTrafficShift,
  kPostTestTrafficShift,
  kPreProductionTrafficShift,
  kProductionTrafficShift,
  kPostProductionTrafficShift,
  kBakeTime,
  kCleanUp,
};

const char* to_text(LifecycleStage stage);

/// The numbers are stored.
enum class HookStatus : std::uint8_t { kAwaitingAction, kInProgress, kSucceeded, kFailed, kTimedOut };

const char* to_text(HookStatus status);

/// One hook of the stage a deployment is in. Whoever carries out AWS_LAMBDA hooks looks for `calling` and answers with
/// the id and the attempt; an answer to an attempt that is over counts for nothing.
struct HookRun {
  std::string id;
  int hook = 0;  // its place in deploymentConfiguration.lifecycleHooks
  bool pause = false;
  HookStatus status = HookStatus::kInProgress;
  bool calling = false;  // the target is to be called, or is being called
  int attempt = 0;       // calls so far, with the one under way
  Instant call_at{};     // when it is called next, unless it is `calling`
  Instant expires_at{};
  std::string failure;  // ECS's words, once FAILED
};

/// What a hook returned as hookDetails: it gets it again with its later calls in the same deployment.
struct HookMemory {
  int hook = 0;
  std::string details;  // a JSON object
};

/// A full share of traffic; shares are counted in tenths of a percent, so that steps of 0.1 % add up exactly.
inline constexpr int kAllTraffic = 1000;

/// The share of a service's production and test traffic that one revision is to have. The shares of a service add up
/// to kAllTraffic, or to nothing before its first deployment has any.
struct TrafficShare {
  ServiceRevisionId revision;
  int production = 0;
  int test = 0;
  friend bool operator==(const TrafficShare&, const TrafficShare&) = default;
};

}  // namespace drydock::model
