#include "instances/docker/metadata/environment.hpp"

#include <set>

#include "instances/docker/metadata/ids.hpp"
#include "model/arn.hpp"

namespace drydock::instances::docker {

namespace {

std::set<std::string> names_of(const api::ContainerDefinition& definition) {
  std::set<std::string> names;
  if (definition.environment) {
    for (const auto& variable : *definition.environment) names.insert(variable.name.value_or(""));
  }
  if (definition.secrets) {
    for (const auto& secret : *definition.secrets) names.insert(secret.name.value_or(""));
  }
  return names;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> injected_environment(
    const EndpointFacts& endpoint, const TaskPayload& task, const ContainerPayload& container,
    const std::vector<std::string>& image_environment) {
  const std::set<std::string> own = names_of(*container.definition);
  std::set<std::string> with_image = own;
  for (const std::string& variable : image_environment) with_image.insert(variable.substr(0, variable.find('=')));
  std::vector<std::pair<std::string, std::string>> out;
  const auto add = [&out, &own](const char* name, std::string value) {
    if (!own.contains(name)) out.emplace_back(name, std::move(value));
  };

  const std::string id = endpoint_id(endpoint.drydock_id, container.container_arn);
  add("ECS_CONTAINER_METADATA_URI_V4", endpoint.uri + "/v4/" + id);
  add("ECS_CONTAINER_METADATA_URI", endpoint.uri + "/v3/" + id);
  add("ECS_AGENT_URI", endpoint.uri + "/api/" + id);
  if (!task.task_role.empty()) {
    const std::string path = "/v2/credentials/" + credentials_id(endpoint.drydock_id, task.task_arn);
    // SDKs take a relative URI for one of port 80; a full one may have this host with any port.
    if (endpoint.usual_port) {
      add("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", path);
    } else {
      add("AWS_CONTAINER_CREDENTIALS_FULL_URI", endpoint.uri + path);
    }
  }
  if (task.launch_type == "EC2" || task.launch_type == "FARGATE") {
    add("AWS_EXECUTION_ENV", "AWS_ECS_" + task.launch_type);
  }
  const auto arn = model::parse_arn(task.task_arn);
  if (arn && !with_image.contains("AWS_REGION") && !with_image.contains("AWS_DEFAULT_REGION")) {
    add("AWS_REGION", std::string(arn->region));
    add("AWS_DEFAULT_REGION", std::string(arn->region));
  }
  if (endpoint.offers_api && !with_image.contains("AWS_ENDPOINT_URL")) {
    add("AWS_ENDPOINT_URL", endpoint.api_url.empty() ? endpoint.uri : endpoint.api_url);
  }
  return out;
}

}  // namespace drydock::instances::docker
