#include "model/arn.hpp"
#include "server/operations/servicediscovery/lookup.hpp"
#include "server/operations/servicediscovery/servicediscovery.hpp"
#include "server/operations/values.hpp"

namespace drydock::operations::servicediscovery {
namespace {

/// Runs a function on the tags of the namespace or service with this ARN, as a whole new list or none.
/// Error: ResourceNotFoundException.
struct Tagged {
  const model::Namespace* room = nullptr;
  const model::DiscoveryService* service = nullptr;

  [[nodiscard]] const std::vector<api::Tag>& tags() const { return room != nullptr ? room->tags : service->tags; }
  void set(Context& context, std::vector<api::Tag> tags) const {
    if (room != nullptr) {
      context.tx.update(room->id, [&](model::Namespace& entity) { entity.tags = std::move(tags); });
    } else {
      context.tx.update(service->id, [&](model::DiscoveryService& entity) { entity.tags = std::move(tags); });
    }
  }
};

Result<Tagged> tagged(const Context& context, const std::string& text) {
  const auto arn = model::parse_arn(text);
  const model::World& world = context.state().get(context.world);
  const bool ours = arn && arn->service == "servicediscovery" && arn->account == world.account &&
                    arn->region == world.region && arn->path.size() == 1;
  Tagged found;
  if (ours && arn->type == "namespace") found.room = context.state().namespace_with(context.world, arn->path[0]);
  if (ours && arn->type == "service") {
    found.service = context.state().discovery_service_with(context.world, arn->path[0]);
  }
  if (found.room != nullptr || found.service != nullptr) return found;
  return std::unexpected(api::ApiError::of("ResourceNotFoundException", "Resource not found: " + text));
}

}  // namespace

Result<sd::TagResourceResponse> tag_resource(const sd::TagResourceRequest& request, Context& context) {
  const auto found = tagged(context, *request.ResourceARN);
  if (!found) return std::unexpected(found.error());
  auto tags = with_tags(found->tags(), request.Tags);
  if (!tags) return std::unexpected(std::move(tags.error()));
  found->set(context, std::move(*tags));
  return sd::TagResourceResponse{};
}

Result<sd::UntagResourceResponse> untag_resource(const sd::UntagResourceRequest& request, Context& context) {
  const auto found = tagged(context, *request.ResourceARN);
  if (!found) return std::unexpected(found.error());
  std::vector<api::Tag> tags = found->tags();
  std::erase_if(tags, [&](const api::Tag& tag) { return contains(request.TagKeys, tag.key.value_or("")); });
  found->set(context, std::move(tags));
  return sd::UntagResourceResponse{};
}

Result<sd::ListTagsForResourceResponse> list_tags_for_resource(const sd::ListTagsForResourceRequest& request,
                                                               Context& context) {
  const auto found = tagged(context, *request.ResourceARN);
  if (!found) return std::unexpected(found.error());
  sd::ListTagsForResourceResponse response;
  auto& shown = response.Tags.emplace();
  for (const api::Tag& tag : found->tags()) {
    sd::Tag& copy = shown.emplace_back();
    copy.Key = tag.key;
    copy.Value = tag.value;
  }
  return response;
}

}  // namespace drydock::operations::servicediscovery
