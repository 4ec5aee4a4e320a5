#include "server/events/record/deployment_events.hpp"

#include <algorithm>
#include <optional>

#include "model/arn.hpp"
#include "scheduler/events/envelope.hpp"

namespace drydock::events {
namespace {

using model::RolloutState;

const model::Deployment* find(const model::Service* service, std::uint64_t digits) {
  if (service == nullptr) return nullptr;
  const auto it = std::ranges::find(service->deployments, digits, &model::Deployment::digits);
  return it == service->deployments.end() ? nullptr : &*it;
}

std::string_view name_of(RolloutState state) {
  switch (state) {
    case RolloutState::kInProgress: return "SERVICE_DEPLOYMENT_IN_PROGRESS";
    case RolloutState::kCompleted: return "SERVICE_DEPLOYMENT_COMPLETED";
    case RolloutState::kFailed: return "SERVICE_DEPLOYMENT_FAILED";
  }
  return "";
}

std::string_view name_of(model::HookStatus status) {
  switch (status) {
    case model::HookStatus::kAwaitingAction: return "HOOK_AWAITING_ACTION";
    case model::HookStatus::kInProgress: return "HOOK_IN_PROGRESS";
    case model::HookStatus::kSucceeded: return "HOOK_SUCCEEDED";
    case model::HookStatus::kFailed: return "HOOK_FAILED";
    case model::HookStatus::kTimedOut: return "HOOK_TIMED_OUT";
  }
  return "";
}

struct Told {
  RolloutState rollout;
  std::string id;
  std::string reason;

  bool operator==(const Told& other) const { return rollout == other.rollout && id == other.id; }
};

std::vector<Told> told_by_state(const model::Service* before, const model::Service& after) {
  std::vector<Told> all;
  for (const RolloutState rollout : {RolloutState::kFailed, RolloutState::kCompleted, RolloutState::kInProgress}) {
    for (const model::Deployment& deployment : after.deployments) {
      // Task sets tell of themselves as service actions.
      if (deployment.rollout != rollout || !deployment.revision) continue;
      const model::Deployment* was = find(before, deployment.digits);
      if (was != nullptr && was->rollout == rollout) continue;
      const std::string id = model::deployment_id(deployment.digits);
      std::string reason = deployment.rollout_reason;
      if (reason.empty()) {
        reason = "ECS deployment " + id + (rollout == RolloutState::kCompleted ? " completed." : " in progress.");
      }
      all.push_back({rollout, id, std::move(reason)});
    }
  }
  return all;
}

/// The rest of the line behind a mark, when it has it.
std::optional<std::string_view> behind(std::string_view line, std::string_view mark) {
  const std::size_t at = line.find(mark);
  return at == std::string_view::npos ? std::nullopt : std::optional(line.substr(at + mark.size()));
}

/// A deployment that fails with no task left, or one that comes back at once, does not show it when all is committed:
/// the service's own lines do.
std::optional<Told> told_by_line(std::string_view line) {
  if (const auto to = behind(line, "rolling back to deployment ")) {
    const std::string id(to->substr(0, to->rfind('.')));
    return Told{RolloutState::kInProgress, id,
                "ECS deployment circuit breaker: rolling back to deploymentId " + id + "."};
  }
  const auto named = behind(line, "(deployment ");
  if (!named) return std::nullopt;
  const std::string id(named->substr(0, named->find(')')));
  if (const auto why = behind(line, ") deployment failed: ")) {
    const bool breaker = *why == "tasks failed to start.";
    return Told{RolloutState::kFailed, id,
                (breaker ? "ECS deployment circuit breaker: " : "ECS deployment failed: ") + std::string(*why)};
  }
  if (!line.ends_with(") deployment completed.")) return std::nullopt;
  return Told{RolloutState::kCompleted, id, "ECS deployment " + id + " completed."};
}

}  // namespace

Drafts deployment_events(const model::State& state, const model::Service* before, const model::Service& after,
                         const std::vector<std::string_view>& lines, model::Instant now) {
  std::vector<Told> told = told_by_state(before, after);
  for (const std::string_view line : lines) {
    auto more = told_by_line(line);
    if (more && std::ranges::find(told, *more) == told.end()) told.push_back(std::move(*more));
  }
  Drafts drafts;
  for (const auto& [rollout, id, reason] : told) {
    Draft draft = service_draft(state, after, "ECS Deployment State Change");
    draft.detail = Object()
                       .text("eventType", rollout == RolloutState::kFailed ? "ERROR" : "INFO")
                       .text("eventName", name_of(rollout))
                       .text("deploymentId", id)
                       .text("updatedAt", scheduler::detail_time(now))
                       .text("reason", reason)
                       .done();
    drafts.push_back(std::move(draft));
  }
  return drafts;
}

Drafts hook_events(const model::State& state, const model::ServiceDeployment* before,
                   const model::ServiceDeployment& after, model::Instant now) {
  Drafts drafts;
  const model::Service* service = state.find(after.service);
  if (service == nullptr) return drafts;
  for (const model::HookRun& run : after.hooks) {
    if (before != nullptr) {
      const auto was = std::ranges::find(before->hooks, run.id, &model::HookRun::id);
      if (was != before->hooks.end() && was->status == run.status) continue;
    }
    const bool failed = run.status == model::HookStatus::kFailed || run.status == model::HookStatus::kTimedOut;
    Draft draft = service_draft(state, *service, "ECS Hook State Change");
    Object detail;
    detail.text("eventType", failed ? "ERROR" : "INFO")
        .text("eventName", name_of(run.status))
        .text("hookId", run.id)
        .text("hookType", run.pause ? "PAUSE" : "AWS_LAMBDA");
    if (run.expires_at != model::Instant{}) detail.text("expiresAt", scheduler::detail_time(run.expires_at));
    detail.text("lifecycleStage", to_text(after.stage))
        .text("clusterArn", draft.cluster)
        .text("serviceArn", draft.service)
        .text("serviceDeploymentArn", model::arn_of(state, after))
        .text("updatedAt", scheduler::detail_time(now));
    draft.detail = detail.done();
    drafts.push_back(std::move(draft));
  }
  return drafts;
}

}  // namespace drydock::events
