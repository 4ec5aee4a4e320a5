// The Engine API's part about commands in containers (spec/execute-command.md section 6).

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <nlohmann/json.hpp>

#include "instances/docker/engine_client.hpp"

namespace drydock::instances::docker {
namespace {

namespace beast = boost::beast;
using Json = nlohmann::json;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr auto kTimeout = std::chrono::seconds(30);
// The engine looks for keys that detach, and keeps back what may be their beginning: by default Ctrl-P. It cannot be
// told not to. A NUL is seldom typed and shows nothing by itself.
constexpr const char* kNeverTyped = "ctrl-@,D,r,y,d,o,c,k,ctrl-_,d,e,t,a,c,h,ctrl-@";
constexpr std::uint64_t kMostErrorText = std::uint64_t{1} << 20;

EngineError unreachable(const std::string& what) { return {EngineError::Kind::kUnreachable, 0, what}; }

std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string message_of(const std::string& body) {
  const Json json = Json::parse(body, nullptr, false);
  const auto message = json.is_object() ? json.find("message") : Json::const_iterator{};
  return json.is_object() && message != json.end() && message->is_string() ? message->get<std::string>() : body;
}

template <class T>
T value_of(const Json& json, const char* name) {
  if (!json.is_object()) return {};
  const auto found = json.find(name);
  if (found == json.end()) return {};
  const bool fits = std::is_same_v<T, bool> ? found->is_boolean() : found->is_number_integer();
  return fits ? found->template get<T>() : T{};
}

}  // namespace

EngineTask<std::string> EngineClient::create_exec(std::string container, ExecSpec spec) {
  const Json body = {{"AttachStdin", spec.attached},       {"AttachStdout", spec.attached},
                     {"AttachStderr", spec.attached},      {"Tty", spec.attached && spec.terminal},
                     {"DetachKeys", kNeverTyped},          {"User", "0"},
                     {"Env", std::move(spec.environment)}, {"Cmd", std::move(spec.command)}};
  auto answer = co_await request("POST", "/containers/" + container + "/exec", dump(body), kTimeout);
  if (!answer) co_return std::unexpected(std::move(answer.error()));
  const Json json = Json::parse(*answer, nullptr, false);
  const auto id = json.is_object() ? json.find("Id") : Json::const_iterator{};
  if (!json.is_object() || id == json.end() || !id->is_string()) {
    co_return std::unexpected(EngineError{EngineError::Kind::kRefused, 0, "the engine named no exec id"});
  }
  co_return id->get<std::string>();
}

EngineTask<std::shared_ptr<HijackedStream>> EngineClient::attach_exec(std::string id, bool terminal) {
  using Request = beast::http::request<beast::http::string_body>;
  const auto executor = co_await asio::this_coro::executor;
  auto stream = std::make_shared<HijackedStream>(asio::local::stream_protocol::socket(executor), std::string());
  const asio::local::stream_protocol::endpoint endpoint(socket_path());
  const auto [refused] = co_await stream->socket.async_connect(endpoint, kAwait);
  if (refused) co_return std::unexpected(unreachable("cannot connect to the Docker engine: " + refused.message()));
  Request request(beast::http::verb::post, prefix_ + "/exec/" + id + "/start", 11);
  request.set(beast::http::field::host, "docker");
  request.set(beast::http::field::connection, "Upgrade");
  request.set(beast::http::field::upgrade, "tcp");
  request.set(beast::http::field::content_type, "application/json");
  request.body() = terminal ? R"({"Detach":false,"Tty":true})" : R"({"Detach":false,"Tty":false})";
  request.prepare_payload();
  const auto [write_error, written] = co_await beast::http::async_write(stream->socket, request, kAwait);
  if (write_error) co_return std::unexpected(unreachable(write_error.message()));
  beast::flat_buffer buffer;
  beast::http::response_parser<beast::http::string_body> parser;
  parser.body_limit(kMostErrorText);
  const auto [read_error, read] = co_await beast::http::async_read_header(stream->socket, buffer, parser, kAwait);
  if (read_error) co_return std::unexpected(unreachable(read_error.message()));
  const unsigned status = parser.get().result_int();
  // Older engines answer 200 and go on in the same way.
  if (status != 101 && status != 200) {
    co_await beast::http::async_read(stream->socket, buffer, parser, kAwait);
    co_return std::unexpected(
        EngineError{EngineError::Kind::kRefused, static_cast<int>(status), message_of(parser.get().body())});
  }
  const auto rest = buffer.data();
  stream->already_read.assign(static_cast<const char*>(rest.data()), rest.size());
  co_return stream;
}

EngineTask<void> EngineClient::start_exec(std::string id) {
  auto answer = co_await request("POST", "/exec/" + id + "/start", R"({"Detach":true,"Tty":false})", kTimeout);
  if (!answer) co_return std::unexpected(std::move(answer.error()));
  co_return EngineResult<void>();
}

EngineTask<ExecInfo> EngineClient::inspect_exec(std::string id) {
  auto answer = co_await request("GET", "/exec/" + id + "/json", "", kTimeout);
  if (!answer) co_return std::unexpected(std::move(answer.error()));
  const Json json = Json::parse(*answer, nullptr, false);
  ExecInfo info;
  info.running = value_of<bool>(json, "Running");
  info.exit_code = value_of<int>(json, "ExitCode");
  info.pid = value_of<int>(json, "Pid");
  co_return info;
}

EngineTask<void> EngineClient::resize_exec(std::string id, int rows, int columns) {
  const std::string size = "h=" + std::to_string(rows) + "&w=" + std::to_string(columns);
  auto answer = co_await request("POST", "/exec/" + id + "/resize?" + size, "", kTimeout);
  if (!answer) co_return std::unexpected(std::move(answer.error()));
  co_return EngineResult<void>();
}

EngineTask<ContainerInside> EngineClient::look_inside(std::string container) {
  auto answer = co_await request("GET", "/containers/" + container + "/json", "", kTimeout);
  if (!answer) co_return std::unexpected(std::move(answer.error()));
  const Json json = Json::parse(*answer, nullptr, false);
  ContainerInside inside;
  if (!json.is_object()) co_return inside;
  const Json nothing = Json::object();
  const Json variables = json.value("/Config/Env"_json_pointer, Json());
  if (variables.is_array()) {
    for (const Json& entry : variables) {
      if (entry.is_string()) inside.environment.push_back(entry.get<std::string>());
    }
  }
  inside.pid = value_of<int>(json.value("/State"_json_pointer, nothing), "Pid");
  const Json networks = json.value("/NetworkSettings/Networks"_json_pointer, nothing);
  if (networks.is_object() && !networks.empty()) {
    const Json& first = *networks.begin();
    const auto address = first.is_object() ? first.find("IPAddress") : Json::const_iterator{};
    if (first.is_object() && address != first.end() && address->is_string()) inside.ip_address = *address;
  }
  co_return inside;
}

}  // namespace drydock::instances::docker
