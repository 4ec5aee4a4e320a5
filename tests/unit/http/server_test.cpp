// What clients get that behave, and that do not.
#include "server/http/server.hpp"

#include "tests/unit/http/test_server.hpp"

namespace drydock::http::test {

using drydock::test::ContainsSubstring;
using drydock::test::StartsWith;

TEST_CASE("a connection serves one request after another") {
  TestServer server;
  Client client(server.port());
  for (int i = 0; i < 3; ++i) {
    const std::string response = client.exchange(post("{\"n\":" + std::to_string(i) + "}"));
    CHECK_THAT(response, StartsWith("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: "));
    CHECK_THAT(response, ContainsSubstring(" GMT\r\n"));
    CHECK(body_of(response) == "POST / {\"n\":" + std::to_string(i) + "}");
  }
  CHECK(server.stats().accepted == 1);
  CHECK(server.stats().requests == 3);
}

TEST_CASE("a hundred requests in one write are answered in their order") {
  TestServer server;
  Client client(server.port());
  std::string all;
  for (int i = 0; i < 100; ++i) all += i % 2 == 0 ? get("/" + std::to_string(i)) : post(std::to_string(i));
  REQUIRE(client.send(all));
  for (int i = 0; i < 100; ++i) {
    const std::string number = std::to_string(i);
    CHECK(body_of(client.response()) == (i % 2 == 0 ? "GET /" + number + " " : "POST / " + number));
  }
}

TEST_CASE("pipelined requests keep their order when replies come later") {
  TestServer* running = nullptr;
  TestServer server([&](Request&& request, ReplyFn reply) {
    if (request.target == "/now") return echo(std::move(request), std::move(reply));
    auto answer_later = [request = std::move(request), reply = std::move(reply)]() mutable {
      echo(std::move(request), std::move(reply));
    };
    boost::asio::post(running->io(), std::move(answer_later));
  });
  running = &server;
  Client client(server.port());
  REQUIRE(client.send(get("/now") + get("/later1") + get("/now") + get("/later2") + get("/now")));
  for (const char* target : {"/now", "/later1", "/now", "/later2", "/now"}) {
    CHECK(body_of(client.response()) == "GET " + std::string(target) + " ");
  }
}

TEST_CASE("a request may come one byte at a time") {
  TestServer server;
  Client client(server.port());
  const std::string request = post("{\"a\":1}", "X-Long: " + std::string(300, 'x') + "\r\n");
  for (const char byte : request) REQUIRE(client.send({&byte, 1}));
  CHECK(body_of(client.response()) == "POST / {\"a\":1}");
}

TEST_CASE("chunked bodies are put together, and their trailers dropped") {
  std::string seen_host;
  TestServer server([&](Request&& request, ReplyFn reply) {
    seen_host = std::string(request.headers["host"]) + std::to_string(request.headers.count(Headers::Field::host));
    echo(std::move(request), std::move(reply));
  });
  Client client(server.port());
  const std::string head =
      "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
      "Transfer-Encoding: chunked\r\n\r\n";
  const std::string body = "4\r\nabcd\r\n1;ext=1\r\ne\r\n0\r\nHost: evil\r\n\r\n";
  CHECK(body_of(client.exchange(head + body)) == "POST / abcde");
  CHECK(seen_host == "localhost1");
  for (const char byte : head + body) REQUIRE(client.send({&byte, 1}));
  CHECK(body_of(client.response()) == "POST / abcde");
}

TEST_CASE("a client that expects 100 Continue gets it when the request is acceptable") {
  TestServer server;
  Client client(server.port());
  REQUIRE(
      client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                  "Content-Length: 3\r\nExpect: 100-continue\r\n\r\n"));
  CHECK(client.response(false) == "HTTP/1.1 100 Continue\r\n\r\n");
  CHECK(body_of(client.exchange("abc")) == "POST / abc");
  SECTION("and not when the body came along") {
    CHECK_THAT(client.exchange(post("{}", "Expect: 100-continue\r\n")), StartsWith("HTTP/1.1 200 OK"));
  }
  SECTION("413 instead, when the body would be too large") {
    const std::string response = client.exchange(
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999\r\n"
        "Expect: 100-continue\r\n\r\n");
    CHECK_THAT(response, StartsWith("HTTP/1.1 413 "));
  }
  SECTION("403 instead, when the host is foreign") {
    CHECK_THAT(client.exchange("POST / HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 3\r\n"
                               "Expect: 100-continue\r\n\r\n"),
               StartsWith("HTTP/1.1 403 "));
  }
  SECTION("417 for expectations nobody knows") {
    CHECK_THAT(client.exchange("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nExpect: miracle\r\n\r\n"),
               StartsWith("HTTP/1.1 417 "));
  }
}

TEST_CASE("a body beyond the limit is answered 413 although the client sends all of it first") {
  TestServer server;
  Client client(server.port());
  REQUIRE(client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000000\r\n\r\n"));
  const std::string block(1'000'000, 'x');
  for (int i = 0; i < 100; ++i) REQUIRE(client.send(block));
  const std::string response = client.response();
  CHECK_THAT(response, StartsWith("HTTP/1.1 413 "));
  CHECK_THAT(response, ContainsSubstring("Connection: close\r\n"));
  CHECK_THAT(body_of(response), StartsWith("{\"__type\":\"RequestEntityTooLargeException\",\"message\":\""));
  CHECK(server.stats().requests == 0);
}

TEST_CASE("a chunked body beyond the limit is answered 413, and one within it accepted") {
  Options options = TestServer::loopback();
  options.body_bytes = 100'000;
  TestServer server(echo, options);
  const std::string head = "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::string chunk = "c350\r\n" + std::string(50'000, 'x') + "\r\n";
  Client within(server.port());
  CHECK(body_of(within.exchange(head + chunk + chunk + "0\r\n\r\n")).size() == 100'007);
  Client beyond(server.port());
  CHECK_THAT(beyond.exchange(head + chunk + chunk + "1\r\nx\r\n0\r\n\r\n"), StartsWith("HTTP/1.1 413 "));
}

TEST_CASE("headers of up to 16 KiB pass, larger ones are answered 431") {
  TestServer server;
  Client within(server.port());
  CHECK_THAT(
      within.exchange(get("/", "X-A: " + std::string(7'000, 'a') + "\r\nX-B: " + std::string(7'000, 'b') + "\r\n")),
      StartsWith("HTTP/1.1 200 OK"));
  SECTION("one long field") {
    Client client(server.port());
    CHECK_THAT(client.exchange(get("/", "X-A: " + std::string(17'000, 'a') + "\r\n")), StartsWith("HTTP/1.1 431 "));
  }
  SECTION("many short fields, sent one by one") {
    Client client(server.port());
    client.send("GET / HTTP/1.1\r\nHost: localhost\r\n");
    for (int i = 0; i < 1000 && client.send("X-Filler: " + std::string(20, 'f') + "\r\n"); ++i) {
    }
    CHECK_THAT(client.response(), StartsWith("HTTP/1.1 431 "));
  }
  SECTION("a long target") {
    Client client(server.port());
    CHECK_THAT(client.exchange(get("/" + std::string(20'000, 't'))), StartsWith("HTTP/1.1 431 "));
  }
  SECTION("trailers without end") {
    Client client(server.port());
    client.send("POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n");
    for (int i = 0; i < 10'000 && client.send("X-Filler: " + std::string(20, 'f') + "\r\n"); ++i) {
    }
    CHECK_THAT(client.response(), StartsWith("HTTP/1.1 4"));
  }
}

TEST_CASE("malformed requests are answered 400 as JSON and the connection closed") {
  using namespace std::string_literals;
  const std::string random = "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\x00garbage\r\n\r\n"s;
  for (const std::string& bytes : {
           random,
           std::string("hello\r\n\r\n"),
           std::string("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
           std::string("GET / HTTP/1.1\r\nHost: localhost\r\nbad header\r\n\r\n"),
           std::string("GET / HTTP/1.1\r\n\r\n"),
           std::string("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
           std::string("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n"),
           std::string("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nab"),
           std::string("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n"),
           std::string("POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip\r\n\r\n"),
           std::string("POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"),
           std::string("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
           std::string("GET http://localhost/ HTTP/1.1\r\nHost: localhost\r\n\r\n"),
       }) {
    CAPTURE(bytes);
    TestServer server;
    Client client(server.port());
    const std::string response = client.exchange(bytes);
    CHECK_THAT(response, StartsWith("HTTP/1.1 400 "));
    CHECK_THAT(response, ContainsSubstring("Connection: close\r\n"));
    CHECK_THAT(body_of(response), StartsWith("{\"__type\":\"SerializationException\",\"message\":\""));
    CHECK(client.closed());
    CHECK(server.stats().requests == 0);
  }
}

TEST_CASE("a client that has finished sending still gets its answers") {
  TestServer server;
  Client client(server.port());
  REQUIRE(client.send(get("/a") + get("/b")));
  client.finish_sending();
  const std::string all = client.rest();
  CHECK_THAT(all, ContainsSubstring("GET /a "));
  CHECK_THAT(all, ContainsSubstring("GET /b "));
  CHECK_FALSE(client.timed_out());
}

TEST_CASE("a request cut off in the middle is answered 400") {
  TestServer server;
  for (const std::string& part : {std::string("GET / HTT"), std::string("POST / HTTP/1.1\r\nHost: localhost\r\n"),
                                  post("abcdef").substr(0, post("abcdef").size() - 1)}) {
    Client client(server.port());
    REQUIRE(client.send(part));
    client.finish_sending();
    CHECK_THAT(client.rest(), StartsWith("HTTP/1.1 400 "));
  }
}

TEST_CASE("HTTP/1.0 closes after the answer, unless asked to keep the connection") {
  TestServer server;
  Client once(server.port());
  CHECK_THAT(once.exchange("GET / HTTP/1.0\r\n\r\n"), ContainsSubstring("Connection: close\r\n"));
  CHECK(once.closed());
  Client kept(server.port());
  for (int i = 0; i < 2; ++i) {
    CHECK_THAT(kept.exchange("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"),
               ContainsSubstring("Connection: keep-alive\r\n"));
  }
}

TEST_CASE("Connection: close is obeyed") {
  TestServer server;
  Client client(server.port());
  CHECK_THAT(client.exchange(get("/", "Connection: close\r\n")), ContainsSubstring("Connection: close\r\n"));
  CHECK(client.closed());
}

TEST_CASE("HEAD is answered like GET without the body") {
  TestServer server;
  Client client(server.port());
  REQUIRE(client.send("HEAD /x HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  CHECK_THAT(client.response(false), ContainsSubstring("Content-Length: 8\r\n"));
  CHECK(body_of(client.exchange(get("/y"))) == "GET /y ");
}

TEST_CASE("preflights get no permission") {
  TestServer server;
  Client client(server.port());
  const std::string response = client.exchange(
      "OPTIONS / HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\n"
      "Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: x-amz-target\r\n\r\n");
  CHECK_THAT(response, StartsWith("HTTP/1.1 200 OK"));
  CHECK(response.find("Access-Control") == std::string::npos);
  CHECK(server.stats().requests == 0);
}

TEST_CASE("headers are found whatever their case, and the peer is named") {
  std::string seen;
  TestServer server([&](Request&& request, ReplyFn reply) {
    seen = std::string(request.headers["X-Amz-Target"]) + "|" + std::string(request.headers["absent"]) + "|" +
           request.remote_address;
    reply(Response{});
  });
  Client client(server.port());
  CHECK_THAT(client.exchange(post("{}", "x-AMZ-target: A.B\r\n")), ContainsSubstring("Content-Length: 0\r\n"));
  CHECK(seen == "A.B||127.0.0.1");
}

TEST_CASE("large answers arrive whole") {
  const std::string large(20'000'000, 'z');
  TestServer server([&](Request&&, ReplyFn reply) {
    Response response;
    response.body = large;
    reply(std::move(response));
  });
  Client client(server.port());
  REQUIRE(client.send(get("/1") + get("/2")));
  CHECK(body_of(client.response()) == large);
  CHECK(body_of(client.response()) == large);
}

TEST_CASE("a handler can take the connection over, with what was read beyond the request") {
  std::string already_read;
  TestServer server([&](Request&&, ReplyFn reply) {
    Response response;
    response.takeover = [&](Socket&& socket, std::string bytes) {
      already_read = std::move(bytes);
      socket.write_some(boost::asio::buffer(std::string("taken over")));
    };
    reply(std::move(response));
  });
  Client client(server.port());
  REQUIRE(client.send(get("/") + "frames"));
  CHECK(client.rest() == "taken over");
  CHECK(already_read == "frames");
  CHECK(server.stats().open_connections == 0);
}

TEST_CASE("a port in use is said plainly, and a busy address does not go unnoticed") {
  TestServer first;
  boost::asio::io_context io{1};
  Options options = TestServer::loopback();
  options.port = first.port();
  Server second(io, options, echo);
  const auto port = second.listen();
  REQUIRE_FALSE(port.has_value());
  CHECK_THAT(port.error(), ContainsSubstring("port " + std::to_string(first.port()) + " on 127.0.0.1 is in use"));
}

}  // namespace drydock::http::test
