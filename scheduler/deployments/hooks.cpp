#include "scheduler/deployments/hooks.hpp"

#include <algorithm>

namespace drydock::scheduler {
namespace {

using model::HookRun;
using model::HookStatus;
using model::ServiceDeployment;

constexpr int kDefaultTimeoutMinutes = 1440;

std::string hook_id(model::Transaction& tx, bool pause) {
  constexpr std::size_t kLength = 43;
  std::string letters;
  while (letters.size() < kLength) letters += tx.random().service_deployment_name();
  return (pause ? "ecs-pause-" : "ecs-lambda-") + letters.substr(0, kLength);
}

std::vector<HookRun> runs_of(model::Transaction& tx, const ServiceDeployment& record, model::LifecycleStage stage) {
  std::vector<HookRun> runs;
  if (!record.configuration || !record.configuration->lifecycleHooks) return runs;
  const auto& hooks = *record.configuration->lifecycleHooks;
  for (std::size_t i = 0; i < hooks.size(); ++i) {
    const api::DeploymentLifecycleHook& hook = hooks[i];
    if (!hook.lifecycleStages ||
        std::ranges::find(*hook.lifecycleStages, model::to_text(stage)) == hook.lifecycleStages->end()) {
      continue;
    }
    const auto& timeout = hook.timeoutConfiguration;
    HookRun& run = runs.emplace_back();
    run.hook = static_cast<int>(i);
    run.pause = hook.targetType == "PAUSE";
    run.id = hook_id(tx, run.pause);
    run.status = run.pause ? HookStatus::kAwaitingAction : HookStatus::kInProgress;
    run.calling = !run.pause;
    run.attempt = run.pause ? 0 : 1;
    run.expires_at =
        tx.now() + std::chrono::minutes(timeout ? timeout->timeoutInMinutes.value_or(kDefaultTimeoutMinutes)
                                                : kDefaultTimeoutMinutes);
  }
  return runs;
}

const HookRun* find_run(const model::State& state, model::ServiceDeploymentId id, const std::string& hook) {
  const ServiceDeployment* record = state.find(id);
  if (record == nullptr || model::is_terminal(record->status)) return nullptr;
  const auto run = std::ranges::find(record->hooks, hook, &HookRun::id);
  return run == record->hooks.end() ? nullptr : &*run;
}

template <class Change>
void change_run(model::Transaction& tx, model::ServiceDeploymentId id, const std::string& hook, Change change) {
  tx.update(id, [&](ServiceDeployment& record) {
    change(record, *std::ranges::find(record.hooks, hook, &HookRun::id));
    record.updated_at = tx.now();
  });
}

std::string target_of(const ServiceDeployment& record, const HookRun& run) {
  return configured(record, run).hookTargetArn.value_or("");
}

std::string failure_of(const ServiceDeployment& record, const HookRun& run, const HookAnswer& answer) {
  const std::string target = target_of(record, run);
  if (answer.kind == HookAnswer::Kind::kUnreadable) {
    return "ECS was unable to parse the response from " + target + " due to " + answer.error;
  }
  if (answer.kind == HookAnswer::Kind::kNotInvoked) {
    return "ECS was unable to invoke hook target " + target + " due to " + answer.error;
  }
  return "Lifecycle hook target " + target + " returned FAILED status.";
}

bool rolls_back_on_timeout(const ServiceDeployment& record, const HookRun& run) {
  const auto& timeout = configured(record, run).timeoutConfiguration;
  return !timeout || timeout->action.value_or("ROLLBACK") == "ROLLBACK";
}

bool is_open(const HookRun& run) {
  return run.status == HookStatus::kAwaitingAction || run.status == HookStatus::kInProgress;
}

void expire(model::Transaction& tx, model::ServiceDeploymentId id, const std::string& hook) {
  change_run(tx, id, hook, [&](ServiceDeployment& record, HookRun& run) {
    run.status = HookStatus::kTimedOut;
    run.calling = false;
    const std::string target = run.pause ? run.id : target_of(record, run);
    run.failure = "Lifecycle hook " + std::string(run.pause ? "" : "target ") + target + " timed out.";
  });
}

}  // namespace

const api::DeploymentLifecycleHook& configured(const ServiceDeployment& record, const HookRun& run) {
  return record.configuration->lifecycleHooks->at(static_cast<std::size_t>(run.hook));
}

void close_hooks(ServiceDeployment& record) {
  for (HookRun& run : record.hooks) {
    run.calling = false;
    if (is_open(run)) run.status = HookStatus::kFailed;
  }
}

void enter_stage(model::Transaction& tx, model::ServiceDeploymentId id, model::LifecycleStage stage, int step) {
  std::vector<HookRun> runs = runs_of(tx, tx.state().get(id), stage);
  tx.update(id, [&](ServiceDeployment& record) {
    record.stage = stage;
    record.stage_at = tx.now();
    record.step = step;
    // The last ones stay to be seen until others come.
    const bool open = std::ranges::any_of(record.hooks, is_open);
    if (open || !runs.empty()) record.hooks = std::move(runs);
    record.updated_at = tx.now();
  });
}

bool answer_hook(model::Transaction& tx, model::ServiceDeploymentId id, const std::string& hook, int attempt,
                 const HookAnswer& answer) {
  const HookRun* waiting = find_run(tx.state(), id, hook);
  if (waiting == nullptr || !waiting->calling || waiting->attempt != attempt) return false;
  change_run(tx, id, hook, [&](ServiceDeployment& record, HookRun& run) {
    run.calling = false;
    if (!answer.details.empty()) {
      const auto known = std::ranges::find(record.hook_memory, run.hook, &model::HookMemory::hook);
      if (known != record.hook_memory.end()) {
        known->details = answer.details;
      } else {
        record.hook_memory.push_back({run.hook, answer.details});
      }
    }
    if (answer.kind == HookAnswer::Kind::kInProgress) {
      run.call_at = tx.now() + answer.call_again_after;
    } else if (answer.kind == HookAnswer::Kind::kSucceeded) {
      run.status = HookStatus::kSucceeded;
    } else {
      run.status = HookStatus::kFailed;
      run.failure = failure_of(record, run, answer);
    }
  });
  return true;
}

bool continue_hook(model::Transaction& tx, model::ServiceDeploymentId id, const std::string& hook, bool roll_back) {
  const HookRun* waiting = find_run(tx.state(), id, hook);
  if (waiting == nullptr || waiting->status != HookStatus::kAwaitingAction) return false;
  change_run(tx, id, hook, [&](ServiceDeployment&, HookRun& run) {
    run.status = roll_back ? HookStatus::kFailed : HookStatus::kSucceeded;
    if (roll_back) run.failure = "Lifecycle hook " + run.id + " was continued with the action ROLLBACK.";
  });
  return true;
}

HooksProgress advance_hooks(model::Transaction& tx, model::ServiceDeploymentId id) {
  const std::vector<HookRun> before = tx.state().get(id).hooks;
  for (const HookRun& run : before) {
    if (!is_open(run)) continue;
    if (run.expires_at <= tx.now()) {
      expire(tx, id, run.id);
    } else if (!run.pause && !run.calling && run.call_at <= tx.now()) {
      change_run(tx, id, run.id, [](ServiceDeployment&, HookRun& again) {
        again.calling = true;
        ++again.attempt;
      });
    }
  }
  const ServiceDeployment& record = tx.state().get(id);
  HooksProgress progress;
  for (const HookRun& run : record.hooks) {
    const bool failed = run.status == HookStatus::kFailed ||
                        (run.status == HookStatus::kTimedOut && rolls_back_on_timeout(record, run));
    if (failed && progress.state != HooksState::kRollBack) {
      progress.state = HooksState::kRollBack;
      progress.because = std::string(model::to_text(record.stage)) + " lifecycle hook(s) failed. " + run.failure;
    }
    if (!is_open(run)) continue;
    if (progress.state == HooksState::kPassed) progress.state = HooksState::kWaiting;
    progress.pausing = progress.pausing || run.pause;
    const model::Instant next = run.pause || run.calling ? run.expires_at : std::min(run.expires_at, run.call_at);
    if (progress.next_at == model::Instant{} || next < progress.next_at) progress.next_at = next;
  }
  return progress;
}

}  // namespace drydock::scheduler
