#include "server/operations/secretsmanager/tags.hpp"

#include "server/operations/secretsmanager/lookup.hpp"
#include "server/operations/secretsmanager/secretsmanager.hpp"
#include "server/operations/values.hpp"

namespace drydock::operations::secretsmanager {

Result<std::vector<api::Tag>> merged_with(std::vector<api::Tag> tags,
                                          const std::optional<std::vector<api::secretsmanager::Tag>>& given) {
  std::vector<api::Tag> added;
  for (const api::secretsmanager::Tag& tag : given.value_or(std::vector<api::secretsmanager::Tag>{})) {
    api::Tag& copy = added.emplace_back();
    copy.key = tag.Key;
    copy.value = tag.Value;
  }
  auto checked = checked_tags(added);
  if (!checked) return std::unexpected(std::move(checked.error()));
  return merged_tags(std::move(tags), *checked);
}

std::vector<api::secretsmanager::Tag> show_tags(const std::vector<api::Tag>& tags) {
  std::vector<api::secretsmanager::Tag> shown;
  for (const api::Tag& tag : tags) {
    api::secretsmanager::Tag& copy = shown.emplace_back();
    copy.Key = tag.key;
    copy.Value = tag.value;
  }
  return shown;
}

Result<api::secretsmanager::TagResourceResponse> tag_resource(const api::secretsmanager::TagResourceRequest& request,
                                                              Context& context) {
  const auto secret = find_live(context, *request.SecretId);
  if (!secret) return std::unexpected(secret.error());
  auto merged = merged_with((*secret)->tags, request.Tags);
  if (!merged) return std::unexpected(std::move(merged.error()));
  context.tx.update((*secret)->id, [&](model::Secret& entity) { entity.tags = std::move(*merged); });
  return api::secretsmanager::TagResourceResponse{};
}

Result<api::secretsmanager::UntagResourceResponse> untag_resource(
    const api::secretsmanager::UntagResourceRequest& request, Context& context) {
  const auto secret = find_live(context, *request.SecretId);
  if (!secret) return std::unexpected(secret.error());
  context.tx.update((*secret)->id, [&](model::Secret& entity) {
    std::erase_if(entity.tags, [&](const api::Tag& tag) { return contains(request.TagKeys, tag.key.value_or("")); });
  });
  return api::secretsmanager::UntagResourceResponse{};
}

}  // namespace drydock::operations::secretsmanager
