#include "server/operations/tag_map.hpp"

#include "server/operations/values.hpp"

namespace drydock::operations {

Result<std::vector<api::Tag>> checked_tag_map(const std::optional<TagMap>& tags) {
  std::optional<std::vector<api::Tag>> given;
  if (tags) given.emplace();
  for (const auto& [key, value] : tags.value_or(TagMap{})) {
    api::Tag& tag = given->emplace_back();
    tag.key = key;
    tag.value = value;
  }
  return checked_tags(given);
}

TagMap show_tag_map(const std::vector<api::Tag>& tags) {
  TagMap map;
  for (const api::Tag& tag : tags) map.emplace_back(tag.key.value_or(""), tag.value.value_or(""));
  return map;
}

}  // namespace drydock::operations
