#pragma once
// Custom attributes of container instances (spec/operations.md; spec/resources.md section 4). They are kept with the
// instance, so DescribeContainerInstances and placement see them, and an agent that registers again keeps them.

#include "api-spec/generated/types.hpp"
#include "server/operations/context.hpp"

namespace drydock::operations {

/// Adds attributes, or gives new values to names that exist. Errors: TargetNotFoundException,
/// AttributeLimitExceededException, InvalidParameterException.
Result<api::PutAttributesResponse> put_attributes(const api::PutAttributesRequest& request, Context& context);

/// Answers with what was there. With a value, only an attribute that has it is deleted.
/// Errors: TargetNotFoundException, InvalidParameterException.
Result<api::DeleteAttributesResponse> delete_attributes(const api::DeleteAttributesRequest& request, Context& context);

/// Attributes of all container instances that are not INACTIVE, those of the agent included.
Result<api::ListAttributesResponse> list_attributes(const api::ListAttributesRequest& request, Context& context);

}  // namespace drydock::operations
