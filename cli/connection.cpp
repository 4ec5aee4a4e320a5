#include "cli/connection.hpp"

#include <algorithm>
#include <chrono>
#include <optional>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include "server/wire/signing.hpp"

namespace drydock::cli {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

constexpr std::string_view kEcs = "AmazonEC2ContainerServiceV20141113";
constexpr std::string_view kLogs = "Logs_20140328";
constexpr std::uint64_t kLongestAnswer = 256ULL * 1024 * 1024;

/// The exception's name without its namespace, and what it says.
Failure failure_of(const Answer& answer) {
  const Json body = Json::parse(answer.body, nullptr, false);
  if (!body.is_object()) return {"the server answered with status " + std::to_string(answer.status), {}};
  std::string name = text_of(body, "__type");
  name.erase(0, name.find('#') == std::string::npos ? 0 : name.find('#') + 1);
  std::string message = text_of(body, "message");
  if (message.empty()) message = text_of(body, "Message");
  Failure failure{name.empty() ? message : name + ": " + message, {}};
  if (body.contains("explanation")) {
    const Json& explanation = body["explanation"];
    failure.next = explanation.is_string() ? explanation.get<std::string>() : text_of(explanation, "nextStep");
  }
  return failure;
}

std::string named(const std::string& given, const char* otherwise) { return given.empty() ? otherwise : given; }

using Headers = std::vector<std::pair<std::string, std::string>>;

/// Who asks, for an operation of AWS.
Headers authorization(const Endpoint& endpoint, std::string_view amz_target, std::string_view body,
                      std::string_view host) {
  if (endpoint.account.empty() && endpoint.region.empty()) return {};
  if (endpoint.key.secret.empty() || endpoint.region.empty()) {
    const std::string account = named(endpoint.account, "drydock");
    return {{"Authorization", wire::unsigned_authorization(account, named(endpoint.region, "us-east-1"))}};
  }
  wire::SignedRequest request;
  request.method = "POST";
  request.target = "/";
  request.body = body;
  request.service = amz_target.starts_with(kLogs) ? "logs" : "ecs";
  request.headers = {{"Host", host}, {"X-Amz-Target", amz_target}};
  return wire::signing_headers(std::move(request), endpoint.key, endpoint.region,
                               std::chrono::time_point_cast<model::Duration>(std::chrono::system_clock::now()));
}

}  // namespace

struct Connection::Stream {
  asio::io_context io;
  asio::ip::tcp::socket socket{io};
  boost::beast::flat_buffer buffer;
  bool open = false;
};

Result<Endpoint> parse_endpoint(const std::string& url) {
  constexpr std::string_view kScheme = "http://";
  if (!url.starts_with(kScheme)) return failed("\"" + url + "\" is not http://HOST[:PORT]", {}, kMistake);
  std::string rest = url.substr(kScheme.size());
  rest.erase(std::min(rest.size(), rest.find('/')));
  Endpoint endpoint;
  const std::size_t colon = rest.rfind(':');
  const bool has_port = colon != std::string::npos && rest.find(']', colon) == std::string::npos;
  endpoint.host = rest.substr(0, has_port ? colon : rest.size());
  if (has_port) endpoint.port = rest.substr(colon + 1);
  if (endpoint.host.starts_with('[') && endpoint.host.ends_with(']')) {
    endpoint.host = endpoint.host.substr(1, endpoint.host.size() - 2);
  }
  const bool digits = std::ranges::all_of(endpoint.port, [](char c) { return c >= '0' && c <= '9'; });
  if (endpoint.host.empty() || endpoint.port.empty() || !digits) {
    return failed("\"" + url + "\" is not http://HOST[:PORT]", {}, kMistake);
  }
  return endpoint;
}

Connection::Connection(Endpoint endpoint) : endpoint_(std::move(endpoint)), stream_(std::make_unique<Stream>()) {}
Connection::~Connection() = default;
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;

Result<Answer> Connection::exchange(std::string_view method, const std::string& target, std::string_view amz_target,
                                    std::string_view body) {
  http::request<http::string_body> request(http::string_to_verb(method), target, 11);
  request.set(http::field::host, endpoint_.host.find(':') == std::string::npos
                                     ? endpoint_.host + ":" + endpoint_.port
                                     : "[" + endpoint_.host + "]:" + endpoint_.port);
  if (!amz_target.empty()) {
    request.set(http::field::content_type, "application/x-amz-json-1.1");
    request.set("X-Amz-Target", amz_target);
    for (const auto& [name, value] : authorization(endpoint_, amz_target, body, request[http::field::host])) {
      request.set(name, value);
    }
  } else if (!body.empty()) {
    request.set(http::field::content_type, "application/json");
  }
  request.body() = body;
  request.prepare_payload();

  boost::system::error_code error;
  // A kept connection may have been closed meanwhile; then a new one is made, once.
  for (const bool reused : {true, false}) {
    if (reused && !stream_->open) continue;
    if (!stream_->open) {
      asio::ip::tcp::resolver resolver(stream_->io);
      const auto found = resolver.resolve(endpoint_.host, endpoint_.port, error);
      if (!error) asio::connect(stream_->socket, found, error);
      if (error) {
        return failed("nobody answers at " + endpoint_.url() + " (" + error.message() + ")",
                      "Start it with: drydock serve (or name the right one with --endpoint)");
      }
      stream_->open = true;
      stream_->socket.set_option(asio::ip::tcp::no_delay(true), error);
    }
    http::write(stream_->socket, request, error);
    http::response_parser<http::string_body> parser;
    parser.body_limit(kLongestAnswer);
    if (!error) http::read(stream_->socket, stream_->buffer, parser, error);
    if (!error) {
      if (!parser.get().keep_alive()) {
        stream_->socket.close(error);
        stream_->open = false;
      }
      return Answer{static_cast<int>(parser.get().result_int()), std::move(parser.get().body())};
    }
    boost::system::error_code ignored;
    stream_->socket.close(ignored);
    stream_->buffer.clear();
    stream_->open = false;
  }
  return failed("the connection to " + endpoint_.url() + " broke (" + error.message() + ")",
                "See what the server's log says");
}

Result<Json> Connection::call(std::string_view prefix, std::string_view operation, const Json& request) {
  const auto answer = exchange("POST", "/", std::string(prefix) + "." + std::string(operation),
                               request.is_null() ? "{}" : request.dump());
  if (!answer) return std::unexpected(answer.error());
  if (answer->status != 200) return std::unexpected(failure_of(*answer));
  Json body = Json::parse(answer->body.empty() ? "{}" : answer->body, nullptr, false);
  if (!body.is_object()) {
    return failed(endpoint_.url() + " does not answer like Drydock", "Name the right one with --endpoint");
  }
  return body;
}

Result<Json> Connection::ecs(std::string_view operation, const Json& request) { return call(kEcs, operation, request); }

Result<Json> Connection::logs(std::string_view operation, const Json& request) {
  return call(kLogs, operation, request);
}

Result<Json> Connection::admin(std::string_view method, std::string_view path, std::string_view body) {
  const auto answer = exchange(method, "/_drydock/" + std::string(path), {}, body);
  if (!answer) return std::unexpected(answer.error());
  if (answer->status >= 400) return std::unexpected(failure_of(*answer));
  Json parsed = Json::parse(answer->body.empty() ? "{}" : answer->body, nullptr, false);
  if (parsed.is_discarded()) {
    return failed(endpoint_.url() + " does not answer like Drydock", "Name the right one with --endpoint");
  }
  return parsed;
}

Result<Json> Connection::get(std::string_view path) { return admin("GET", path, {}); }
Result<Json> Connection::post(std::string_view path, const Json& body) { return admin("POST", path, body.dump()); }
Result<Json> Connection::put(std::string_view path, const Json& body) { return admin("PUT", path, body.dump()); }
Result<Json> Connection::remove(std::string_view path) { return admin("DELETE", path, {}); }

Result<std::vector<Json>> all_pages(Connection& connection, std::string_view operation, Json request,
                                    const char* member) {
  std::vector<Json> all;
  while (true) {
    auto page = connection.ecs(operation, request);
    if (!page) return std::unexpected(page.error());
    for (Json& item : (*page)[member]) all.push_back(std::move(item));
    const std::string next = text_of(*page, "nextToken");
    if (next.empty()) return all;
    request["nextToken"] = next;
  }
}

Result<std::vector<Json>> describe_all(Connection& connection, std::string_view operation, const Json& request,
                                       const char* asked, const std::vector<Json>& names, const char* answered,
                                       std::size_t at_once) {
  std::vector<Json> all;
  for (std::size_t first = 0; first < names.size(); first += at_once) {
    Json part = request;
    part[asked] = Json::array();
    for (std::size_t i = first; i < std::min(names.size(), first + at_once); ++i) part[asked].push_back(names[i]);
    auto answer = connection.ecs(operation, part);
    if (!answer) return std::unexpected(answer.error());
    for (Json& item : (*answer)[answered]) all.push_back(std::move(item));
  }
  return all;
}

std::string text_of(const Json& object, const char* member) {
  const auto it = object.is_object() ? object.find(member) : object.end();
  if (!object.is_object() || it == object.end() || it->is_null()) return {};
  return it->is_string() ? it->get<std::string>() : it->dump();
}

std::string short_name(const std::string& arn) {
  if (!arn.starts_with("arn:")) return arn;
  const std::size_t slash = arn.rfind('/');
  return arn.substr((slash == std::string::npos ? arn.rfind(':') : slash) + 1);
}

}  // namespace drydock::cli
