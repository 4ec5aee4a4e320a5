#pragma once
// What an agent says in the URL of a session (spec/agent-protocol.md sections 3.1 and 6).

#include <string>
#include <string_view>

#include "api-spec/generated/types.hpp"

namespace drydock::server::acs {

struct AgentQuery {
  std::string cluster;  // name or ARN, as the agent was configured
  std::string instance_arn;
  api::VersionInfo version;
  bool closes_silent = false;     // protocolVersion 2: the control plane ends sessions that do not answer
  bool send_credentials = false;  // the agent has just started and knows no credentials of its tasks
  bool drydock = false;           // `drydock agent`, not AWS's
};

/// Of the target of a GET for either session; what is not said is empty.
AgentQuery read_agent_query(std::string_view target);

}  // namespace drydock::server::acs
