#pragma once
// Tags of the services that write them as a map of keys and values instead of a list.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/operations/context.hpp"

namespace drydock::operations {

using TagMap = std::vector<std::pair<std::string, std::string>>;

/// A request's tags as the model keeps them, checked. Error: InvalidParameterException.
Result<std::vector<api::Tag>> checked_tag_map(const std::optional<TagMap>& tags);

TagMap show_tag_map(const std::vector<api::Tag>& tags);

}  // namespace drydock::operations
