#pragma once
// What agents say in telemetry sessions (spec/agent-protocol.md section 6).

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "instances/instance_link.hpp"
#include "server/acs/protocol/envelope.hpp"

namespace drydock::server::acs {

/// The JSON of a frame: AWS's agent puts the lines of a signed HTTP head and an empty line before it.
std::string_view telemetry_body(std::string_view frame);

/// Of a PublishHealthRequest.
std::vector<instances::ContainerHealth> health_report(const Json& message);

/// Of a PublishMetricsRequest: the mean over its interval. The agent says percent of the whole instance, which has so
/// many CPU units.
std::vector<instances::ContainerUsage> usage_report(const Json& message, int cpu_units);

/// The answer to a report of this type; nullopt for what is none.
std::optional<std::string> acknowledgment(std::string_view type);

/// What keeps a telemetry session alive.
std::string telemetry_heartbeat();

}  // namespace drydock::server::acs
