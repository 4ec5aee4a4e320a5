#include "server/operations/values.hpp"

#include <algorithm>
#include <set>

namespace drydock::operations {
namespace {

constexpr std::size_t kTagsPerResource = model::default_of(model::Quota::kTagsPerResource);

bool reserved(std::string_view key) {
  constexpr std::string_view kPrefix = "aws:";
  if (key.size() < kPrefix.size()) return false;
  return std::ranges::equal(key.substr(0, kPrefix.size()), kPrefix,
                            [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; });
}

}  // namespace

Result<std::vector<api::Tag>> checked_tags(const std::optional<std::vector<api::Tag>>& tags) {
  std::vector<api::Tag> checked;
  if (!tags) return checked;
  const auto refuse = [](std::string message) {
    return std::unexpected(api::ApiError::invalid_parameter(std::move(message)));
  };
  if (tags->size() > kTagsPerResource) return refuse("The maximum number of tags per resource is 50.");
  std::set<std::string> keys;
  for (const api::Tag& tag : *tags) {
    if (!tag.key || tag.key->empty()) return refuse("Tag key can not be blank.");
    if (reserved(*tag.key)) return refuse("Tag keys starting with 'aws:' are reserved for system use.");
    if (!keys.insert(*tag.key).second) return refuse("Duplicate tag keys found. Tag keys must be unique.");
    api::Tag& copy = checked.emplace_back(tag);
    if (!copy.value) copy.value = "";
  }
  return checked;
}

Result<std::vector<api::Tag>> merged_tags(std::vector<api::Tag> tags, const std::vector<api::Tag>& given) {
  for (const api::Tag& tag : given) {
    const auto same = std::ranges::find(tags, tag.key, &api::Tag::key);
    if (same == tags.end()) {
      tags.push_back(tag);
    } else {
      *same = tag;
    }
  }
  const auto users_own = std::ranges::count_if(tags, [](const api::Tag& tag) { return !reserved(*tag.key); });
  if (static_cast<std::size_t>(users_own) > kTagsPerResource) {
    return std::unexpected(api::ApiError::limit_exceeded("The maximum number of tags per resource is 50."));
  }
  return tags;
}

}  // namespace drydock::operations
