#include <charconv>
#include <tuple>

#include "model/agent_version.hpp"
#include "server/operations/container_instances/container_instance_view.hpp"
#include "server/operations/container_instances/container_instances.hpp"
#include "server/operations/resolve.hpp"

namespace drydock::operations {
namespace {

using api::ApiError;
using Version = std::tuple<int, int, int>;

/// "1.105.1", with or without a v before it. Nullopt for anything else.
std::optional<Version> parse_version(std::string_view text) {
  if (text.starts_with('v')) text.remove_prefix(1);
  int parts[3] = {};
  const char* at = text.data();
  const char* const end = at + text.size();
  for (int i = 0; i < 3; ++i) {
    if (i > 0) {
      if (at == end || *at != '.') return std::nullopt;
      ++at;
    }
    const auto parsed = std::from_chars(at, end, parts[i]);
    if (parsed.ec != std::errc{}) return std::nullopt;
    at = parsed.ptr;
  }
  if (at != end) return std::nullopt;
  return Version{parts[0], parts[1], parts[2]};
}

bool under_way(std::string_view status) {
  return status == "PENDING" || status == "STAGING" || status == "STAGED" || status == "UPDATING";
}

}  // namespace

bool is_newest_agent(const std::optional<std::string>& version) {
  const auto parsed = parse_version(version.value_or(""));
  return parsed && *parsed >= *parse_version(model::kNewestAgentVersion);
}

Result<api::UpdateContainerAgentResponse> update_container_agent(const api::UpdateContainerAgentRequest& request,
                                                                 Context& context) {
  const auto cluster = find_active_cluster(context, request.cluster);
  if (!cluster) return std::unexpected(cluster.error());
  const auto found = find_instance(context, *cluster, request.containerInstance.value_or(""));
  if (!found) return std::unexpected(found.error());
  if (*found == nullptr || (*found)->status == model::InstanceStatus::kInactive) {
    return std::unexpected(ApiError::invalid_parameter("The referenced container instance was not found."));
  }
  const model::ContainerInstance& instance = **found;
  if (under_way(instance.agent_update_status)) {
    return std::unexpected(ApiError::update_in_progress(
        "There is already an update of the container agent in progress on the specified container instance."));
  }
  const auto version = instance.version_info ? instance.version_info->agentVersion : std::nullopt;
  if (!version || !parse_version(*version)) {
    return std::unexpected(ApiError::missing_version(
        "Amazon ECS can't determine the current version of the container agent on the specified container instance."));
  }
  if (is_newest_agent(version)) {
    return std::unexpected(ApiError::no_update_available("There is no update available for the container agent.")
                               .explained("The agent has the version " + *version + "."));
  }
  const model::InstanceId id = instance.id;
  context.tx.update(id, [](model::ContainerInstance& entity) {
    entity.agent_update_status = "PENDING";
    ++entity.version;
  });
  api::UpdateContainerAgentResponse response;
  response.containerInstance = render_instance(context.state(), context.state().get(id), {});
  return response;
}

}  // namespace drydock::operations
