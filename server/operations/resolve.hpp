#pragma once
// From what a caller wrote (name, id, short or long ARN, or nothing) to an entity of this account and region, with
// ECS's errors (spec/operations.md, tables E-ID, E-CL, E-TD; spec/resources.md, "Identifier resolution").

#include <optional>
#include <string>
#include <string_view>

#include "model/arn.hpp"
#include "server/operations/context.hpp"

namespace drydock::operations {

/// 1 to 255 letters, digits, hyphens and underscores: what most names consist of.
bool is_name(std::string_view text);

/// A cluster by name or ARN; absent or empty means `default`, which is created on demand unless Settings::strict.
/// INACTIVE clusters are found too. Errors: InvalidParameterException (syntax), ClusterNotFoundException.
Result<model::ClusterId> find_cluster(Context& context, const std::optional<std::string>& text);

/// The same, and ACTIVE. Error for an INACTIVE one: ClientException "The referenced cluster was inactive."
Result<model::ClusterId> find_active_cluster(Context& context, const std::optional<std::string>& text);

/// The name in a cluster argument, syntax checked; nothing is looked up.
Result<std::string> cluster_name_of(const Context& context, const std::optional<std::string>& text);

/// A service of the cluster by name or ARN, in any status. Error: ServiceNotFoundException.
Result<model::ServiceId> find_service(const Context& context, model::ClusterId cluster, std::string_view text);

/// The same for calls that change a service: the error says what to do about it.
Result<model::ServiceId> named_service(const Context& context, model::ClusterId cluster, std::string_view text);

/// The id part of a task or container instance argument: 32 hex digits or a UUID, or an ARN of `type` in the cluster.
/// Errors: InvalidParameterException with ECS's texts. `noun` is how messages call the id ("taskId").
Result<model::Uuid> id_of(const Context& context, model::ClusterId cluster, std::string_view text,
                          std::string_view type, std::string_view noun);

/// Null inside the result when the id is well formed but there is no such entity in the cluster.
Result<const model::Task*> find_task(const Context& context, model::ClusterId cluster, std::string_view text);
Result<const model::ContainerInstance*> find_instance(const Context& context, model::ClusterId cluster,
                                                      std::string_view text);

/// family, family:revision or ARN. A family alone means its latest ACTIVE revision. Null when there is none.
/// Errors of syntax: ClientException "Family contains invalid characters.", InvalidParameterException for the revision.
Result<const model::TaskDefinition*> find_task_definition(const Context& context, std::string_view text);

/// The same for daemon task definitions.
Result<const model::DaemonTaskDefinition*> find_daemon_task_definition(const Context& context, std::string_view text);

/// A daemon by ARN. Errors: InvalidParameterException (syntax), DaemonNotFoundException.
Result<const model::Daemon*> find_daemon(const Context& context, std::string_view text);

/// A task definition for running tasks: it exists and is ACTIVE. Errors: ClientException "TaskDefinition not found."
/// and "TaskDefinition is inactive".
Result<const model::TaskDefinition*> find_runnable(const Context& context, const std::optional<std::string>& text);

/// An ARN of ECS in the caller's own partition, region and account: data of another world is never shown.
bool in_world(const Context& context, const model::Arn& arn);

/// ARNs as failures[] echo them, built from the arguments.
std::string cluster_arn(const Context& context, std::string_view cluster_name);
std::string arn_in_cluster(const Context& context, model::ClusterId cluster, std::string_view type,
                           std::string_view id);

}  // namespace drydock::operations
