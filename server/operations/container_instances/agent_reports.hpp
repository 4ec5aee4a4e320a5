#pragma once
// What agents tell the control plane (spec/agent-protocol.md sections 2.2, 2.3 and 6.2; spec/operations.md,
// "Submit...StateChange").

#include <string_view>

#include "api-spec/generated/types.hpp"
#include "server/operations/context.hpp"

namespace drydock::operations {

/// URLs under the authority that the agent called, which stay the same for the life of a control plane: agents keep
/// them for hours. Errors: those of the cluster's identifier.
Result<api::DiscoverPollEndpointResponse> discover_poll_endpoint(const api::DiscoverPollEndpointRequest& request,
                                                                 Context& context);

/// Stale reports and reports about tasks that are unknown here are acknowledged and change nothing: an agent would
/// otherwise send them for ever. Error: InvalidParameterException for what no agent says.
Result<api::SubmitTaskStateChangeResponse> submit_task_state_change(const api::SubmitTaskStateChangeRequest& request,
                                                                    Context& context);

/// One container; the task's own status does not change. Error: InvalidParameterException, also for unknown tasks.
Result<api::SubmitContainerStateChangeResponse> submit_container_state_change(
    const api::SubmitContainerStateChangeRequest& request, Context& context);

/// Error: InvalidParameterException for an unknown attachment; nothing is changed then.
Result<api::SubmitAttachmentStateChangesResponse> submit_attachment_state_changes(
    const api::SubmitAttachmentStateChangesRequest& request, Context& context);

/// A container's health as the instance's telemetry has it: HEALTHY, UNHEALTHY or UNKNOWN. Not an API operation.
/// False when there is no such task or the status is another word.
bool publish_health(model::Transaction& tx, std::string_view task_arn, std::string_view container,
                    std::string_view status);

/// Where a task is reached (instances::TaskAddress). False when there is no such task.
bool publish_address(model::Transaction& tx, std::string_view task_arn, const std::string& ipv4,
                     const std::string& mac);

}  // namespace drydock::operations
