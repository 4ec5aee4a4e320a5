#include "tests/docker/fake_engine.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <sstream>

namespace drydock::test {

namespace {

namespace http = boost::beast::http;
using Json = nlohmann::json;

constexpr const char* kNever = "0001-01-01T00:00:00Z";
constexpr const char* kSometime = "2026-01-01T00:00:00Z";

/// "/v1.41/containers/x/json?a=b" is containers, x, json.
std::vector<std::string> parts_of(const std::string& target) {
  std::vector<std::string> parts;
  std::istringstream path(target.substr(0, target.find('?')));
  for (std::string part; std::getline(path, part, '/');) {
    const bool version = parts.empty() && part.starts_with("v1.");
    if (!part.empty() && !version) parts.push_back(part);
  }
  return parts;
}

std::string name_in(const std::string& target) { return target.substr(target.find("name=") + 5); }

std::string text(const Json& json) { return json.is_null() ? std::string() : json.dump(); }

}  // namespace

FakeEngine::FakeEngine() : acceptor_(io_, boost::asio::local::stream_protocol::endpoint(socket())) {
  threads_.emplace_back([this] { accept(); });
}

FakeEngine::~FakeEngine() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
    for (const auto& socket : sockets_) ::shutdown(socket->native_handle(), SHUT_RDWR);
  }
  changed_.notify_all();
  ::shutdown(acceptor_.native_handle(), SHUT_RDWR);
  threads_.front().join();
  for (std::size_t i = 1; i < threads_.size(); ++i) threads_[i].join();
}

void FakeEngine::accept() {
  while (true) {
    auto socket = std::make_shared<Socket>(io_);
    boost::system::error_code error;
    acceptor_.accept(*socket, error);
    const std::lock_guard lock(mutex_);
    if (error || closing_) return;
    sockets_.push_back(socket);
    threads_.emplace_back([this, socket] { serve(*socket); });
  }
}

void FakeEngine::serve(Socket& socket) {
  boost::beast::flat_buffer buffer;
  boost::system::error_code error;
  while (true) {
    http::request<http::string_body> request;
    http::read(socket, buffer, request, error);
    if (error) return;
    const std::string target(request.target());
    if (parts_of(target) == std::vector<std::string>{"events"}) return stream_events(socket);
    const Answer made = answer(std::string(request.method_string()), target, request.body());
    http::response<http::string_body> response(static_cast<http::status>(made.status), 11);
    response.body() = text(made.body);
    response.prepare_payload();
    http::write(socket, response, error);
    if (error) return;
  }
}

void FakeEngine::stream_events(Socket& socket) {
  boost::system::error_code error;
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
  boost::asio::write(socket, boost::asio::buffer(head), error);
  std::unique_lock lock(mutex_);
  std::size_t told = events_.size();
  while (!closing_ && !error) {
    for (; told < events_.size() && !error; ++told) {
      std::ostringstream chunk;
      chunk << std::hex << events_[told].size() << "\r\n" << events_[told] << "\r\n";
      boost::asio::write(socket, boost::asio::buffer(chunk.str()), error);
    }
    changed_.wait(lock);
  }
}

FakeEngine::Answer FakeEngine::answer(const std::string& method, const std::string& target, const std::string& body) {
  const std::lock_guard lock(mutex_);
  const auto parts = parts_of(target);
  const std::string first = parts.empty() ? "" : parts[0];
  if (first == "version") return {200, {{"Version", "20.10.0"}, {"ApiVersion", "1.41"}, {"MinAPIVersion", "1.12"}}};
  if (first == "info") return {200, {{"NCPU", 2}, {"MemTotal", 4294967296}, {"Architecture", "x86_64"}}};
  if (first == "images") return {200, {{"Id", "sha256:1"}, {"RepoDigests", Json::array()}}};
  if (first != "containers" || parts.size() < 2) return {404, {{"message", "page not found"}}};
  if (parts[1] == "create") return create(name_in(target), Json::parse(body));
  if (parts[1] != "json") return answer_container(method, parts[1], parts.size() > 2 ? parts[2] : "");
  Json list = Json::array();
  for (const auto& [id, container] : containers_) {
    if (!container.state.empty()) {
      list.push_back({{"Id", id}, {"State", container.state}, {"Labels", container.labels}});
    }
  }
  return {200, list};
}

FakeEngine::Answer FakeEngine::create(const std::string& name, const Json& spec) {
  for (const auto& [id, container] : containers_) {
    if (container.name != name) continue;
    ++conflicts_;
    return {409, {{"message", "Conflict. The container name is already in use by container " + id + "."}}};
  }
  const std::string id = add(name, spec.at("Labels").get<std::map<std::string, std::string>>());
  containers_.at(id).state = "created";
  tell("create", id);
  return {201, {{"Id", id}}};
}

FakeEngine::Answer FakeEngine::answer_container(const std::string& method, const std::string& id_or_name,
                                                const std::string& what) {
  const auto found = find(id_or_name);
  if (found == containers_.end()) return {404, {{"message", "No such container: " + id_or_name}}};
  auto& [id, container] = *found;
  if (method == "DELETE") {
    containers_.erase(found);
    return {204, nullptr};
  }
  if (what == "start") {
    if (container.state != "running") set_running(id);
    return {204, nullptr};
  }
  if (what == "stop") {
    if (container.state == "running") {
      container.state = "exited";
      tell("die", id);
    }
    return {204, nullptr};
  }
  const bool running = container.state == "running";
  const Json state = {{"Status", container.state},
                      {"Running", running},
                      {"ExitCode", container.state == "exited" ? 143 : 0},
                      {"StartedAt", container.state == "created" ? kNever : kSometime},
                      {"FinishedAt", container.state == "exited" ? kSometime : kNever}};
  return {200,
          {{"Id", id}, {"Name", "/" + container.name}, {"State", state}, {"Config", {{"Labels", container.labels}}}}};
}

std::map<std::string, FakeEngine::Container>::iterator FakeEngine::find(const std::string& id_or_name) {
  return std::ranges::find_if(containers_, [&](const auto& entry) {
    return !entry.second.state.empty() && (entry.first == id_or_name || entry.second.name == id_or_name);
  });
}

std::string FakeEngine::add(const std::string& name, const std::map<std::string, std::string>& labels) {
  std::string id = std::to_string(++numbers_);
  id.insert(0, 64 - id.size(), 'c');
  containers_[id] = {name, labels, "", 0};
  return id;
}

void FakeEngine::set_running(const std::string& id) {
  Container& container = containers_.at(id);
  container.state = "running";
  ++container.starts;
  tell("start", id);
}

void FakeEngine::tell(const std::string& action, const std::string& id) {
  events_.push_back(
      Json{{"Action", action}, {"Actor", {{"ID", id}, {"Attributes", containers_.at(id).labels}}}}.dump() + "\n");
  changed_.notify_all();
}

std::string FakeEngine::begin_create(const std::string& name, const std::map<std::string, std::string>& labels) {
  const std::lock_guard lock(mutex_);
  return add(name, labels);
}

void FakeEngine::finish_create(const std::string& id) {
  const std::lock_guard lock(mutex_);
  containers_.at(id).state = "created";
  tell("create", id);
}

void FakeEngine::finish_start(const std::string& id) {
  const std::lock_guard lock(mutex_);
  set_running(id);
}

std::string FakeEngine::state(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto found = containers_.find(id);
  return found == containers_.end() ? std::string() : found->second.state;
}

std::size_t FakeEngine::starts(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto found = containers_.find(id);
  return found == containers_.end() ? 0 : found->second.starts;
}

std::size_t FakeEngine::conflicts() const {
  const std::lock_guard lock(mutex_);
  return conflicts_;
}

}  // namespace drydock::test
