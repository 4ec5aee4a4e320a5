#pragma once
// Everything under /_drydock/events (docs/events.md).

#include "server/admin/replies.hpp"
#include "server/core/core.hpp"
#include "server/events/stream/event_feed.hpp"

namespace drydock::server {

/// The stream, history, webhooks[/<name>] and rules. Core and feed must outlive it.
AdminPath events_path(Core& core, EventFeed& feed);

}  // namespace drydock::server
