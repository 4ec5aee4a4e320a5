#pragma once
// Drydock's own API under /_drydock/: health, reset, explain.

#include <functional>
#include <string>

#include "server/core/core.hpp"
#include "server/http/message.hpp"

namespace drydock::server {

class AdminHandler {
 public:
  /// `reset` forgets what is in these worlds and starts their instances anew; false while storage cannot write.
  AdminHandler(Core& core, std::string runtime, std::function<bool(const Extent&)> reset);

  /// GET /_drydock/health, POST /_drydock/reset[?account=A][&region=R], GET /_drydock/explain/<arn>; 404 and 405
  /// otherwise.
  void handle(const http::Request& request, http::ReplyFn reply);

 private:
  http::Response health() const;
  void reset(const http::Request& request, http::ReplyFn reply);
  http::Response explain(std::string_view arn) const;

  Core& core_;
  std::string runtime_;
  std::function<bool(const Extent&)> reset_;
};

}  // namespace drydock::server
