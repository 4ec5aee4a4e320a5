#pragma once
// What a run of the virtual clock may wait for.

#include <expected>
#include <functional>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "server/virtual_time/virtual_time.hpp"

namespace drydock::server {

/// Of a request that names a service (`service`: its ARN, or its name with `cluster`, default "default"): the
/// services_stable waiter's condition, one deployment and as many tasks running as desired. Or of one that names a
/// `task` by its ARN and a `status`: the task has come that far. `account` and `region` say where a name belongs. The
/// error has an HTTP status.
struct GoalError {
  unsigned status;
  std::string message;
};
std::expected<std::function<Progress(const model::State&)>, GoalError> parse_goal(const nlohmann::json& body,
                                                                                  const model::State& state);

}  // namespace drydock::server
