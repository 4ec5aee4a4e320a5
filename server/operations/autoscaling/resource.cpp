#include "server/operations/autoscaling/resource.hpp"

#include "server/operations/resolve.hpp"

namespace drydock::operations::autoscaling {

Result<void> check_kind(const std::optional<std::string>& name_space, const std::optional<std::string>& dimension) {
  if (name_space == kNamespace && dimension.value_or(kDimension) == kDimension) return {};
  return std::unexpected(validation("Unsupported service namespace, resource type or scalable dimension")
                             .explained("Drydock scales ecs:service:DesiredCount of the service namespace ecs."));
}

Result<Resource> parse_resource(const std::string& id) {
  constexpr std::string_view kKind = "service/";
  const std::size_t slash = id.find('/', kKind.size());
  if (id.starts_with(kKind) && slash != std::string::npos) {
    Resource resource{id, id.substr(kKind.size(), slash - kKind.size()), id.substr(slash + 1)};
    if (is_name(resource.cluster) && is_name(resource.service)) return resource;
  }
  return std::unexpected(validation("Unsupported service namespace, resource type or scalable dimension")
                             .explained("The resource id of a service is service/<cluster name>/<service name>."));
}

std::string in_words(const std::string& resource_id) {
  return "service namespace: " + std::string(kNamespace) + ", resource ID: " + resource_id +
         ", scalable dimension: " + kDimension;
}

Result<const model::ScalableTarget*> find_target(const Context& context, const std::string& resource_id) {
  const model::ScalableTarget* target = context.state().scalable_target_named(context.world, resource_id);
  if (target != nullptr) return target;
  return std::unexpected(object_not_found("No scalable target registered for " + in_words(resource_id)));
}

std::vector<model::ScalableTargetId> targets_of(const Context& context, const std::optional<std::string>& resource_id) {
  std::vector<model::ScalableTargetId> targets;
  for (const auto& [id, target] : context.state().of(context.world).scalable_targets) {
    if (!resource_id || *resource_id == id) targets.push_back(target);
  }
  return targets;
}

}  // namespace drydock::operations::autoscaling
