#pragma once
// Drydock's own API under /_drydock/: health, reset, restart of agents, explain,
// alarms and lifecycle hooks.

#include <functional>
#include <string>

#include "server/core/core.hpp"
#include "server/hooks/hook_targets.hpp"
#include "server/http/message.hpp"

namespace drydock::server {

/// What the handler may ask of its surroundings.
struct AdminActions {
  /// Forgets what is in these worlds and starts their instances anew; false while storage cannot write.
  std::function<bool(const Extent&)> reset;
  /// Deregistered instances of this process register again; returns how many.
  std::function<std::size_t()> restart_agents;
};

/// The account and region of what names none.
struct Place {
  std::string account;
  std::string region;
};

class AdminHandler {
 public:
  AdminHandler(Core& core, std::string runtime, AdminActions actions, HookTargets& hooks, Place place);

  /// GET and PUT /_drydock/alarms (alarms.hpp) and /_drydock/lifecycle-hooks (lifecycle_hooks.hpp),
  /// GET /_drydock/health, POST /_drydock/reset[?account=A][&region=R], POST /_drydock/agents/restart,
  /// GET /_drydock/explain/<arn>; 404 and 405 otherwise.
  void handle(const http::Request& request, http::ReplyFn reply);

 private:
  http::Response restart_agents() const;
  http::Response health() const;
  void reset(const http::Request& request, http::ReplyFn reply);
  http::Response explain(std::string_view arn) const;
  void alarms(const http::Request& request, http::ReplyFn reply);
  http::Response lifecycle_hooks(const http::Request& request);
  /// Answers once everything so far is durable.
  void reply_when_durable(http::Response response, http::ReplyFn reply);

  Core& core_;
  std::string runtime_;
  AdminActions actions_;
  HookTargets& hooks_;
  Place place_;
};

}  // namespace drydock::server
