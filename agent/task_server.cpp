#include "agent/task_server.hpp"

#include <algorithm>
#include <map>

#include <spdlog/spdlog.h>
#include <boost/asio/ip/address.hpp>
#include <nlohmann/json.hpp>

#include "instances/docker/metadata/answers.hpp"

namespace drydock::agent {
namespace {

namespace docker = instances::docker;
using Json = nlohmann::json;
using Ordered = nlohmann::ordered_json;
using Verb = boost::beast::http::verb;
using Reply = std::shared_ptr<http::ReplyFn>;
using Tags = std::vector<std::pair<std::string, std::string>>;

constexpr std::uint16_t kUsualPort = 80;
constexpr std::chrono::milliseconds kLeaveGrace{500};  // for answers that are on their way
// Of AWS's agent: requests at once, and a second.
constexpr double kBurst = 60;
constexpr double kRate = 40;
constexpr std::size_t kMostClients = 4096;

/// As the server chooses its own: the same after a restart, below those that the system gives away.
std::uint16_t own_port(const std::string& drydock_id) {
  constexpr std::uint32_t kFirst = 21000;
  constexpr std::uint32_t kPorts = 9000;
  std::uint32_t hash = 2166136261U;  // FNV-1a
  for (const char c : drydock_id) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return static_cast<std::uint16_t>(kFirst + hash % kPorts);
}

http::Response response(unsigned status, std::string type, std::string body) {
  http::Response made;
  made.status = status;
  made.content_type = std::move(type);
  made.body = std::move(body);
  return made;
}

http::Response json_response(unsigned status, std::string body) {
  return response(status, "application/json", std::move(body));
}

http::Response not_found() { return response(404, "text/plain; charset=utf-8", "404 page not found\n"); }

http::Response credentials_error(const std::string& version, const char* code, const char* text) {
  Ordered body;
  body["code"] = code;
  body["message"] = "Credentials" + version + "Request: " + text;
  body["HTTPErrorCode"] = 400;
  return json_response(400, body.dump());
}

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
  (*reply)(response(static_cast<unsigned>(answer->status), answer->content_type, answer->body));
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
docker::asio::awaitable<void> answer_metadata(std::shared_ptr<docker::TaskEndpoint> endpoint,
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
  docker::MetadataAnswer answer = co_await docker::answer_metadata(endpoint, std::move(question));
  (*reply)(json_response(static_cast<unsigned>(answer.status), std::move(answer.body)));
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
  (*reply)(json_response(told["status"].get<unsigned>(), text_of(told, "body")));
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
      own_port_(own_port(drydock_id)),
      api_(std::move(api)),
      forward_(std::make_shared<HttpClient>(io.get_executor(), settings.server)),
      plane_(std::move(plane)) {
  auto listen_to = [this](const std::string& address) { return listen(address); };
  endpoint_ = std::make_shared<docker::TaskEndpoint>(io.get_executor(), drydock_id, true, listen_to);
  endpoint_->leave_usual_port = [this] { return leave_usual_port(); };
  // A loopback address is the container's own inside of it: such calls come here, and are passed on.
  if (!is_own_machine(settings.server.host)) endpoint_->offer_api_at(settings.server.url());
}

/// On port 80, where SDKs look, unless another Drydock has it or it needs rights we lack; and on a port of our own.
std::expected<std::uint16_t, std::string> TaskServer::listen(const std::string& address) {
  const auto own = listen(address, own_port_, own_);
  const auto usual = listen(address, kUsualPort, usual_);
  if (!usual && own) {
    spdlog::info("port {} of {} is taken or needs rights; containers are told port {}", kUsualPort, address, *own);
  }
  return usual ? usual : own;
}

std::expected<std::uint16_t, std::string> TaskServer::listen(const std::string& address, std::uint16_t port,
                                                             std::unique_ptr<http::Server>& server) {
  http::Options options;
  options.addresses = {address};
  options.port = port;
  auto take = [this](http::Request&& request, http::ReplyFn reply) { handle(request, std::move(reply)); };
  server = std::make_unique<http::Server>(io_, std::move(options), take);
  auto listening = server->listen();
  if (!listening) server.reset();
  return listening;
}

std::optional<std::uint16_t> TaskServer::leave_usual_port() {
  if (!own_) {
    spdlog::warn("a task is to have port {} of this machine, which containers are told to find their metadata at",
                 kUsualPort);
    return std::nullopt;
  }
  usual_->stop(kLeaveGrace);
  return own_port_;
}

void TaskServer::handle(const http::Request& request, http::ReplyFn reply) {
  const std::string path = request.target.substr(0, request.target.find('?'));
  if (request.method == Verb::post) {
    if (path != "/") return reply(not_found());
    auto shared = std::make_shared<http::ReplyFn>(std::move(reply));
    return docker::spawn(io_.get_executor(), pass_on(forward_, forwarded(request), shared), "call of a container");
  }
  const bool admitted = admit(request.remote_address);
  auto limited = [client = request.remote_address, reply = std::move(reply)](http::Response made) mutable {
    made.headers.emplace_back("X-Rate-Limit-Limit", "40.00");
    made.headers.emplace_back("X-Rate-Limit-Duration", "1");
    made.headers.emplace_back("X-Rate-Limit-Request-Forwarded-For", "");
    made.headers.emplace_back("X-Rate-Limit-Request-Remote-Addr", client);
    reply(std::move(made));
  };
  if (!admitted) {
    return limited(response(429, "text/plain; charset=utf-8", "You have reached maximum request limit."));
  }
  answer(request, path, std::move(limited));
}

bool TaskServer::admit(const std::string& client) {
  const auto now = std::chrono::steady_clock::now();
  if (buckets_.size() >= kMostClients) buckets_.clear();
  Bucket& bucket = buckets_.try_emplace(client, Bucket{kBurst, now}).first->second;
  const double passed = std::chrono::duration<double>(now - bucket.at).count();
  bucket.tokens = std::min(kBurst, bucket.tokens + passed * kRate);
  bucket.at = now;
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}

void TaskServer::answer(const http::Request& request, const std::string& path, http::ReplyFn reply) {
  constexpr std::string_view kApi = "/api/";
  constexpr std::string_view kProtection = "/task-protection/v1/state";
  if (path.starts_with("/v1/credentials") || path.starts_with("/v2/credentials")) {
    return credentials(request, path, std::move(reply));
  }
  if (path.starts_with(kApi) && path.ends_with(kProtection)) {
    return protection(request, path.substr(kApi.size(), path.size() - kApi.size() - kProtection.size()),
                      std::move(reply));
  }
  if (request.method != Verb::get) return reply(response(405, "text/plain; charset=utf-8", ""));
  docker::MetadataRequest question;
  question.path = path;
  question.client_address = request.remote_address;
  auto shared = std::make_shared<http::ReplyFn>(std::move(reply));
  docker::spawn(io_.get_executor(),
                answer_metadata(endpoint_, api_, plane_->container_instance_arn(), std::move(question), shared),
                "task metadata");
}

void TaskServer::credentials(const http::Request& request, const std::string& path, http::ReplyFn reply) {
  constexpr std::string_view kPath = "/v2/credentials";
  constexpr std::string_view kQuery = "?id=";
  const std::string version = path.starts_with("/v1") ? "V1" : "V2";
  std::string id;
  if (version == "V1") {
    const std::size_t query = request.target.find(kQuery);
    if (query != std::string::npos) id = request.target.substr(query + kQuery.size());
  } else if (path.size() > kPath.size()) {
    id = path.substr(kPath.size() + 1);
  }
  if (id.empty()) return reply(credentials_error(version, "NoIdInRequest", "No Credential ID in the request"));
  const auto found = endpoint_->task_with_credentials(id);
  const auto held = found ? plane_->credentials_of(found->run->task.payload.task_arn) : std::nullopt;
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

void TaskServer::protection(const http::Request& request, const std::string& endpoint_id, http::ReplyFn reply) {
  const bool updates = request.method == Verb::put;
  if (!updates && request.method != Verb::get) return reply(response(405, "text/plain; charset=utf-8", ""));
  Json call;
  call["updates"] = updates;
  call["body"] = request.body;
  if (const auto found = endpoint_->container_with(endpoint_id)) {
    call["taskArn"] = found->run->task.payload.task_arn;
    call["clusterArn"] = found->run->task.payload.cluster_arn;
    call["hasRole"] = !found->run->task.payload.task_role.empty();
  }
  auto shared = std::make_shared<http::ReplyFn>(std::move(reply));
  std::string body = call.dump(-1, ' ', false, Json::error_handler_t::replace);
  docker::spawn(io_.get_executor(), ask_protection(api_, std::move(body), shared), "task protection");
}

}  // namespace drydock::agent
