#pragma once
// The control plane as an instance on another machine has it: what instances::ControlPlane asks for becomes calls of
// the server's API and messages of the agent protocol, and what the server sends reaches the Docker agent.

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "agent/ecs_api.hpp"
#include "agent/identity.hpp"
#include "agent/messages.hpp"
#include "agent/poll_endpoint.hpp"
#include "agent/telemetry.hpp"
#include "agent/web_socket.hpp"
#include "instances/docker/agent.hpp"

namespace drydock::agent {

class RemotePlane : public std::enable_shared_from_this<RemotePlane> {
 public:
  RemotePlane(const asio::any_io_executor& executor, const Settings& settings, IdentityFile& file,
              std::shared_ptr<EcsApi> api);

  instances::ControlPlane functions();
  /// Who is told what the server sends; before the agent starts.
  void serve(const std::shared_ptr<instances::docker::DockerAgent>& agent) { agent_ = agent; }
  /// Of a task with a role, as they were sent last.
  std::optional<RoleCredentials> credentials_of(const std::string& task_arn) const;
  [[nodiscard]] const std::string& container_instance_arn() const { return facts_.container_instance_arn; }
  void close();

 private:
  using RegisterReply = instances::Reply<api::RegisterContainerInstanceResponse>;
  using SubmitReply = instances::Reply<api::SubmitTaskStateChangeResponse>;
  using SelfPtr = std::shared_ptr<RemotePlane>;

  static asio::awaitable<void> register_instance(SelfPtr self, api::RegisterContainerInstanceRequest request,
                                                 RegisterReply reply);
  static asio::awaitable<void> submit(SelfPtr self, api::SubmitTaskStateChangeRequest request, SubmitReply reply);
  void remember_end(const api::SubmitTaskStateChangeRequest& request);
  static asio::awaitable<void> refuse_task(SelfPtr self, std::string task_arn, std::string why);
  static asio::awaitable<void> address_known(SelfPtr self, std::string task_arn);
  std::optional<api::ApiError> registered(const api::RegisterContainerInstanceRequest& request,
                                          const api::RegisterContainerInstanceResponse& response);
  void publish_address(const instances::TaskAddress& address);
  void session_changed(const std::string& container_instance_arn, bool connected);

  // session.cpp
  static asio::awaitable<void> run_session(SelfPtr self);
  static asio::awaitable<bool> converse(SelfPtr self, PollEndpoint where);
  static asio::awaitable<void> rest(SelfPtr self, Refusal refusal);
  void handle(const Envelope& envelope);
  void take_tasks(const nlohmann::json& message);
  void take_credentials(const nlohmann::json& message);
  void open_channel(const nlohmann::json& message);
  void acknowledge(const char* type, const nlohmann::json& message);
  void send_address(const std::string& task_arn);

  struct SentAddress {
    instances::TaskAddress address;
    std::string message_id;  // of the last time it was sent; empty: not on this connection
    bool known = false;      // to the server
  };

  asio::any_io_executor executor_;
  const Settings& settings_;
  IdentityFile& file_;
  std::shared_ptr<EcsApi> api_;
  std::shared_ptr<Telemetry> telemetry_;
  std::weak_ptr<instances::docker::DockerAgent> agent_;
  SessionFacts facts_;
  int cpu_units_ = 1024;
  bool wanted_ = false;   // the engine is there: so is the session
  bool running_ = false;  // run_session() is
  bool closed_ = false;
  std::shared_ptr<WebSocket> socket_;
  Place place_;  // of the session
  std::uint64_t messages_ = 0;
  Backoff cluster_waits_{std::chrono::milliseconds(50), std::chrono::milliseconds(4000)};
  std::map<std::string, SentAddress> addresses_;        // by task ARN
  std::map<std::string, RoleCredentials> credentials_;  // likewise
  /// The last report of tasks that have ended, the latest of them: a server that was set back to an earlier state may
  /// send them once more, and is told again.
  std::map<std::string, api::SubmitTaskStateChangeRequest> ends_;
  std::deque<std::string> ended_;  // their ARNs, in order
};

}  // namespace drydock::agent
