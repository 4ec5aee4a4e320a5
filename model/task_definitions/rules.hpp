#pragma once
// The rules of RegisterTaskDefinition by subject. Internal to model/task_definitions/; validate.hpp is the way in.
// Texts follow what ECS answers where that is known; every refusal is a ClientException.

#include <optional>
#include <string>
#include <utility>

#include "api-spec/generated/types.hpp"
#include "api-spec/runtime/api_error.hpp"

namespace drydock::model::task_definitions {

using Request = api::RegisterTaskDefinitionRequest;
using Verdict = std::optional<api::ApiError>;

inline Verdict refuse(std::string message) { return api::ApiError::client(std::move(message)); }

/// Runs the checks in order and gives the first refusal.
template <class Subject, class... Checks>
Verdict first_refusal(const Subject& subject, Checks... checks) {
  Verdict verdict;
  static_cast<void>(((verdict = checks(subject)).has_value() || ...));
  return verdict;
}

// check_task.cpp
Verdict check_units(const Request& request);
Verdict check_family(const Request& request);
Verdict check_list_sizes(const Request& request);
Verdict check_roles(const Request& request);
Verdict check_task_storage(const Request& request);
Verdict check_placement_constraints(const Request& request);
Verdict check_tags(const Request& request);

// check_containers.cpp: names, images, sizes, times, secrets
Verdict check_containers(const Request& request);

// check_ports.cpp
Verdict check_ports(const Request& request);

// check_network_mode.cpp: what containers may not say in a network mode
Verdict check_network_mode(const Request& request);

// check_logging.cpp
Verdict check_logging(const Request& request);

// check_volumes.cpp
Verdict check_volumes(const Request& request);

// check_dependencies.cpp
Verdict check_dependencies(const Request& request);

// check_proxy.cpp
Verdict check_proxy(const Request& request);

// check_fargate.cpp: everything Fargate asks for or cannot do, whether or not the request requires Fargate
Verdict check_fargate(const Request& request);

// check_compatibilities.cpp: what requiresCompatibilities asks for
bool requires_compatibility(const Request& request, std::string_view compatibility);
Verdict check_compatibilities(const Request& request);

}  // namespace drydock::model::task_definitions
