#include "server/task_endpoint/remote_protection.hpp"

#include <nlohmann/json.hpp>

#include "instances/json_members.hpp"
#include "server/admin/replies.hpp"
#include "server/task_endpoint/task_protection.hpp"

namespace drydock::server {
namespace {

using Json = nlohmann::json;

}  // namespace

void protect_remotely(Core& core, const http::Request& request, http::ReplyFn reply) {
  if (request.method != boost::beast::http::verb::post) return reply(message_reply(405, "Use POST."));
  const Json body = Json::parse(request.body, nullptr, false);
  if (!body.is_object()) return reply(message_reply(400, "The body should be a JSON object."));
  task_http::ProtectionCall call;
  call.request_id = instances::text_of(body, "requestId");
  call.task_arn = instances::text_of(body, "taskArn");
  call.cluster_arn = instances::text_of(body, "clusterArn");
  call.has_role = instances::flag_of(body, "hasRole");
  call.updates = instances::flag_of(body, "updates");
  call.body = instances::text_of(body, "body");
  call_task_protection(core, std::move(call), [reply = std::move(reply)](ProtectionAnswer answer) mutable {
    reply(json_reply(200, {{"status", answer.status}, {"body", std::move(answer.body)}}));
  });
}

}  // namespace drydock::server
