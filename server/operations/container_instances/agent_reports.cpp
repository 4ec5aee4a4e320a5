#include "server/operations/container_instances/agent_reports.hpp"

#include <algorithm>

#include "model/arn.hpp"
#include "model/task_transitions.hpp"
#include "server/operations/resolve.hpp"

namespace drydock::operations {
namespace {

using api::ApiError;

constexpr const char* kAcknowledged = "ACK";

template <class T>
std::string text_of(const std::optional<T>& text) {
  return text.value_or("");
}

model::Instant instant(const std::optional<api::Timestamp>& timestamp) {
  if (!timestamp) return {};
  return model::Instant{std::chrono::milliseconds{timestamp->milliseconds}};
}

/// The task with this ARN or id in the caller's account and region, whatever its cluster. None when there is none.
Result<model::TaskId> reported_task(const Context& context, const std::optional<std::string>& text) {
  const std::string id_text = text_of(text);
  if (id_text.empty()) return std::unexpected(ApiError::invalid_parameter("Task can not be blank."));
  std::string_view id = id_text;
  const model::World& world = context.state().get(context.world);
  bool elsewhere = false;
  if (model::looks_like_arn(id_text)) {
    const auto arn = model::parse_arn(id_text);
    if (!arn || arn->service != "ecs" || arn->type != "task" || arn->path.size() > 2) {
      return std::unexpected(ApiError::invalid_parameter("Invalid identifier: Unexpected number of separators"));
    }
    elsewhere = arn->region != world.region || arn->account != world.account;
    id = arn->path.back();
  }
  const auto uuid = model::parse_uuid(id);
  if (!uuid) return std::unexpected(ApiError::invalid_parameter("taskId length should be one of [32,36]"));
  const model::Task* task = context.state().task_with(*uuid);
  if (elsewhere || task == nullptr || context.state().get(task->cluster).world != context.world) {
    return model::TaskId{};
  }
  return task->id;
}

std::optional<model::TaskStatus> task_status(const std::string& text) {
  // An agent that reports containers or attachments alone leaves the status out.
  if (text.empty() || text == "PENDING") return model::TaskStatus::kPending;
  if (text == "RUNNING") return model::TaskStatus::kRunning;
  if (text == "STOPPED") return model::TaskStatus::kStopped;
  return std::nullopt;
}

std::optional<model::ContainerStatus> container_status(const std::string& text) {
  if (text.empty() || text == "PENDING") return model::ContainerStatus::kPending;
  if (text == "RUNNING") return model::ContainerStatus::kRunning;
  if (text == "STOPPED") return model::ContainerStatus::kStopped;
  return std::nullopt;
}

ApiError unknown_status(const std::string& text) {
  return ApiError::invalid_parameter("status should be one of [PENDING,RUNNING,STOPPED], but was " + text);
}

std::optional<std::vector<model::NetworkBinding>> bindings_of(
    const std::optional<std::vector<api::NetworkBinding>>& given) {
  if (!given) return std::nullopt;
  std::vector<model::NetworkBinding> bindings;
  for (const api::NetworkBinding& one : *given) {
    model::NetworkBinding& binding = bindings.emplace_back();
    binding.bind_ip = text_of(one.bindIP);
    binding.container_port = one.containerPort.value_or(0);
    binding.host_port = one.hostPort.value_or(0);
    binding.udp = one.protocol == "udp";
    binding.container_port_range = text_of(one.containerPortRange);
    binding.host_port_range = text_of(one.hostPortRange);
  }
  return bindings;
}

Result<model::ContainerReport> container_report(const api::ContainerStateChange& change) {
  const auto status = container_status(text_of(change.status));
  if (!status) return std::unexpected(unknown_status(*change.status));
  model::ContainerReport report;
  report.name = text_of(change.containerName);
  report.status = *status;
  report.exit_code = change.exitCode;
  report.reason = text_of(change.reason);
  report.runtime_id = text_of(change.runtimeId);
  report.image_digest = text_of(change.imageDigest);
  report.bindings = bindings_of(change.networkBindings);
  return report;
}

Result<model::TaskReport> task_report(const api::SubmitTaskStateChangeRequest& request) {
  const auto status = task_status(text_of(request.status));
  if (!status) return std::unexpected(unknown_status(*request.status));
  model::TaskReport report;
  report.status = *status;
  report.reason = text_of(request.reason);
  report.pull_started_at = instant(request.pullStartedAt);
  report.pull_stopped_at = instant(request.pullStoppedAt);
  report.execution_stopped_at = instant(request.executionStoppedAt);
  for (const auto& change : request.containers.value_or(std::vector<api::ContainerStateChange>{})) {
    auto container = container_report(change);
    if (!container) return std::unexpected(std::move(container.error()));
    report.containers.push_back(std::move(*container));
  }
  return report;
}

/// The task whose network interface the attachment is: by ARN (...:attachment/<cluster>/<id>) or id.
const model::Task* attached_task(const Context& context, const std::string& text) {
  const std::size_t slash = text.rfind('/');
  const auto id = model::parse_uuid(slash == std::string::npos ? text : text.substr(slash + 1));
  const model::Task* task = id ? context.state().task_with_attachment(*id) : nullptr;
  if (task == nullptr || context.state().get(task->cluster).world != context.world) return nullptr;
  return task;
}

/// By ARN, in any world; null when there is none.
const model::Task* task_with(const model::Transaction& tx, std::string_view task_arn) {
  const auto arn = model::parse_arn(task_arn);
  if (!arn || arn->type != "task") return nullptr;
  const auto uuid = model::parse_uuid(arn->path.back());
  return uuid ? tx.state().task_with(*uuid) : nullptr;
}

}  // namespace

Result<api::DiscoverPollEndpointResponse> discover_poll_endpoint(const api::DiscoverPollEndpointRequest& request,
                                                                 Context& context) {
  if (const auto name = cluster_name_of(context, request.cluster); !name) return std::unexpected(name.error());
  // An agent on another machine reaches this server under the name that it just used, and may not under others.
  std::string base = context.host.empty() ? context.settings.endpoint : "http://" + std::string(context.host);
  while (base.ends_with('/')) base.pop_back();
  api::DiscoverPollEndpointResponse response;
  response.endpoint = base + "/acs";
  response.telemetryEndpoint = base + "/tcs";
  response.serviceConnectEndpoint = base + "/sc";
  return response;
}

Result<api::SubmitTaskStateChangeResponse> submit_task_state_change(const api::SubmitTaskStateChangeRequest& request,
                                                                    Context& context) {
  const auto id = reported_task(context, request.task);
  if (!id) return std::unexpected(id.error());
  const auto report = task_report(request);
  if (!report) return std::unexpected(report.error());
  api::SubmitTaskStateChangeResponse response;
  response.acknowledgment = kAcknowledged;
  if (!*id) return response;
  for (const auto& change : request.attachments.value_or(std::vector<api::AttachmentStateChange>{})) {
    const model::Task* task = attached_task(context, text_of(change.attachmentArn));
    if (task != nullptr) model::apply_attachment(context.tx, task->id, text_of(change.status));
  }
  const bool says_something = request.status || !report->containers.empty();
  if (says_something) model::apply_report(context.tx, *id, *report);
  return response;
}

Result<api::SubmitContainerStateChangeResponse> submit_container_state_change(
    const api::SubmitContainerStateChangeRequest& request, Context& context) {
  const auto id = reported_task(context, request.task);
  if (!id) return std::unexpected(id.error());
  if (!*id) return std::unexpected(ApiError::invalid_parameter("The referenced task was not found."));
  api::ContainerStateChange change;
  change.containerName = request.containerName;
  change.runtimeId = request.runtimeId;
  change.status = request.status;
  change.exitCode = request.exitCode;
  change.reason = request.reason;
  change.networkBindings = request.networkBindings;
  auto container = container_report(change);
  if (!container) return std::unexpected(std::move(container.error()));
  model::TaskReport report;
  report.containers.push_back(std::move(*container));
  model::apply_report(context.tx, *id, report);
  api::SubmitContainerStateChangeResponse response;
  response.acknowledgment = kAcknowledged;
  return response;
}

Result<api::SubmitAttachmentStateChangesResponse> submit_attachment_state_changes(
    const api::SubmitAttachmentStateChangesRequest& request, Context& context) {
  for (const auto& change : request.attachments.value_or(std::vector<api::AttachmentStateChange>{})) {
    const std::string arn = text_of(change.attachmentArn);
    const model::Task* task = attached_task(context, arn);
    if (task == nullptr) {
      return std::unexpected(ApiError::invalid_parameter("The referenced attachment was not found: " + arn));
    }
    model::apply_attachment(context.tx, task->id, text_of(change.status));
  }
  api::SubmitAttachmentStateChangesResponse response;
  response.acknowledgment = kAcknowledged;
  return response;
}

bool publish_health(model::Transaction& tx, std::string_view task_arn, std::string_view container,
                    std::string_view status) {
  const model::Task* task = task_with(tx, task_arn);
  if (task == nullptr) return false;
  for (const model::Health health : {model::Health::kUnknown, model::Health::kHealthy, model::Health::kUnhealthy}) {
    if (status != model::to_text(health)) continue;
    model::apply_health(tx, task->id, container, health);
    return true;
  }
  return false;
}

bool publish_address(model::Transaction& tx, std::string_view task_arn, const std::string& ipv4,
                     const std::string& mac) {
  const model::Task* task = task_with(tx, task_arn);
  if (task == nullptr) return false;
  model::apply_address(tx, task->id, ipv4, mac);
  return true;
}

}  // namespace drydock::operations
