#pragma once
// Answers of the admin API, and what its handlers are given.

#include <functional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "api-spec/runtime/encode.hpp"
#include "server/http/message.hpp"

namespace drydock::server {

/// A path under /_drydock/: `rest` is what follows the path's first part, decoded, without slash and query.
using AdminPath = std::function<void(const http::Request& request, std::string_view rest, http::ReplyFn reply)>;

inline bool reads(const http::Request& request) {
  return request.method == boost::beast::http::verb::get || request.method == boost::beast::http::verb::head;
}

inline http::Response json_text_reply(unsigned status, std::string body) {
  http::Response response;
  response.status = status;
  response.content_type = "application/json";
  response.body = std::move(body);
  return response;
}

inline http::Response json_reply(unsigned status, const nlohmann::ordered_json& body) {
  return json_text_reply(status, body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

inline http::Response message_reply(unsigned status, std::string_view text) {
  std::string body = "{\"message\":";
  api::append_json_string(text, body);
  return json_text_reply(status, body + "}");
}

}  // namespace drydock::server
