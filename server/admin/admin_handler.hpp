#pragma once
// Drydock's own API under /_drydock/: health, reset, restart of agents, explain.

#include <functional>
#include <string>

#include "server/core/core.hpp"
#include "server/http/message.hpp"

namespace drydock::server {

/// What the handler may ask of its surroundings.
struct AdminActions {
  /// Forgets what is in these worlds and starts their instances anew; false while storage cannot write.
  std::function<bool(const Extent&)> reset;
  /// Deregistered instances of this process register again; returns how many.
  std::function<std::size_t()> restart_agents;
};

class AdminHandler {
 public:
  AdminHandler(Core& core, std::string runtime, AdminActions actions);

  /// GET /_drydock/health, POST /_drydock/reset[?account=A][&region=R], POST /_drydock/agents/restart,
  /// GET /_drydock/explain/<arn>; 404 and 405 otherwise.
  void handle(const http::Request& request, http::ReplyFn reply);

 private:
  http::Response restart_agents() const;
  http::Response health() const;
  void reset(const http::Request& request, http::ReplyFn reply);
  http::Response explain(std::string_view arn) const;

  Core& core_;
  std::string runtime_;
  AdminActions actions_;
};

}  // namespace drydock::server
