#pragma once
// The parts of a container definition that AWS's agent takes as the Docker Engine's own words (spec/agent-protocol.md
// section 4.3). Pure.

#include <string>

#include "instances/instance_link.hpp"
#include "server/acs/protocol/envelope.hpp"

namespace drydock::server::acs {

/// {config, hostConfig, version}: two JSON documents as texts, and the least version of the engine's API that knows
/// what is in them. The agent decodes them over what it made itself: nothing that it makes (image, command,
/// environment, binds, ports, limits) may be in them. `awslogs_endpoint`: where the log driver awslogs finds CloudWatch
/// Logs unless the definition says so.
Json docker_config(const instances::TaskPayload& task, const instances::ContainerPayload& container,
                   const std::string& awslogs_endpoint);

}  // namespace drydock::server::acs
