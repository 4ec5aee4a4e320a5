#pragma once
// The control plane's end of one agent communication session (ACS): which messages go to the agent, and what comes back
// (spec/agent-protocol.md section 3). Sockets, timers and State are functions. Runs on the core thread.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "instances/instance_link.hpp"
#include "model/clock.hpp"
#include "server/acs/protocol/envelope.hpp"
#include "server/acs/protocol/task_message.hpp"

namespace drydock::server::acs {

struct SessionFacts {
  std::string instance_arn;
  std::string cluster_arn;
  bool closes_silent = false;  // the session ends when a heartbeat is not answered
  bool drydock = false;        // the agent speaks Drydock's additions
};

/// A task that the control plane has on the instance and that is not STOPPED.
struct KnownTask {
  std::string arn;
  std::string cluster_arn;
  std::string desired_status;
  bool started = false;  // the agent has reported something of it
};

/// What a session needs of the control plane and its connection.
struct SessionPlane {
  std::function<void(std::string frame)> send;
  std::function<void(int code)> close;
  std::function<std::string()> new_id;
  std::function<model::Instant()> now;
  /// Greater with every call, over restarts of the control plane, too.
  std::function<std::int64_t()> next_sequence;
  /// What this agent is told of a payload.
  std::function<TaskMessage(const instances::TaskPayload&)> compose;
  /// The agent is not told: the task ends with this reason.
  std::function<void(const std::string& task_arn, const std::string& reason)> cannot_start;
  std::function<std::vector<KnownTask>()> tasks;
  /// Of the roles of a task: the same until they are to be renewed.
  std::function<std::vector<TaskCredentials>(const std::string& task_arn)> credentials;
  std::function<void(instances::TaskAddress, std::function<void()> durable)> publish_address;
  /// A channel that waits for the agent to open it, and the id under which it does.
  std::function<std::pair<std::string, instances::Channel>(instances::ChannelEvents)> wait_for_channel;
  /// Runs something after the call that is being made.
  std::function<void(std::function<void()>)> later;
};

class AgentSession final : public instances::InstanceLink, public std::enable_shared_from_this<AgentSession> {
 public:
  AgentSession(SessionFacts facts, SessionPlane plane) : facts_(std::move(facts)), plane_(std::move(plane)) {}

  void send(const instances::TaskPayload& payload) override;
  void close(instances::CloseReason reason) override;
  instances::Channel open_channel(const instances::ChannelRequest& request, instances::ChannelEvents events) override;

  /// Everything that the control plane knows was sent: says so, and gives the agent the credentials of its tasks when
  /// it has none.
  void begin(bool send_credentials);
  /// A frame of the agent's.
  void receive(std::string_view frame);
  /// Twice a minute: a heartbeat, and whatever was not acknowledged, or is to be renewed. An agent that left the last
  /// heartbeat unanswered loses its session.
  void tick();
  /// The connection is gone: nothing is sent any more.
  void end() { over_ = true; }

  /// Payloads that the agent has not acknowledged.
  [[nodiscard]] std::size_t unacknowledged() const { return unacknowledged_.size(); }

 private:
  struct Sent {
    std::string arn;
    Json task;
    int ticks = 0;  // since it was sent
  };

  void say(std::string_view type, Json message);
  void say_payload(const std::string& message_id, const Json& task);
  void say_manifest();
  void say_credentials(const std::string& task_arn, const TaskCredentials& credentials);
  void verify_stops(const Json& message);
  void take_address(const Json& message);
  void repeat_payloads(const std::vector<KnownTask>& known);
  void renew_credentials(const std::vector<KnownTask>& known);
  void heartbeat();

  SessionFacts facts_;
  SessionPlane plane_;
  std::map<std::string, Sent> unacknowledged_;         // by message id
  std::map<std::string, model::Instant> credentials_;  // expiration of what was sent, by credentials id
  std::string manifest_id_;                            // of the one that may still be answered
  std::string heartbeat_id_;                           // of the one that is not answered yet
  bool over_ = false;
};

}  // namespace drydock::server::acs
