#include "server/events/stream/events_path.hpp"

#include <nlohmann/json.hpp>

#include "server/admin/durable_replies.hpp"
#include "server/events/delivery/webhooks.hpp"

namespace drydock::server {
namespace {

using boost::beast::http::verb;
using nlohmann::json;

constexpr std::string_view kWebhooks = "webhooks";

std::expected<WebhookSettings, std::string> read_webhook(const std::string& body) {
  const json document = json::parse(body, nullptr, false);
  const std::string shape = R"(The body should be like {"url": "http://127.0.0.1:8000/", "pattern": {...}}.)";
  if (!document.is_object() || !document.contains("url")) return std::unexpected(shape);
  WebhookSettings settings;
  for (const auto& [name, value] : document.items()) {
    if (name == "url" && value.is_string()) {
      settings.url = value.get<std::string>();
    } else if (name == "name" && value.is_string()) {
      settings.name = value.get<std::string>();
    } else if (name == "pattern" && value.is_object()) {
      settings.pattern = value.dump();
    } else {
      return std::unexpected(name + " is not understood. " + shape);
    }
  }
  return settings;
}

void add_webhook(Core& core, const http::Request& request, http::ReplyFn reply) {
  const auto settings = read_webhook(request.body);
  if (!settings) return reply(message_reply(400, settings.error()));
  std::expected<std::string, std::string> made;
  const bool done = core.change([&](model::Transaction& tx) { made = put_webhook(tx, *settings); });
  if (!done) return reply(storage_fails(core));
  if (!made) return reply(message_reply(400, made.error()));
  reply_when_durable(core, std::move(reply), json_reply(200, {{"name", *made}, {"url", settings->url}}));
}

void delete_webhook(Core& core, const std::string& name, http::ReplyFn reply) {
  bool known = false;
  const bool done = core.change([&](model::Transaction& tx) { known = remove_webhook(tx, name); });
  if (!done) return reply(storage_fails(core));
  if (!known) return reply(message_reply(404, "There is no webhook " + name + "."));
  reply_when_durable(core, std::move(reply), json_reply(200, {{"removed", name}}));
}

void webhooks(Core& core, const http::Request& request, std::string_view name, http::ReplyFn reply) {
  if (name.empty() && reads(request)) return reply(json_text_reply(200, webhooks_json(core.state())));
  if (name.empty() && request.method == verb::post) return add_webhook(core, request, std::move(reply));
  if (!name.empty() && request.method == verb::delete_)
    return delete_webhook(core, std::string(name), std::move(reply));
  reply(message_reply(405, name.empty() ? "Use GET or POST." : "Use DELETE."));
}

}  // namespace

AdminPath events_path(Core& core, EventFeed& feed) {
  return [&core, &feed](const http::Request& request, std::string_view rest, http::ReplyFn reply) {
    if (rest.empty()) return feed.stream(request, std::move(reply));
    if (rest == "history") return feed.history(request, std::move(reply));
    if (rest == "rules") {
      return reply(reads(request) ? json_text_reply(200, rules_json(core.state())) : message_reply(405, "Use GET."));
    }
    if (rest == kWebhooks) return webhooks(core, request, {}, std::move(reply));
    if (rest.starts_with("webhooks/")) {
      return webhooks(core, request, rest.substr(kWebhooks.size() + 1), std::move(reply));
    }
    reply(message_reply(404, "/_drydock/events has history, webhooks and rules below it."));
  };
}

}  // namespace drydock::server
