#include "instances/docker/engine_client.hpp"

#include <charconv>
#include <nlohmann/json.hpp>

#include "instances/docker/gpus.hpp"
#include "instances/docker/image_reference.hpp"
#include "instances/docker/timestamps.hpp"
#include "instances/json_members.hpp"

namespace drydock::instances::docker {

namespace {

using Json = nlohmann::json;
using std::chrono::minutes;
using std::chrono::seconds;

// The newest API whose answers this file was written for.
constexpr int kNewestMinor = 44;

std::string percent_encode(std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '.' || c == '_' || c == '~';
    if (plain) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kHex[byte >> 4];
    out += kHex[byte & 15];
  }
  return out;
}

/// An image's name inside a path: slashes and colons stay.
std::string encode_path(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '/' || c == ':' || c == '@' ? std::string(1, c) : percent_encode({&c, 1});
  return out;
}

std::int64_t number_of(const Json& object, const char* key) {
  const Json& value = member(object, key);
  return value.is_number() ? value.get<std::int64_t>() : 0;
}

std::vector<std::string> texts_of(const Json& list) {
  std::vector<std::string> out;
  if (!list.is_array()) return out;
  for (const Json& entry : list) {
    if (entry.is_string()) out.push_back(entry.get<std::string>());
  }
  return out;
}

std::map<std::string, std::string> text_map(const Json& object) {
  std::map<std::string, std::string> out;
  if (!object.is_object()) return out;
  for (const auto& [key, value] : object.items()) {
    if (value.is_string()) out.emplace(key, value.get<std::string>());
  }
  return out;
}

int minor_of(std::string_view api_version) {
  const std::size_t dot = api_version.find('.');
  if (dot == std::string_view::npos) return 0;
  int minor = 0;
  std::from_chars(api_version.data() + dot + 1, api_version.data() + api_version.size(), minor);
  return minor;
}

EngineError refusal(const HttpAnswer& answer) {
  EngineError error;
  error.kind = EngineError::Kind::kRefused;
  error.http_status = answer.status;
  const Json body = Json::parse(answer.body, nullptr, false);
  error.message = text_of(body, "message");
  if (error.message.empty())
    error.message = answer.body.empty() ? "status " + std::to_string(answer.status) : answer.body;
  while (!error.message.empty() && (error.message.back() == '\n' || error.message.back() == ' '))
    error.message.pop_back();
  return error;
}

EngineError unreadable(const char* what) {
  EngineError error;
  error.kind = EngineError::Kind::kRefused;
  error.message = std::string("the engine's answer cannot be read: ") + what;
  return error;
}

std::string label_filter(const std::vector<std::string>& labels) {
  return "filters=" + percent_encode(Json{{"label", labels}}.dump());
}

template <class Summary>
std::vector<Summary> each_of(const Json& list, Summary (*read)(const Json&)) {
  std::vector<Summary> out;
  for (const Json& entry : list) out.push_back(read(entry));
  return out;
}

ContainerSummary container_of(const Json& entry) {
  ContainerSummary summary;
  summary.id = text_of(entry, "Id");
  summary.state = text_of(entry, "State");
  summary.labels = text_map(member(entry, "Labels"));
  return summary;
}

VolumeSummary volume_of(const Json& entry) {
  VolumeSummary summary;
  summary.name = text_of(entry, "Name");
  summary.labels = text_map(member(entry, "Labels"));
  return summary;
}

NetworkSummary network_of(const Json& entry) {
  NetworkSummary summary;
  summary.id = text_of(entry, "Id");
  summary.labels = text_map(member(entry, "Labels"));
  const Json& addresses = member(member(entry, "IPAM"), "Config");
  if (addresses.is_array() && !addresses.empty()) summary.gateway = text_of(addresses.front(), "Gateway");
  return summary;
}

/// "80/tcp" → 80, tcp
void read_ports(const Json& ports, ContainerInfo& info) {
  if (!ports.is_object()) return;
  for (const auto& [key, bindings] : ports.items()) {
    if (!bindings.is_array()) continue;
    const std::size_t slash = key.find('/');
    for (const Json& binding : bindings) {
      PublishedPort port;
      port.container_port = std::atoi(key.c_str());
      port.protocol = slash == std::string::npos ? "tcp" : key.substr(slash + 1);
      port.host_ip = text_of(binding, "HostIp");
      port.host_port = std::atoi(text_of(binding, "HostPort").c_str());
      info.ports.push_back(std::move(port));
    }
  }
}

ContainerInfo container_info(const Json& body) {
  ContainerInfo info;
  const Json& state = member(body, "State");
  info.id = text_of(body, "Id");
  info.name = text_of(body, "Name");
  if (info.name.starts_with('/')) info.name.erase(0, 1);
  info.status = text_of(state, "Status");
  info.running = flag_of(state, "Running");
  info.oom_killed = flag_of(state, "OOMKilled");
  info.exit_code = static_cast<int>(number_of(state, "ExitCode"));
  info.error = text_of(state, "Error");
  info.started_at = parse_rfc3339(text_of(state, "StartedAt"));
  info.finished_at = parse_rfc3339(text_of(state, "FinishedAt"));
  info.health = text_of(member(state, "Health"), "Status");
  if (info.health == "none") info.health.clear();
  info.image_id = text_of(body, "Image");
  info.log_path = text_of(body, "LogPath");
  info.labels = text_map(member(member(body, "Config"), "Labels"));
  const Json& network = member(body, "NetworkSettings");
  read_ports(member(network, "Ports"), info);
  const Json& networks = member(network, "Networks");
  if (networks.is_object() && !networks.empty()) {
    const Json& first = *networks.begin();
    info.ip_address = text_of(first, "IPAddress");
    info.mac_address = text_of(first, "MacAddress");
    info.gateway = text_of(first, "Gateway");
  }
  return info;
}

}  // namespace

std::string describe(const EngineError& error) {
  if (error.kind == EngineError::Kind::kRefused) return "Error response from daemon: " + error.message;
  return error.message;
}

EngineClient::EngineClient(asio::any_io_executor executor, std::string socket_path)
    : http_(std::move(executor), std::move(socket_path)) {}

EngineTask<std::string> EngineClient::request(std::string method, std::string path, std::string body,
                                              std::chrono::milliseconds timeout) {
  HttpCall call;
  call.method = std::move(method);
  call.target = prefix_ + path;
  call.body = std::move(body);
  call.timeout = timeout;
  auto answer = co_await http_.call(std::move(call));
  if (!answer) co_return std::unexpected(std::move(answer.error()));
  if (answer->status >= 400) co_return std::unexpected(refusal(*answer));
  co_return std::move(answer->body);
}

EngineTask<EngineVersion> EngineClient::version() {
  prefix_.clear();
  auto body = co_await request("GET", "/version", "", seconds(30));
  if (!body) co_return std::unexpected(std::move(body.error()));
  const Json json = Json::parse(*body, nullptr, false);
  EngineVersion version;
  version.version = text_of(json, "Version");
  version.api_version = text_of(json, "ApiVersion");
  version.min_api_version = text_of(json, "MinAPIVersion");
  if (version.api_version.empty()) co_return std::unexpected(unreadable("no ApiVersion"));
  const int newest = std::min(kNewestMinor, minor_of(version.api_version));
  prefix_ = "/v1." + std::to_string(std::max(newest, minor_of(version.min_api_version)));
  co_return version;
}

EngineTask<EngineInfo> EngineClient::info() {
  auto body = co_await request("GET", "/info", "", seconds(30));
  if (!body) co_return std::unexpected(std::move(body.error()));
  const Json json = Json::parse(*body, nullptr, false);
  if (!json.is_object()) co_return std::unexpected(unreadable("info is no object"));
  EngineInfo info;
  info.cpus = static_cast<int>(number_of(json, "NCPU"));
  info.memory_bytes = number_of(json, "MemTotal");
  info.operating_system = text_of(json, "OperatingSystem");
  info.os_type = text_of(json, "OSType");
  info.architecture = text_of(json, "Architecture");
  info.log_drivers = texts_of(member(member(json, "Plugins"), "Log"));
  info.security_options = texts_of(member(json, "SecurityOptions"));
  if (const Json& runtimes = member(json, "Runtimes"); runtimes.is_object()) {
    for (const auto& [name, how] : runtimes.items()) info.runtimes.push_back(name);
  }
  info.gpus = gpus_of_resources(member(json, "GenericResources"));
  co_return info;
}

EngineTask<ImageInfo> EngineClient::inspect_image(std::string image) {
  auto body = co_await request("GET", "/images/" + encode_path(image) + "/json", "", seconds(30));
  if (!body) co_return std::unexpected(std::move(body.error()));
  const Json json = Json::parse(*body, nullptr, false);
  ImageInfo info;
  info.id = text_of(json, "Id");
  info.repo_digests = texts_of(member(json, "RepoDigests"));
  info.environment = texts_of(member(member(json, "Config"), "Env"));
  co_return info;
}

EngineTask<void> EngineClient::pull_image(std::string image, PullOptions options,
                                          std::shared_ptr<Canceller> canceller) {
  const ImageReference reference = parse_image_reference(image);
  HttpCall call;
  call.method = "POST";
  call.target = prefix_ + "/images/create?fromImage=" + percent_encode(reference.repository) +
                "&tag=" + percent_encode(reference.digest.empty() ? reference.tag : reference.digest);
  call.timeout = options.timeout;
  if (!options.registry_auth.empty()) call.headers.emplace_back("X-Registry-Auth", options.registry_auth);

  std::string failure;
  StreamHandling handling;
  handling.inactivity = options.inactivity;
  handling.on_line = [&failure, &options](std::string_view line) {
    const Json json = Json::parse(line, nullptr, false);
    std::string error = text_of(member(json, "errorDetail"), "message");
    if (error.empty()) error = text_of(json, "error");
    if (!error.empty()) failure = std::move(error);
    if (!options.on_progress) return;
    PullProgress progress;
    progress.layer = text_of(json, "id");
    progress.status = text_of(json, "status");
    progress.current = number_of(member(json, "progressDetail"), "current");
    progress.total = number_of(member(json, "progressDetail"), "total");
    options.on_progress(progress);
  };
  auto answer = co_await http_.stream(std::move(call), std::move(handling), std::move(canceller));
  if (!answer) co_return std::unexpected(std::move(answer.error()));
  if (answer->status >= 300) co_return std::unexpected(refusal(*answer));
  if (failure.empty()) co_return EngineResult<void>();
  EngineError error;
  error.kind = EngineError::Kind::kRefused;
  error.message = std::move(failure);
  co_return std::unexpected(std::move(error));
}

EngineTask<void> EngineClient::import_image(std::string image, std::string archive, std::string changes) {
  HttpCall call;
  call.method = "POST";
  call.target =
      prefix_ + "/images/create?fromSrc=-&repo=" + percent_encode(image) + "&changes=" + percent_encode(changes);
  call.headers = {{"Content-Type", "application/x-tar"}};
  call.body = std::move(archive);
  auto answer = co_await http_.call(std::move(call));
  if (!answer) co_return std::unexpected(std::move(answer.error()));
  if (answer->status >= 300) co_return std::unexpected(refusal(*answer));
  co_return EngineResult<void>();
}

EngineTask<std::string> EngineClient::create_container(std::string name, std::string spec_json) {
  auto body =
      co_await request("POST", "/containers/create?name=" + percent_encode(name), std::move(spec_json), minutes(4));
  if (!body) co_return std::unexpected(std::move(body.error()));
  const Json json = Json::parse(*body, nullptr, false);
  std::string id = text_of(json, "Id");
  if (id.empty()) co_return std::unexpected(unreadable("no container id"));
  co_return id;
}

EngineTask<void> EngineClient::put_files(std::string container, std::string directory, std::string archive) {
  HttpCall call;
  call.method = "PUT";
  call.target = prefix_ + "/containers/" + percent_encode(container) + "/archive?path=" + percent_encode(directory);
  call.headers = {{"Content-Type", "application/x-tar"}};
  call.body = std::move(archive);
  auto answer = co_await http_.call(std::move(call));
  if (!answer) co_return std::unexpected(std::move(answer.error()));
  if (answer->status >= 300) co_return std::unexpected(refusal(*answer));
  co_return EngineResult<void>();
}

EngineTask<void> EngineClient::start_container(std::string id) {
  auto body = co_await request("POST", "/containers/" + percent_encode(id) + "/start", "", minutes(3));
  if (!body) co_return std::unexpected(std::move(body.error()));
  co_return EngineResult<void>();
}

EngineTask<void> EngineClient::stop_container(std::string id, seconds grace) {
  const std::string path = "/containers/" + percent_encode(id) + "/stop?t=" + std::to_string(grace.count());
  auto body = co_await request("POST", path, "", grace + minutes(2));
  if (!body) co_return std::unexpected(std::move(body.error()));
  co_return EngineResult<void>();
}

EngineTask<void> EngineClient::kill_container(std::string id, std::string signal) {
  const std::string path = "/containers/" + percent_encode(id) + "/kill?signal=" + percent_encode(signal);
  auto body = co_await request("POST", path, "", seconds(30));
  if (!body) co_return std::unexpected(std::move(body.error()));
  co_return EngineResult<void>();
}

EngineTask<ContainerInfo> EngineClient::inspect_container(std::string id_or_name) {
  auto body = co_await request("GET", "/containers/" + percent_encode(id_or_name) + "/json", "", seconds(30));
  if (!body) co_return std::unexpected(std::move(body.error()));
  const Json json = Json::parse(*body, nullptr, false);
  ContainerInfo info = container_info(json);
  if (info.id.empty()) co_return std::unexpected(unreadable("no container id"));
  co_return info;
}

EngineTask<std::string> EngineClient::inspect_container_json(std::string id_or_name) {
  co_return co_await request("GET", "/containers/" + percent_encode(id_or_name) + "/json", "", seconds(30));
}

EngineTask<std::string> EngineClient::container_stats(std::string id) {
  const std::string path = "/containers/" + percent_encode(id) + "/stats?stream=0&one-shot=1";
  co_return co_await request("GET", path, "", seconds(30));
}

EngineTask<void> EngineClient::stream_stats(std::string id, std::function<void(std::string_view)> on_sample,
                                            std::shared_ptr<Canceller> canceller) {
  HttpCall call;
  call.method = "GET";
  call.target = prefix_ + "/containers/" + percent_encode(id) + "/stats?stream=1";
  call.timeout = std::chrono::milliseconds(0);
  StreamHandling reading;
  reading.on_line = std::move(on_sample);
  auto answer = co_await http_.stream(std::move(call), std::move(reading), std::move(canceller));
  if (!answer) co_return std::unexpected(std::move(answer.error()));
  if (answer->status >= 300) co_return std::unexpected(refusal(*answer));
  co_return EngineResult<void>();
}

EngineTask<std::vector<ContainerSummary>> EngineClient::list_containers(std::vector<std::string> labels) {
  auto body = co_await request("GET", "/containers/json?all=1&" + label_filter(labels), "", seconds(60));
  if (!body) co_return std::unexpected(std::move(body.error()));
  const Json json = Json::parse(*body, nullptr, false);
  if (!json.is_array()) co_return std::unexpected(unreadable("the list of containers is no list"));
  co_return each_of(json, container_of);
}

EngineTask<void> EngineClient::remove_container(std::string id, bool force, bool with_volumes) {
  const std::string path =
      "/containers/" + percent_encode(id) + "?force=" + (force ? "1" : "0") + "&v=" + (with_volumes ? "1" : "0");
  auto body = co_await request("DELETE", path, "", minutes(2));
  if (!body) co_return std::unexpected(std::move(body.error()));
  co_return EngineResult<void>();
}

EngineTask<void> EngineClient::create_volume(EngineVolume volume) {
  const Json spec = {{"Name", volume.name},
                     {"Driver", volume.driver},
                     {"DriverOpts", volume.driver_options},
                     {"Labels", volume.labels}};
  auto body = co_await request("POST", "/volumes/create", spec.dump(-1, ' ', false, Json::error_handler_t::replace),
                               minutes(2));
  if (!body) co_return std::unexpected(std::move(body.error()));
  co_return EngineResult<void>();
}

EngineTask<void> EngineClient::find_volume(std::string name) {
  auto body = co_await request("GET", "/volumes/" + percent_encode(name), "", seconds(60));
  if (!body) co_return std::unexpected(std::move(body.error()));
  co_return EngineResult<void>();
}

EngineTask<std::string> EngineClient::volume_directory(std::string name) {
  auto body = co_await request("GET", "/volumes/" + percent_encode(name), "", seconds(60));
  if (!body) co_return std::unexpected(std::move(body.error()));
  const Json json = Json::parse(*body, nullptr, false);
  std::string directory = text_of(json, "Mountpoint");
  if (directory.empty()) co_return std::unexpected(unreadable("the volume has no directory"));
  co_return directory;
}

EngineTask<std::vector<VolumeSummary>> EngineClient::list_volumes(std::vector<std::string> labels) {
  auto body = co_await request("GET", "/volumes?" + label_filter(labels), "", seconds(60));
  if (!body) co_return std::unexpected(std::move(body.error()));
  const Json json = Json::parse(*body, nullptr, false);
  co_return each_of(member(json, "Volumes"), volume_of);
}

EngineTask<void> EngineClient::remove_volume(std::string name) {
  auto body = co_await request("DELETE", "/volumes/" + percent_encode(name), "", minutes(2));
  if (!body) co_return std::unexpected(std::move(body.error()));
  co_return EngineResult<void>();
}

EngineTask<void> EngineClient::create_network(EngineNetwork network) {
  Json spec = {{"Name", network.name}, {"Driver", "bridge"}, {"CheckDuplicate", true}, {"Labels", network.labels}};
  spec["IPAM"]["Config"].push_back(Json{{"Subnet", network.subnet}, {"Gateway", network.gateway}});
  auto body = co_await request("POST", "/networks/create", spec.dump(), minutes(1));
  if (!body) co_return std::unexpected(std::move(body.error()));
  co_return EngineResult<void>();
}

EngineTask<std::vector<NetworkSummary>> EngineClient::list_networks(std::vector<std::string> labels) {
  auto body = co_await request("GET", "/networks?" + label_filter(labels), "", seconds(60));
  if (!body) co_return std::unexpected(std::move(body.error()));
  const Json json = Json::parse(*body, nullptr, false);
  if (!json.is_array()) co_return std::unexpected(unreadable("the list of networks is no list"));
  co_return each_of(json, network_of);
}

EngineTask<void> EngineClient::remove_network(std::string id) {
  auto body = co_await request("DELETE", "/networks/" + percent_encode(id), "", minutes(1));
  if (!body) co_return std::unexpected(std::move(body.error()));
  co_return EngineResult<void>();
}

EngineTask<void> EngineClient::container_logs(std::string id, std::string since, StreamHandling handling,
                                              std::shared_ptr<Canceller> canceller) {
  HttpCall call;
  call.method = "GET";
  call.target = prefix_ + "/containers/" + percent_encode(id) +
                "/logs?follow=1&stdout=1&stderr=1&timestamps=1&since=" + percent_encode(since);
  call.timeout = std::chrono::milliseconds(0);
  auto answer = co_await http_.stream(std::move(call), std::move(handling), std::move(canceller));
  if (!answer) co_return std::unexpected(std::move(answer.error()));
  if (answer->status >= 300) co_return std::unexpected(refusal(*answer));
  co_return EngineResult<void>();
}

EngineTask<void> EngineClient::wait_container(std::string id) {
  auto body = co_await request("POST", "/containers/" + percent_encode(id) + "/wait", "", std::chrono::milliseconds(0));
  if (!body) co_return std::unexpected(std::move(body.error()));
  co_return EngineResult<void>();
}

EngineTask<void> EngineClient::container_events(std::vector<std::string> labels, TimePoint since,
                                                EventHandling handling, std::shared_ptr<Canceller> canceller) {
  Json filters = {{"type", {"container"}}, {"label", labels}};
  // Seconds with nine digits behind the point.
  const auto nanoseconds = std::chrono::duration_cast<std::chrono::nanoseconds>(since.time_since_epoch()).count();
  std::string moment = std::to_string(nanoseconds);
  if (moment.size() > 9) moment.insert(moment.size() - 9, 1, '.');
  HttpCall call;
  call.method = "GET";
  call.target = prefix_ + "/events?since=" + moment + "&filters=" + percent_encode(filters.dump());
  call.timeout = std::chrono::milliseconds(0);
  StreamHandling reading;
  reading.on_open = handling.on_open;
  reading.on_line = [&handling](std::string_view line) {
    const Json json = Json::parse(line, nullptr, false);
    const Json& actor = member(json, "Actor");
    ContainerEvent event;
    event.action = text_of(json, "Action");
    event.id = text_of(actor, "ID");
    event.attributes = text_map(member(actor, "Attributes"));
    if (!event.id.empty()) handling.on_event(event);
  };
  auto answer = co_await http_.stream(std::move(call), std::move(reading), std::move(canceller));
  if (!answer) co_return std::unexpected(std::move(answer.error()));
  if (answer->status >= 300) co_return std::unexpected(refusal(*answer));
  co_return EngineResult<void>();
}

}  // namespace drydock::instances::docker
