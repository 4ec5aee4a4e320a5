#pragma once
// Tags of every resource that can have them (spec/operations.md, "Tags"; spec/resources.md section 11).

#include "api-spec/generated/types.hpp"
#include "server/operations/context.hpp"

namespace drydock::operations {

/// Adds tags, or gives new values to keys that exist.
Result<api::TagResourceResponse> tag_resource(const api::TagResourceRequest& request, Context& context);

/// Keys that the resource does not have are ignored.
Result<api::UntagResourceResponse> untag_resource(const api::UntagResourceRequest& request, Context& context);

Result<api::ListTagsForResourceResponse> list_tags_for_resource(const api::ListTagsForResourceRequest& request,
                                                                Context& context);

}  // namespace drydock::operations
