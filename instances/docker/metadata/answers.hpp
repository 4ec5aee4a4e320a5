#pragma once
// What containers ask for below /v2, /v3 and /v4, and what they are answered (spec/task-metadata.md sections 3 and 4).

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "instances/docker/async.hpp"
#include "instances/docker/metadata/task_endpoint.hpp"

namespace drydock::instances::docker {

struct MetadataRequest {
  std::string path;            // "/v4/<id>/task"
  std::string client_address;  // of the container
  /// The tags of a task or container instance.
  std::function<std::vector<std::pair<std::string, std::string>>(const std::string& arn)> tags_of;
};

struct MetadataAnswer {
  int status = 200;
  std::string body;  // JSON
};

asio::awaitable<MetadataAnswer> answer_metadata(std::shared_ptr<TaskEndpoint> endpoint, MetadataRequest request);

}  // namespace drydock::instances::docker
