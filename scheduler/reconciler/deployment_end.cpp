#include "scheduler/reconciler/deployment_end.hpp"

#include <algorithm>

#include "model/arn.hpp"
#include "scheduler/deployments/hooks.hpp"
#include "scheduler/deployments/traffic_schedule.hpp"
#include "scheduler/reconciler/lifecycle.hpp"
#include "scheduler/reconciler/service_deployments.hpp"
#include "scheduler/reconciler/service_events.hpp"

namespace drydock::scheduler {
namespace {

using model::Deployment;
using model::Service;
using model::ServiceDeployment;
using Status = model::ServiceDeploymentStatus;

constexpr const char* kNoCandidate = "No rollback candidate was found to run the rollback.";

/// The members of a service that its deployment decides, as the revision has them.
void restore_settings(const model::ServiceRevision& revision, Service& service) {
  service.task_definition = revision.task_definition;
  service.launch_type = revision.launch_type;
  auto settings = std::make_shared<api::Service>(*service.settings);
  const api::ServiceRevision& fixed = *revision.definition;
  settings->launchType = fixed.launchType;
  settings->capacityProviderStrategy = fixed.capacityProviderStrategy;
  settings->platformVersion.reset();
  if (!revision.platform_version.empty()) settings->platformVersion = revision.platform_version;
  settings->platformFamily = fixed.platformFamily;
  settings->networkConfiguration = fixed.networkConfiguration;
  settings->loadBalancers = fixed.loadBalancers;
  settings->serviceRegistries = fixed.serviceRegistries;
  service.settings = std::move(settings);
}

/// A deployment that left the list because nothing of it runs any more.
Deployment deployment_from(const model::ServiceRevision& revision, model::Instant now) {
  const api::ServiceRevision& fixed = *revision.definition;
  Deployment deployment;
  deployment.digits = revision.digits;
  deployment.revision = revision.id;
  deployment.task_definition = revision.task_definition;
  deployment.launch_type = revision.launch_type;
  deployment.platform_version = fixed.platformVersion.value_or("");
  if (fixed.networkConfiguration) {
    deployment.network = std::make_shared<api::NetworkConfiguration>(*fixed.networkConfiguration);
  }
  api::Deployment settings;
  settings.platformFamily = fixed.platformFamily;
  settings.capacityProviderStrategy = fixed.capacityProviderStrategy;
  settings.serviceConnectConfiguration = fixed.serviceConnectConfiguration;
  settings.volumeConfigurations = fixed.volumeConfigurations;
  settings.vpcLatticeConfigurations = fixed.vpcLatticeConfigurations;
  if (settings != api::Deployment{}) deployment.settings = std::make_shared<api::Deployment>(std::move(settings));
  deployment.created_at = revision.created_at;
  deployment.updated_at = now;
  return deployment;
}

void mark_failed(Deployment& deployment, const std::string& reason, model::Instant now) {
  deployment.rollout = model::RolloutState::kFailed;
  deployment.rollout_reason = reason;
  deployment.updated_at = now;
}

/// The PRIMARY deployment stays where it is and starts nothing more.
void halt(ServicePass& pass, Status status, const std::string& rollout_reason, std::string reason) {
  finish(pass.tx, pass.service().deploying, status, std::move(reason));
  pass.tx.update(pass.id, [&](Service& service) {
    mark_failed(service.deployments.front(), rollout_reason, pass.tx.now());
    service.steady = false;
  });
}

/// The last completed deployment becomes PRIMARY again, under its old id.
void roll_back(ServicePass& pass, const std::string& rollout_reason, const std::string& reason) {
  const model::Instant now = pass.tx.now();
  const model::ServiceRevision& good = pass.tx.state().get(pass.service().last_completed);
  const std::string good_id = model::deployment_id(good.digits);
  pass.tx.update(pass.service().deploying, [&](ServiceDeployment& record) {
    record.status = Status::kRollbackInProgress;
    record.status_reason = reason;
    record.rollback_to = good.id;
    record.rollback_reason = reason;
    record.rollback_at = now;
    record.updated_at = now;
    close_hooks(record);
  });
  pass.tx.update(pass.id, [&](Service& service) {
    auto& deployments = service.deployments;
    mark_failed(deployments.front(), rollout_reason, now);
    Deployment next = deployment_from(good, now);
    const auto known = std::ranges::find(deployments, good.id, &Deployment::revision);
    if (known != deployments.end()) {
      next.created_at = known->created_at;
      deployments.erase(known);
    }
    next.rollout_reason = "ECS deployment circuit breaker: rolling back to deploymentId " + good_id + ".";
    next.desired_count = service.desired_count;
    deployments.insert(deployments.begin(), std::move(next));
    restore_settings(good, service);
    service.last_completed = {};
    service.steady = false;
    service.suppressed.clear();
  });
  say(pass.tx, pass.id, "rolling back to deployment " + good_id + ".");
  if (in_lifecycle(pass)) begin_lifecycle_rollback(pass);
}

}  // namespace

void fail_deployment(ServicePass& pass, const Failure& failure) {
  const ServiceDeployment& record = pass.tx.state().get(pass.service().deploying);
  const bool rolling_back = record.status == Status::kRollbackInProgress;
  const std::string verb = rolling_back ? "rollback failed" : failure.rollback ? "rolled back" : "stopped";
  const std::string reason = "Service deployment " + verb + " because " + failure.because;
  say(pass.tx, pass.id,
      "(deployment " + model::deployment_id(pass.primary().digits) +
          ") deployment failed: " + (shifts_traffic(record) || failure.event.empty() ? reason : failure.event));
  if (rolling_back) {
    halt(pass, Status::kRollbackFailed, failure.rollout_reason, reason);
  } else if (!failure.rollback) {
    halt(pass, Status::kStopped, failure.rollout_reason, reason);
  } else if (!pass.service().last_completed) {
    halt(pass, Status::kStopped, failure.rollout_reason, kNoCandidate);
  } else {
    roll_back(pass, failure.rollout_reason, reason);
  }
}

void carry_out_rollback(ServicePass& pass) {
  const std::string asked = "Service deployment rolled back because StopServiceDeployment was called.";
  const std::string rollout = "ECS deployment failed: stopped by request.";
  if (pass.service().last_completed) return roll_back(pass, rollout, asked);
  halt(pass, Status::kStopped, rollout, kNoCandidate);
}

void carry_out_stop(ServicePass& pass) {
  halt(pass, Status::kStopped, "ECS deployment failed: stopped by request.",
       "Service deployment stopped because StopServiceDeployment was called.");
}

}  // namespace drydock::scheduler
