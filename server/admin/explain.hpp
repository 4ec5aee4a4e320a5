#pragma once
// The structured record of what holds something back, as JSON.

#include <optional>
#include <string>
#include <string_view>

#include "model/state.hpp"

namespace drydock::server {

/// For the ARN of a service or a cluster (its last RunTask or StartTask); nullopt when there is no such record.
std::optional<std::string> explain_json(const model::State& state, std::string_view arn);

}  // namespace drydock::server
