#include "server/task_endpoint/task_endpoint_server.hpp"

#include <fstream>
#include <iterator>

#include <spdlog/spdlog.h>

#include <boost/asio/post.hpp>

#include "instances/docker/timestamps.hpp"
#include "model/arn.hpp"
#include "server/operations/tags.hpp"
#include "server/task_endpoint/task_protection.hpp"
#include "server/task_http/replies.hpp"

namespace drydock::server {
namespace {

namespace docker = instances::docker;

constexpr std::uint16_t kNamesPort = 53;     // resolvers know no other
constexpr std::size_t kMostNameServers = 3;  // that the C library asks

std::string contents(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

http::Response moved_to(const std::string& path) {
  http::Response response = task_http::text_response(301, "");
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

/// What SDKs call for DiscoverInstances: the endpoint's name with a prefix.
std::string data_host(const std::string& address) { return "data-" + address; }

}  // namespace

TaskEndpointServer::TaskEndpointServer(boost::asio::io_context& io, Core& core, const std::string& drydock_id, Api api,
                                       std::uint64_t seed)
    : io_(io),
      core_(core),
      sessions_(core.settings().credential_seed),
      request_ids_(seed),
      drydock_id_(drydock_id),
      endpoint_(std::make_shared<docker::TaskEndpoint>(io.get_executor(), drydock_id, api != nullptr,
                                                       [this](const std::string& address) { return listen(address); })),
      questions_(endpoint_, answerers(std::move(api))),
      ports_(io, drydock_id,
             [this](http::Request&& request, http::ReplyFn reply) { handle(request, std::move(reply)); }) {
  endpoint_->leave_usual_port = [this] { return ports_.leave_usual(); };
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

std::expected<std::uint16_t, std::string> TaskEndpointServer::listen(const std::string& address) {
  auto port = ports_.listen(address, {data_host(address)});
  if (port && proxies_) listen_for_names(address);
  return port;
}

void TaskEndpointServer::listen_for_names(const std::string& address) {
  auto table = [this, address, data = data_host(address)](std::string_view name, std::uint16_t type, std::size_t turn) {
    if (name != data) return resolve(core_.state(), name, type, turn, ways());
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
  const std::string path = task_http::path_of(request);
  const bool posts = request.method == boost::beast::http::verb::post;
  if (!posts && path.find("//") != std::string::npos) return reply(moved_to(without_double_slashes(path)));
  questions_.take(request, std::move(reply));
}

task_http::Answerers TaskEndpointServer::answerers(Api api) {
  task_http::Answerers answerers;
  answerers.api = std::move(api);
  answerers.credentials = [this](const std::string& id, const instances::TaskPayload& task) {
    return credentials(id, task);
  };
  answerers.protection = [this](task_http::ProtectionCall call, http::ReplyFn reply) {
    call.request_id = model::to_dashed(request_ids_.uuid());
    call_task_protection(core_, std::move(call), [reply = std::move(reply)](ProtectionAnswer answer) mutable {
      reply(task_http::json_response(answer.status, std::move(answer.body)));
    });
  };
  answerers.metadata = [this](docker::MetadataRequest question, http::ReplyFn reply) {
    question.tags_of = [this](const std::string& arn) { return tags_of(arn); };
    auto shared = std::make_shared<http::ReplyFn>(std::move(reply));
    docker::spawn(io_.get_executor(), task_http::reply_metadata(endpoint_, std::move(question), std::move(shared)),
                  "task metadata");
  };
  return answerers;
}

std::optional<task_http::TaskCredentials> TaskEndpointServer::credentials(const std::string& id,
                                                                          const instances::TaskPayload& task) {
  if (task.task_role.empty()) return std::nullopt;
  const auto& held = sessions_.of(id, task.task_role, task.task_arn, clock_.now());
  const std::chrono::system_clock::time_point end{
      std::chrono::floor<std::chrono::seconds>(held.expiration.time_since_epoch())};
  return task_http::TaskCredentials{role_arn(task.task_role, task.task_arn), held.access_key_id, held.secret_access_key,
                                    held.session_token, docker::rfc3339(end)};
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
