#include "model/arn.hpp"
#include "server/operations/autoscaling/autoscaling.hpp"
#include "server/operations/autoscaling/resource.hpp"
#include "server/operations/autoscaling/target_arn.hpp"
#include "server/operations/values.hpp"

namespace drydock::operations::autoscaling {
namespace {

Result<model::ScalableTargetId> target_with(const Context& context, const std::string& arn) {
  for (const auto& [resource, id] : context.state().of(context.world).scalable_targets) {
    if (target_arn(context.state(), context.state().get(id)) == arn) return id;
  }
  return std::unexpected(
      api::ApiError::of("ResourceNotFoundException", "Resource with ARN " + arn + " could not be found."));
}

}  // namespace

std::string target_arn(const model::State& state, const model::ScalableTarget& target) {
  const model::World& world = state.get(target.world);
  return "arn:" + std::string(model::partition_of(world.region)) + ":application-autoscaling:" + world.region + ":" +
         world.account + ":scalable-target/" + model::to_hex("0ec5", target.uuid);
}

Result<std::vector<api::Tag>> tags_of(const std::optional<TagMap>& tags) {
  auto checked = checked_tag_map(tags);
  if (!checked) return std::unexpected(validation(checked.error().message));
  return checked;
}

Result<api::autoscaling::TagResourceResponse> tag_resource(const api::autoscaling::TagResourceRequest& request,
                                                           Context& context) {
  const auto id = target_with(context, request.ResourceARN.value_or(""));
  if (!id) return std::unexpected(id.error());
  const auto given = tags_of(request.Tags);
  if (!given) return std::unexpected(given.error());
  auto merged = merged_tags(context.state().get(*id).tags, *given);
  if (!merged) return std::unexpected(api::ApiError::of("TooManyTagsException", merged.error().message));
  context.tx.update(*id, [&](model::ScalableTarget& target) { target.tags = std::move(*merged); });
  return api::autoscaling::TagResourceResponse{};
}

Result<api::autoscaling::UntagResourceResponse> untag_resource(const api::autoscaling::UntagResourceRequest& request,
                                                               Context& context) {
  const auto id = target_with(context, request.ResourceARN.value_or(""));
  if (!id) return std::unexpected(id.error());
  context.tx.update(*id, [&](model::ScalableTarget& target) {
    std::erase_if(target.tags, [&](const api::Tag& tag) { return contains(request.TagKeys, tag.key.value_or("")); });
  });
  return api::autoscaling::UntagResourceResponse{};
}

Result<api::autoscaling::ListTagsForResourceResponse> list_tags_for_resource(
    const api::autoscaling::ListTagsForResourceRequest& request, Context& context) {
  const auto id = target_with(context, request.ResourceARN.value_or(""));
  if (!id) return std::unexpected(id.error());
  api::autoscaling::ListTagsForResourceResponse response;
  response.Tags = show_tag_map(context.state().get(*id).tags);
  return response;
}

}  // namespace drydock::operations::autoscaling
