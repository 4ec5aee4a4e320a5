// What deployments that shift traffic ask of a service, and their hooks (spec/services.md section 8).
#include <algorithm>
#include <cmath>
#include <set>

#include "model/arn.hpp"
#include "scheduler/deployments/traffic_schedule.hpp"
#include "server/operations/services/service_rules.hpp"

namespace drydock::operations {
namespace {

constexpr std::ptrdiff_t kMaxHooksOfKind = 10;
constexpr int kMaxMinutes = 1440;

bool given(const std::optional<std::string>& member) { return member && !member->empty(); }

/// Ranges are checked with the request's other members.
Verdict check_tenths(const char* what, std::optional<double> percent) {
  if (!percent || std::abs(*percent * 10 - std::round(*percent * 10)) < 1e-6) return std::nullopt;
  return refuse(std::string(what) + " must be a multiple of 0.1");
}

Verdict check_hook(const api::DeploymentLifecycleHook& hook) {
  const std::string type = hook.targetType.value_or("AWS_LAMBDA");
  if (type != "AWS_LAMBDA" && type != "PAUSE") {
    return refuse("Invalid targetType. Valid values are: AWS_LAMBDA, PAUSE");
  }
  if (!hook.lifecycleStages || hook.lifecycleStages->empty()) {
    return refuse("lifecycleStages must be specified for every lifecycle hook");
  }
  const auto& timeout = hook.timeoutConfiguration;
  if (type == "AWS_LAMBDA") {
    if (!given(hook.hookTargetArn)) return refuse("hookTargetArn is required for AWS_LAMBDA lifecycle hooks");
    if (timeout && timeout->timeoutInMinutes.value_or(1) > kMaxMinutes) {
      return refuse("timeoutInMinutes must be between 1 and 1440 for AWS_LAMBDA lifecycle hooks");
    }
    return std::nullopt;
  }
  if (given(hook.hookTargetArn) || given(hook.roleArn)) {
    return refuse("hookTargetArn and roleArn cannot be specified for PAUSE lifecycle hooks");
  }
  for (const std::string& stage : *hook.lifecycleStages) {
    if (stage == "TEST_TRAFFIC_SHIFT" || stage == "PRODUCTION_TRAFFIC_SHIFT") {
      return refuse("PAUSE lifecycle hooks are not supported at the lifecycle stage " + stage);
    }
  }
  return std::nullopt;
}

Verdict check_hooks(const api::DeploymentConfiguration& configuration) {
  if (!configuration.lifecycleHooks) return std::nullopt;
  const auto& hooks = *configuration.lifecycleHooks;
  for (const api::DeploymentLifecycleHook& hook : hooks) {
    if (auto no = check_hook(hook)) return no;
  }
  const auto pauses = std::ranges::count_if(hooks, [](const auto& hook) { return hook.targetType == "PAUSE"; });
  if (pauses > kMaxHooksOfKind || std::ssize(hooks) - pauses > kMaxHooksOfKind) {
    return refuse("A service can have at most 10 AWS_LAMBDA and 10 PAUSE lifecycle hooks");
  }
  return std::nullopt;
}

/// A rolling deployment passes no stage that shifts traffic: a hook there would never run.
Verdict check_rolling_hooks(const ServiceDraft& draft) {
  const auto& hooks = draft.settings.deploymentConfiguration->lifecycleHooks;
  if (!hooks || hooks->empty()) return std::nullopt;
  if (controller_of(draft.settings) != "ECS" || draft.scheduling == model::SchedulingStrategy::kDaemon) {
    return api::ApiError::unsupported_feature(
               "Lifecycle hooks are only supported with the ECS deployment controller and the REPLICA scheduling "
               "strategy.")
        .explained("Leave lifecycleHooks out.");
  }
  for (const api::DeploymentLifecycleHook& hook : *hooks) {
    for (const std::string& stage : *hook.lifecycleStages) {
      if (stage == "RECONCILE_SERVICE" || stage == "PRE_SCALE_UP" || stage == "POST_SCALE_UP") continue;
      return api::ApiError::unsupported_feature("Lifecycle hooks at the lifecycle stage " + stage +
                                                " are not supported with the deployment strategy ROLLING.")
          .explained(
              "A rolling deployment shifts no traffic: use RECONCILE_SERVICE, PRE_SCALE_UP or POST_SCALE_UP, or "
              "the strategy BLUE_GREEN, LINEAR or CANARY.");
    }
  }
  return std::nullopt;
}

/// A listener rule of an Application Load Balancer, or a listener of a Network Load Balancer.
bool is_rule(const std::string& text) {
  const auto arn = model::parse_arn(text);
  return arn && arn->service == "elasticloadbalancing" && (arn->type == "listener-rule" || arn->type == "listener");
}

Verdict check_advanced(const api::AdvancedConfiguration& advanced) {
  for (const auto& [what, rule] : {std::pair{"productionListenerRule", &advanced.productionListenerRule},
                                   std::pair{"testListenerRule", &advanced.testListenerRule}}) {
    if (!given(*rule) || is_rule(**rule)) continue;
    return refuse(std::string(what) +
                  " has an invalid ARN format. Must be RuleArn for ALB or ListenerArn for NLB. Got: " + **rule);
  }
  if (!given(advanced.alternateTargetGroupArn)) return refuse("alternateTargetGroupArn must be specified");
  if (!given(advanced.productionListenerRule)) return refuse("productionListenerRule must be specified");
  if (advanced.testListenerRule == advanced.productionListenerRule) {
    return refuse("The following rules cannot be used as both production and test listener rules: " +
                  *advanced.productionListenerRule);
  }
  return std::nullopt;
}

Verdict check_advanced_balancers(const api::Service& settings, bool shifts) {
  if (!has_load_balancers(settings)) return std::nullopt;
  const auto& balancers = *settings.loadBalancers;
  std::set<std::string> groups;
  std::ptrdiff_t advanced = 0;
  for (const api::LoadBalancer& balancer : balancers) {
    if (!balancer.advancedConfiguration) continue;
    ++advanced;
    if (given(balancer.loadBalancerName)) {
      return refuse("advancedConfiguration field is not allowed with ELBv1 loadBalancers");
    }
  }
  if (shifts && advanced < std::ssize(balancers)) {
    return refuse(
        "advancedConfiguration field is required for all loadBalancers when using a non-ROLLING deployment "
        "strategy",
        "Give every load balancer an alternateTargetGroupArn and a productionListenerRule, or leave the load "
        "balancers out.");
  }
  if (advanced == 0) return std::nullopt;
  if (advanced < std::ssize(balancers)) {
    return refuse("Either all or none of the provided loadBalancers must have advancedConfiguration defined");
  }
  for (const api::LoadBalancer& balancer : balancers) {
    if (auto no = check_advanced(*balancer.advancedConfiguration)) return no;
    for (const std::string& group :
         {balancer.targetGroupArn.value_or(""), balancer.advancedConfiguration->alternateTargetGroupArn.value_or("")}) {
      if (!groups.insert(group).second) return refuse("Duplicate targetGroupArn found: " + group);
    }
  }
  return std::nullopt;
}

}  // namespace

Verdict check_strategy(const ServiceDraft& draft) {
  const auto& configuration = draft.settings.deploymentConfiguration;
  if (!configuration) return std::nullopt;
  const bool shifts = scheduler::shifts_traffic(*configuration);
  if (shifts && controller_of(draft.settings) != "ECS") {
    return refuse("The deployment strategy " + *configuration->strategy +
                  " is only supported with the ECS deployment "
                  "controller.");
  }
  if (shifts && draft.scheduling == model::SchedulingStrategy::kDaemon) {
    return refuse("The daemon scheduling strategy does not support the deployment strategy " +
                  *configuration->strategy + ".");
  }
  if (const auto& linear = configuration->linearConfiguration) {
    if (auto no = check_tenths("stepPercent", linear->stepPercent)) return no;
  }
  if (const auto& canary = configuration->canaryConfiguration) {
    if (auto no = check_tenths("canaryPercent", canary->canaryPercent)) return no;
  }
  if (auto no = check_hooks(*configuration)) return no;
  if (!shifts) {
    if (auto no = check_rolling_hooks(draft)) return no;
  }
  return check_advanced_balancers(draft.settings, shifts);
}

}  // namespace drydock::operations
