#pragma once
// Cloud Map (spec/service-discovery.md section 1). Everything that is asynchronous there is done at once here: an
// operation has succeeded when its id is returned. Errors of all: InvalidInput for what the model refuses.

#include "api-spec/generated/servicediscovery/types.hpp"
#include "server/operations/context.hpp"

namespace drydock::operations::servicediscovery {

#define DRYDOCK_OPERATION(Name, function) \
  Result<api::servicediscovery::Name##Response> function(const api::servicediscovery::Name##Request&, Context&);
#include "api-spec/generated/servicediscovery/operations.inc"
#undef DRYDOCK_OPERATION

}  // namespace drydock::operations::servicediscovery
