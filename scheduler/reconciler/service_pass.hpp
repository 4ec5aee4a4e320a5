#pragma once
// The steps that REPLICA and DAEMON services share when a plan is applied. Internal to the reconciler.

#include <span>
#include <string>
#include <vector>

#include "model/task_definitions/requirements.hpp"
#include "model/transaction.hpp"
#include "scheduler/launch.hpp"
#include "scheduler/pace.hpp"
#include "scheduler/placement/place.hpp"
#include "scheduler/reconciler/reconcile_service.hpp"

namespace drydock::scheduler {

struct ServicePass {
  model::Transaction& tx;
  model::ServiceId id;
  const Pace& pace;
  ServiceOutcome outcome{};
  model::TaskSetId task_set{};  // the one that the pass is about; none: the service's own deployments
  /// Of the service's own deployments this one alone, with so many tasks; 0: all of them, as one rolling deployment.
  std::uint64_t only = 0;
  int wanted = 0;
  /// The deployment that tasks are started for while hooks hold the newest one back; 0: the newest.
  std::uint64_t instead = 0;
  /// Where the cluster has instances that are ACTIVE and connected; null: not asked for.
  const std::map<std::string, std::set<model::InstanceId>>* zones = nullptr;

  [[nodiscard]] const model::Service& service() const { return tx.state().get(id); }
  /// The deployment that tasks are started for.
  [[nodiscard]] const model::Deployment& primary() const;
  [[nodiscard]] int desired() const;
  /// Whether tasks of the deployment with these digits are of this pass's business.
  [[nodiscard]] bool concerns(std::uint64_t digits) const {
    return (!task_set && only == 0) || digits == primary().digits;
  }
  /// The deployment has failed and nothing has taken its place.
  [[nodiscard]] bool halted() const { return primary().rollout == model::RolloutState::kFailed; }
  /// All deployments of the service, toward the newest.
  [[nodiscard]] bool deploys() const { return !task_set && only == 0 && instead == 0; }
  void again_at(model::Instant when) {
    if (!outcome.again_at || when < *outcome.again_at) outcome.again_at = when;
  }
};

/// The launch request of the next task of the PRIMARY deployment; instance and capacity provider are still to be filled
/// in.
LaunchRequest next_launch(const ServicePass& pass);
model::TaskRequirements needs_of(const ServicePass& pass);
/// What its tasks need and where they may be, for placement.
Demand next_demand(ServicePass& pass);

/// True when start throttling holds launches back now; says so and sets the time to look again.
bool throttled(ServicePass& pass);

/// Notes tasks of the pass's deployment that are replaced for their health.
void count_health_failures(ServicePass& pass, int count);

/// Says why a deployment that has failed starts nothing.
void explain_halt(ServicePass& pass);

/// Requests the stop of tasks for the scheduler's own reasons and says which.
void stop_for_scaling(ServicePass& pass, std::span<const model::TaskId> tasks);

/// Records why no instance takes the next task: event, explanation, and the wish to be woken by new capacity.
/// `provider` is the capacity provider whose turn it was, if there is a strategy.
void report_no_placement(ServicePass& pass, const std::vector<model::Refusal>& refusals,
                         const std::string& provider = {});

/// Says that a limit of ECS's own keeps tasks from being started: `text` is the event, `next_step` what to do.
void report_limit(ServicePass& pass, const std::string& text, const std::string& next_step);

/// Everything that was to be placed has found its place.
void placement_succeeded(ServicePass& pass);

/// Records that the deployment's own bounds forbid every further step: event (spec/services.md section 12, 18) and
/// explanation. `why` says what the bounds forbid.
void report_blocked(ServicePass& pass, const std::string& why);

/// The deployments' counts and states after the pass: finished old ones leave the list; completion and steady state
/// are said once.
void settle_deployments(ServicePass& pass, int desired, bool complete);

}  // namespace drydock::scheduler
