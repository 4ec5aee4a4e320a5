#include "server/operations/ssm/tags.hpp"

#include "server/operations/ssm/names.hpp"
#include "server/operations/ssm/ssm.hpp"
#include "server/operations/values.hpp"

namespace drydock::operations::ssm {
namespace {

Result<const model::Parameter*> tagged(const Context& context, const std::string& type, const std::string& name) {
  if (type != "Parameter") {
    return std::unexpected(
        api::ApiError::of("InvalidResourceType", "Of Systems Manager's resources Drydock has parameters only."));
  }
  const auto reference = model::read_parameter_reference(context.state(), context.world, name);
  const model::Parameter* parameter = context.state().parameter_named(reference.world, reference.name);
  if (parameter != nullptr) return parameter;
  return std::unexpected(
      api::ApiError::of("InvalidResourceId", "The resource ID \"" + name +
                                                 "\" is not valid. Verify that you entered the correct ID and try "
                                                 "again."));
}

}  // namespace

Result<std::vector<api::Tag>> merged_with(std::vector<api::Tag> tags,
                                          const std::optional<std::vector<api::ssm::Tag>>& given) {
  std::vector<api::Tag> added;
  for (const api::ssm::Tag& tag : given.value_or(std::vector<api::ssm::Tag>{})) {
    api::Tag& copy = added.emplace_back();
    copy.key = tag.Key;
    copy.value = tag.Value;
  }
  auto checked = checked_tags(added);
  if (!checked) return std::unexpected(validation(checked.error().message));
  auto merged = merged_tags(std::move(tags), *checked);
  if (!merged) return std::unexpected(api::ApiError::of("TooManyTagsError", merged.error().message));
  return merged;
}

Result<api::ssm::AddTagsToResourceResponse> add_tags_to_resource(const api::ssm::AddTagsToResourceRequest& request,
                                                                 Context& context) {
  const auto parameter = tagged(context, *request.ResourceType, *request.ResourceId);
  if (!parameter) return std::unexpected(parameter.error());
  auto merged = merged_with((*parameter)->tags, request.Tags);
  if (!merged) return std::unexpected(std::move(merged.error()));
  context.tx.update((*parameter)->id, [&](model::Parameter& entity) { entity.tags = std::move(*merged); });
  return api::ssm::AddTagsToResourceResponse{};
}

Result<api::ssm::RemoveTagsFromResourceResponse> remove_tags_from_resource(
    const api::ssm::RemoveTagsFromResourceRequest& request, Context& context) {
  const auto parameter = tagged(context, *request.ResourceType, *request.ResourceId);
  if (!parameter) return std::unexpected(parameter.error());
  context.tx.update((*parameter)->id, [&](model::Parameter& entity) {
    std::erase_if(entity.tags, [&](const api::Tag& tag) { return contains(request.TagKeys, tag.key.value_or("")); });
  });
  return api::ssm::RemoveTagsFromResourceResponse{};
}

Result<api::ssm::ListTagsForResourceResponse> list_tags_for_resource(
    const api::ssm::ListTagsForResourceRequest& request, Context& context) {
  const auto parameter = tagged(context, *request.ResourceType, *request.ResourceId);
  if (!parameter) return std::unexpected(parameter.error());
  api::ssm::ListTagsForResourceResponse response;
  auto& shown = response.TagList.emplace();
  for (const api::Tag& tag : (*parameter)->tags) {
    api::ssm::Tag& copy = shown.emplace_back();
    copy.Key = tag.key;
    copy.Value = tag.value;
  }
  return response;
}

}  // namespace drydock::operations::ssm
