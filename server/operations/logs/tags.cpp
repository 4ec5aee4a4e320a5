#include <algorithm>

#include "model/arn.hpp"
#include "server/operations/logs/errors.hpp"
#include "server/operations/logs/groups.hpp"
#include "server/operations/logs/logs.hpp"
#include "server/operations/tag_map.hpp"
#include "server/operations/values.hpp"

namespace drydock::operations::logs {
namespace {

api::ApiError no_resource() { return api::ApiError::resource_not_found("The specified resource does not exist."); }

/// The group that an ARN names, with or without :*.
Result<model::LogGroupId> tagged(const Context& context, const std::string& arn) {
  if (!model::looks_like_arn(arn)) {
    return std::unexpected(api::ApiError::invalid_parameter("The specified resource arn is invalid."));
  }
  const auto group = group_of(context, std::nullopt, arn);
  if (!group) return std::unexpected(no_resource());
  return group;
}

Result<void> add(Context& context, model::LogGroupId id, const std::optional<TagMap>& tags) {
  const auto given = checked_tag_map(tags);
  if (!given) return std::unexpected(given.error());
  auto merged = merged_tags(context.state().get(id).tags, *given);
  if (!merged) {
    return std::unexpected(api::ApiError::of("TooManyTagsException", "The maximum number of tags per resource is 50."));
  }
  context.tx.update(id, [&](model::LogGroup& group) { group.tags = std::move(*merged); });
  return {};
}

void take_away(Context& context, model::LogGroupId id, const std::optional<std::vector<std::string>>& keys) {
  context.tx.update(id, [&](model::LogGroup& group) {
    std::erase_if(group.tags, [&](const api::Tag& tag) { return contains(keys, tag.key.value_or("")); });
  });
}

}  // namespace

Result<api::logs::TagResourceResponse> tag_resource(const api::logs::TagResourceRequest& request, Context& context) {
  const auto id = tagged(context, *request.resourceArn);
  if (!id) return std::unexpected(id.error());
  if (auto done = add(context, *id, request.tags); !done) return std::unexpected(std::move(done.error()));
  return api::logs::TagResourceResponse{};
}

Result<api::logs::UntagResourceResponse> untag_resource(const api::logs::UntagResourceRequest& request,
                                                        Context& context) {
  const auto id = tagged(context, *request.resourceArn);
  if (!id) return std::unexpected(id.error());
  take_away(context, *id, request.tagKeys);
  return api::logs::UntagResourceResponse{};
}

Result<api::logs::ListTagsForResourceResponse> list_tags_for_resource(
    const api::logs::ListTagsForResourceRequest& request, Context& context) {
  const auto id = tagged(context, *request.resourceArn);
  if (!id) return std::unexpected(id.error());
  api::logs::ListTagsForResourceResponse response;
  response.tags = show_tag_map(context.state().get(*id).tags);
  return response;
}

Result<api::logs::TagLogGroupResponse> tag_log_group(const api::logs::TagLogGroupRequest& request, Context& context) {
  const auto id = group_named(context, *request.logGroupName);
  if (!id) return std::unexpected(id.error());
  if (auto done = add(context, *id, request.tags); !done) return std::unexpected(std::move(done.error()));
  return api::logs::TagLogGroupResponse{};
}

Result<api::logs::UntagLogGroupResponse> untag_log_group(const api::logs::UntagLogGroupRequest& request,
                                                         Context& context) {
  const auto id = group_named(context, *request.logGroupName);
  if (!id) return std::unexpected(id.error());
  take_away(context, *id, request.tags);
  return api::logs::UntagLogGroupResponse{};
}

Result<api::logs::ListTagsLogGroupResponse> list_tags_log_group(const api::logs::ListTagsLogGroupRequest& request,
                                                                Context& context) {
  const auto id = group_named(context, *request.logGroupName);
  if (!id) return std::unexpected(id.error());
  api::logs::ListTagsLogGroupResponse response;
  response.tags = show_tag_map(context.state().get(*id).tags);
  return response;
}

}  // namespace drydock::operations::logs
