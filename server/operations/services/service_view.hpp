#pragma once
// A service as the API shows it (spec/resources.md section 6).

#include "api-spec/generated/types.hpp"
#include "model/state.hpp"

namespace drydock::operations {

/// Tags are shown when asked for only. `now` is when the stability of task sets is retrieved.
api::Service show_service(const model::State& state, const model::Service& service, bool with_tags, model::Instant now);

}  // namespace drydock::operations
