#pragma once
// Drydock's own API under /_drydock/: health, reset, explain.

#include <functional>
#include <string>

#include "server/core/core.hpp"
#include "server/http/message.hpp"

namespace drydock::server {

class AdminHandler {
 public:
  /// `reset` forgets everything and starts the instances anew; false while storage cannot write.
  AdminHandler(Core& core, std::string runtime, std::function<bool()> reset);

  /// GET /_drydock/health, POST /_drydock/reset, GET /_drydock/explain/<arn>; 404 and 405 otherwise.
  void handle(const http::Request& request, http::ReplyFn reply);

 private:
  http::Response health() const;
  http::Response explain(std::string_view arn) const;

  Core& core_;
  std::string runtime_;
  std::function<bool()> reset_;
};

}  // namespace drydock::server
