#pragma once
// The operations of CloudWatch Logs that Drydock speaks (spec/logs.md section 3); each is described there.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api-spec/generated/logs/types.hpp"
#include "api-spec/generated/types.hpp"
#include "server/operations/context.hpp"

namespace drydock::operations::logs {

using TagMap = std::vector<std::pair<std::string, std::string>>;

#define DRYDOCK_OPERATION(Name, function) \
  Result<api::logs::Name##Response> function(const api::logs::Name##Request& request, Context& context);
#include "api-spec/generated/logs/operations.inc"
#undef DRYDOCK_OPERATION

/// Tags of a request, checked. Error: InvalidParameterException.
Result<std::vector<api::Tag>> tags_of(const std::optional<TagMap>& tags);

/// What old clients send with their next PutLogEvents. Nobody checks it.
std::string upload_token(model::LogStreamId stream);

}  // namespace drydock::operations::logs
