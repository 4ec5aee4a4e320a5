#pragma once
// Generated from api-spec/ecs.json and rules.json; do not edit.
// The error shapes of the API.

#include "api-spec/runtime/operation.hpp"

namespace drydock::api {

inline constexpr ErrorInfo kErrors[] = {
    {"LeakException", 400},
    {"StormException", 500},
};

}  // namespace drydock::api
