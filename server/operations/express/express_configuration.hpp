#pragma once
// What an Express service is configured with, and the task definition and network that follow from it
// (spec/services.md section 14.2, spec/resources.md section 13).

#include <optional>
#include <string>

#include "api-spec/generated/types.hpp"
#include "api-spec/runtime/api_error.hpp"

namespace drydock::operations {

/// Of one revision, every default filled in. Members that only a stored revision has (its ARN, createdAt) are absent.
using ExpressConfiguration = api::ExpressGatewayServiceConfiguration;

/// What CreateExpressGatewayService asks for. `log_group` is for a container that names none.
ExpressConfiguration express_configuration(const api::CreateExpressGatewayServiceRequest& request,
                                           const std::string& log_group);

/// `before` with what the update gives. Members of structures change one by one, lists as a whole.
ExpressConfiguration changed_by(const api::UpdateExpressGatewayServiceRequest& update, ExpressConfiguration before);

/// `before` after a deployment that UpdateService started: what the task definition and the network say now.
ExpressConfiguration carried_over(ExpressConfiguration before, const api::TaskDefinition& definition,
                                  const std::optional<api::NetworkConfiguration>& network);

/// What no rule of a task definition or a service covers. Error: InvalidParameterException.
std::optional<api::ApiError> check_express_configuration(const ExpressConfiguration& configuration);

api::RegisterTaskDefinitionRequest express_task_definition(const ExpressConfiguration& configuration,
                                                           const std::string& family, const std::string& region);
api::NetworkConfiguration express_network(const ExpressConfiguration& configuration);

}  // namespace drydock::operations
