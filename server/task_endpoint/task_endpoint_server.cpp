#include "server/task_endpoint/task_endpoint_server.hpp"

#include <fstream>
#include <iterator>

#include <spdlog/spdlog.h>

#include <boost/asio/post.hpp>
#include <nlohmann/json.hpp>

#include "instances/docker/metadata/answers.hpp"
#include "instances/docker/timestamps.hpp"
#include "model/arn.hpp"
#include "server/operations/tags.hpp"
#include "server/task_endpoint/task_protection.hpp"

namespace drydock::server {
namespace {

namespace docker = instances::docker;
using Ordered = nlohmann::ordered_json;
using Verb = boost::beast::http::verb;

constexpr std::uint16_t kUsualPort = 80;
constexpr std::chrono::milliseconds kLeaveGrace{500};  // for answers that are on their way
constexpr std::uint16_t kNamesPort = 53;               // resolvers know no other
constexpr std::size_t kMostNameServers = 3;            // that the C library asks
constexpr throttling::Rate kRate{60, 40};              // burst, requests a second: of AWS's agent
constexpr std::size_t kMostClients = 4096;

/// A port of this Drydock's own, the same after a restart, below those that the system gives away.
std::uint16_t own_port(const std::string& drydock_id) {
  constexpr std::uint32_t kFirst = 21000;
  constexpr std::uint32_t kPorts = 9000;
  std::uint32_t hash = 2166136261U;  // FNV-1a
  for (const char c : drydock_id) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return static_cast<std::uint16_t>(kFirst + hash % kPorts);
}

http::Response json_response(unsigned status, std::string body) {
  http::Response response;
  response.status = status;
  response.content_type = "application/json";
  response.body = std::move(body);
  return response;
}

http::Response text_response(unsigned status, std::string body) {
  http::Response response;
  response.status = status;
  response.content_type = "text/plain; charset=utf-8";
  response.body = std::move(body);
  return response;
}

std::string contents(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

http::Response moved_to(const std::string& path) {
  http::Response response = text_response(301, "");
  response.headers.emplace_back("Location", path);
  return response;
}

std::string without_double_slashes(const std::string& path) {
  std::string out;
  for (const char c : path) {
    if (c != '/' || !out.ends_with('/')) out += c;
  }
  return out;
}

http::Response credentials_error(const std::string& version, const char* code, const char* text) {
  Ordered body;
  body["code"] = code;
  body["message"] = "Credentials" + version + "Request: " + text;
  body["HTTPErrorCode"] = 400;
  return json_response(400, body.dump());
}

docker::asio::awaitable<void> answer_later(std::shared_ptr<docker::TaskEndpoint> endpoint,
                                           docker::MetadataRequest request, std::shared_ptr<http::ReplyFn> reply) {
  docker::MetadataAnswer answer = co_await docker::answer_metadata(endpoint, std::move(request));
  (*reply)(json_response(static_cast<unsigned>(answer.status), std::move(answer.body)));
}

}  // namespace

TaskEndpointServer::TaskEndpointServer(boost::asio::io_context& io, Core& core, const std::string& drydock_id, Api api,
                                       std::uint64_t seed)
    : io_(io),
      core_(core),
      own_port_(own_port(drydock_id)),
      api_(std::move(api)),
      sessions_(core.settings().credential_seed),
      request_ids_(seed),
      drydock_id_(drydock_id) {
  auto listen_to = [this](const std::string& address) { return listen(address); };
  endpoint_ = std::make_shared<docker::TaskEndpoint>(io.get_executor(), drydock_id, api_ != nullptr, listen_to);
  endpoint_->leave_usual_port = [this] { return leave_usual_port(); };
  endpoint_->leave_names_port = [this] { names_.reset(); };
}

void TaskEndpointServer::answer_names(const boost::asio::any_io_executor& relays, const std::string& docker_socket) {
  docker::OwnAddressesOptions own;
  own.socket_path = docker_socket;
  own.drydock_id = drydock_id_;
  own.changed = [this] { proxies_->addresses_changed(); };
  addresses_ = std::make_unique<docker::OwnAddresses>(io_.get_executor(), std::move(own));
  ProxyAddresses addresses;
  addresses.want = [this](const std::set<std::string>& names) { addresses_->want(names); };
  addresses.of = [this](const std::string& name) {
    const auto known = addresses_->of(name);
    return ProxyAddress{known.address, known.problem};
  };
  auto soon = [this](std::function<void()> then) { boost::asio::post(io_, std::move(then)); };
  proxies_ = std::make_unique<ConnectProxies>(core_.state(), std::move(addresses), relays, soon);
}

void TaskEndpointServer::committed(std::span<const model::Touched> touched) {
  if (proxies_) proxies_->committed(touched);
}

ConnectWays TaskEndpointServer::ways() const {
  return [this](std::string_view name) { return proxies_ ? proxies_->way_of(name) : ConnectWay{}; };
}

MoreReasons TaskEndpointServer::reasons() const {
  return [this](const model::Service& service, model::Instant now) {
    return proxies_ ? proxies_->reasons_of(service, now) : Reasons{};
  };
}

/// On port 80, where SDKs look, unless that is another Drydock's or needs rights we lack; and always on a port of our
/// own, which containers of before may have been told.
std::expected<std::uint16_t, std::string> TaskEndpointServer::listen(const std::string& address) {
  const auto own = listen(address, own_port_, own_);
  const auto usual = listen(address, kUsualPort, usual_);
  if (!usual && own) {
    spdlog::info("port {} of {} is taken or needs rights; containers are told port {}", kUsualPort, address, *own);
  }
  if ((usual || own) && proxies_) listen_for_names(address);
  return usual ? usual : own;
}

std::expected<std::uint16_t, std::string> TaskEndpointServer::listen(const std::string& address, std::uint16_t port,
                                                                     std::unique_ptr<http::Server>& server) {
  http::Options options;
  options.addresses = {address};
  options.port = port;
  options.allowed_hosts = {"data-" + address};
  auto take = [this](http::Request&& request, http::ReplyFn reply) { handle(request, std::move(reply)); };
  server = std::make_unique<http::Server>(io_, std::move(options), take);
  auto listening = server->listen();
  if (!listening) server.reset();
  return listening;
}

std::optional<std::uint16_t> TaskEndpointServer::leave_usual_port() {
  if (!own_) {
    spdlog::warn("a task is to have port {} of this machine, which containers are told to find their metadata at",
                 kUsualPort);
    return std::nullopt;
  }
  usual_->stop(kLeaveGrace);
  return own_port_;
}

void TaskEndpointServer::listen_for_names(const std::string& address) {
  // What SDKs call for DiscoverInstances: the endpoint's name with a prefix.
  const std::string data_host = "data-" + address;
  auto table = [this, address, data_host](std::string_view name, std::uint16_t type, std::size_t turn) {
    if (name != data_host) return resolve(core_.state(), name, type, turn, ways());
    Resolved found{true, true, {}};
    if (type == static_cast<std::uint16_t>(RecordType::kA))
      found.records.push_back({RecordType::kA, 60, address, "", 0});
    return found;
  };
  auto names = std::make_unique<NameServer>(io_.get_executor(), table);
  const auto listening = names->listen(address, kNamesPort);
  if (!listening) {
    spdlog::warn("containers do not find each other by names of Cloud Map and Service Connect: {} (docs/names.md)",
                 listening.error());
    return;
  }
  names_ = std::move(names);
  auto servers = machine_name_servers(contents("/etc/resolv.conf"), contents("/run/systemd/resolve/resolv.conf"));
  servers.insert(servers.begin(), address);
  if (servers.size() > kMostNameServers) servers.resize(kMostNameServers);
  endpoint_->name_servers = std::move(servers);
  spdlog::info("containers find each other by names of Cloud Map and Service Connect");
  proxies_->start();
}

void TaskEndpointServer::handle(const http::Request& request, http::ReplyFn reply) {
  const std::string path = request.target.substr(0, request.target.find('?'));
  if (request.method == Verb::post) {
    if (path == "/" && api_) return api_(request, std::move(reply));
    return reply(text_response(404, "404 page not found\n"));
  }
  if (path.find("//") != std::string::npos) return reply(moved_to(without_double_slashes(path)));
  const bool admitted = admit(request.remote_address);
  auto limited = [client = request.remote_address, reply = std::move(reply)](http::Response response) mutable {
    response.headers.emplace_back("X-Rate-Limit-Limit", "40.00");
    response.headers.emplace_back("X-Rate-Limit-Duration", "1");
    response.headers.emplace_back("X-Rate-Limit-Request-Forwarded-For", "");
    response.headers.emplace_back("X-Rate-Limit-Request-Remote-Addr", client);
    reply(std::move(response));
  };
  if (!admitted) return limited(text_response(429, "You have reached maximum request limit."));
  answer(request, path, std::move(limited));
}

void TaskEndpointServer::answer(const http::Request& request, const std::string& path, http::ReplyFn reply) {
  if (path.starts_with("/v1/credentials") || path.starts_with("/v2/credentials")) {
    return credentials(request, path, std::move(reply));
  }
  constexpr std::string_view kApi = "/api/";
  constexpr std::string_view kProtection = "/task-protection/v1/state";
  if (path.starts_with(kApi) && path.ends_with(kProtection)) {
    const std::size_t length = path.size() - kApi.size() - kProtection.size();
    return task_protection(request, path.substr(kApi.size(), length), std::move(reply));
  }
  if (request.method != Verb::get) return reply(text_response(405, ""));
  docker::MetadataRequest question;
  question.path = path;
  question.client_address = request.remote_address;
  question.tags_of = [this](const std::string& arn) { return tags_of(arn); };
  auto shared = std::make_shared<http::ReplyFn>(std::move(reply));
  docker::spawn(io_.get_executor(), answer_later(endpoint_, std::move(question), std::move(shared)), "task metadata");
}

bool TaskEndpointServer::admit(const std::string& client) {
  const model::Instant now = clock_.now();
  if (buckets_.size() >= kMostClients) buckets_.clear();
  return buckets_.try_emplace(client, kRate, now).first->second.take(now);
}

void TaskEndpointServer::credentials(const http::Request& request, const std::string& path, http::ReplyFn reply) {
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
  if (!found || found->run->task.payload.task_role.empty()) {
    return reply(credentials_error(version, "InvalidIdInRequest", "Credentials not found"));
  }
  const instances::TaskPayload& task = found->run->task.payload;
  const auto& held = sessions_.of(id, task.task_role, task.task_arn, clock_.now());
  Ordered body;
  body["RoleArn"] = role_arn(task.task_role, task.task_arn);
  body["AccessKeyId"] = held.access_key_id;
  body["SecretAccessKey"] = held.secret_access_key;
  body["Token"] = held.session_token;
  const std::chrono::system_clock::time_point end{
      std::chrono::floor<std::chrono::seconds>(held.expiration.time_since_epoch())};
  body["Expiration"] = docker::rfc3339(end);
  spdlog::debug("task {} took the credentials of its role", task.task_arn);
  reply(json_response(200, body.dump()));
}

void TaskEndpointServer::task_protection(const http::Request& request, const std::string& endpoint_id,
                                         http::ReplyFn reply) {
  ProtectionCall call;
  call.request_id = model::to_dashed(request_ids_.uuid());
  if (const auto found = endpoint_->container_with(endpoint_id)) {
    call.task_arn = found->run->task.payload.task_arn;
    call.cluster_arn = found->run->task.payload.cluster_arn;
    call.has_role = !found->run->task.payload.task_role.empty();
  }
  call.updates = request.method == Verb::put;
  call.body = request.body;
  if (!call.updates && request.method != Verb::get) return reply(text_response(405, ""));
  call_task_protection(core_, std::move(call), [reply = std::move(reply)](ProtectionAnswer answer) mutable {
    reply(json_response(answer.status, std::move(answer.body)));
  });
}

std::vector<std::pair<std::string, std::string>> TaskEndpointServer::tags_of(const std::string& arn) {
  std::vector<std::pair<std::string, std::string>> out;
  const auto parsed = model::parse_arn(arn);
  if (!parsed) return out;
  api::ListTagsForResourceRequest request;
  request.resourceArn = arn;
  const auto list = [&request](operations::Context& context) {
    return operations::list_tags_for_resource(request, context);
  };
  const auto tags = core_.run(core_.world(parsed->account, parsed->region), list);
  if (!tags || !tags->tags) return out;
  for (const auto& tag : *tags->tags) out.emplace_back(tag.key.value_or(""), tag.value.value_or(""));
  return out;
}

}  // namespace drydock::server
