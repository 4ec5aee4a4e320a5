#pragma once
// A cluster as a rule's target: the rule runs a task (spec/adjuncts.md section 6).

#include <expected>
#include <string>

#include "api-spec/generated/events/types.hpp"
#include "api-spec/generated/types.hpp"

namespace drydock::server {

/// RunTask as EventBridge calls it; `input` may hold a TaskOverride. The error says what is wrong with the input.
std::expected<api::RunTaskRequest, std::string> run_task_request(const api::events::Target& target,
                                                                 const std::string& rule, const std::string& input);

}  // namespace drydock::server
