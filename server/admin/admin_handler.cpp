#include "server/admin/admin_handler.hpp"

#include <spdlog/spdlog.h>

#include "api-spec/runtime/encode.hpp"
#include "server/admin/explain.hpp"

namespace drydock::server {
namespace {

constexpr std::string_view kPrefix = "/_drydock/";

http::Response json(unsigned status, std::string body) {
  http::Response response;
  response.status = status;
  response.content_type = "application/json";
  response.body = std::move(body);
  return response;
}

http::Response message(unsigned status, std::string_view text) {
  std::string body = "{\"message\":";
  api::append_json_string(text, body);
  return json(status, body + "}");
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0) {
      out.push_back(static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2])));
      i += 2;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

}  // namespace

AdminHandler::AdminHandler(Core& core, std::string runtime, std::function<bool()> reset)
    : core_(core), runtime_(std::move(runtime)), reset_(std::move(reset)) {}

void AdminHandler::handle(const http::Request& request, http::ReplyFn reply) {
  using boost::beast::http::verb;
  std::string_view path = request.target;
  path = path.substr(0, path.find('?'));
  if (!path.starts_with(kPrefix)) {
    return reply(
        message(404, "Drydock speaks the ECS API on POST / with X-Amz-Target, and its own API under /_drydock/."));
  }
  path.remove_prefix(kPrefix.size());
  const bool read = request.method == verb::get || request.method == verb::head;
  if (path == "health") return reply(read ? health() : message(405, "Use GET."));
  if (path.starts_with("explain/")) {
    return reply(read ? explain(percent_decoded(path.substr(8))) : message(405, "Use GET."));
  }
  if (path != "reset") return reply(message(404, "No such path under /_drydock/: health, reset, explain/<arn>."));
  if (request.method != verb::post) return reply(message(405, "Use POST."));
  if (!reset_()) return reply(message(503, core_.storage_error()->message));
  spdlog::info("reset: everything is forgotten");
  auto later = [reply = std::move(reply)](const api::ApiError* error) mutable {
    reply(error == nullptr ? json(200, "{\"status\":\"reset\"}") : message(503, error->message));
  };
  core_.when_durable(core_.sequence(), std::move(later));
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
  return json(200, body + "}");
}

http::Response AdminHandler::explain(std::string_view arn) const {
  if (auto text = explain_json(core_.state(), arn)) return json(200, std::move(*text));
  return message(404, "Nothing of that ARN is known, or nothing about it needs explaining.");
}

}  // namespace drydock::server
