#pragma once
// Lifecycle hooks of a deployment (spec/services.md sections 8.3 and 8.4): the scheduler says which are wanted, and
// whoever carries them out answers through a Transaction.

#include <string>

#include "model/transaction.hpp"

namespace drydock::scheduler {

/// Puts the deployment into the stage, with the stage's hooks waiting to be called or continued.
void enter_stage(model::Transaction& tx, model::ServiceDeploymentId id, model::LifecycleStage stage, int step = 0);

/// What became of a call of an AWS_LAMBDA hook.
struct HookAnswer {
  enum class Kind : std::uint8_t { kSucceeded, kFailed, kInProgress, kUnreadable, kNotInvoked };
  Kind kind = Kind::kNotInvoked;
  model::Duration call_again_after = std::chrono::seconds(30);  // of kInProgress
  std::string details;                                          // what the hook is to remember; empty: as before
  std::string error;                                            // of kUnreadable and kNotInvoked, in words
};

/// False, and nothing changes, when nobody waits for this attempt any more.
bool answer_hook(model::Transaction& tx, model::ServiceDeploymentId id, const std::string& hook, int attempt,
                 const HookAnswer& answer);

/// Continues or rolls back a PAUSE hook; false when it does not await an action.
bool continue_hook(model::Transaction& tx, model::ServiceDeploymentId id, const std::string& hook, bool roll_back);

/// Ends the hooks that are still open: nobody waits for them once the deployment has ended or goes back.
void close_hooks(model::ServiceDeployment& record);

/// The hook as it was configured.
const api::DeploymentLifecycleHook& configured(const model::ServiceDeployment& record, const model::HookRun& run);

enum class HooksState : std::uint8_t { kPassed, kWaiting, kRollBack };

struct HooksProgress {
  HooksState state = HooksState::kPassed;
  std::string because;       // of kRollBack: what follows "Service deployment rolled back because "
  model::Instant next_at{};  // of kWaiting: nothing changes by itself before
  bool pausing = false;      // of kWaiting: a PAUSE hook among them
};

/// Lets hooks expire and puts up those whose next call is due.
HooksProgress advance_hooks(model::Transaction& tx, model::ServiceDeploymentId id);

}  // namespace drydock::scheduler
