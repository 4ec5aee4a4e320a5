#pragma once
// The variables that a container gets beside its own (spec/task-metadata.md section 2). Pure.

#include <string>
#include <utility>
#include <vector>

#include "instances/instance_link.hpp"

namespace drydock::instances::docker {

/// How containers reach Drydock.
struct EndpointFacts {
  std::string drydock_id;
  std::string uri;          // "http://169.254.170.2", with a port unless it is 80
  bool usual_port = true;   // port 80: SDKs find the credentials by AWS_CONTAINER_CREDENTIALS_RELATIVE_URI
  bool offers_api = false;  // AWS_ENDPOINT_URL leads there, too
  std::string api_url{};    // where AWS_ENDPOINT_URL leads instead; empty: there
};

/// Never a name that the container definition gives a value or a secret to. The region and the endpoint of AWS's APIs
/// are left to the image as well: `image_environment` has its variables as "NAME=value".
std::vector<std::pair<std::string, std::string>> injected_environment(
    const EndpointFacts& endpoint, const TaskPayload& task, const ContainerPayload& container,
    const std::vector<std::string>& image_environment);

}  // namespace drydock::instances::docker
