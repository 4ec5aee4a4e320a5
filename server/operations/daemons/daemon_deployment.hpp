#pragma once
// What CreateDaemon, UpdateDaemon and DeleteDaemon have in common: checked arguments, and the deployment they start.

#include <memory>
#include <string>
#include <vector>

#include "server/operations/context.hpp"

namespace drydock::operations {

using DaemonConfiguration = std::shared_ptr<const api::DaemonDeploymentConfiguration>;

/// With defaults filled in. Error: InvalidParameterException.
Result<DaemonConfiguration> checked_configuration(const std::optional<api::DaemonDeploymentConfiguration>& given);

/// The names of capacity providers of managed instances of the cluster, each once.
/// Errors: InvalidParameterException.
Result<std::vector<std::string>> checked_daemon_providers(const Context& context, model::ClusterId cluster,
                                                          const std::vector<std::string>& given);

/// An ACTIVE daemon task definition. Errors: ClientException, InvalidParameterException.
Result<model::DaemonTaskDefinitionId> runnable_daemon_definition(const Context& context, const std::string& text);

/// The deployment of `target`, or with none the daemon's end. The one under way, if any, is to stop.
void start_deployment(Context& context, model::DaemonId daemon, model::DaemonRevisionId target,
                      DaemonConfiguration configuration);

}  // namespace drydock::operations
