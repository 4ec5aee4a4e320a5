#include "server/task_endpoint/remote_protection.hpp"

#include <nlohmann/json.hpp>

#include "server/admin/replies.hpp"
#include "server/task_endpoint/task_protection.hpp"

namespace drydock::server {
namespace {

using Json = nlohmann::json;

std::string text_of(const Json& body, const char* name) {
  const auto found = body.find(name);
  return found != body.end() && found->is_string() ? found->get<std::string>() : "";
}

bool flag_of(const Json& body, const char* name) {
  const auto found = body.find(name);
  return found != body.end() && found->is_boolean() && found->get<bool>();
}

}  // namespace

void protect_remotely(Core& core, const http::Request& request, http::ReplyFn reply) {
  if (request.method != boost::beast::http::verb::post) return reply(message_reply(405, "Use POST."));
  const Json body = Json::parse(request.body, nullptr, false);
  if (!body.is_object()) return reply(message_reply(400, "The body should be a JSON object."));
  task_http::ProtectionCall call;
  call.request_id = text_of(body, "requestId");
  call.task_arn = text_of(body, "taskArn");
  call.cluster_arn = text_of(body, "clusterArn");
  call.has_role = flag_of(body, "hasRole");
  call.updates = flag_of(body, "updates");
  call.body = text_of(body, "body");
  call_task_protection(core, std::move(call), [reply = std::move(reply)](ProtectionAnswer answer) mutable {
    reply(json_reply(200, {{"status", answer.status}, {"body", std::move(answer.body)}}));
  });
}

}  // namespace drydock::server
