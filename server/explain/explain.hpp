#pragma once
// Why something is as it is: what the scheduler recorded when it held something back, and what State itself shows.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/state.hpp"

namespace drydock::server {

/// Reasons, the most important first; none: nothing holds anything back.
using Reasons = std::vector<model::Explanation>;

struct Explained {
  std::string type;    // service, task, container-instance, ...
  std::string status;  // as the API shows it
  Reasons reasons;
  std::optional<Reasons> scaling;  // of a service: why its desired count stays as it is
};

/// What else is to be said of a service that State does not show; behind the other reasons.
using MoreReasons = std::function<Reasons(const model::Service&, model::Instant now)>;

/// Of clusters, container instances, tasks, task definitions, services, service deployments, task sets, capacity
/// providers, daemons and daemon deployments; nullopt for an ARN that names nothing.
std::optional<Explained> explain(const model::State& state, std::string_view arn, model::Instant now,
                                 const MoreReasons& more = {});

/// The same as JSON: the first reason's members, all `reasons`, and `scaling`.
std::optional<std::string> explain_json(const model::State& state, std::string_view arn, model::Instant now,
                                        const MoreReasons& more = {});

}  // namespace drydock::server
