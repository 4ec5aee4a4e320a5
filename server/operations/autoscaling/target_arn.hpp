#pragma once
// Scalable targets by ARN, and their tags.

#include <optional>
#include <string>
#include <vector>

#include "server/operations/context.hpp"
#include "server/operations/tag_map.hpp"

namespace drydock::operations::autoscaling {

/// arn:<partition>:application-autoscaling:<region>:<account>:scalable-target/<id>
std::string target_arn(const model::State& state, const model::ScalableTarget& target);

/// A request's tags as the model keeps them. Error: ValidationException.
Result<std::vector<api::Tag>> tags_of(const std::optional<TagMap>& tags);

}  // namespace drydock::operations::autoscaling
