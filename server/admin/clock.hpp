#pragma once
// /_drydock/clock: where the clock stands, and with --clock virtual how it moves (docs/time.md).

#include "server/admin/replies.hpp"
#include "server/core/core.hpp"
#include "server/virtual_time/virtual_time.hpp"

namespace drydock::server {

class ClockPath {
 public:
  /// `time` is null with the real clock: GET works, POST is refused.
  ClockPath(Core& core, VirtualTime* time) : core_(core), time_(time) {}

  void handle(const http::Request& request, http::ReplyFn reply);

 private:
  void post(const http::Request& request, http::ReplyFn reply);
  nlohmann::ordered_json show() const;

  Core& core_;
  VirtualTime* time_;
};

}  // namespace drydock::server
