#include "agent/messages.hpp"

#include <algorithm>

#include "instances/fingerprint.hpp"
#include "instances/remote/payload_json.hpp"
#include "server/wire/query.hpp"

namespace drydock::agent {
namespace {

using instances::member;
using Json = nlohmann::json;

constexpr std::size_t kMostTasks = 10;  // of one frame
// What versions of AWS's agent are told apart by; ours says its own.
constexpr const char* kAgentHash = "drydock";

std::string query(const std::vector<std::pair<std::string, std::string>>& parameters) {
  std::string out;
  for (const auto& [name, value] : parameters) {
    out += (out.empty() ? "?" : "&") + name + "=" + wire::percent_encoded(value, false);
  }
  return out;
}

std::string below(std::string path, const char* name) {
  while (path.ends_with('/')) path.pop_back();
  return path + "/" + name;
}

SentTask task_of(const Json& json) {
  SentTask task;
  const std::string arn = text_of(json, "arn");
  task.credentials = role_credentials_of(member(json, "roleCredentials"));
  const Json& ours = member(json, "drydock");
  const Json& started = member(ours, "started");
  task.started = started.is_boolean() && started.get<bool>();
  if (ours.is_object()) {
    auto payload = instances::remote::payload_of_json(member(ours, "payload"));
    if (payload) {
      task.payload = std::move(*payload);
      return task;
    }
    task.wrong = payload.error();
  }
  task.payload.task_arn = arn;
  task.payload.desired_status = text_of(json, "desiredStatus");
  // To stop a task its name is enough.
  if (task.payload.desired_status == "STOPPED") {
    task.wrong.clear();
  } else if (task.wrong.empty()) {
    task.wrong = "the server did not send the task in Drydock's own form";
  }
  return task;
}

Json metadata(const ReportFacts& facts, bool last) {
  return {{"cluster", facts.cluster},
          {"containerInstance", facts.container_instance_arn},
          {"fin", last},
          {"messageId", facts.message_id}};
}

Json statistics(double value) { return {{"max", value}, {"min", value}, {"sampleCount", 1}, {"sum", value}}; }

Json container_metric(const instances::ContainerUsage& usage, int cpu_units) {
  const double whole_percent = cpu_units > 0 ? usage.cpu_units * 100.0 / cpu_units : 0;
  Json out;
  out["containerName"] = usage.container_name;
  out["cpuStatsSet"] = statistics(whole_percent);
  out["memoryStatsSet"] = statistics(usage.memory_mib);
  return out;
}

/// Frames of at most ten tasks each.
std::vector<std::string> frames(const char* type, const char* list, const ReportFacts& facts,
                                const std::vector<Json>& tasks) {
  std::vector<std::string> out;
  for (std::size_t first = 0; first < tasks.size(); first += kMostTasks) {
    const std::size_t end = std::min(tasks.size(), first + kMostTasks);
    Json message;
    message["metadata"] = metadata(facts, end == tasks.size());
    message["timestamp"] = facts.now;
    message[list] = Json(std::vector<Json>(tasks.begin() + static_cast<std::ptrdiff_t>(first),
                                           tasks.begin() + static_cast<std::ptrdiff_t>(end)));
    out.push_back(envelope(type, std::move(message)));
  }
  return out;
}

}  // namespace

std::optional<Envelope> parse_envelope(std::string_view text) {
  Json json = Json::parse(text, nullptr, false);
  std::string type = text_of(json, "type");
  if (type.empty()) return std::nullopt;
  const Json& message = member(json, "message");
  return Envelope{std::move(type), message.is_object() ? message : Json::object()};
}

std::string envelope(std::string_view type, Json message) {
  Json out;
  out["type"] = std::string(type);
  out["message"] = std::move(message);
  return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::optional<RoleCredentials> role_credentials_of(const Json& json) {
  RoleCredentials credentials;
  credentials.credentials_id = text_of(json, "credentialsId");
  credentials.access_key_id = text_of(json, "accessKeyId");
  credentials.secret_access_key = text_of(json, "secretAccessKey");
  credentials.session_token = text_of(json, "sessionToken");
  credentials.expiration = text_of(json, "expiration");
  credentials.role_arn = text_of(json, "roleArn");
  if (credentials.access_key_id.empty()) return std::nullopt;
  return credentials;
}

std::vector<SentTask> tasks_of(const Json& payload_message) {
  std::vector<SentTask> tasks;
  const Json& list = member(payload_message, "tasks");
  if (!list.is_array()) return tasks;
  for (const Json& one : list) {
    SentTask task = task_of(one);
    if (!task.payload.task_arn.empty()) tasks.push_back(std::move(task));
  }
  // A port may be handed over within one message.
  std::ranges::stable_partition(tasks, [](const SentTask& task) { return task.payload.desired_status == "STOPPED"; });
  return tasks;
}

std::vector<std::string> manifest_of(const Json& manifest_message) {
  std::vector<std::string> arns;
  const Json& list = member(manifest_message, "tasks");
  if (!list.is_array()) return arns;
  for (const Json& one : list) {
    if (std::string arn = text_of(one, "taskArn"); !arn.empty()) arns.push_back(std::move(arn));
  }
  return arns;
}

std::string acs_target(const std::string& endpoint_path, const SessionFacts& facts) {
  return below(endpoint_path, "ws") + query({{"agentHash", kAgentHash},
                                             {"agentVersion", instances::kAgentVersion},
                                             {"clusterArn", facts.cluster},
                                             {"containerInstanceArn", facts.container_instance_arn},
                                             {"dockerVersion", "DockerVersion: " + facts.docker_version},
                                             {"drydock", "1"},
                                             {"protocolVersion", "2"},
                                             {"sendCredentials", facts.send_credentials ? "true" : "false"},
                                             {"seqNum", "1"}});
}

std::string tcs_target(const std::string& endpoint_path, const SessionFacts& facts) {
  return below(endpoint_path, "ws") + query({{"agentHash", kAgentHash},
                                             {"agentVersion", instances::kAgentVersion},
                                             {"cluster", facts.cluster},
                                             {"containerInstance", facts.container_instance_arn},
                                             {"dockerVersion", facts.docker_version}});
}

std::string channel_target(const std::string& endpoint_path, const std::string& container_instance_arn,
                           const std::string& channel_id) {
  return below(endpoint_path, "channel") +
         query({{"containerInstanceArn", container_instance_arn}, {"channelId", channel_id}});
}

std::vector<std::string> metrics_frames(const ReportFacts& facts, const std::vector<instances::ContainerUsage>& usage) {
  std::map<std::string, std::vector<const instances::ContainerUsage*>> by_task;
  for (const auto& one : usage) by_task[one.task_arn].push_back(&one);
  std::vector<Json> tasks;
  for (const auto& [arn, containers] : by_task) {
    Json task;
    task["taskArn"] = arn;
    task["containerMetrics"] = Json::array();
    for (const auto* one : containers) task["containerMetrics"].push_back(container_metric(*one, facts.cpu_units));
    tasks.push_back(std::move(task));
  }
  if (!tasks.empty()) return frames("PublishMetricsRequest", "taskMetrics", facts, tasks);
  Json message;
  message["metadata"] = metadata(facts, true);
  message["metadata"]["idle"] = true;
  message["timestamp"] = facts.now;
  return {envelope("PublishMetricsRequest", std::move(message))};
}

std::vector<std::string> health_frames(const ReportFacts& facts, const HealthBook& health) {
  std::vector<Json> tasks;
  for (const auto& [arn, containers] : health) {
    Json task;
    task["taskArn"] = arn;
    task["containers"] = Json::array();
    for (const auto& [name, known] : containers) {
      task["containers"].push_back(
          {{"containerName", name}, {"healthStatus", known.status}, {"statusSince", known.since}});
    }
    tasks.push_back(std::move(task));
  }
  return frames("PublishHealthRequest", "tasks", facts, tasks);
}

}  // namespace drydock::agent
