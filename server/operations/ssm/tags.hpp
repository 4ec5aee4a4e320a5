#pragma once
// Tags as this service writes them.

#include <optional>
#include <vector>

#include "api-spec/generated/ssm/types.hpp"
#include "server/operations/context.hpp"

namespace drydock::operations::ssm {

/// `tags` with the given ones added. Errors: ValidationException, TooManyTagsError (more than 50).
Result<std::vector<api::Tag>> merged_with(std::vector<api::Tag> tags,
                                          const std::optional<std::vector<api::ssm::Tag>>& given);

}  // namespace drydock::operations::ssm
