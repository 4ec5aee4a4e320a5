#pragma once
// Serves containers at 169.254.170.2: metadata, task-role credentials, task protection, and AWS's APIs
// (spec/task-metadata.md sections 1 and 3 to 6). Runs on the core thread.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "instances/docker/metadata/task_endpoint.hpp"
#include "instances/docker/own_addresses.hpp"
#include "model/random.hpp"
#include "server/connect/connect_proxies.hpp"
#include "server/core/core.hpp"
#include "server/http/message.hpp"
#include "server/names/name_server.hpp"
#include "server/real_clock.hpp"
#include "server/task_endpoint/role_sessions.hpp"
#include "server/task_http/ports.hpp"
#include "server/task_http/questions.hpp"

namespace drydock::server {

class TaskEndpointServer {
 public:
  using Api = std::function<void(const http::Request&, http::ReplyFn)>;

  /// `api` answers what containers call AWS for; empty: nothing does, and they are not told to.
  TaskEndpointServer(boost::asio::io_context& io, Core& core, const std::string& drydock_id, Api api,
                     std::uint64_t seed);

  /// What the agents are given. Listening begins when the first of them has reached its engine.
  [[nodiscard]] const std::shared_ptr<instances::docker::TaskEndpoint>& endpoint() const { return endpoint_; }
  /// Containers are to find each other by the names that they use on AWS. Before listening begins. `relays` carries
  /// what goes through the proxies of Service Connect.
  void answer_names(const boost::asio::any_io_executor& relays, const std::string& docker_socket);
  void committed(std::span<const model::Touched> touched);
  /// How names of Service Connect are answered, and why some have no proxy. Both live no longer than this.
  [[nodiscard]] ConnectWays ways() const;
  [[nodiscard]] MoreReasons reasons() const;

 private:
  std::expected<std::uint16_t, std::string> listen(const std::string& address);
  void listen_for_names(const std::string& address);
  void handle(const http::Request& request, http::ReplyFn reply);
  task_http::Answerers answerers(Api api);
  std::optional<task_http::TaskCredentials> credentials(const std::string& id, const instances::TaskPayload& task);
  std::vector<std::pair<std::string, std::string>> tags_of(const std::string& arn);

  boost::asio::io_context& io_;
  Core& core_;
  RealClock clock_;  // of the machine that the containers live on
  RoleSessions sessions_;
  model::Random request_ids_;
  std::unique_ptr<NameServer> names_;
  std::string drydock_id_;
  std::unique_ptr<instances::docker::OwnAddresses> addresses_;
  std::unique_ptr<ConnectProxies> proxies_;  // null: nobody asks us for names
  std::shared_ptr<instances::docker::TaskEndpoint> endpoint_;
  task_http::Questions questions_;
  task_http::Ports ports_;
};

}  // namespace drydock::server
