#pragma once
// Volumes of a task in the words of the agent protocol (spec/agent-protocol.md section 4.4). Pure.

#include <expected>
#include <string>

#include "api-spec/generated/types.hpp"
#include "server/acs/protocol/envelope.hpp"

namespace drydock::server::acs {

/// The error says why AWS's agent cannot have such a volume here.
std::expected<Json, std::string> volume_message(const api::Volume& volume);

}  // namespace drydock::server::acs
