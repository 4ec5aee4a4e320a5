#pragma once
// What containers ask at 169.254.170.2: metadata, task-role credentials, task protection, and AWS's APIs
// (spec/task-metadata.md sections 1 and 3 to 6). Told apart here; who answers, the server or an agent on another
// machine, does so in its own way.

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "instances/docker/metadata/answers.hpp"
#include "instances/docker/metadata/task_endpoint.hpp"
#include "server/http/message.hpp"
#include "server/task_http/rate_limit.hpp"

namespace drydock::task_http {

namespace docker = instances::docker;

/// What a task is given of its role.
struct TaskCredentials {
  std::string role_arn;
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;
  std::string expiration;  // RFC 3339
};

/// A call of the agent's API for task protection.
struct ProtectionCall {
  std::string request_id;
  std::string task_arn;  // empty: nobody knows who asks
  std::string cluster_arn;
  bool has_role = false;  // the agent asks ECS with the task's role
  bool updates = false;
  std::string body;  // of an update
};

struct Answerers {
  /// AWS's APIs; empty: nobody does.
  std::function<void(const http::Request&, http::ReplyFn)> api;
  /// Nothing for a task without a role.
  std::function<std::optional<TaskCredentials>(const std::string& credentials_id, const instances::TaskPayload&)>
      credentials;
  /// The call comes without a request id.
  std::function<void(ProtectionCall, http::ReplyFn)> protection;
  /// The request comes without tags.
  std::function<void(docker::MetadataRequest, http::ReplyFn)> metadata;
};

/// Everything happens on the endpoint's executor.
class Questions {
 public:
  Questions(std::shared_ptr<docker::TaskEndpoint> endpoint, Answerers answerers)
      : endpoint_(std::move(endpoint)), answerers_(std::move(answerers)) {}

  void take(const http::Request& request, http::ReplyFn reply);

 private:
  void answer(const http::Request& request, const std::string& path, http::ReplyFn reply);
  void credentials(const http::Request& request, const std::string& path, http::ReplyFn reply);
  void protection(const http::Request& request, const std::string& endpoint_id, http::ReplyFn reply);

  std::shared_ptr<docker::TaskEndpoint> endpoint_;
  Answerers answerers_;
  RateLimit rate_limit_;
};

/// The path of a request's target, without its query.
std::string path_of(const http::Request& request);

docker::asio::awaitable<void> reply_metadata(std::shared_ptr<docker::TaskEndpoint> endpoint,
                                             docker::MetadataRequest request, std::shared_ptr<http::ReplyFn> reply);

}  // namespace drydock::task_http
