#include "agent/task_server.hpp"

#include <algorithm>
#include <map>

#include <spdlog/spdlog.h>
#include <boost/asio/ip/address.hpp>
#include <nlohmann/json.hpp>

#include "instances/docker/metadata/answers.hpp"
#include "server/task_http/replies.hpp"

namespace drydock::agent {
namespace {

namespace docker = instances::docker;
using Json = nlohmann::json;
using Reply = std::shared_ptr<http::ReplyFn>;
using Tags = std::vector<std::pair<std::string, std::string>>;

http::Response unreachable(const std::string& why) {
  return http::error_response(503, "ServiceUnavailableException", "Drydock cannot be reached from here: " + why);
}

/// What a container sent to AWS's API is sent on as it is, but for what belongs to the connection.
docker::asio::awaitable<void> pass_on(std::shared_ptr<HttpClient> client, HttpRequest request, Reply reply) {
  const auto answer = co_await HttpClient::call(client, std::move(request));
  if (!answer) {
    (*reply)(unreachable(answer.error()));
    co_return;
  }
  http::Response passed;
  passed.status = static_cast<unsigned>(answer->status);
  passed.content_type = answer->content_type;
  passed.body = answer->body;
  (*reply)(std::move(passed));
}

HttpRequest forwarded(const http::Request& request) {
  HttpRequest out;
  out.target = request.target;
  out.body = request.body;
  for (std::size_t i = 0; i < request.headers.size(); ++i) {
    const std::string name(request.headers.name(i));
    std::string lower = name;
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const bool wanted = lower.starts_with("x-amz") || lower.starts_with("amz-") || lower == "authorization" ||
                        lower == "content-type" || lower == "accept";
    if (wanted) out.headers.emplace_back(name, std::string(request.headers.value(i)));
  }
  return out;
}

docker::asio::awaitable<Tags> fetch_tags(std::shared_ptr<EcsApi> api, std::string arn) {
  Tags tags;
  HttpRequest request;
  request.headers.emplace_back("Content-Type", "application/x-amz-json-1.1");
  request.headers.emplace_back("X-Amz-Target", "AmazonEC2ContainerServiceV20141113.ListTagsForResource");
  request.body = Json({{"resourceArn", arn}}).dump();
  const auto answer = co_await EcsApi::once(api, std::move(request));
  const Json body = answer && answer->status == 200 ? Json::parse(answer->body, nullptr, false) : Json();
  if (!body.is_object() || !body.contains("tags") || !body["tags"].is_array()) co_return tags;
  for (const Json& tag : body["tags"]) tags.emplace_back(text_of(tag, "key"), text_of(tag, "value"));
  co_return tags;
}

/// The tags are the server's to know: those that may be asked for are fetched first.
docker::asio::awaitable<void> reply_with_tags(std::shared_ptr<docker::TaskEndpoint> endpoint,
                                              std::shared_ptr<EcsApi> api, std::string instance_arn,
                                              docker::MetadataRequest question, Reply reply) {
  const auto tags = std::make_shared<std::map<std::string, Tags>>();
  if (question.path.find("WithTags") != std::string::npos) {
    const std::size_t id_at = question.path.find('/', 1);
    const std::string id = question.path.substr(id_at + 1, question.path.find('/', id_at + 1) - id_at - 1);
    const auto found = endpoint->container_with(id);
    std::vector<std::string> arns = {instance_arn};
    if (found) arns.push_back(found->run->task.payload.task_arn);
    for (const std::string& arn : arns) (*tags)[arn] = co_await fetch_tags(api, arn);
  }
  question.tags_of = [tags](const std::string& arn) { return (*tags)[arn]; };
  co_await task_http::reply_metadata(endpoint, std::move(question), reply);
}

docker::asio::awaitable<void> ask_protection(std::shared_ptr<EcsApi> api, std::string body, Reply reply) {
  HttpRequest request;
  request.target = "/_drydock/agents/task-protection";
  request.headers.emplace_back("Content-Type", "application/json");
  request.body = std::move(body);
  const auto answer = co_await EcsApi::once(api, std::move(request));
  const Json told = answer && answer->status == 200 ? Json::parse(answer->body, nullptr, false) : Json();
  if (!told.is_object() || !told.contains("status") || !told["status"].is_number_unsigned()) {
    (*reply)(unreachable(answer ? "status " + std::to_string(answer->status) : answer.error()));
    co_return;
  }
  (*reply)(task_http::json_response(told["status"].get<unsigned>(), text_of(told, "body")));
}

}  // namespace

bool is_own_machine(const std::string& host) {
  boost::system::error_code error;
  const auto address = asio::ip::make_address(host, error);
  return error ? host == "localhost" || host.ends_with(".localhost") : address.is_loopback();
}

TaskServer::TaskServer(asio::io_context& io, const Settings& settings, const std::string& drydock_id,
                       std::shared_ptr<EcsApi> api, std::shared_ptr<RemotePlane> plane)
    : io_(io),
      api_(std::move(api)),
      forward_(std::make_shared<HttpClient>(io.get_executor(), settings.server)),
      plane_(std::move(plane)),
      endpoint_(std::make_shared<docker::TaskEndpoint>(
          io.get_executor(), drydock_id, true, [this](const std::string& address) { return ports_.listen(address); })),
      questions_(endpoint_, answerers()),
      ports_(io, drydock_id,
             [this](http::Request&& request, http::ReplyFn reply) { questions_.take(request, std::move(reply)); }) {
  endpoint_->leave_usual_port = [this] { return ports_.leave_usual(); };
  // A loopback address is the container's own inside of it: such calls come here, and are passed on.
  if (!is_own_machine(settings.server.host)) endpoint_->offer_api_at(settings.server.url());
}

task_http::Answerers TaskServer::answerers() {
  task_http::Answerers answerers;
  answerers.api = [this](const http::Request& request, http::ReplyFn reply) {
    auto shared = std::make_shared<http::ReplyFn>(std::move(reply));
    docker::spawn(io_.get_executor(), pass_on(forward_, forwarded(request), shared), "call of a container");
  };
  answerers.credentials = [this](const std::string&, const instances::TaskPayload& task) {
    return credentials(task.task_arn);
  };
  answerers.protection = [this](const task_http::ProtectionCall& call, http::ReplyFn reply) {
    protection(call, std::move(reply));
  };
  answerers.metadata = [this](docker::MetadataRequest question, http::ReplyFn reply) {
    auto shared = std::make_shared<http::ReplyFn>(std::move(reply));
    docker::spawn(io_.get_executor(),
                  reply_with_tags(endpoint_, api_, plane_->container_instance_arn(), std::move(question), shared),
                  "task metadata");
  };
  return answerers;
}

std::optional<task_http::TaskCredentials> TaskServer::credentials(const std::string& task_arn) const {
  auto held = plane_->credentials_of(task_arn);
  if (!held) return std::nullopt;
  return task_http::TaskCredentials{std::move(held->role_arn), std::move(held->access_key_id),
                                    std::move(held->secret_access_key), std::move(held->session_token),
                                    std::move(held->expiration)};
}

void TaskServer::protection(const task_http::ProtectionCall& call, http::ReplyFn reply) {
  Json asked;
  asked["updates"] = call.updates;
  asked["body"] = call.body;
  if (!call.task_arn.empty()) {
    asked["taskArn"] = call.task_arn;
    asked["clusterArn"] = call.cluster_arn;
    asked["hasRole"] = call.has_role;
  }
  auto shared = std::make_shared<http::ReplyFn>(std::move(reply));
  std::string body = asked.dump(-1, ' ', false, Json::error_handler_t::replace);
  docker::spawn(io_.get_executor(), ask_protection(api_, std::move(body), shared), "task protection");
}

}  // namespace drydock::agent
