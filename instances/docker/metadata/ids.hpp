#pragma once
// Under which ids containers ask for their metadata and credentials. They follow from what they name, so that the
// variables of a running container stay true over restarts of Drydock.

#include <string>
#include <string_view>

namespace drydock::instances::docker {

/// The UUID in ECS_CONTAINER_METADATA_URI_V4: one for each container of each task.
std::string endpoint_id(std::string_view drydock_id, std::string_view container_arn);

/// The UUID in AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: one for each task.
std::string credentials_id(std::string_view drydock_id, std::string_view task_arn);

}  // namespace drydock::instances::docker
