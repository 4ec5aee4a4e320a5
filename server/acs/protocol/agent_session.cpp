#include "server/acs/protocol/agent_session.hpp"

#include <algorithm>

#include <spdlog/spdlog.h>

#include "instances/remote/payload_json.hpp"

namespace drydock::server::acs {
namespace {

// Closing codes of websockets. An agent connects again at once after the first, and after a while after the second.
constexpr int kGoingAway = 1001;
constexpr int kPolicy = 1008;
constexpr const char* kRunning = "RUNNING";
constexpr const char* kStopped = "STOPPED";
constexpr const char* kNoChannel =
    "AWS's container agent opens sessions through AWS Systems Manager only: ECS Exec and port forwarding need drydock "
    "agent on that machine, or a container instance of this server's own.";

std::int64_t milliseconds(model::Instant moment) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(moment.time_since_epoch()).count();
}

const char* role_type(TaskCredentials::Role role) {
  return role == TaskCredentials::Role::kTask ? "TaskApplication" : "TaskExecution";
}

const KnownTask* find(const std::vector<KnownTask>& known, const std::string& arn) {
  const auto found = std::ranges::find(known, arn, &KnownTask::arn);
  return found == known.end() ? nullptr : &*found;
}

}  // namespace

void AgentSession::say(std::string_view type, Json message) {
  if (!over_) plane_.send(write_envelope(type, std::move(message)));
}

void AgentSession::send(const instances::TaskPayload& payload) {
  if (over_) return;
  TaskMessage made = plane_.compose(payload);
  if (!made.problem.empty()) return plane_.cannot_start(payload.task_arn, made.problem);
  if (payload.desired_status == kRunning) {
    for (const TaskCredentials& one : plane_.credentials(payload.task_arn)) credentials_[one.id] = one.expiration;
  }
  const std::string id = plane_.new_id();
  say_payload(id, made.task);
  unacknowledged_[id] = {payload.task_arn, std::move(made.task)};
}

void AgentSession::say_payload(const std::string& message_id, const Json& task) {
  Json message;
  message["messageId"] = message_id;
  message["seqNum"] = plane_.next_sequence();
  message["generatedAt"] = milliseconds(plane_.now());
  message["clusterArn"] = facts_.cluster_arn;
  message["containerInstanceArn"] = facts_.instance_arn;
  message["tasks"].push_back(task);
  say("PayloadMessage", std::move(message));
}

void AgentSession::close(instances::CloseReason reason) {
  if (!over_) plane_.close(reason == instances::CloseReason::kShutdown ? kGoingAway : kPolicy);
}

instances::Channel AgentSession::open_channel(const instances::ChannelRequest& request,
                                              instances::ChannelEvents events) {
  if (!facts_.drydock || over_) {
    plane_.later([events = std::move(events), drydock = facts_.drydock] {
      events.on_end(drydock ? "The agent of the container instance is not connected." : kNoChannel);
    });
    instances::Channel none;
    none.write = [](std::string_view) {};
    none.resize = [](int, int) {};
    none.end_input = [] {};
    none.hold = [](bool) {};
    none.backlog = [] { return std::size_t{0}; };
    none.close = [] {};
    return none;
  }
  auto [id, channel] = plane_.wait_for_channel(std::move(events));
  Json message;
  message["messageId"] = plane_.new_id();
  message["channelId"] = id;
  message["request"] = instances::remote::to_json(request);
  say("DrydockOpenChannelMessage", std::move(message));
  return std::move(channel);
}

void AgentSession::begin(bool send_credentials) {
  say_manifest();
  heartbeat();
  if (!send_credentials) return;
  for (const KnownTask& task : plane_.tasks()) {
    if (!task.started || task.desired_status != kRunning) continue;
    for (const TaskCredentials& one : plane_.credentials(task.arn)) say_credentials(task.arn, one);
  }
}

void AgentSession::say_manifest() {
  manifest_id_ = plane_.new_id();
  Json message;
  message["messageId"] = manifest_id_;
  message["clusterArn"] = facts_.cluster_arn;
  message["containerInstanceArn"] = facts_.instance_arn;
  message["generatedAt"] = milliseconds(plane_.now());
  // Later than every payload so far, or the agent takes it for an old one.
  message["timeline"] = plane_.next_sequence();
  Json& tasks = message["tasks"] = Json::array();
  for (const KnownTask& task : plane_.tasks()) {
    Json entry;
    entry["taskArn"] = task.arn;
    entry["taskClusterArn"] = task.cluster_arn;
    entry["desiredStatus"] = task.desired_status;
    tasks.push_back(std::move(entry));
  }
  say("TaskManifestMessage", std::move(message));
}

void AgentSession::say_credentials(const std::string& task_arn, const TaskCredentials& credentials) {
  credentials_[credentials.id] = credentials.expiration;
  Json message;
  message["messageId"] = plane_.new_id();
  message["taskArn"] = task_arn;
  message["roleType"] = role_type(credentials.role);
  message["roleCredentials"] = credentials_message(credentials);
  say("IAMRoleCredentialsMessage", std::move(message));
}

void AgentSession::receive(std::string_view frame) {
  if (over_) return;
  const auto envelope = read_envelope(frame);
  if (!envelope) {
    spdlog::debug("agent of {}: a frame that is no message is left out", facts_.instance_arn);
    return;
  }
  const std::string& type = envelope->type;
  const Json& message = envelope->message;
  const std::string id = text_of(message, "messageId");
  if (type == "AckRequest") {
    unacknowledged_.erase(id);
  } else if (type == "NackRequest") {
    spdlog::warn("agent of {} refused a message: {}", facts_.instance_arn, text_of(message, "reason"));
    unacknowledged_.erase(id);
  } else if (type == "HeartbeatAckRequest") {
    if (id == heartbeat_id_) heartbeat_id_.clear();
  } else if (type == "TaskStopVerificationMessage") {
    verify_stops(message);
  } else if (type == "DrydockTaskAddressMessage" && facts_.drydock) {
    take_address(message);
  }
}

void AgentSession::verify_stops(const Json& message) {
  // Answered once, under the manifest's own id.
  if (manifest_id_.empty() || text_of(message, "messageId") != manifest_id_) return;
  const std::vector<KnownTask> known = plane_.tasks();
  Json answer;
  answer["messageId"] = std::exchange(manifest_id_, {});
  answer["generatedAt"] = milliseconds(plane_.now());
  Json& stops = answer["stopTasks"] = Json::array();
  const Json& candidates = member(message, "stopCandidates");
  for (const Json& candidate : candidates.is_array() ? candidates : Json::array()) {
    const std::string arn = text_of(candidate, "taskArn");
    const KnownTask* task = find(known, arn);
    if (task != nullptr && task->desired_status == kRunning) continue;
    spdlog::info("task {} is not wanted on {}: it is stopped there", arn, facts_.instance_arn);
    Json stop;
    stop["taskArn"] = arn;
    stop["taskClusterArn"] = text_of(candidate, "taskClusterArn");
    stop["desiredStatus"] = kStopped;
    stops.push_back(std::move(stop));
  }
  say("TaskStopVerificationAck", std::move(answer));
}

void AgentSession::take_address(const Json& message) {
  instances::TaskAddress address{text_of(message, "taskArn"), text_of(message, "ipv4"), text_of(message, "mac")};
  const std::weak_ptr<AgentSession> weak = weak_from_this();
  plane_.publish_address(std::move(address), [weak, id = text_of(message, "messageId")] {
    const auto self = weak.lock();
    if (!self) return;
    Json answer;
    answer["messageId"] = id;
    self->say("DrydockAck", std::move(answer));
  });
}

void AgentSession::heartbeat() {
  heartbeat_id_ = plane_.new_id();
  Json message;
  message["healthy"] = true;
  message["messageId"] = heartbeat_id_;
  say("HeartbeatMessage", std::move(message));
}

void AgentSession::tick() {
  if (over_) return;
  if (!heartbeat_id_.empty() && facts_.closes_silent) {
    spdlog::info("agent of {} does not answer heartbeats: its session ends", facts_.instance_arn);
    return plane_.close(kGoingAway);
  }
  heartbeat();
  const std::vector<KnownTask> known = plane_.tasks();
  repeat_payloads(known);
  renew_credentials(known);
}

/// A report of the task says as well as an acknowledgment that it was taken over: an agent does not acknowledge what it
/// cannot decode, but says that such a task is STOPPED.
void AgentSession::repeat_payloads(const std::vector<KnownTask>& known) {
  std::erase_if(unacknowledged_, [&known](const auto& entry) {
    const KnownTask* task = find(known, entry.second.arn);
    if (task == nullptr) return true;
    const bool stop = text_of(entry.second.task, "desiredStatus") == kStopped;
    return !stop && (task->started || task->desired_status == kStopped);
  });
  for (auto& [id, sent] : unacknowledged_) {
    // Not what was sent a moment ago.
    if (++sent.ticks > 1) say_payload(id, sent.task);
  }
}

void AgentSession::renew_credentials(const std::vector<KnownTask>& known) {
  const auto before = std::exchange(credentials_, {});
  for (const KnownTask& task : known) {
    if (task.desired_status != kRunning) continue;
    for (const TaskCredentials& one : plane_.credentials(task.arn)) {
      const auto held = before.find(one.id);
      if (held == before.end() || held->second != one.expiration) {
        say_credentials(task.arn, one);
      } else {
        credentials_[one.id] = one.expiration;
      }
    }
  }
}

}  // namespace drydock::server::acs
