#include "agent/ecs_api.hpp"

#include <nlohmann/json.hpp>

#include "instances/json_members.hpp"

namespace drydock::agent {
namespace {

using Json = nlohmann::json;

constexpr std::chrono::milliseconds kFirstWait{100};
constexpr std::chrono::milliseconds kLongestWait{5000};
constexpr const char* kTarget = "AmazonEC2ContainerServiceV20141113.";

model::Instant now() { return std::chrono::time_point_cast<model::Duration>(std::chrono::system_clock::now()); }

/// What the server says in the body of an error.
api::ApiError error_of(const HttpReply& reply) {
  const Json body = Json::parse(reply.body, nullptr, false);
  api::ApiError error;
  error.http_status = reply.status;
  error.code = instances::text_of(body, "__type");
  if (const std::size_t hash = error.code.find('#'); hash != std::string::npos) error.code.erase(0, hash + 1);
  error.message = instances::text_of(body, "message");
  if (error.message.empty()) error.message = instances::text_of(body, "Message");
  if (error.message.empty()) error.message = "the server answered with status " + std::to_string(reply.status);
  error.explanation = instances::text_of(body, "explanation");
  return error;
}

api::ApiError ending() {
  api::ApiError error;
  error.http_status = 503;
  error.message = "the agent ends";
  return error;
}

}  // namespace

EcsApi::EcsApi(const asio::any_io_executor& executor, const Settings& settings)
    : settings_(settings),
      http_(std::make_shared<HttpClient>(executor, settings.server)),
      reach_(settings.server.url()) {}

void EcsApi::close() {
  closed_ = true;
  http_->close();
}

HeaderList EcsApi::sign_get(const cli::Endpoint& endpoint, const std::string& target) const {
  const ToSign request{"GET", target, authority_of(endpoint), {}, {}};
  return sign(request, settings_.key, settings_.region, now());
}

asio::awaitable<std::expected<HttpReply, std::string>> EcsApi::once(std::shared_ptr<EcsApi> self, HttpRequest request) {
  const ToSign whole{request.method, request.target, authority_of(self->settings_.server), request.headers,
                     request.body};
  for (auto& header : sign(whole, self->settings_.key, self->settings_.region, now())) {
    request.headers.push_back(std::move(header));
  }
  auto reply = co_await HttpClient::call(self->http_, std::move(request));
  co_return reply;
}

asio::awaitable<std::expected<std::string, api::ApiError>> EcsApi::call(std::shared_ptr<EcsApi> self,
                                                                        std::string operation, std::string body) {
  Backoff waits(kFirstWait, kLongestWait);
  while (!self->closed_) {
    HttpRequest request;
    request.headers.emplace_back("Content-Type", "application/x-amz-json-1.1");
    request.headers.emplace_back("X-Amz-Target", kTarget + operation);
    request.body = body;
    const auto reply = co_await once(self, std::move(request));
    if (reply) {
      self->reach_.found();
      if (reply->status == 200) co_return reply->body;
      co_return std::unexpected(error_of(*reply));
    }
    if (self->closed_) break;
    self->reach_.lost(reply.error());
    co_await instances::docker::sleep_for(waits.next());
  }
  co_return std::unexpected(ending());
}

asio::awaitable<std::expected<std::string, api::ApiError>> EcsApi::post(std::shared_ptr<EcsApi> self, std::string path,
                                                                        std::string body) {
  Backoff waits(kFirstWait, kLongestWait);
  while (!self->closed_) {
    HttpRequest request;
    request.target = "/_drydock/" + path;
    request.headers.emplace_back("Content-Type", "application/json");
    request.body = body;
    const auto reply = co_await HttpClient::call(self->http_, std::move(request));
    if (reply) self->reach_.found();
    if (reply && reply->status == 200) co_return reply->body;
    if (reply && reply->status < 500) co_return std::unexpected(error_of(*reply));
    if (self->closed_) break;
    if (!reply) self->reach_.lost(reply.error());
    co_await instances::docker::sleep_for(waits.next());
  }
  co_return std::unexpected(ending());
}

}  // namespace drydock::agent
