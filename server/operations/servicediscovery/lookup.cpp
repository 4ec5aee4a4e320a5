#include "server/operations/servicediscovery/lookup.hpp"

#include "model/discovery_follow.hpp"
#include "server/operations/values.hpp"

namespace drydock::operations::servicediscovery {
namespace {

constexpr std::size_t kOperationsKept = 1000;

}  // namespace

Result<const model::Namespace*> find_namespace(const Context& context, std::string_view id) {
  const model::Namespace* room = context.state().namespace_with(context.world, id);
  if (room != nullptr) return room;
  return std::unexpected(api::ApiError::of("NamespaceNotFound", "Namespace not found: " + std::string(id)));
}

Result<const model::DiscoveryService*> find_service(const Context& context, std::string_view id) {
  const model::DiscoveryService* service = context.state().discovery_service_with(context.world, id);
  if (service != nullptr) return service;
  return std::unexpected(api::ApiError::of("ServiceNotFound", "Service not found: " + std::string(id)));
}

Result<const model::DiscoveryInstance*> find_instance(const Context& context, std::string_view service,
                                                      std::string_view instance) {
  const auto owner = find_service(context, service);
  if (!owner) return std::unexpected(owner.error());
  const auto& all = context.state().of((*owner)->id).instances;
  const auto it = all.find(instance);
  if (it != all.end()) return context.state().find(it->second);
  return std::unexpected(api::ApiError::of("InstanceNotFound", "Instance not found: " + std::string(instance)));
}

std::string note_operation(Context& context, std::string_view type, OperationTarget target) {
  model::DiscoveryOperation operation;
  operation.world = context.world;
  operation.key = model::discovery_key(context.tx, model::discovery_key(context.tx, "")) + "-" +
                  model::discovery_key(context.tx, "").substr(0, 8);
  operation.type = type;
  operation.target_kind = target.kind;
  operation.target = std::move(target.id);
  operation.room = std::move(target.room);
  operation.service = std::move(target.service);
  operation.created_at = context.tx.now();
  const std::string key = operation.key;
  context.tx.create(std::move(operation));
  const auto& kept = context.state().of(context.world).discovery_operations;
  if (kept.size() > kOperationsKept) context.tx.remove(model::DiscoveryOperationId{*kept.begin()});
  return key;
}

Result<std::vector<api::Tag>> with_tags(std::vector<api::Tag> tags, const std::optional<std::vector<sd::Tag>>& given) {
  std::vector<api::Tag> added;
  for (const sd::Tag& tag : given.value_or(std::vector<sd::Tag>{})) {
    api::Tag& copy = added.emplace_back();
    copy.key = tag.Key;
    copy.value = tag.Value;
  }
  auto checked = checked_tags(added);
  if (!checked) return std::unexpected(invalid(checked.error().message));
  auto merged = merged_tags(std::move(tags), *checked);
  if (!merged) return std::unexpected(api::ApiError::of("TooManyTagsException", merged.error().message));
  return merged;
}

}  // namespace drydock::operations::servicediscovery
