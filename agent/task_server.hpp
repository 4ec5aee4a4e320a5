#pragma once
// What containers of this machine reach at 169.254.170.2: the metadata of their task, the credentials of its role, task
// protection, and AWS's APIs, which the server answers.

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "agent/ecs_api.hpp"
#include "agent/remote_plane.hpp"
#include "instances/docker/metadata/task_endpoint.hpp"
#include "server/http/server.hpp"

namespace drydock::agent {

class TaskServer {
 public:
  TaskServer(asio::io_context& io, const Settings& settings, const std::string& drydock_id, std::shared_ptr<EcsApi> api,
             std::shared_ptr<RemotePlane> plane);

  [[nodiscard]] const std::shared_ptr<instances::docker::TaskEndpoint>& endpoint() const { return endpoint_; }

 private:
  std::expected<std::uint16_t, std::string> listen(const std::string& address);
  std::expected<std::uint16_t, std::string> listen(const std::string& address, std::uint16_t port,
                                                   std::unique_ptr<http::Server>& server);
  std::optional<std::uint16_t> leave_usual_port();
  void handle(const http::Request& request, http::ReplyFn reply);
  void answer(const http::Request& request, const std::string& path, http::ReplyFn reply);
  bool admit(const std::string& client);
  void credentials(const http::Request& request, const std::string& path, http::ReplyFn reply);
  void protection(const http::Request& request, const std::string& endpoint_id, http::ReplyFn reply);

  asio::io_context& io_;
  std::uint16_t own_port_;
  std::shared_ptr<EcsApi> api_;
  std::shared_ptr<HttpClient> forward_;  // of what containers call
  std::shared_ptr<RemotePlane> plane_;
  struct Bucket {
    double tokens = 0;
    std::chrono::steady_clock::time_point at;
  };
  std::map<std::string, Bucket> buckets_;  // by client address
  std::unique_ptr<http::Server> own_;      // at own_port_
  std::unique_ptr<http::Server> usual_;    // at port 80
  std::shared_ptr<instances::docker::TaskEndpoint> endpoint_;
};

/// Whether a URL with this host leads containers to themselves.
bool is_own_machine(const std::string& host);

}  // namespace drydock::agent
