#include "server/events/record/task_events.hpp"

#include "api-spec/generated/tables.hpp"
#include "model/arn.hpp"
#include "scheduler/events/envelope.hpp"
#include "server/operations/tasks/task_view.hpp"

namespace drydock::events {
namespace {

std::string managed_agents(const std::vector<api::ManagedAgent>& agents) {
  std::string list = "[";
  for (const api::ManagedAgent& agent : agents) {
    if (list.back() != '[') list += ',';
    list += Object().text("name", agent.name.value_or("")).text("status", agent.lastStatus.value_or("")).done();
  }
  return list + "]";
}

std::string container_text(api::Container container) {
  container.healthStatus.reset();
  const auto agents = std::move(container.managedAgents);
  container.managedAgents.reset();
  std::string text = api::encode(container);
  if (!agents || agents->empty()) return text;
  return Object::continuing(std::move(text)).json("managedAgents", managed_agents(*agents)).done();
}

std::string containers_text(const std::vector<api::Container>& containers) {
  std::string list = "[";
  for (const api::Container& container : containers) {
    if (list.back() != '[') list += ',';
    list += container_text(container);
  }
  return list + "]";
}

/// The network interface has another name here than in the API, and a private DNS name.
void rename_attachments(api::Task& task) {
  if (!task.attachments) return;
  for (api::Attachment& attachment : *task.attachments) {
    if (attachment.type == "ElasticNetworkInterface") attachment.type = "eni";
    if (!attachment.details) continue;
    auto& details = *attachment.details;
    if (details.empty() || details.back().name != "privateIPv4Address") continue;
    std::string name = "ip-" + details.back().value.value_or("") + ".ec2.internal";
    for (char& c : name) {
      if (c == '.' && &c < name.data() + name.size() - std::string_view(".ec2.internal").size()) c = '-';
    }
    api::KeyValuePair dns;
    dns.name = "privateDnsName";
    dns.value = std::move(name);
    details.insert(details.end() - 1, std::move(dns));
  }
}

}  // namespace

bool is_task_change(const model::Task* before, const model::Task& after) {
  if (before == nullptr || before->version != after.version) return true;
  if (before->last_status != after.last_status || before->stop_wanted != after.stop_wanted) return true;
  if (before->instance != after.instance || before->connected != after.connected) return true;
  if (before->network.has_value() != after.network.has_value()) return true;
  if (after.network && before->network->status != after.network->status) return true;
  if (before->containers.size() != after.containers.size()) return true;
  for (std::size_t i = 0; i < after.containers.size(); ++i) {
    if (before->containers[i].status != after.containers[i].status) return true;
  }
  return false;
}

Draft task_event(const model::State& state, const model::Task& task, model::Instant now) {
  api::Task shown = operations::show_task(state, task, false);
  Draft draft;
  draft.world = state.get(task.cluster).world;
  draft.detail_type = "ECS Task State Change";
  draft.cluster = shown.clusterArn.value_or("");
  if (const model::Service* service = state.find(task.service)) draft.service = model::arn_of(state, *service);
  draft.resources = {shown.taskArn.value_or("")};
  // What the API shows and events do not.
  shown.tags.reset();
  shown.healthStatus.reset();
  shown.platformFamily.reset();
  shown.fargateEphemeralStorage.reset();
  shown.inferenceAccelerators.reset();
  if (shown.overrides) shown.overrides->inferenceAcceleratorOverrides.reset();
  rename_attachments(shown);
  const auto containers = std::move(shown.containers);
  shown.containers.reset();
  shown.createdAt = shown.connectivityAt = shown.pullStartedAt = shown.pullStoppedAt = {};
  shown.startedAt = shown.stoppingAt = shown.executionStoppedAt = shown.stoppedAt = {};
  Object detail = Object::continuing(api::encode(shown));
  detail.json("containers", containers_text(containers.value_or(std::vector<api::Container>{})));
  const auto time = [&](std::string_view name, model::Instant instant) {
    if (instant != model::Instant{}) detail.text(name, scheduler::detail_time(instant));
  };
  time("connectivityAt", task.connectivity_at);
  time("createdAt", task.created_at);
  time("pullStartedAt", task.pull_started_at);
  time("pullStoppedAt", task.pull_stopped_at);
  time("startedAt", task.started_at);
  time("stoppingAt", task.stopping_at);
  time("executionStoppedAt", task.execution_stopped_at);
  time("stoppedAt", task.stopped_at);
  time("updatedAt", now);
  draft.detail = detail.done();
  return draft;
}

}  // namespace drydock::events
