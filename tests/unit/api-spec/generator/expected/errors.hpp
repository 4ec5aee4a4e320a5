#pragma once
// Generated from api-spec/ecs.json and rules.json; do not edit.
// The error shapes of the API.

#include <string_view>

namespace drydock::api {

struct ErrorInfo {
  std::string_view code;
  int http_status;
};

inline constexpr ErrorInfo kErrors[] = {
    {"LeakException", 400},
    {"StormException", 500},
};

}  // namespace drydock::api
