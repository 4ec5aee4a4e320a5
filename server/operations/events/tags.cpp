#include "server/operations/events/tags.hpp"

#include "model/arn.hpp"
#include "scheduler/events/envelope.hpp"
#include "server/operations/events/events.hpp"
#include "server/operations/events/lookup.hpp"
#include "server/operations/values.hpp"

namespace drydock::operations::events {
namespace {

Result<model::EventRuleId> rule_with(const Context& context, const std::string& arn) {
  for (const auto& [name, id] : context.state().of(context.world).event_rules) {
    if (scheduler::rule_arn(context.state().get(context.world), name) == arn) return id;
  }
  return std::unexpected(api::ApiError::resource_not_found("Rule " + arn.substr(arn.rfind('/') + 1) +
                                                           " does not exist on EventBus " + kDefaultBus + "."));
}

}  // namespace

Result<std::vector<api::Tag>> checked_event_tags(const std::optional<std::vector<api::events::Tag>>& tags) {
  std::vector<api::Tag> all;
  if (tags) {
    for (const api::events::Tag& tag : *tags) {
      api::Tag& copy = all.emplace_back();
      copy.key = tag.Key;
      copy.value = tag.Value;
    }
  }
  auto checked = checked_tags(all);
  if (!checked) return std::unexpected(validation(checked.error().message));
  return checked;
}

Result<api::events::TagResourceResponse> tag_resource(const api::events::TagResourceRequest& request,
                                                      Context& context) {
  const auto id = rule_with(context, request.ResourceARN.value_or(""));
  if (!id) return std::unexpected(id.error());
  const auto given = checked_event_tags(request.Tags);
  if (!given) return std::unexpected(given.error());
  auto merged = merged_tags(context.state().get(*id).tags, *given);
  if (!merged) return std::unexpected(validation(merged.error().message));
  context.tx.update(*id, [&](model::EventRule& rule) { rule.tags = std::move(*merged); });
  return api::events::TagResourceResponse{};
}

Result<api::events::UntagResourceResponse> untag_resource(const api::events::UntagResourceRequest& request,
                                                          Context& context) {
  const auto id = rule_with(context, request.ResourceARN.value_or(""));
  if (!id) return std::unexpected(id.error());
  context.tx.update(*id, [&](model::EventRule& rule) {
    std::erase_if(rule.tags, [&](const api::Tag& tag) { return contains(request.TagKeys, tag.key.value_or("")); });
  });
  return api::events::UntagResourceResponse{};
}

Result<api::events::ListTagsForResourceResponse> list_tags_for_resource(
    const api::events::ListTagsForResourceRequest& request, Context& context) {
  const auto id = rule_with(context, request.ResourceARN.value_or(""));
  if (!id) return std::unexpected(id.error());
  api::events::ListTagsForResourceResponse response;
  auto& tags = response.Tags.emplace();
  for (const api::Tag& tag : context.state().get(*id).tags) {
    api::events::Tag& shown = tags.emplace_back();
    shown.Key = tag.key;
    shown.Value = tag.value;
  }
  return response;
}

}  // namespace drydock::operations::events
