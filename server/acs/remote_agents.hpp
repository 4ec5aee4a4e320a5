#pragma once
// The container instances on other machines: AWS's container agent and `drydock agent`, which connect by websockets
// (spec/agent-protocol.md sections 3 and 6). An instance is connected as long as its session is. Runs on the core
// thread; sessions live in real time.

#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "model/random.hpp"
#include "server/acs/protocol/agent_query.hpp"
#include "server/acs/remote_channels.hpp"
#include "server/acs/task_composer.hpp"
#include "server/core/core.hpp"
#include "server/faults/faults.hpp"
#include "server/http/message.hpp"
#include "server/http/websocket.hpp"
#include "server/wire/aws_request.hpp"

namespace drydock::server::acs {

struct RemoteAgentsOptions {
  /// Whose request it is, or why that cannot be.
  std::function<std::expected<wire::Scope, api::ApiError>(const http::Request&)> identify;
  /// Whether the instance is one of this process's own, whose agent is here.
  std::function<bool(const model::ContainerInstance&)> is_own;
  bool virtual_clock = false;
  bool names_endpoint = false;  // containers are told AWS_ENDPOINT_URL
};

class RemoteAgents {
 public:
  RemoteAgents(boost::asio::io_context& io, Core& core, Faults& faults, RemoteAgentsOptions options);
  ~RemoteAgents();
  RemoteAgents(const RemoteAgents&) = delete;
  RemoteAgents& operator=(const RemoteAgents&) = delete;

  /// Whether the request is for one of the agents' addresses, and the answer to it.
  static bool takes(const http::Request& request);
  void handle(const http::Request& request, http::ReplyFn reply);

  /// Sessions of instances that are deregistered end.
  void committed(std::span<const model::Touched> touched);
  /// Agents are cut off as the faults in force say.
  void faults_changed();
  /// State has become another one, or forgot what it was told last: all agents connect anew.
  void begin_again();
  /// The server stops; containers go on running.
  void stop();

 private:
  struct Connected;
  using ConnectedPtr = std::shared_ptr<Connected>;
  struct Refusal {
    unsigned status;
    std::string type;
    std::string message;
  };
  enum class Kind { kAgent, kTelemetry };

  [[nodiscard]] std::expected<model::InstanceId, Refusal> admit(const http::Request& request,
                                                                const AgentQuery& query) const;
  [[nodiscard]] std::expected<void, Refusal> check_caller(const http::Request& request, std::string_view arn) const;
  [[nodiscard]] bool is_cut_off(const model::ContainerInstance& instance) const;
  void open(Kind kind, const http::Request& request, http::ReplyFn reply);
  http::WebSocketEvents opened(const ConnectedPtr& connected, const http::WebSocket& socket);
  void start(const ConnectedPtr& connected);
  void attach(const ConnectedPtr& connected);
  SessionPlane plane_of(const ConnectedPtr& connected);
  void cannot_start(const std::string& task_arn, const std::string& reason);
  void publish_address(instances::TaskAddress address, std::function<void()> durable);
  void receive_telemetry(const ConnectedPtr& connected, std::string_view frame);
  void keep_ticking(const ConnectedPtr& connected);
  /// Closes the connection; the session is over at once.
  void drop(const ConnectedPtr& connected, int code);
  void ended(const ConnectedPtr& connected);
  void end_all(int code);
  std::int64_t next_sequence();
  std::string new_id();

  boost::asio::io_context& io_;
  Core& core_;
  Faults& faults_;
  RemoteAgentsOptions options_;
  RealClock clock_;
  TaskComposer composer_;
  RemoteChannels channels_;
  std::map<model::InstanceId, ConnectedPtr> sessions_;
  std::set<ConnectedPtr> open_;  // of both kinds
  std::int64_t last_sequence_ = 0;
  bool stopped_ = false;
};

}  // namespace drydock::server::acs
