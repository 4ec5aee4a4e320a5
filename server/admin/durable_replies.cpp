#include "server/admin/durable_replies.hpp"

namespace drydock::server {

void reply_when_durable(Core& core, http::ReplyFn reply, http::Response response) {
  auto later = [reply = std::move(reply), response = std::move(response)](const api::ApiError* error) mutable {
    reply(error == nullptr ? std::move(response) : message_reply(503, error->message));
  };
  core.when_durable(core.sequence(), std::move(later));
}

http::Response storage_fails(const Core& core) {
  return message_reply(503, core.storage_error() ? core.storage_error()->message : "Changes cannot be stored.");
}

}  // namespace drydock::server
