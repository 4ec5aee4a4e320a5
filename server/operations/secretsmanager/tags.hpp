#pragma once
// Tags as this service writes them.

#include <optional>
#include <vector>

#include "api-spec/generated/secretsmanager/types.hpp"
#include "server/operations/context.hpp"

namespace drydock::operations::secretsmanager {

/// `tags` with the given ones added. Errors: InvalidParameterException, LimitExceededException (more than 50).
Result<std::vector<api::Tag>> merged_with(std::vector<api::Tag> tags,
                                          const std::optional<std::vector<api::secretsmanager::Tag>>& given);

std::vector<api::secretsmanager::Tag> show_tags(const std::vector<api::Tag>& tags);

}  // namespace drydock::operations::secretsmanager
