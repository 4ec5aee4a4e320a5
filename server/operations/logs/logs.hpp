#pragma once
// The operations of CloudWatch Logs that Drydock speaks (spec/logs.md section 3); each is described there.

#include <string>

#include "api-spec/generated/logs/types.hpp"
#include "api-spec/generated/types.hpp"
#include "server/operations/context.hpp"

namespace drydock::operations::logs {

#define DRYDOCK_OPERATION(Name, function) \
  Result<api::logs::Name##Response> function(const api::logs::Name##Request& request, Context& context);
#include "api-spec/generated/logs/operations.inc"
#undef DRYDOCK_OPERATION

/// What old clients send with their next PutLogEvents. Nobody checks it.
std::string upload_token(model::LogStreamId stream);

}  // namespace drydock::operations::logs
