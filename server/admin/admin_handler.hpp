#pragma once
// Drydock's own API under /_drydock/: health, reset, restart of agents, explain; and the paths added to it.

#include <functional>
#include <map>
#include <string>

#include "server/admin/replies.hpp"
#include "server/core/core.hpp"
#include "server/explain/explain.hpp"

namespace drydock::server {

/// What the handler may ask of its surroundings.
struct AdminActions {
  /// Forgets what is in these worlds and starts their instances anew; false while storage cannot write.
  std::function<bool(const Extent&)> reset;
  /// Deregistered instances of this process register again; returns how many.
  std::function<std::size_t()> restart_agents;
  /// Goes into what explain says; may be empty.
  MoreReasons more_reasons;
};

class AdminHandler {
 public:
  AdminHandler(Core& core, std::string runtime, AdminActions actions);

  /// Hands /_drydock/<name> and /_drydock/<name>/<rest> to a handler.
  void add(std::string name, AdminPath path) { paths_[std::move(name)] = std::move(path); }

  /// GET /_drydock/health, POST /_drydock/reset[?account=A][&region=R], POST /_drydock/agents/restart,
  /// GET /_drydock/explain/<arn> ({} instead of 404 with ?none=empty, for those who ask about everything), and the
  /// added paths; 404 and 405 otherwise.
  void handle(const http::Request& request, http::ReplyFn reply);

 private:
  http::Response restart_agents() const;
  http::Response health() const;
  void reset(const http::Request& request, http::ReplyFn reply);
  http::Response explain(std::string_view arn, bool empty_if_none) const;

  Core& core_;
  std::string runtime_;
  AdminActions actions_;
  std::map<std::string, AdminPath, std::less<>> paths_;
};

}  // namespace drydock::server
