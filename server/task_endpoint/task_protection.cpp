#include "server/task_endpoint/task_protection.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "instances/docker/timestamps.hpp"
#include "model/arn.hpp"
#include "server/operations/registry.hpp"

namespace drydock::server {
namespace {

using Json = nlohmann::json;
using Ordered = nlohmann::ordered_json;
using task_http::ProtectionCall;

ProtectionAnswer refusal(const ProtectionCall& call, unsigned status, const std::string& code,
                         const std::string& text) {
  Ordered body;
  body["requestID"] = call.request_id;
  body["error"]["Arn"] = call.task_arn;
  body["error"]["Code"] = code;
  body["error"]["Message"] = text;
  return {status, body.dump(-1, ' ', false, Json::error_handler_t::replace)};
}

/// The body of the ECS operation, or what is wrong with the container's.
std::expected<std::string, ProtectionAnswer> operation_body(const ProtectionCall& call) {
  Json out = {{"cluster", call.cluster_arn}};
  out["tasks"].push_back(call.task_arn);
  if (!call.updates) return out.dump();
  const auto undecodable = [&call] {
    return std::unexpected(
        refusal(call, 400, "InvalidParameterException", "UpdateTaskProtection: failed to decode request"));
  };
  const Json given = Json::parse(call.body, nullptr, false);
  if (!given.is_object()) return undecodable();
  for (const auto& [key, value] : given.items()) {
    if (key == "ProtectionEnabled" && value.is_boolean()) {
      out["protectionEnabled"] = value;
    } else if (key == "ExpiresInMinutes" && value.is_number_integer()) {
      out["expiresInMinutes"] = value;
    } else {
      return undecodable();
    }
  }
  if (out.contains("protectionEnabled")) return out.dump();
  return std::unexpected(
      refusal(call, 400, "InvalidParameterException", "Invalid request: does not contain 'ProtectionEnabled' field"));
}

ProtectionAnswer answer_of(const std::string& response) {
  const Json json = Json::parse(response, nullptr, false);
  Ordered body;
  if (const Json failures = json.value("failures", Json::array()); !failures.empty()) {
    const Json& one = failures.front();
    body["failure"]["Arn"] = one.value("arn", "");
    body["failure"]["Reason"] = one.value("reason", "");
    if (one.contains("detail")) body["failure"]["Detail"] = one["detail"];
    return {200, body.dump()};
  }
  for (const Json& one : json.value("protectedTasks", Json::array())) {
    Ordered& shown = body["protection"];
    shown["ExpirationDate"] = nullptr;
    if (one.contains("expirationDate")) {
      const std::chrono::milliseconds since(std::llround(one["expirationDate"].get<double>() * 1000));
      shown["ExpirationDate"] = instances::docker::rfc3339(std::chrono::system_clock::time_point(since));
    }
    shown["ProtectionEnabled"] = one.value("protectionEnabled", false);
    shown["TaskArn"] = one.value("taskArn", "");
  }
  return {200, body.dump()};
}

}  // namespace

void call_task_protection(Core& core, ProtectionCall call, std::move_only_function<void(ProtectionAnswer)> reply) {
  const auto task = model::parse_arn(call.task_arn);
  if (!task) {
    return reply(refusal(call, 404, "ResourceNotFoundException", "Failed to find a task for the request"));
  }
  if (!call.has_role) {
    return reply(refusal(call, 403, "AccessDeniedException",
                         "Invalid Request: no task IAM role credentials available for task"));
  }
  auto body = operation_body(call);
  if (!body) return reply(std::move(body.error()));
  const auto* operation = operations::find(call.updates ? "UpdateTaskProtection" : "GetTaskProtection");
  auto prepared = operation->prepare(*operation->info, *body);
  if (!prepared) return reply(refusal(call, 400, prepared.error().code, prepared.error().message));
  const auto run = [&prepared](operations::Context& context) { return (*prepared)(context); };
  auto result = core.run(core.world(task->account, task->region), run);
  ProtectionAnswer answer = result ? answer_of(*result)
                                   : refusal(call, static_cast<unsigned>(result.error().http_status),
                                             result.error().code, result.error().message);
  auto later = [call = std::move(call), answer = std::move(answer),
                reply = std::move(reply)](const api::ApiError* error) mutable {
    if (error == nullptr) return reply(std::move(answer));
    reply(refusal(call, static_cast<unsigned>(error->http_status), error->code, error->message));
  };
  core.when_durable(core.sequence(), std::move(later));
}

}  // namespace drydock::server
