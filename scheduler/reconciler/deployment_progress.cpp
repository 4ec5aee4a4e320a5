#include "scheduler/reconciler/deployment_progress.hpp"

#include <algorithm>

#include "model/arn.hpp"
#include "scheduler/deployments/circuit_breaker.hpp"
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
}

void carry_out_rollback(ServicePass& pass) {
  const std::string asked = "Service deployment rolled back because StopServiceDeployment was called.";
  const std::string rollout = "ECS deployment failed: stopped by request.";
  if (pass.service().last_completed) return roll_back(pass, rollout, asked);
  halt(pass, Status::kStopped, rollout, kNoCandidate);
}

/// True for a deployment that has failed by the circuit breaker's rules now.
bool trips(const ServicePass& pass) {
  const Deployment& primary = pass.primary();
  return breaker_of(pass.service()).enabled && primary.rollout == model::RolloutState::kInProgress &&
         breaker_failures(primary) >= breaker_threshold(pass.service().desired_count);
}

void trip(ServicePass& pass) {
  const std::string rollout = "ECS deployment circuit breaker: tasks failed to start.";
  const model::ServiceDeploymentId record = pass.service().deploying;
  const int failures = breaker_failures(pass.primary());
  pass.tx.update(record, [&](ServiceDeployment& entity) {
    entity.breaker = model::MonitorStatus::kTriggered;
    entity.breaker_failures = failures;
    entity.breaker_threshold = breaker_threshold(pass.service().desired_count);
    entity.updated_at = pass.tx.now();
  });
  say(pass.tx, pass.id,
      "(deployment " + model::deployment_id(pass.primary().digits) + ") deployment failed: tasks failed to start.");
  if (pass.tx.state().get(record).status == Status::kRollbackInProgress) {
    halt(pass, Status::kRollbackFailed, rollout,
         "Service deployment rollback failed because the circuit breaker threshold was exceeded.");
  } else if (!breaker_of(pass.service()).rollback) {
    halt(pass, Status::kStopped, rollout,
         "Service deployment stopped because the circuit breaker threshold was exceeded.");
  } else if (!pass.service().last_completed) {
    halt(pass, Status::kStopped, rollout, kNoCandidate);
  } else {
    roll_back(pass, rollout, "Service deployment rolled back because the circuit breaker threshold was exceeded.");
  }
}

/// Older deployments that a newer one has replaced are stopped by now.
void stop_superseded(ServicePass& pass) {
  const std::set<model::ServiceDeploymentId> unfinished = pass.tx.state().of(pass.id).unfinished;
  for (const model::ServiceDeploymentId id : unfinished) {
    if (id != pass.service().deploying) finish(pass.tx, id, Status::kStopped, {});
  }
}

/// Images by the digests that their containers run now, where the instances told.
void note_images(ServicePass& pass) {
  const model::State& state = pass.tx.state();
  const model::ServiceRevision* revision = state.find(pass.primary().revision);
  const auto tasks = state.of(pass.id).deployments.find(pass.primary().digits);
  if (revision == nullptr || tasks == state.of(pass.id).deployments.end() || tasks->second.healthy.empty()) return;
  const model::Task& task = state.get(*tasks->second.healthy.begin());
  api::ServiceRevision definition = *revision->definition;
  if (!definition.containerImages) return;
  for (std::size_t i = 0; i < definition.containerImages->size() && i < task.containers.size(); ++i) {
    api::ContainerImage& image = (*definition.containerImages)[i];
    if (!image.imageDigest && !task.containers[i].image_digest.empty()) {
      image.imageDigest = task.containers[i].image_digest;
    }
  }
  if (definition == *revision->definition) return;
  pass.tx.update(revision->id, [&](model::ServiceRevision& entity) {
    entity.definition = std::make_shared<api::ServiceRevision>(std::move(definition));
  });
}

}  // namespace

void advance_deployment(ServicePass& pass) {
  stop_superseded(pass);
  const ServiceDeployment* record = ongoing(pass.tx.state(), pass.id);
  if (record == nullptr) return;
  switch (record->status) {
    case Status::kPending:
      pass.tx.update(record->id, [&](ServiceDeployment& entity) {
        entity.status = Status::kInProgress;
        entity.started_at = pass.tx.now();
        entity.updated_at = pass.tx.now();
      });
      break;
    case Status::kStopRequested:
      halt(pass, Status::kStopped, "ECS deployment failed: stopped by request.",
           "Service deployment stopped because StopServiceDeployment was called.");
      return;
    case Status::kRollbackRequested: carry_out_rollback(pass); return;
    default: break;
  }
  if (trips(pass)) trip(pass);
}

void complete_deployment(ServicePass& pass) {
  note_images(pass);
  const model::ServiceRevisionId revision = pass.primary().revision;
  pass.tx.update(pass.id, [&](Service& service) { service.last_completed = revision; });
  const ServiceDeployment* record = ongoing(pass.tx.state(), pass.id);
  if (record == nullptr) return;
  const bool rolled_back = record->status == Status::kRollbackInProgress;
  finish(pass.tx, record->id, rolled_back ? Status::kRollbackSuccessful : Status::kSuccessful, {});
}

}  // namespace drydock::scheduler
