// The agent's calls against a server that goes away, fails and forgets.

#include <boost/asio/io_context.hpp>

#include "agent/ecs_api.hpp"
#include "agent/log_uploader.hpp"
#include "server/http/server.hpp"
#include "tests/support/catch.hpp"

namespace drydock::agent {
namespace {

using Json = nlohmann::json;
using namespace std::chrono_literals;

http::Response answer(unsigned status, const std::string& body) {
  http::Response response;
  response.status = status;
  response.content_type = "application/json";
  response.body = body;
  return response;
}

/// A server on a port that stays its own, and the agent's side of it.
struct Harbour {
  Harbour() {
    start();
    settings.server.host = "127.0.0.1";
    settings.server.port = std::to_string(port);
    settings.region = "us-east-1";
    api = std::make_shared<EcsApi>(io.get_executor(), settings);
  }

  void start() {
    http::Options options;
    options.addresses = {"127.0.0.1"};
    options.port = port;
    auto take = [this](http::Request&& request, http::ReplyFn reply) { reply(handle(request)); };
    server = std::make_unique<http::Server>(io, options, take);
    const auto listening = server->listen();
    REQUIRE(listening);
    port = *listening;
  }

  template <class Condition>
  void run_until(Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (!condition() && std::chrono::steady_clock::now() < deadline) io.run_one_for(100ms);
    CHECK(condition());
  }

  /// What an operation came to.
  std::expected<std::string, api::ApiError> call(const std::string& operation, const std::string& body) {
    std::optional<std::expected<std::string, api::ApiError>> result;
    instances::docker::spawn(io.get_executor(), keep(api, operation, body, result), "call");
    run_until([&] { return result.has_value(); });
    return result.value_or(std::unexpected(api::ApiError::server("no answer")));
  }

  static asio::awaitable<void> keep(std::shared_ptr<EcsApi> with, std::string operation, std::string body,
                                    std::optional<std::expected<std::string, api::ApiError>>& result) {
    result = co_await EcsApi::call(with, operation, body);
  }

  asio::io_context io{1};
  std::function<http::Response(const http::Request&)> handle = [](const http::Request&) { return answer(200, "{}"); };
  std::uint16_t port = 0;
  std::unique_ptr<http::Server> server;
  Settings settings;
  std::shared_ptr<EcsApi> api;
};

/// The server's side of logs, as its comment in server/logs/agent_logs.hpp has it.
struct LogBook {
  http::Response take(const http::Request& request) {
    const Json body = Json::parse(request.body);
    if (request.target.ends_with("/position")) {
      const std::string source = body["source"];
      return answer(200, Json({{"position", reached.contains(source) ? Json(reached[source]) : Json()}}).dump());
    }
    if (failures > 0) {
      --failures;
      if (failures % 2 == 0) store(body);  // it was stored, and the answer got lost
      return answer(503, R"({"message":"later"})");
    }
    return answer(200, Json({{"positions", store(body)}}).dump());
  }

  Json store(const Json& body) {
    Json positions;
    for (const Json& batch : body["batches"]) {
      const std::string source = batch["source"];
      if (reached[source] == batch["after"] && batch["position"] != batch["after"]) {
        for (const Json& line : batch["lines"]) lines[source].push_back(line[1]);
        reached[source] = batch["position"];
      }
      positions[source] = reached[source];
    }
    return positions;
  }

  int failures = 0;
  std::map<std::string, std::string> reached;
  std::map<std::string, std::vector<std::string>> lines;
};

std::vector<model::LogLine> one_line(const std::string& text) { return {{model::Instant{}, text}}; }

}  // namespace

TEST_CASE("A call waits for a server that is away, and is made once it is there") {
  Harbour harbour;
  CHECK(harbour.call("ListTasks", "{}"));
  harbour.server.reset();
  std::optional<std::expected<std::string, api::ApiError>> result;
  instances::docker::spawn(harbour.io.get_executor(), Harbour::keep(harbour.api, "ListTasks", "{}", result), "call");
  for (int i = 0; i < 5; ++i) harbour.io.run_one_for(50ms);
  CHECK_FALSE(result);
  harbour.handle = [](const http::Request& request) {
    return answer(200,
                  request.headers["X-Amz-Target"] == "AmazonEC2ContainerServiceV20141113.ListTasks" ? "{\"a\":1}" : "");
  };
  harbour.start();
  harbour.run_until([&] { return result.has_value(); });
  REQUIRE(result);
  CHECK(**result == "{\"a\":1}");
}

TEST_CASE("What the server refuses is told as it says it, with its status") {
  Harbour harbour;
  harbour.handle = [](const http::Request&) {
    return answer(400, R"({"__type":"com.amazonaws.ecs#InvalidParameterException","message":"no"})");
  };
  const auto refused = harbour.call("SubmitTaskStateChange", "{}");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == "InvalidParameterException");
  CHECK(refused.error().message == "no");
  CHECK(refused.error().http_status == 400);
  harbour.handle = [](const http::Request&) { return answer(500, "oops"); };
  CHECK(harbour.call("SubmitTaskStateChange", "{}").error().http_status == 500);
}

TEST_CASE("Waits grow up to their limit and begin anew") {
  Backoff waits(100ms, 350ms);
  CHECK(waits.next() == 100ms);
  CHECK(waits.next() == 200ms);
  CHECK(waits.next() == 350ms);
  CHECK(waits.next() == 350ms);
  waits.reset();
  CHECK(waits.next() == 100ms);
}

TEST_CASE("Lines reach the server once and in order, whatever is lost on the way") {
  Harbour harbour;
  LogBook book;
  book.failures = 5;
  book.reached["b"] = "7";
  book.lines["b"] = {"before"};
  harbour.handle = [&](const http::Request& request) { return book.take(request); };
  const auto uploader = std::make_shared<LogUploader>(harbour.io.get_executor(), harbour.api);
  const auto sink = uploader->sink();
  bool ready = false;
  sink->prepare("b", [&] { ready = true; });
  harbour.run_until([&] { return ready; });
  CHECK(sink->position("b") == "7");
  CHECK(sink->position("a") == std::nullopt);
  std::uint64_t ticket = 0;
  for (int i = 1; i <= 20; ++i) {
    sink->append({1}, one_line("a" + std::to_string(i)), "a", std::to_string(i));
    ticket = sink->append({2}, one_line("b" + std::to_string(i)), "b", std::to_string(7 + i));
  }
  CHECK_FALSE(sink->stored(ticket));
  harbour.run_until([&] { return sink->stored(ticket); });
  REQUIRE(book.lines["a"].size() == 20);
  CHECK(book.lines["a"].front() == "a1");
  CHECK(book.lines["a"].back() == "a20");
  CHECK(book.lines["b"].size() == 21);
  CHECK(book.lines["b"].back() == "b20");
  CHECK(sink->position("a") == "20");
}

TEST_CASE("Lines that follow a position which the server has lost are not lost with it") {
  Harbour harbour;
  LogBook book;
  harbour.handle = [&](const http::Request& request) { return book.take(request); };
  const auto uploader = std::make_shared<LogUploader>(harbour.io.get_executor(), harbour.api);
  const auto sink = uploader->sink();
  const auto first = sink->append({1}, one_line("one"), "a", "1");
  harbour.run_until([&] { return sink->stored(first); });
  book.reached.clear();  // as after a snapshot was restored
  book.lines.clear();
  sink->append({1}, one_line("two"), "a", "2");
  const auto last = sink->append({1}, one_line("three"), "a", "3");
  harbour.run_until([&] { return sink->stored(last); });
  CHECK(book.lines["a"] == std::vector<std::string>{"two", "three"});
}

TEST_CASE("Too much that waits to be stored holds up reading") {
  Harbour harbour;
  LogBook book;
  harbour.handle = [&](const http::Request& request) { return book.take(request); };
  const auto uploader = std::make_shared<LogUploader>(harbour.io.get_executor(), harbour.api);
  const auto sink = uploader->sink();
  CHECK_FALSE(sink->crowded());
  std::uint64_t ticket = 0;
  for (int i = 1; !sink->crowded(); ++i) {
    REQUIRE(i < 1000);
    ticket = sink->append({1}, one_line(std::string(std::size_t{256} << 10, 'x')), "a", std::to_string(i));
  }
  harbour.run_until([&] { return sink->stored(ticket); });
  CHECK_FALSE(sink->crowded());
}

}  // namespace drydock::agent
