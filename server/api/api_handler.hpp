#pragma once
// From an HTTP request to an operation and back: the JSON APIs, and the query protocol of CloudWatch and STS
// (spec/wire.md, spec/adjuncts.md section 0). Runs on the core thread.

#include "server/core/core.hpp"
#include "server/faults/faults.hpp"
#include "server/http/message.hpp"
#include "server/operations/sessions/session_desk.hpp"
#include "server/real_clock.hpp"
#include "server/throttling/throttle.hpp"
#include "server/wire/authenticator.hpp"

namespace drydock::server {

class ApiHandler {
 public:
  /// `policy` says whose request is whose; `throttle`, which may be null, how many calls a second each may make;
  /// `faults` which calls fail on purpose; `sessions` opens sessions in containers.
  ApiHandler(Core& core, wire::AuthenticationPolicy policy, std::unique_ptr<throttling::Throttle> throttle,
             Faults& faults, operations::SessionDesk sessions, std::uint64_t seed);

  /// Takes requests for what Drydock does not speak, when there is somebody who does.
  std::function<void(const http::Request&, http::ReplyFn)> forward;

  /// Answers a POST that carries X-Amz-Target or a form, once what it reports is durable.
  void handle(const http::Request& request, http::ReplyFn reply);
  /// Whose request it is that is signed as one for ECS but calls no operation: an agent's, for a session.
  [[nodiscard]] std::expected<wire::Scope, api::ApiError> identify(const http::Request& request) const;

 private:
  Core& core_;
  RealClock signing_clock_;  // clients sign with the time of their own machine, whatever the clock here says
  wire::AuthenticationPolicy policy_;
  std::unique_ptr<throttling::Throttle> throttle_;
  Faults& faults_;
  operations::SessionDesk sessions_;
  model::Random request_ids_;
};

}  // namespace drydock::server
