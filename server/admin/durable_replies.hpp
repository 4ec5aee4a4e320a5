#pragma once
// Answers of the admin API to what changes state: given once the change is durable, or to say that it cannot be.

#include "server/admin/replies.hpp"
#include "server/core/core.hpp"

namespace drydock::server {

/// Answers when everything up to now is durable; with status 503 when it never will be.
void reply_when_durable(Core& core, http::ReplyFn reply, http::Response response);

/// What a change is answered that Core refused: storage takes nothing at present.
http::Response storage_fails(const Core& core);

}  // namespace drydock::server
