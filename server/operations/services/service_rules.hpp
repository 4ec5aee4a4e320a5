#pragma once
// What CreateService and UpdateService refuse, by subject (spec/operations.md, CreateService and UpdateService).
// Every refusal is an InvalidParameterException unless a rule says otherwise.

#include <optional>
#include <string_view>

#include "api-spec/runtime/api_error.hpp"
#include "server/operations/services/service_draft.hpp"

namespace drydock::operations {

using Verdict = std::optional<api::ApiError>;

inline Verdict refuse(std::string message, std::string explanation = {}) {
  api::ApiError error = api::ApiError::invalid_parameter(std::move(message));
  error.explanation = std::move(explanation);
  return error;
}

/// Everything that is true of a service whatever call made it. `verb` is "created" or "updated". Also fills in what
/// derives from the rest: platform, network defaults, role.
Verdict settle(const Context& context, ServiceDraft& draft, std::string_view verb);

// service_rules.cpp
Verdict check_service_name(std::string_view name);
Verdict check_desired_count(const ServiceDraft& draft, const model::Quotas& quotas);
Verdict check_deployment_configuration(const ServiceDraft& draft);
/// For a rebalancing that the caller asked for in so many words.
Verdict check_rebalancing(const ServiceDraft& draft);
/// For a grace period that the caller asked for: something must check the tasks.
Verdict check_grace_period(const ServiceDraft& draft);

// load_balancer_rules.cpp
Verdict check_load_balancers(const ServiceDraft& draft);
Verdict check_registries(const ServiceDraft& draft);
/// `role` is CreateService's; it is for load balancers outside awsvpc only.
Verdict check_role(const ServiceDraft& draft, const std::optional<std::string>& role);

// strategy_rules.cpp
/// Deployment strategy, its configuration, lifecycle hooks, and what all of them ask of the load balancers.
Verdict check_strategy(const ServiceDraft& draft);

// service_connect_rules.cpp
Verdict check_service_connect(const ServiceDraft& draft, const model::Cluster& cluster);
/// The quota of services that use the draft's Service Connect namespace, for a service that is new in it.
Verdict check_namespace_quota(const Context& context, const ServiceDraft& draft, const model::Cluster& cluster);
Verdict check_volumes(const ServiceDraft& draft);

}  // namespace drydock::operations
