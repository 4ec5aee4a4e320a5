#pragma once
// The operations on container instances (spec/operations.md, "Container instances and attributes").

#include "api-spec/generated/types.hpp"
#include "server/operations/context.hpp"

namespace drydock::operations {

/// A machine is one container instance: known by its ARN, or by the instance id of its identity document. Registering
/// in another cluster of the account and region, or with another instance type, deregisters by force what it was.
Result<api::RegisterContainerInstanceResponse> register_container_instance(
    const api::RegisterContainerInstanceRequest& request, Context& context);

/// With force, its tasks are lost. An INACTIVE instance is returned as it is.
Result<api::DeregisterContainerInstanceResponse> deregister_container_instance(
    const api::DeregisterContainerInstanceRequest& request, Context& context);

Result<api::DescribeContainerInstancesResponse> describe_container_instances(
    const api::DescribeContainerInstancesRequest& request, Context& context);

/// By status. A `filter` is an expression of the cluster query language (spec/placement.md section 6).
Result<api::ListContainerInstancesResponse> list_container_instances(const api::ListContainerInstancesRequest& request,
                                                                     Context& context);

/// ACTIVE or DRAINING. What becomes of the tasks of a draining instance is up to their services.
Result<api::UpdateContainerInstancesStateResponse> update_container_instances_state(
    const api::UpdateContainerInstancesStateRequest& request, Context& context);

/// Asks for a newer agent: agentUpdateStatus is PENDING until an agent of the newest version registers.
/// Errors: UpdateInProgressException, MissingVersionException, NoUpdateAvailableException, InvalidParameterException.
Result<api::UpdateContainerAgentResponse> update_container_agent(const api::UpdateContainerAgentRequest& request,
                                                                 Context& context);

/// False for a version that is not known, too.
bool is_newest_agent(const std::optional<std::string>& version);

}  // namespace drydock::operations
