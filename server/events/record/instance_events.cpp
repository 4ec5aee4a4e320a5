#include "server/events/record/instance_events.hpp"

#include "api-spec/generated/tables.hpp"
#include "model/arn.hpp"
#include "scheduler/events/envelope.hpp"
#include "server/operations/container_instances/container_instance_view.hpp"

namespace drydock::events {
namespace {

void leave_out_zeros(std::optional<std::vector<api::Resource>>& resources) {
  if (!resources) return;
  for (api::Resource& resource : *resources) {
    resource.doubleValue.reset();
    resource.longValue.reset();
    if (resource.type == "STRINGSET") resource.integerValue.reset();
  }
}

model::InstanceId holder(const model::Task* task) {
  if (task == nullptr || task->last_status == model::TaskStatus::kStopped) return {};
  return task->instance;
}

Draft draft_for(const model::State& state, const model::ContainerInstance& instance, std::string_view detail_type) {
  Draft draft = cluster_draft(state, instance.cluster, detail_type);
  draft.resources = {model::arn_of(state, instance)};
  return draft;
}

}  // namespace

bool is_instance_change(const model::ContainerInstance* before, const model::ContainerInstance& after) {
  return before == nullptr || before->version != after.version || before->status != after.status ||
         before->agent_connected != after.agent_connected || before->agent_update_status != after.agent_update_status ||
         before->attributes != after.attributes || before->version_info != after.version_info;
}

void add_affected(const model::Task* before, const model::Task* after, std::set<model::InstanceId>& affected) {
  const model::InstanceId from = holder(before);
  const model::InstanceId to = holder(after);
  if (from == to && (!to || before->reservation == after->reservation)) return;
  if (from) affected.insert(from);
  if (to) affected.insert(to);
}

Draft instance_event(const model::State& state, const model::ContainerInstance& instance, model::Instant now) {
  api::ContainerInstance shown = operations::render_instance(state, instance, {});
  Draft draft = draft_for(state, instance, "ECS Container Instance State Change");
  shown.tags.reset();
  shown.healthStatus.reset();
  shown.capacityProviderName.reset();
  shown.registeredAt.reset();
  if (shown.attachments && shown.attachments->empty()) shown.attachments.reset();
  leave_out_zeros(shown.registeredResources);
  leave_out_zeros(shown.remainingResources);
  draft.detail = Object::continuing(api::encode(shown))
                     .text("clusterArn", draft.cluster)
                     .text("registeredAt", scheduler::detail_time(instance.registered_at))
                     .text("updatedAt", scheduler::detail_time(now))
                     .done();
  return draft;
}

bool is_health_change(const model::ContainerInstance* before, const model::ContainerInstance& after) {
  return before != nullptr && before->agent_connected != after.agent_connected;
}

Draft health_event(const model::State& state, const model::ContainerInstance& instance, model::Instant now) {
  operations::InstanceIncludes include;
  include.health = true;
  const api::ContainerInstance shown = operations::render_instance(state, instance, include);
  Draft draft = draft_for(state, instance, "ECS Container Instance Health Change");
  const std::string time = scheduler::detail_time(now);
  std::string checks = "[";
  const auto health = shown.healthStatus.value_or(api::ContainerInstanceHealthStatus{});
  for (const api::InstanceHealthCheckResult& check :
       health.details.value_or(std::vector<api::InstanceHealthCheckResult>{})) {
    if (checks.back() != '[') checks += ',';
    checks += Object()
                  .text("type", check.type.value_or(""))
                  .text("status", check.status.value_or(""))
                  .text("lastStatusChange", time)
                  .text("lastUpdated", time)
                  .json("statusReason", "null")
                  .done();
  }
  Object detail;
  detail.text("clusterArn", draft.cluster).text("containerInstanceArn", draft.resources.front());
  const std::string_view provider = model::capacity_provider_of(state, instance);
  if (provider.empty()) {
    detail.json("capacityProviderName", "null");
  } else {
    detail.text("capacityProviderName", provider);
  }
  detail.text("ec2InstanceId", instance.ec2_instance_id)
      .text("overallStatus", health.overallStatus.value_or(""))
      .json("healthChecks", checks + "]");
  draft.detail = detail.done();
  return draft;
}

}  // namespace drydock::events
