#pragma once
// What a lifecycle hook's function is given and what it gives back (spec/services.md section 8.3).

#include <string>
#include <string_view>

#include "model/state.hpp"
#include "scheduler/deployments/hooks.hpp"

namespace drydock::server {

/// The event of one call, as JSON.
std::string hook_payload(const model::State& state, const model::ServiceDeployment& record, const model::HookRun& run,
                         const std::string& execution_id);

/// What a function returned. Its hookDetails are added to what the hook remembers already.
scheduler::HookAnswer read_hook_answer(std::string_view body, std::string_view remembered);

}  // namespace drydock::server
