#include "server/api/api_handler.hpp"

#include <spdlog/spdlog.h>

#include "server/operations/registry.hpp"

namespace drydock::server {
namespace {

constexpr const char* kContentType = "application/x-amz-json-1.1";
constexpr unsigned kOk = 200;

http::Response answer(unsigned status, std::string body, const std::string& request_id) {
  http::Response response;
  response.status = status;
  response.content_type = kContentType;
  response.body = std::move(body);
  response.headers.emplace_back("x-amzn-RequestId", request_id);
  return response;
}

/// One line per call: what changes something at info, what only reads at debug, what was refused at warn for our own
/// faults and info for the caller's.
void log_call(std::string_view operation, const wire::Scope& scope, bool read_only, const api::ApiError* error) {
  if (error == nullptr) {
    spdlog::log(read_only ? spdlog::level::debug : spdlog::level::info, "{} {}/{}", operation, scope.account,
                scope.region);
    return;
  }
  const auto level = error->http_status >= 500 ? spdlog::level::warn : spdlog::level::info;
  spdlog::log(level, "{} {}/{} refused: {}: {}{}{}", operation, scope.account, scope.region, error->code,
              error->message, error->explanation.empty() ? "" : " - ", error->explanation);
}

/// Messages about a request's credentials repeat what was sent: not for the log.
void log_unidentified(std::string_view operation, const api::ApiError& error) {
  spdlog::info("{} refused: {}{}{}", operation, error.code, error.explanation.empty() ? "" : " - ", error.explanation);
}

wire::SignedRequest signed_request(const http::Request& request) {
  wire::SignedRequest view;
  view.method = boost::beast::http::to_string(request.method);
  view.target = request.target;
  view.body = request.body;
  view.headers.reserve(request.headers.size());
  for (std::size_t i = 0; i < request.headers.size(); ++i) {
    view.headers.emplace_back(request.headers.name(i), request.headers.value(i));
  }
  return view;
}

}  // namespace

ApiHandler::ApiHandler(Core& core, wire::AuthenticationPolicy policy, std::unique_ptr<throttling::Throttle> throttle,
                       Faults& faults, std::uint64_t seed)
    : core_(core), policy_(std::move(policy)), throttle_(std::move(throttle)), faults_(faults), request_ids_(seed) {}

http::Response ApiHandler::error_answer(const api::ApiError& error, const std::string& request_id) const {
  http::Response response = answer(static_cast<unsigned>(error.http_status), api::to_json(error), request_id);
  response.headers.emplace_back("x-amzn-ErrorType", error.code);
  return response;
}

void ApiHandler::handle(const http::Request& request, http::ReplyFn reply) {
  const std::string request_id = model::to_dashed(request_ids_.uuid());
  const auto name = wire::operation_of(request.headers["X-Amz-Target"]);
  if (!name) {
    log_call("?", policy_.defaults, true, &name.error());
    return reply(error_answer(name.error(), request_id));
  }
  const auto identified = wire::authenticate(signed_request(request), policy_, signing_clock_.now());
  if (!identified) {
    log_unidentified(name->substr(0, 100), identified.error());
    return reply(error_answer(identified.error(), request_id));
  }
  const wire::Scope& scope = *identified;
  const operations::Operation* operation = operations::find(*name);
  if (operation == nullptr) {
    const auto error = api::ApiError::unknown_operation("The ECS API has no operation named \"" +
                                                        std::string(name->substr(0, 100)) + "\".");
    log_call(name->substr(0, 100), scope, true, &error);
    return reply(error_answer(error, request_id));
  }
  if (throttle_ && !throttle_->admit(scope.account, scope.region, *name, core_.now())) {
    const auto error = api::ApiError::throttling();
    log_call(*name, scope, operation->info->read_only, &error);
    return reply(error_answer(error, request_id));
  }
  if (const auto error = faults_.refusal(scope, *name, request.body)) {
    log_call(*name, scope, operation->info->read_only, &*error);
    return reply(error_answer(*error, request_id));
  }
  auto call = operation->prepare(*operation->info, request.body);
  if (!call) {
    log_call(*name, scope, operation->info->read_only, &call.error());
    return reply(error_answer(call.error(), request_id));
  }
  const model::WorldId world = core_.world(scope.account, scope.region);
  if (!world) return reply(error_answer(*core_.storage_error(), request_id));
  const auto run = [&](operations::Context& context) {
    context.request_bytes = request.body.size();
    return (*call)(context);
  };
  auto result = core_.run(world, run);
  log_call(*name, scope, operation->info->read_only, result ? nullptr : &result.error());
  // Refusals, too, may rest on what is not durable yet.
  const std::uint64_t seen = core_.sequence();
  if (seen <= core_.durable_sequence()) {
    return reply(result ? answer(kOk, std::move(*result), request_id) : error_answer(result.error(), request_id));
  }
  auto later = [this, result = std::move(result), reply = std::move(reply),
                request_id](const api::ApiError* error) mutable {
    if (error != nullptr) return reply(error_answer(*error, request_id));
    reply(result ? answer(kOk, std::move(*result), request_id) : error_answer(result.error(), request_id));
  };
  core_.when_durable(seen, std::move(later));
}

}  // namespace drydock::server
