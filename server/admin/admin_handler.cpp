#include "server/admin/admin_handler.hpp"

#include <algorithm>

#include <spdlog/spdlog.h>
#include <nlohmann/json.hpp>

#include "server/admin/durable_replies.hpp"
#include "server/explain/explain.hpp"
#include "server/wire/aws_request.hpp"
#include "server/wire/query.hpp"

namespace drydock::server {
namespace {

constexpr std::string_view kPrefix = "/_drydock/";

/// The worlds a reset is about: parameters of the query, or members of a JSON body. What is not understood is an error:
/// a misspelt parameter must not reset everything.
std::expected<Extent, std::string> extent_of(const http::Request& request) {
  wire::Parameters parameters = wire::query_of(request.target);
  if (request.body.find_first_not_of(" \t\r\n") != std::string::npos) {
    const nlohmann::json body = nlohmann::json::parse(request.body, nullptr, false);
    if (!body.is_object()) return std::unexpected("The body should be a JSON object, or empty.");
    for (const auto& [name, value] : body.items()) {
      if (!value.is_string()) return std::unexpected(name + " should be a string.");
      parameters.emplace_back(name, value.get<std::string>());
    }
  }
  Extent extent;
  for (auto& [name, value] : parameters) {
    if (name == "account" && wire::is_account(value)) {
      extent.account = std::move(value);
    } else if (name == "region" && wire::is_region(value)) {
      extent.region = std::move(value);
    } else {
      return std::unexpected("reset takes account (12 digits) and region, not " + name + "=" + value + ".");
    }
  }
  return extent;
}

}  // namespace

AdminHandler::AdminHandler(Core& core, std::string runtime, AdminActions actions)
    : core_(core), runtime_(std::move(runtime)), actions_(std::move(actions)) {}

void AdminHandler::handle(const http::Request& request, http::ReplyFn reply) {
  using boost::beast::http::verb;
  std::string_view path = request.target;
  path = path.substr(0, path.find('?'));
  if (!path.starts_with(kPrefix)) {
    return reply(message_reply(
        404, "Drydock speaks the ECS API on POST / with X-Amz-Target, and its own API under /_drydock/."));
  }
  path.remove_prefix(kPrefix.size());
  const bool read = request.method == verb::get || request.method == verb::head;
  if (path == "health") return reply(read ? health() : message_reply(405, "Use GET."));
  if (path.starts_with("explain/")) {
    if (!read) return reply(message_reply(405, "Use GET."));
    const auto query = wire::query_of(request.target);
    const bool empty_if_none =
        std::ranges::find(query, std::pair<std::string, std::string>("none", "empty")) != query.end();
    return reply(explain(wire::percent_decoded(path.substr(8)), empty_if_none));
  }
  const bool post = request.method == verb::post;
  if (path == "reset") return post ? reset(request, std::move(reply)) : reply(message_reply(405, "Use POST."));
  if (path == "agents/restart") return reply(post ? restart_agents() : message_reply(405, "Use POST."));
  const std::string_view name = path.substr(0, path.find('/'));
  if (const auto it = paths_.find(name); it != paths_.end()) {
    path.remove_prefix(std::min(path.size(), name.size() + 1));
    return it->second(request, wire::percent_decoded(path), std::move(reply));
  }
  std::string known = "health, reset, agents/restart, explain/<arn>";
  for (const auto& [other, handler] : paths_) known += ", " + other;
  reply(message_reply(404, "No such path under /_drydock/: " + known + "."));
}

void AdminHandler::reset(const http::Request& request, http::ReplyFn reply) {
  const auto extent = extent_of(request);
  if (!extent) return reply(message_reply(400, extent.error()));
  if (!actions_.reset(*extent)) return reply(storage_fails(core_));
  spdlog::info("reset: everything in {}/{} is forgotten", extent->account.empty() ? "*" : extent->account,
               extent->region.empty() ? "*" : extent->region);
  reply_when_durable(core_, std::move(reply), json_text_reply(200, "{\"status\":\"reset\"}"));
}

http::Response AdminHandler::restart_agents() const {
  return json_text_reply(200, "{\"restarted\":" + std::to_string(actions_.restart_agents()) + "}");
}

http::Response AdminHandler::health() const {
  std::string body = "{\"status\":";
  body += core_.storage_error() ? "\"degraded\"" : "\"ok\"";
  body += ",\"version\":\"" DRYDOCK_VERSION "\",\"runtime\":";
  api::append_json_string(runtime_, body);
  body += ",\"clusters\":" + std::to_string(core_.state().clusters().size());
  body += ",\"containerInstances\":" + std::to_string(core_.state().instances().size());
  body += ",\"services\":" + std::to_string(core_.state().services().size());
  body += ",\"tasks\":" + std::to_string(core_.state().task_count());
  if (core_.storage_error()) {
    body += ",\"storage\":";
    api::append_json_string(core_.storage_error()->message, body);
  }
  return json_text_reply(200, body + "}");
}

http::Response AdminHandler::explain(std::string_view arn, bool empty_if_none) const {
  if (auto text = explain_json(core_.state(), arn, core_.now(), actions_.more_reasons))
    return json_text_reply(200, std::move(*text));
  if (empty_if_none) return json_text_reply(200, "{}");
  return message_reply(404, "Nothing of that ARN is known.");
}

}  // namespace drydock::server
