#pragma once
// From an HTTP request to an operation and back: the ECS JSON API (spec/wire.md). Runs on the core thread.

#include "server/core/core.hpp"
#include "server/http/message.hpp"
#include "server/wire/aws_request.hpp"

namespace drydock::server {

class ApiHandler {
 public:
  /// `defaults` is the account and region of requests that name none.
  ApiHandler(Core& core, wire::Scope defaults, std::uint64_t seed);

  /// Answers a POST that carries X-Amz-Target, once what it reports is durable.
  void handle(const http::Request& request, http::ReplyFn reply);

 private:
  http::Response error_answer(const api::ApiError& error, const std::string& request_id) const;

  Core& core_;
  wire::Scope defaults_;
  model::Random request_ids_;
};

}  // namespace drydock::server
