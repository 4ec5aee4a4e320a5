#include "server/task_http/questions.hpp"

#include <chrono>

#include <spdlog/spdlog.h>

#include <nlohmann/json.hpp>

#include "server/task_http/replies.hpp"

namespace drydock::task_http {
namespace {

using Ordered = nlohmann::ordered_json;
using Verb = boost::beast::http::verb;

/// Of the machine that the containers live on. One that nobody sets back: rates are of time that passed.
model::Instant steady_now() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return model::Instant(std::chrono::floor<std::chrono::milliseconds>(since));
}

http::Response credentials_error(const std::string& version, const char* code, const char* text) {
  Ordered body;
  body["code"] = code;
  body["message"] = "Credentials" + version + "Request: " + text;
  body["HTTPErrorCode"] = 400;
  return json_response(400, body.dump());
}

/// The id that a request for credentials names: as a query of /v1/credentials, below the path of /v2/credentials.
std::string credentials_id_of(const http::Request& request, const std::string& path, const std::string& version) {
  constexpr std::string_view kPath = "/v2/credentials";
  constexpr std::string_view kQuery = "?id=";
  if (version == "V1") {
    const std::size_t query = request.target.find(kQuery);
    return query == std::string::npos ? "" : request.target.substr(query + kQuery.size());
  }
  return path.size() > kPath.size() ? path.substr(kPath.size() + 1) : "";
}

}  // namespace

std::string path_of(const http::Request& request) { return request.target.substr(0, request.target.find('?')); }

void Questions::take(const http::Request& request, http::ReplyFn reply) {
  const std::string path = path_of(request);
  if (request.method == Verb::post) {
    if (path == "/" && answerers_.api) return answerers_.api(request, std::move(reply));
    return reply(text_response(404, "404 page not found\n"));
  }
  auto admitted = rate_limit_.admit(request.remote_address, steady_now(), std::move(reply));
  if (admitted) answer(request, path, std::move(*admitted));
}

void Questions::answer(const http::Request& request, const std::string& path, http::ReplyFn reply) {
  constexpr std::string_view kApi = "/api/";
  constexpr std::string_view kProtection = "/task-protection/v1/state";
  if (path.starts_with("/v1/credentials") || path.starts_with("/v2/credentials")) {
    return credentials(request, path, std::move(reply));
  }
  if (path.starts_with(kApi) && path.ends_with(kProtection)) {
    const std::size_t length = path.size() - kApi.size() - kProtection.size();
    return protection(request, path.substr(kApi.size(), length), std::move(reply));
  }
  if (request.method != Verb::get) return reply(text_response(405, ""));
  docker::MetadataRequest question;
  question.path = path;
  question.client_address = request.remote_address;
  answerers_.metadata(std::move(question), std::move(reply));
}

void Questions::credentials(const http::Request& request, const std::string& path, http::ReplyFn reply) {
  const std::string version = path.starts_with("/v1") ? "V1" : "V2";
  const std::string id = credentials_id_of(request, path, version);
  if (id.empty()) return reply(credentials_error(version, "NoIdInRequest", "No Credential ID in the request"));
  const auto found = endpoint_->task_with_credentials(id);
  const auto held = found ? answerers_.credentials(id, found->run->task.payload) : std::nullopt;
  if (!held) return reply(credentials_error(version, "InvalidIdInRequest", "Credentials not found"));
  Ordered body;
  body["RoleArn"] = held->role_arn;
  body["AccessKeyId"] = held->access_key_id;
  body["SecretAccessKey"] = held->secret_access_key;
  body["Token"] = held->session_token;
  body["Expiration"] = held->expiration;
  spdlog::debug("task {} took the credentials of its role", found->run->task.payload.task_arn);
  reply(json_response(200, body.dump()));
}

void Questions::protection(const http::Request& request, const std::string& endpoint_id, http::ReplyFn reply) {
  ProtectionCall call;
  call.updates = request.method == Verb::put;
  if (!call.updates && request.method != Verb::get) return reply(text_response(405, ""));
  call.body = request.body;
  if (const auto found = endpoint_->container_with(endpoint_id)) {
    const instances::TaskPayload& task = found->run->task.payload;
    call.task_arn = task.task_arn;
    call.cluster_arn = task.cluster_arn;
    call.has_role = !task.task_role.empty();
  }
  answerers_.protection(std::move(call), std::move(reply));
}

docker::asio::awaitable<void> reply_metadata(std::shared_ptr<docker::TaskEndpoint> endpoint,
                                             docker::MetadataRequest request, std::shared_ptr<http::ReplyFn> reply) {
  docker::MetadataAnswer answer = co_await docker::answer_metadata(endpoint, std::move(request));
  (*reply)(json_response(static_cast<unsigned>(answer.status), std::move(answer.body)));
}

}  // namespace drydock::task_http
