// The server's end of websockets, byte by byte (RFC 6455).
#include "server/http/websocket.hpp"

#include <atomic>

#include "tests/unit/http/test_server.hpp"

namespace drydock::http::test {
namespace {

using namespace std::chrono_literals;

const std::string kUpgrade =
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

/// A client's frame: masked, with a mask that changes nothing.
std::string frame(unsigned char opcode, std::string_view data) {
  std::string bytes{static_cast<char>(0x80U | opcode), static_cast<char>(0x80U | data.size())};
  bytes.append(4, '\0');
  return bytes.append(data);
}
std::string text(std::string_view data) { return frame(1, data); }
std::string binary(std::string_view data) { return frame(2, data); }

/// A server's frame with a binary message.
std::string message(std::string_view data) {
  return std::string{static_cast<char>(0x82), static_cast<char>(data.size())}.append(data);
}
/// The same with text.
std::string text_message(std::string_view data) {
  return std::string{static_cast<char>(0x81), static_cast<char>(data.size())}.append(data);
}
std::string closing(int code) {
  return {static_cast<char>(0x88), 2, static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)};
}

/// Sends binary messages back and answers text with text, and ends with code 1001 when it is told "bye".
struct EchoSocket {
  explicit EchoSocket(WebSocketLimits given = {}) : limits(given) {}

  Handler handler() {
    return [this](const Request& request, ReplyFn reply) {
      auto opened = [this](const WebSocket& socket) {
        WebSocketEvents events;
        events.on_binary = [socket](std::string_view bytes) { socket.send(std::string(bytes)); };
        events.on_text = [socket](std::string_view word) {
          socket.send_text("said " + std::string(word));
          if (word == "bye") socket.close(1001);
          socket.send("late");
        };
        events.on_closed = [this] { ++ended; };
        return events;
      };
      reply(upgrade_to_websocket(request, limits, opened));
    };
  }

  WebSocketLimits limits;
  std::atomic<int> ended = 0;
};

struct Connected {
  explicit Connected(WebSocketLimits limits = {}) : socket(limits), server(socket.handler()), client(server.port()) {
    client.send(get("/socket", kUpgrade));
    answer = client.response(false);
  }
  EchoSocket socket;
  TestServer server;
  Client client;
  std::string answer;
};

}  // namespace

TEST_CASE("A request becomes a websocket", "[http][websocket]") {
  Connected there;
  CHECK(there.answer.starts_with("HTTP/1.1 101 "));
  CHECK(there.answer.find("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n") != std::string::npos);
  there.client.send(binary("one") + binary("two") + text("bye"));
  CHECK(there.client.rest() == message("one") + message("two") + text_message("said bye") + closing(1001));
}

TEST_CASE("Who does not ask for a websocket is told to, and pages of others get none", "[http][websocket]") {
  EchoSocket socket;
  TestServer server(socket.handler());
  Client client(server.port());
  const std::string plain = client.exchange(get("/socket"));
  CHECK(plain.starts_with("HTTP/1.1 426 "));
  CHECK(plain.find("Upgrade: websocket\r\n") != std::string::npos);
  CHECK(client.exchange(get("/socket", kUpgrade + "Origin: https://example.com\r\n")).starts_with("HTTP/1.1 403 "));
  CHECK(socket.ended == 0);
}

TEST_CASE("A message that is too long ends the connection", "[http][websocket]") {
  WebSocketLimits limits;
  limits.message_bytes = 16;
  Connected there(limits);
  there.client.send(binary("0123456789abcdef"));
  there.client.send(binary("0123456789abcdefg"));
  CHECK(there.client.rest() == message("0123456789abcdef") + closing(1009));
}

TEST_CASE("A client that answers no ping is given up", "[http][websocket]") {
  WebSocketLimits limits;
  limits.idle_timeout = 100ms;
  Connected there(limits);
  const std::string last = there.client.rest();
  CHECK_FALSE(there.client.timed_out());
  CHECK(last.starts_with(static_cast<char>(0x89)));
}

TEST_CASE("The end of a connection is told once", "[http][websocket]") {
  EchoSocket socket;
  {
    TestServer server(socket.handler());
    Client client(server.port());
    client.send(get("/socket", kUpgrade));
    client.response(false);
    client.send(frame(8, ""));
    CHECK(client.rest().starts_with(static_cast<char>(0x88)));
    CHECK_FALSE(client.timed_out());
  }
  CHECK(socket.ended == 1);
}

TEST_CASE("A client that is too far behind is dropped", "[http][websocket]") {
  WebSocketLimits limits;
  limits.queued_bytes = 10;
  Connected there(limits);
  there.client.send(binary("0123456789a"));
  CHECK(there.client.closed());
}

TEST_CASE("A client that does not wait for the answer gets none", "[http][websocket]") {
  EchoSocket socket;
  TestServer server(socket.handler());
  Client client(server.port());
  client.send(get("/socket", kUpgrade) + binary("early"));
  CHECK(client.rest().empty());
  CHECK_FALSE(client.timed_out());
}

}  // namespace drydock::http::test
