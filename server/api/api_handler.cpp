#include "server/api/api_handler.hpp"

#include <spdlog/spdlog.h>

#include "server/api/services.hpp"
#include "server/operations/registry.hpp"
#include "server/wire/aws_request.hpp"
#include "server/wire/query_protocol.hpp"

namespace drydock::server {
namespace {

constexpr unsigned kOk = 200;
constexpr const char* kForwardHint =
    "Start Drydock with --upstream URL to have such calls answered by another emulator behind it.";

/// One request, as far as its protocol goes.
struct Exchange {
  wire::Protocol protocol = wire::Protocol::kJson11;
  operations::Service service = operations::Service::kEcs;
  std::string operation;
  std::string request_id;
  wire::Parameters form;  // of the query protocol

  [[nodiscard]] std::string_view xml_namespace() const { return facts_of(service).xml_namespace; }
};

http::Response answer(unsigned status, std::string body, const Exchange& exchange) {
  http::Response response;
  response.status = status;
  response.content_type = wire::content_type(exchange.protocol);
  response.body = std::move(body);
  response.headers.emplace_back("x-amzn-RequestId", exchange.request_id);
  return response;
}

http::Response error_answer(const api::ApiError& error, const Exchange& exchange) {
  const auto status = static_cast<unsigned>(error.http_status);
  if (exchange.protocol == wire::Protocol::kQuery) {
    return answer(status, wire::xml_of_error(exchange.xml_namespace(), error, exchange.request_id), exchange);
  }
  http::Response response = answer(status, api::to_json(error), exchange);
  response.headers.emplace_back("x-amzn-ErrorType", error.code);
  if (exchange.service == operations::Service::kCloudwatch) {
    // SDKs that moved on from the query protocol still show its codes.
    response.headers.emplace_back("x-amzn-query-error", error.code + (status >= 500 ? ";Receiver" : ";Sender"));
  }
  return response;
}

http::Response good_answer(std::string json, const operations::Operation& operation, const Exchange& exchange) {
  if (exchange.protocol != wire::Protocol::kQuery) return answer(kOk, std::move(json), exchange);
  const auto& info = *operation.info;
  return answer(kOk, wire::xml_of_answer(exchange.xml_namespace(), info.name, json, *info.output, exchange.request_id),
                exchange);
}

/// What the request calls, by its target or, in the query protocol, its form.
std::expected<void, api::ApiError> read_call(const http::Request& request, Exchange& exchange) {
  const std::string_view header = request.headers["X-Amz-Target"];
  const std::string_view type = request.headers[http::Headers::Field::content_type];
  if (header.empty() && wire::is_query_protocol(type)) {
    exchange.protocol = wire::Protocol::kQuery;
    exchange.service = operations::Service::kCloudwatch;
    exchange.form = wire::read_form(request.body);
    exchange.operation = wire::field(exchange.form, "Action");
    if (const ServiceFacts* service = service_with_version(wire::field(exchange.form, "Version"))) {
      exchange.service = service->service;
      return {};
    }
    return std::unexpected(
        api::ApiError::of("InvalidAction",
                          "Of the query protocol Drydock speaks CloudWatch (Version=2010-08-01) and STS "
                          "(Version=2011-06-15) only.")
            .explained(kForwardHint));
  }
  const auto target = wire::target_of(header);
  if (!target) {
    api::ApiError error = target.error();
    return std::unexpected(header.empty() ? std::move(error) : std::move(error).explained(kForwardHint));
  }
  exchange.service = target->service;
  exchange.operation = target->operation;
  exchange.protocol = facts_of(exchange.service).json;
  return {};
}

api::ApiError unknown_operation(const Exchange& exchange) {
  const std::string name = exchange.operation.substr(0, 100);
  if (exchange.service == operations::Service::kEcs) {
    return api::ApiError::unknown_operation("The ECS API has no operation named \"" + name + "\".");
  }
  const std::string text =
      "Drydock has no operation \"" + name + "\" of " + std::string(facts_of(exchange.service).title) + ".";
  return exchange.protocol == wire::Protocol::kQuery ? api::ApiError::of("InvalidAction", text)
                                                     : api::ApiError::unknown_operation(text);
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

wire::SignedRequest signed_request(const http::Request& request, operations::Service service) {
  wire::SignedRequest view;
  view.service = facts_of(service).signing_name;
  view.method = boost::beast::http::to_string(request.method);
  view.target = request.target;
  view.body = request.body;
  view.headers.reserve(request.headers.size());
  for (std::size_t i = 0; i < request.headers.size(); ++i) {
    view.headers.emplace_back(request.headers.name(i), request.headers.value(i));
  }
  return view;
}

operations::Result<operations::Call> prepare(const operations::Operation& operation, const http::Request& request,
                                             const Exchange& exchange) {
  if (exchange.protocol != wire::Protocol::kQuery) return operation.prepare(*operation.info, request.body);
  const auto body = wire::json_of_form(exchange.form, *operation.info->input);
  if (!body) return std::unexpected(body.error());
  return operation.prepare(*operation.info, *body);
}

}  // namespace

ApiHandler::ApiHandler(Core& core, wire::AuthenticationPolicy policy, std::unique_ptr<throttling::Throttle> throttle,
                       Faults& faults, operations::SessionDesk sessions, std::uint64_t seed)
    : core_(core),
      policy_(std::move(policy)),
      throttle_(std::move(throttle)),
      faults_(faults),
      sessions_(std::move(sessions)),
      request_ids_(seed) {}

std::expected<wire::Scope, api::ApiError> ApiHandler::identify(const http::Request& request) const {
  return wire::authenticate(signed_request(request, operations::Service::kEcs), policy_, signing_clock_.now());
}

void ApiHandler::handle(const http::Request& request, http::ReplyFn reply) {
  Exchange exchange;
  exchange.request_id = model::to_dashed(request_ids_.uuid());
  if (const auto named = read_call(request, exchange); !named) {
    if (forward) return forward(request, std::move(reply));
    log_call("?", policy_.defaults, true, &named.error());
    return reply(error_answer(named.error(), exchange));
  }
  const std::string_view name = exchange.operation;
  const auto identified = wire::authenticate(signed_request(request, exchange.service), policy_, signing_clock_.now());
  if (!identified) {
    log_unidentified(name.substr(0, 100), identified.error());
    return reply(error_answer(identified.error(), exchange));
  }
  const wire::Scope& scope = *identified;
  const operations::Operation* operation = operations::find(exchange.service, name);
  if (operation == nullptr) {
    if (forward && exchange.service != operations::Service::kEcs) return forward(request, std::move(reply));
    const auto error = unknown_operation(exchange);
    log_call(name.substr(0, 100), scope, true, &error);
    return reply(error_answer(error, exchange));
  }
  const bool throttled = throttle_ && exchange.service == operations::Service::kEcs;
  if (throttled && !throttle_->admit(scope.account, scope.region, name, core_.now())) {
    const auto error = api::ApiError::throttling();
    log_call(name, scope, operation->info->read_only, &error);
    return reply(error_answer(error, exchange));
  }
  if (exchange.service == operations::Service::kEcs) {
    if (const auto error = faults_.refusal(scope, name, request.body)) {
      log_call(name, scope, operation->info->read_only, &*error);
      return reply(error_answer(*error, exchange));
    }
  }
  auto call = prepare(*operation, request, exchange);
  if (!call) {
    log_call(name, scope, operation->info->read_only, &call.error());
    return reply(error_answer(call.error(), exchange));
  }
  const model::WorldId world = core_.world(scope.account, scope.region);
  if (!world) return reply(error_answer(*core_.storage_error(), exchange));
  const auto run = [&](operations::Context& context) {
    context.request_bytes = request.body.size();
    context.host = request.headers[http::Headers::Field::host];
    context.sessions = &sessions_;
    context.caller = {scope.access_key_id, scope.session_token, signing_clock_.now()};
    return (*call)(context);
  };
  auto result = core_.run(world, run);
  log_call(name, scope, operation->info->read_only, result ? nullptr : &result.error());
  // Refusals, too, may rest on what is not durable yet.
  const std::uint64_t seen = core_.sequence();
  if (seen <= core_.durable_sequence()) {
    return reply(result ? good_answer(std::move(*result), *operation, exchange)
                        : error_answer(result.error(), exchange));
  }
  auto later = [result = std::move(result), reply = std::move(reply), exchange = std::move(exchange),
                operation](const api::ApiError* error) mutable {
    if (error != nullptr) return reply(error_answer(*error, exchange));
    reply(result ? good_answer(std::move(*result), *operation, exchange) : error_answer(result.error(), exchange));
  };
  core_.when_durable(seen, std::move(later));
}

}  // namespace drydock::server
