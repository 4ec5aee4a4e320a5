#include "scheduler/reconciler/deployment_alarms.hpp"

#include <algorithm>

#include "scheduler/deployments/traffic_schedule.hpp"
#include "scheduler/reconciler/deployment_end.hpp"
#include "scheduler/reconciler/lifecycle.hpp"
#include "scheduler/reconciler/service_deployments.hpp"

namespace drydock::scheduler {
namespace {

using model::MonitorStatus;
using model::ServiceDeployment;

/// Null when the deployment is not to look at alarms.
const api::DeploymentAlarms* alarms_of(const ServiceDeployment& record) {
  if (!record.configuration || !record.configuration->alarms) return nullptr;
  const api::DeploymentAlarms& alarms = *record.configuration->alarms;
  return alarms.enable.value_or(false) && alarms.alarmNames && !alarms.alarmNames->empty() ? &alarms : nullptr;
}

std::vector<std::string> in_alarm(const ServicePass& pass, const api::DeploymentAlarms& alarms) {
  const model::State& state = pass.tx.state();
  const model::WorldId world = state.get(pass.service().cluster).world;
  std::vector<std::string> names;
  std::ranges::copy_if(*alarms.alarmNames, std::back_inserter(names), [&](const std::string& name) {
    const model::Alarm* alarm = state.alarm_named(world, name);
    return alarm != nullptr && alarm->state == model::AlarmState::kAlarm;
  });
  return names;
}

}  // namespace

void begin_alarms(ServicePass& pass) {
  const ServiceDeployment* record = ongoing(pass.tx.state(), pass.id);
  const api::DeploymentAlarms* alarms = record == nullptr ? nullptr : alarms_of(*record);
  if (alarms == nullptr || !in_alarm(pass, *alarms).empty()) return;
  pass.tx.update(record->id, [](ServiceDeployment& entity) { entity.alarms = MonitorStatus::kMonitoring; });
}

bool check_alarms(ServicePass& pass) {
  const ServiceDeployment* record = ongoing(pass.tx.state(), pass.id);
  if (record == nullptr || record->alarms != MonitorStatus::kMonitoring || !can_fail(*record)) return false;
  const api::DeploymentAlarms* alarms = alarms_of(*record);
  if (alarms == nullptr) return false;
  const std::vector<std::string> triggered = in_alarm(pass, *alarms);
  if (triggered.empty()) return false;
  const bool rollback = alarms->rollback.value_or(false);
  pass.tx.update(record->id, [&](ServiceDeployment& entity) {
    entity.alarms = MonitorStatus::kTriggered;
    entity.triggered_alarms = triggered;
    entity.updated_at = pass.tx.now();
  });
  fail_deployment(pass, {"ECS deployment failed: alarm detected.", "alarm detected.",
                         "a CloudWatch alarm of the deployment was in the ALARM state.", rollback});
  return true;
}

bool bakes_with_alarms(ServicePass& pass) {
  const ServiceDeployment* record = ongoing(pass.tx.state(), pass.id);
  if (record == nullptr || record->alarms != MonitorStatus::kMonitoring || shifts_traffic(*record)) return false;
  const model::Duration bake = bake_time(*record->configuration);
  if (bake.count() == 0 || record->status != model::ServiceDeploymentStatus::kInProgress) return false;
  if (record->bake_until == model::Instant{}) {
    pass.tx.update(record->id, [&](ServiceDeployment& entity) { entity.bake_until = pass.tx.now() + bake; });
  }
  const model::Instant until = record->bake_until;
  if (pass.tx.now() >= until) return false;
  pass.again_at(until);
  pass.tx.explanations().services[pass.id] = {
      pass.tx.now(),
      "BAKE_TIME",
      "The deployment looks at its alarms for the bake time before it completes.",
      "It completes by itself; bakeTimeInMinutes of its deploymentConfiguration says when.",
      {}};
  return true;
}

}  // namespace drydock::scheduler
