#include "scheduler/reconciler/service_pass.hpp"

#include <algorithm>

#include "model/arn.hpp"
#include "model/task_transitions.hpp"
#include "scheduler/deployments/start_throttle.hpp"
#include "scheduler/managed_tags.hpp"
#include "scheduler/placement/place.hpp"
#include "scheduler/reconciler/deployment_alarms.hpp"
#include "scheduler/reconciler/deployment_progress.hpp"
#include "scheduler/reconciler/rolling_hooks.hpp"
#include "scheduler/reconciler/service_events.hpp"

namespace drydock::scheduler {
namespace {

constexpr std::string_view kNoPlacement = "was unable to place a task";

std::vector<api::Tag> task_tags(const ServicePass& pass) {
  const model::Service& service = pass.service();
  const api::Service& settings = *service.settings;
  std::vector<api::Tag> tags;
  if (settings.propagateTags == "SERVICE") tags = service.tags;
  if (settings.propagateTags == "TASK_DEFINITION") {
    tags = pass.tx.state().get(pass.primary().task_definition).tags;
  }
  if (settings.enableECSManagedTags.value_or(false)) {
    add_managed_tags(tags, pass.tx.state().get(service.cluster), "aws:ecs:serviceName", service.name);
  }
  return tags;
}

std::string closest_match(const model::State& state, const model::Refusal& refusal) {
  const std::string instance =
      "The closest matching (container-instance " + model::to_hex(state.get(refusal.instance).uuid) + ") ";
  if (refusal.reason.starts_with("RESOURCE:PORTS")) return instance + "is already using a port required by your task.";
  if (refusal.reason == "RESOURCE:CPU") return instance + "has insufficient CPU units available.";
  if (refusal.reason == "RESOURCE:MEMORY") return instance + "has insufficient memory available.";
  if (refusal.reason == "ATTRIBUTE") return instance + "is missing an attribute required by your task.";
  return instance + "encountered error \"" + refusal.reason + "\".";
}

std::string next_step(const model::Refusal* refusal, const std::string& provider) {
  if (refusal == nullptr && !provider.empty()) {
    return "Give a container instance of the cluster the attribute " + std::string(model::kCapacityProviderAttribute) +
           "=" + provider + ": in ECS_INSTANCE_ATTRIBUTES of its ecs.config, or with aws ecs put-attributes.";
  }
  if (refusal == nullptr) {
    return "Register a container instance: start Drydock with an instance configured for this cluster "
           "(ECS_CLUSTER=<cluster>), or with --instances-in all.";
  }
  if (refusal->reason == "AGENT") return "The agent lost its Docker engine or its connection: start it again.";
  if (refusal->reason == "DAEMON") {
    return "Other tasks come after an instance's daemons: look at the daemon's deployment and its tasks "
           "(list-tasks --daemon-name).";
  }
  if (refusal->reason == "ATTRIBUTE")
    return "Compare requiresAttributes of the task definition with the instance's attributes.";
  if (refusal->reason == "DRAINING") return "Set an instance to ACTIVE again or register another one.";
  if (refusal->reason == kMemberOfUnsatisfied) {
    return "Compare the placement constraint's expression with what the instances have: aws ecs "
           "list-container-instances --filter takes the same expression.";
  }
  if (refusal->reason == kDistinctInstanceUnsatisfied) {
    return "Each task needs an instance of its own: register another instance, or lower minimumHealthyPercent so that "
           "a "
           "deployment may stop an old task first.";
  }
  if (refusal->reason == "RESOURCE:ENI") {
    return "Register another instance, or give this one the attribute " + std::string(kInterfaceSlotsAttribute) +
           " with the number of awsvpc tasks that it takes.";
  }
  if (refusal->reason.starts_with("RESOURCE:PORTS")) {
    return "Use a dynamic host port (hostPort 0) or as many instances as tasks.";
  }
  return "Register another container instance, stop other tasks, or ask for less CPU or memory in the task definition.";
}

}  // namespace

const model::Deployment& ServicePass::primary() const {
  if (task_set) return tx.state().get(task_set).deployment;
  const auto& deployments = service().deployments;
  const std::uint64_t digits = only == 0 ? instead : only;
  return digits == 0 ? deployments.front() : *std::ranges::find(deployments, digits, &model::Deployment::digits);
}

int ServicePass::desired() const {
  if (task_set) return primary().desired_count;
  return only == 0 ? service().desired_count : wanted;
}

LaunchRequest next_launch(const ServicePass& pass) {
  const model::Service& service = pass.service();
  const model::Deployment& deployment = pass.primary();
  LaunchRequest request;
  request.cluster = service.cluster;
  request.task_definition = deployment.task_definition;
  request.launch_type = deployment.launch_type;
  request.service = service.id;
  request.deployment = deployment.digits;
  request.group = "service:" + service.name;
  request.started_by = model::deployment_id(deployment.digits);
  request.platform_version = deployment.platform_version;
  request.execute_command = service.settings->enableExecuteCommand.value_or(false);
  request.network = deployment.network;
  request.tags = task_tags(pass);
  return request;
}

model::TaskRequirements needs_of(const ServicePass& pass) {
  return model::requirements_of(*pass.tx.state().get(pass.primary().task_definition).definition, nullptr);
}

Demand next_demand(ServicePass& pass) {
  const model::Service& service = pass.service();
  const api::TaskDefinition& definition = *pass.tx.state().get(pass.primary().task_definition).definition;
  Demand demand;
  demand.needs = model::requirements_of(definition, nullptr);
  demand.constraints = constraints_of(definition, service.settings->placementConstraints);
  demand.rules = rules_of(service.settings->placementStrategy);
  demand.group = "service:" + service.name;
  if (has_random(demand.rules)) demand.seed = pass.tx.random().next();
  return demand;
}

bool throttled(ServicePass& pass) {
  const model::Deployment& deployment = pass.primary();
  const model::Duration delay = start_delay(deployment.failed_tasks, pass.pace);
  const model::Instant next = deployment.last_failure_at + delay;
  if (deployment.failed_tasks >= kThrottleAfterFailures) {
    say_unless_said(pass.tx, pass.id, "is unable to consistently start tasks successfully.", pass.pace);
  }
  if (delay.count() == 0 || pass.tx.now() >= next) return false;
  pass.again_at(next);
  pass.tx.explanations().services[pass.id] = {
      pass.tx.now(),
      "START_THROTTLED",
      std::to_string(deployment.failed_tasks) +
          " tasks in a row stopped before they were RUNNING; the next start waits.",
      "Look at stoppedReason and containers[].reason of the service's stopped tasks "
      "(list-tasks --desired-status STOPPED); a new task definition starts at once.",
      {}};
  return true;
}

void count_health_failures(ServicePass& pass, int count) {
  if (pass.task_set || count == 0) return;
  const std::uint64_t digits = pass.primary().digits;
  pass.tx.update(pass.id, [&](model::Service& service) {
    std::ranges::find(service.deployments, digits, &model::Deployment::digits)->health_failures += count;
  });
}

void explain_halt(ServicePass& pass) {
  pass.tx.explanations().services[pass.id] = {
      pass.tx.now(),
      "DEPLOYMENT_FAILED",
      pass.primary().rollout_reason,
      "Nothing is started for a failed deployment. Start another one with update-service, with a new task definition "
      "or --force-new-deployment.",
      {}};
}

void stop_for_scaling(ServicePass& pass, std::span<const model::TaskId> tasks) {
  if (tasks.empty()) return;
  std::string reason = "Scaling activity initiated by (";
  reason += pass.task_set ? "taskSet " : "deployment ";
  reason += model::deployment_id(pass.primary().digits) + ")";
  std::vector<model::TaskId> running;
  int pending = 0;
  for (const model::TaskId task : tasks) {
    if (pass.tx.state().get(task).last_status >= model::TaskStatus::kRunning) {
      running.push_back(task);
    } else {
      ++pending;
    }
    model::request_stop(pass.tx, task, model::StopCode::kServiceSchedulerInitiated, reason);
  }
  if (!running.empty()) say_tasks(pass.tx, pass.id, "stopped # running tasks:", running);
  if (pending > 0) say(pass.tx, pass.id, "stopped " + std::to_string(pending) + " pending tasks.");
}

void report_no_placement(ServicePass& pass, const std::vector<model::Refusal>& refusals, const std::string& provider) {
  pass.outcome.wants_capacity = true;
  const model::Refusal* nearest = closest(refusals);
  const std::string where = provider.empty() ? "cluster." : "capacity provider.";
  const std::string reason = nearest == nullptr ? "Reason: No Container Instances were found in your " + where
                                                : closest_match(pass.tx.state(), *nearest);
  const std::string text = std::string(kNoPlacement) + " because no container instance met all of its requirements. " +
                           reason +
                           " For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.";
  say_unless_said(pass.tx, pass.id, text, pass.pace);
  pass.tx.explanations().services[pass.id] = {pass.tx.now(), nearest == nullptr ? "NO_INSTANCES" : "PLACEMENT", text,
                                              next_step(nearest, provider), refusals};
}

void report_limit(ServicePass& pass, const std::string& text, const std::string& next_step) {
  pass.outcome.wants_capacity = true;
  say_unless_said(pass.tx, pass.id, text, pass.pace);
  pass.tx.explanations().services[pass.id] = {pass.tx.now(), "QUOTA", text, next_step, {}};
}

void placement_succeeded(ServicePass& pass) {
  pass.tx.explanations().services.erase(pass.id);
  resolve_messages(pass.tx, pass.id, kNoPlacement);
}

void report_blocked(ServicePass& pass, const std::string& why) {
  const std::string text =
      "was unable to stop or start tasks during a deployment because of the service deployment configuration. Update "
      "the minimumHealthyPercent or maximumPercent value and try again.";
  say_unless_said(pass.tx, pass.id, text, pass.pace);
  pass.tx.explanations().services[pass.id] = {pass.tx.now(), "DEPLOYMENT_BOUNDS", text, why, {}};
}

void settle_deployments(ServicePass& pass, int desired, bool complete) {
  if (complete && pass.primary().rollout == model::RolloutState::kInProgress &&
      (waits_for_rolling_hooks(pass) || bakes_with_alarms(pass))) {
    complete = false;
  }
  const model::Service& service = pass.service();
  const auto& index = pass.tx.state().of(pass.id).deployments;
  const std::uint64_t primary = service.deployments.front().digits;
  const auto gone = [&](const model::Deployment& deployment) {
    return deployment.digits != primary && !index.contains(deployment.digits);
  };
  const auto wanted = [&](const model::Deployment& deployment) {
    if (deployment.digits == primary) return desired;
    const auto it = index.find(deployment.digits);
    if (it == index.end()) return 0;
    return static_cast<int>(it->second.starting.size() + it->second.running());
  };
  const bool completes = complete && pass.primary().rollout == model::RolloutState::kInProgress;
  const bool steadies = complete && !service.steady;
  const bool unsettles = !complete && service.steady;
  const bool counts_differ = std::ranges::any_of(
      service.deployments, [&](const model::Deployment& d) { return gone(d) || d.desired_count != wanted(d); });
  if (!completes && !steadies && !unsettles && !counts_differ) return;

  const model::Instant now = pass.tx.now();
  const std::string id = model::deployment_id(primary);
  pass.tx.update(pass.id, [&](model::Service& entity) {
    for (model::Deployment& deployment : entity.deployments) {
      if (deployment.desired_count == wanted(deployment)) continue;
      deployment.desired_count = wanted(deployment);
      deployment.updated_at = now;
    }
    if (completes) {
      entity.deployments.front().rollout = model::RolloutState::kCompleted;
      entity.deployments.front().rollout_reason = "ECS deployment " + id + " completed.";
      entity.deployments.front().updated_at = now;
    }
    std::erase_if(entity.deployments, gone);
    entity.steady = complete;
    if (complete) entity.suppressed.clear();
  });
  if (completes) complete_deployment(pass);
  if (completes) say(pass.tx, pass.id, "(deployment " + id + ") deployment completed.");
  if (steadies) say(pass.tx, pass.id, "has reached a steady state.");
  if (complete) pass.tx.explanations().services.erase(pass.id);
}

}  // namespace drydock::scheduler
