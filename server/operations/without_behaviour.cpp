// The operations that are routed and validated but do nothing yet. This list is the only place that says so; the
// README's table and a test count it.
#include "server/operations/registry.hpp"

#define DRYDOCK_WITHOUT_BEHAVIOUR(X)                               \
  X(CreateDaemon, create_daemon)                                   \
  X(DeleteDaemon, delete_daemon)                                   \
  X(DeleteDaemonTaskDefinition, delete_daemon_task_definition)     \
  X(DescribeDaemon, describe_daemon)                               \
  X(DescribeDaemonDeployments, describe_daemon_deployments)        \
  X(DescribeDaemonRevisions, describe_daemon_revisions)            \
  X(DescribeDaemonTaskDefinition, describe_daemon_task_definition) \
  X(ListDaemonDeployments, list_daemon_deployments)                \
  X(ListDaemonTaskDefinitions, list_daemon_task_definitions)       \
  X(ListDaemons, list_daemons)                                     \
  X(RegisterDaemonTaskDefinition, register_daemon_task_definition) \
  X(UpdateDaemon, update_daemon)

namespace drydock::operations {
namespace {

api::ApiError no_behaviour(const char* name) {
  return api::ApiError::unsupported_feature(std::string(name) +
                                            " is part of the ECS API, but Drydock does not implement it yet.");
}

}  // namespace

#define DRYDOCK_DEFINE(Name, function)                                        \
  Result<api::Name##Response> function(const api::Name##Request&, Context&);  \
  Result<api::Name##Response> function(const api::Name##Request&, Context&) { \
    return std::unexpected(no_behaviour(#Name));                              \
  }
DRYDOCK_WITHOUT_BEHAVIOUR(DRYDOCK_DEFINE)
#undef DRYDOCK_DEFINE

std::span<const std::string_view> without_behaviour() {
#define DRYDOCK_NAME(Name, function) #Name,
  static constexpr std::string_view kNames[] = {DRYDOCK_WITHOUT_BEHAVIOUR(DRYDOCK_NAME)};
#undef DRYDOCK_NAME
  return kNames;
}

}  // namespace drydock::operations
