#pragma once
// GET /v1/data-channel/<session id>: where clients of sessions connect.

#include "server/http/message.hpp"
#include "server/sessions/sessions.hpp"

namespace drydock::sessions {

inline constexpr std::string_view kDataChannelPath = "/v1/data-channel/";

/// Answers requests below kDataChannelPath; `sessions` must outlive the connections.
http::Handler data_channel_path(Sessions& sessions);

}  // namespace drydock::sessions
