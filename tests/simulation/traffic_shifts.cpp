// Deployments that shift traffic, with hooks that somebody answers sooner or later, and alarms.
#include <algorithm>

#include "scheduler/deployments/hooks.hpp"
#include "server/operations/alarms/alarms.hpp"
#include "tests/simulation/world.hpp"

namespace drydock::simulation {
namespace {

constexpr const char* kAlarms[] = {"errors", "latency"};

struct OpenHook {
  model::ServiceDeploymentId deployment;
  model::HookRun run;
};

std::vector<OpenHook> open_hooks(const model::State& state) {
  std::vector<OpenHook> open;
  for (const model::ServiceId service : state.services()) {
    for (const model::ServiceDeploymentId id : state.of(service).unfinished) {
      for (const model::HookRun& run : state.get(id).hooks) {
        if (run.calling || run.status == model::HookStatus::kAwaitingAction) open.push_back({id, run});
      }
    }
  }
  return open;
}

bool answer(model::Transaction& tx, const OpenHook& hook, scheduler::HookAnswer::Kind kind) {
  scheduler::HookAnswer told;
  told.kind = kind;
  told.error = "a fault";
  if (!hook.run.pause) return scheduler::answer_hook(tx, hook.deployment, hook.run.id, hook.run.attempt, told);
  return scheduler::continue_hook(tx, hook.deployment, hook.run.id, kind != scheduler::HookAnswer::Kind::kSucceeded);
}

}  // namespace

void World::choose_strategy(api::DeploymentConfiguration& configuration) {
  constexpr const char* kStrategies[] = {"ROLLING", "BLUE_GREEN", "LINEAR", "CANARY"};
  const std::uint64_t strategy = dice_.below(4);
  configuration.strategy = kStrategies[strategy];
  configuration.bakeTimeInMinutes = static_cast<int>(dice_.below(3));
  auto& linear = configuration.linearConfiguration.emplace();
  linear.stepPercent = 20.0 + static_cast<double>(dice_.below(40));
  linear.stepBakeTimeInMinutes = static_cast<int>(dice_.below(2));
  auto& canary = configuration.canaryConfiguration.emplace();
  canary.canaryPercent = 5.0;
  canary.canaryBakeTimeInMinutes = static_cast<int>(dice_.below(3));
  auto& hooks = configuration.lifecycleHooks.emplace();
  if (dice_.below(2) == 0) {
    auto& alarms = configuration.alarms.emplace();
    alarms.alarmNames.emplace(std::begin(kAlarms), std::end(kAlarms));
    alarms.enable = true;
    alarms.rollback = dice_.below(3) != 0;
  }
  constexpr const char* kStages[] = {"PRE_SCALE_UP",
                                     "POST_SCALE_UP",
                                     "POST_TEST_TRAFFIC_SHIFT",
                                     "PRE_PRODUCTION_TRAFFIC_SHIFT",
                                     "POST_PRODUCTION_TRAFFIC_SHIFT",
                                     "TEST_TRAFFIC_SHIFT",
                                     "PRODUCTION_TRAFFIC_SHIFT"};
  // Those that a rolling deployment passes.
  constexpr const char* kRollingStages[] = {"PRE_SCALE_UP", "POST_SCALE_UP", "RECONCILE_SERVICE"};
  for (std::uint64_t i = dice_.below(3); i > 0; --i) {
    const bool pause = dice_.below(2) == 0;
    api::DeploymentLifecycleHook& hook = hooks.emplace_back();
    hook.targetType = pause ? "PAUSE" : "AWS_LAMBDA";
    if (!pause) hook.hookTargetArn = "arn:aws:lambda:eu-west-1:123456789012:function:check";
    hook.lifecycleStages = {strategy == 0 ? kRollingStages[dice_.below(3)] : kStages[dice_.below(pause ? 5 : 7)]};
  }
}

void World::answer_hook() {
  const std::vector<OpenHook> open = open_hooks(core_->state());
  if (open.empty()) return;
  using Kind = scheduler::HookAnswer::Kind;
  const OpenHook& hook = pick(open);
  const std::uint64_t luck = dice_.below(8);
  const Kind kind = luck == 0   ? Kind::kFailed
                    : luck == 1 ? Kind::kUnreadable
                    : luck < 4  ? Kind::kInProgress
                                : Kind::kSucceeded;
  if (hook.run.pause && kind == Kind::kInProgress) return;
  note("answer " + hook.run.id.substr(0, 14) + " " + std::to_string(static_cast<int>(kind)));
  core_->change([&](model::Transaction& tx) { answer(tx, hook, kind); });
}

void World::change_alarm() {
  const char* name = kAlarms[dice_.below(2)];
  const bool on = dice_.below(3) == 0;
  note(std::string("alarm ") + name + (on ? " ALARM" : " OK"));
  set_alarm(name, on ? model::AlarmState::kAlarm : model::AlarmState::kOk);
}

void World::set_alarm(const char* name, model::AlarmState to) {
  const model::WorldId where = world();
  if (!where) return;
  core_->change([&](model::Transaction& tx) { operations::set_alarm(tx, where, name, to); });
}

void World::quiet_alarms() {
  if (!parameters_.traffic_shifts) return;
  for (const char* name : kAlarms) set_alarm(name, model::AlarmState::kOk);
}

void World::let_hooks_succeed() {
  const std::vector<OpenHook> open = open_hooks(core_->state());
  for (const OpenHook& hook : open) {
    core_->change([&](model::Transaction& tx) { answer(tx, hook, scheduler::HookAnswer::Kind::kSucceeded); });
  }
}

}  // namespace drydock::simulation
