// Replies that come late or never, deadlines, limits on connections, and the end of the server.
#include <fcntl.h>
#include <sys/resource.h>

#include <vector>

#include "tests/unit/http/test_server.hpp"

namespace drydock::http::test {

using drydock::test::ContainsSubstring;
using drydock::test::StartsWith;
using std::chrono::milliseconds;

namespace {

// Keeps the replies it is given until the test lets go of them, on the server's thread.
struct Keeper {
  std::vector<ReplyFn> replies;
  std::promise<void> arrived;

  Handler handler() {
    return [this](Request&&, ReplyFn reply) {
      replies.push_back(std::move(reply));
      if (replies.size() == 1) arrived.set_value();
    };
  }
  void wait() { REQUIRE(arrived.get_future().wait_for(std::chrono::seconds(10)) == std::future_status::ready); }
};

Options quick() {
  Options options = TestServer::loopback();
  options.header_timeout = milliseconds(60);
  options.body_timeout = milliseconds(60);
  options.write_timeout = milliseconds(60);
  options.idle_timeout = milliseconds(60);
  options.drain_timeout = milliseconds(60);
  return options;
}

}  // namespace

TEST_CASE("a reply may come long after the handler returned") {
  Keeper keeper;
  Options options = quick();
  TestServer server(keeper.handler(), options);
  Client client(server.port());
  REQUIRE(client.send(get("/")));
  keeper.wait();
  // A second connection passes its idle deadline meanwhile: the one that waits for its reply has none.
  CHECK(Client(server.port()).closed());
  server.run_there([&] {
    Response response;
    response.body = "late";
    keeper.replies.front()(std::move(response));
  });
  CHECK(body_of(client.response()) == "late");
}

TEST_CASE("a reply that is dropped becomes a 500, at once or later") {
  Keeper keeper;
  TestServer server([&](Request&& request, ReplyFn reply) {
    if (request.target == "/throw") throw std::runtime_error("defect");
    if (request.target == "/later") keeper.handler()(std::move(request), std::move(reply));
  });
  Client client(server.port());
  for (const char* target : {"/drop", "/throw"}) {
    const std::string response = client.exchange(get(target));
    CHECK_THAT(response, StartsWith("HTTP/1.1 500 "));
    CHECK_THAT(response, ContainsSubstring("\"__type\":\"ServerException\""));
  }
  REQUIRE(client.send(get("/later")));
  keeper.wait();
  server.run_there([&] { keeper.replies.clear(); });
  CHECK_THAT(client.response(), StartsWith("HTTP/1.1 500 "));
}

TEST_CASE("a reply to a client that left is harmless") {
  Keeper keeper;
  TestServer server(keeper.handler());
  {
    Client client(server.port());
    REQUIRE(client.send(get("/")));
    keeper.wait();
  }
  server.run_there([&] { keeper.replies.front()(Response{}); });
  CHECK(Client(server.port()).connected());
}

TEST_CASE("an idle connection is closed without a word") {
  TestServer server(echo, quick());
  Client fresh(server.port());
  CHECK(fresh.closed());
  Client used(server.port());
  CHECK_THAT(used.exchange(get("/")), StartsWith("HTTP/1.1 200 OK"));
  CHECK(used.closed());
  CHECK(server.stats().timeouts == 0);
}

TEST_CASE("a header that does not end in time is answered 408") {
  TestServer server(echo, quick());
  Client client(server.port());
  REQUIRE(client.send("GET / HTTP/1.1\r\nHost: lo"));
  CHECK_THAT(client.rest(), StartsWith("HTTP/1.1 408 "));
  CHECK_FALSE(client.timed_out());
  CHECK(server.stats().timeouts == 1);
}

TEST_CASE("bytes that drip do not prolong a header's deadline") {
  TestServer server(echo, quick());
  Client client(server.port());
  client.send("GET / HTTP/1.1\r\nHost: localhost\r\nX-Drip: ");
  // Each poll waits a tenth of the deadline; were the deadline moved by each byte, all 500 would pass.
  int drips = 0;
  pollfd answered{client.fd(), POLLIN, 0};
  while (drips < 500 && client.send("x") && ::poll(&answered, 1, 6) == 0) ++drips;
  CHECK(drips < 400);
  CHECK_THAT(client.rest(), StartsWith("HTTP/1.1 408 "));
}

TEST_CASE("a body that stalls is answered 408") {
  TestServer server(echo, quick());
  Client client(server.port());
  REQUIRE(client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc"));
  CHECK_THAT(client.rest(), StartsWith("HTTP/1.1 408 "));
  CHECK(server.stats().timeouts == 1);
}

TEST_CASE("a client that does not read is dropped") {
  TestServer server(
      [](Request&&, ReplyFn reply) {
        Response response;
        response.body = std::string(50'000'000, 'z');
        reply(std::move(response));
      },
      quick());
  Client client(server.port());
  REQUIRE(client.send(get("/")));
  // The other connection's idle deadline comes after the reader's write deadline began.
  for (int i = 0; i < 100 && server.stats().timeouts == 0; ++i) CHECK(Client(server.port()).closed());
  CHECK(server.stats().timeouts == 1);
  CHECK(client.rest().size() < 50'000'000);
}

TEST_CASE("connections beyond the limit are answered 503") {
  Keeper keeper;
  Options options = TestServer::loopback();
  options.max_connections = 2;
  TestServer server(keeper.handler(), options);
  Client first(server.port());
  Client second(server.port());
  REQUIRE(first.send(get("/")));
  REQUIRE(second.send(get("/")));
  keeper.wait();
  Client third(server.port());
  CHECK_THAT(third.rest(), StartsWith("HTTP/1.1 503 "));
  CHECK(server.stats().refused_connections == 1);
  server.run_there([&] { keeper.replies.clear(); });
  CHECK_THAT(first.response(), StartsWith("HTTP/1.1 500 "));
}

TEST_CASE("a new connection takes the place of one that has long been idle") {
  Options options = TestServer::loopback();
  options.max_connections = 2;
  options.drain_timeout = milliseconds(40);  // makes the ticks short; the idle timeout stays long
  TestServer server(echo, options);
  Client oldest(server.port());
  Client second(server.port());
  CHECK_THAT(oldest.exchange(get("/")), StartsWith("HTTP/1.1 200 OK"));
  CHECK_THAT(second.exchange(get("/")), StartsWith("HTTP/1.1 200 OK"));
  std::string response;
  // Refused as long as both have been in use within the last tick.
  for (int i = 0; i < 1000 && !response.starts_with("HTTP/1.1 200 OK"); ++i) {
    response = Client(server.port()).exchange(get("/", "Connection: close\r\n"));
  }
  CHECK_THAT(response, StartsWith("HTTP/1.1 200 OK"));
  CHECK(oldest.closed());
  CHECK_THAT(second.exchange(get("/")), StartsWith("HTTP/1.1 200 OK"));
}

TEST_CASE("running out of descriptors delays connections, and loses none") {
  TestServer server;
  const int next = ::open("/dev/null", O_RDONLY);
  ::close(next);
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  // Room for the client's descriptor and no other.
  rlimit tight = before;
  tight.rlim_cur = static_cast<rlim_t>(next) + 1;
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &tight) == 0);
  Client client(server.port());
  CHECK(client.send(get("/")));
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (server.stats().accept_errors == 0 && std::chrono::steady_clock::now() < deadline) {
  }
  CHECK(server.stats().accept_errors > 0);
  CHECK(server.stats().accepted == 0);
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
  CHECK_THAT(client.response(), StartsWith("HTTP/1.1 200 OK"));
}

TEST_CASE("a graceful stop finishes what is in progress, closes the idle and takes nobody new") {
  Keeper keeper;
  TestServer server(keeper.handler());
  Client idle(server.port());
  Client busy(server.port());
  REQUIRE(busy.send(get("/")));
  keeper.wait();
  std::promise<void> stopped;
  auto done = stopped.get_future();
  server.server().stop(std::chrono::seconds(30), [&] { stopped.set_value(); });
  CHECK(idle.closed());
  CHECK(done.wait_for(milliseconds(0)) == std::future_status::timeout);
  CHECK_FALSE(Client(server.port()).connected());
  server.run_there([&] {
    Response response;
    response.body = "finished";
    keeper.replies.front()(std::move(response));
  });
  const std::string response = busy.response();
  CHECK_THAT(response, ContainsSubstring("Connection: close\r\n"));
  CHECK(body_of(response) == "finished");
  CHECK(busy.closed());
  busy.finish_sending();
  CHECK(done.wait_for(std::chrono::seconds(10)) == std::future_status::ready);
}

TEST_CASE("a stop drops what is not finished at its deadline") {
  Keeper keeper;
  TestServer server(keeper.handler());
  Client busy(server.port());
  REQUIRE(busy.send(get("/")));
  keeper.wait();
  std::promise<void> stopped;
  auto done = stopped.get_future();
  server.server().stop(milliseconds(20), [&] { stopped.set_value(); });
  CHECK(done.wait_for(std::chrono::seconds(10)) == std::future_status::ready);
  CHECK(busy.closed());
  server.run_there([&] { keeper.replies.clear(); });
}

TEST_CASE("stopping a server without connections ends at once") {
  TestServer server;
  std::promise<void> stopped;
  server.server().stop(std::chrono::seconds(30), [&] { stopped.set_value(); });
  CHECK(stopped.get_future().wait_for(std::chrono::seconds(10)) == std::future_status::ready);
}

TEST_CASE("a server may be destroyed with requests in progress and replies still out") {
  Keeper keeper;
  auto server = std::make_unique<TestServer>(keeper.handler());
  Client busy(server->port());
  Client partial(server->port());
  REQUIRE(busy.send(get("/")));
  REQUIRE(partial.send("GET / HT"));
  keeper.wait();
  server.reset();
  CHECK(busy.closed());
  CHECK(partial.closed());
  keeper.replies.clear();
}

}  // namespace drydock::http::test
