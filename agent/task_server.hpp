#pragma once
// What containers of this machine reach at 169.254.170.2: the metadata of their task, the credentials of its role, task
// protection, and AWS's APIs, which the server answers.

#include <memory>
#include <optional>
#include <string>

#include <boost/asio/io_context.hpp>

#include "agent/ecs_api.hpp"
#include "agent/remote_plane.hpp"
#include "instances/docker/metadata/task_endpoint.hpp"
#include "server/task_http/ports.hpp"
#include "server/task_http/questions.hpp"

namespace drydock::agent {

class TaskServer {
 public:
  TaskServer(asio::io_context& io, const Settings& settings, const std::string& drydock_id, std::shared_ptr<EcsApi> api,
             std::shared_ptr<RemotePlane> plane);

  [[nodiscard]] const std::shared_ptr<instances::docker::TaskEndpoint>& endpoint() const { return endpoint_; }

 private:
  task_http::Answerers answerers();
  std::optional<task_http::TaskCredentials> credentials(const std::string& task_arn) const;
  void protection(const task_http::ProtectionCall& call, http::ReplyFn reply);

  asio::io_context& io_;
  std::shared_ptr<EcsApi> api_;
  std::shared_ptr<HttpClient> forward_;  // of what containers call
  std::shared_ptr<RemotePlane> plane_;
  std::shared_ptr<instances::docker::TaskEndpoint> endpoint_;
  task_http::Questions questions_;
  task_http::Ports ports_;
};

/// Whether a URL with this host leads containers to themselves.
bool is_own_machine(const std::string& host);

}  // namespace drydock::agent
