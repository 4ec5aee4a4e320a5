// The command line's half of a data channel, against the server's.

#include "cli/exec/client_channel.hpp"

#include "tests/unit/sessions/channel_client.hpp"

using namespace drydock;
using namespace drydock::test;
using cli::ClientChannel;
using cli::Received;
using sessions::DataChannel;
using sessions::Delivery;
using sessions::Effects;
using Texts = std::vector<std::string>;

namespace {

sessions::DataChannelOptions channel_options() {
  sessions::DataChannelOptions made;
  made.session_id = "ecs-execute-command-1";
  made.notice = "not encrypted";
  made.new_message_id = IdCounter{};
  return made;
}

/// Both ends, with a connection on which everything arrives at once.
struct Line {
  explicit Line(bool terminal) {
    server.serve({terminal});
    server.connected(now);
  }

  void to_client(const Effects& effects) {
    for (const Delivery& delivery : effects.deliveries) {
      if (delivery.kind == Delivery::Kind::kInput) input += delivery.bytes;
      if (delivery.kind == Delivery::Kind::kSize) size = delivery.size;
      if (delivery.kind == Delivery::Kind::kEndOfInput) input_ended = true;
    }
    over = over || effects.over;
    for (const std::string& frame : effects.frames) {
      const Received received = client.receive(frame, now);
      for (const std::string& answer : received.frames) to_server(answer);
      for (const cli::Written& written : received.written) {
        (written.error ? error : output) += written.bytes;
        order += written.error ? 'e' : 'o';
        if (takes_output) {
          to_server(written.acknowledge);
        } else {
          untaken.push_back(written.acknowledge);
        }
      }
      if (received.open) {
        notice = received.notice;
        to_server(client.size({50, 132}, now));
      }
      if (received.closed) closed = received.closed;
    }
  }
  void to_server(const std::string& frame) { to_client(server.receive(frame, now)); }
  void repeat(std::chrono::milliseconds after) {
    now += after;
    for (const std::string& frame : client.repeat(now)) to_server(frame);
  }

  model::Instant now = kStart;
  DataChannel server{channel_options()};
  ClientChannel client;
  std::string input, output, error, order, notice;
  bool input_ended = false;
  bool over = false;
  bool takes_output = true;
  Texts untaken;
  sessions::Size size;
  std::optional<std::string> closed;
};

}  // namespace

TEST_CASE("A command's streams come apart, and its exit code before the end", "[cli][sessions]") {
  Line line(false);
  // No wait for first bytes: this client does not leave at the end of its input.
  line.to_client(line.server.opened(line.now));
  CHECK(line.notice == "not encrypted");
  CHECK(line.size == sessions::Size{50, 132});
  line.to_client(line.server.output("out1 ", line.now));
  line.to_client(line.server.error_output("err", line.now));
  line.to_client(line.server.output("out2", line.now));
  CHECK(line.output == "out1 out2");
  CHECK(line.error == "err");
  CHECK(line.order == "oeo");
  CHECK_FALSE(line.client.exit_code());
  line.server.exited(137);
  line.to_client(line.server.finish("", line.now));
  CHECK(line.client.exit_code() == 137);
  CHECK(line.closed == "");
  CHECK(line.over);
}

TEST_CASE("A command that ends at once, or never begins, tells its exit code too", "[cli][sessions]") {
  const bool terminal = GENERATE(true, false);
  Line line(terminal);
  line.to_client(line.server.output("quick", line.now));
  line.server.exited(127);
  line.to_client(line.server.finish("no such file", line.now));
  CHECK(line.output == "quick");
  CHECK(line.client.exit_code() == 127);
  CHECK(line.closed == "no such file");
}

TEST_CASE("Without a terminal bytes are not held back for the rest of a character", "[cli][sessions]") {
  Line line(false);
  line.to_client(line.server.opened(line.now));
  line.to_client(line.server.output("\xC3", line.now));
  CHECK(line.output == "\xC3");
  Line terminal(true);
  terminal.to_client(terminal.server.opened(terminal.now));
  terminal.to_client(terminal.server.output("\xC3", terminal.now));
  CHECK(terminal.output.empty());
  terminal.to_client(terminal.server.output("\xB6", terminal.now));
  CHECK(terminal.output == "\xC3\xB6");
}

TEST_CASE("Input and its end arrive in their order, also what had to be repeated", "[cli][sessions]") {
  Line line(false);
  line.to_client(line.server.opened(line.now));
  line.to_server(line.client.input("one ", line.now));
  CHECK(line.input == "one ");
  CHECK(line.client.waiting_bytes() == 0);
  line.server.accept_input(false);
  line.to_server(line.client.input("two ", line.now));
  line.to_server(line.client.input("three", line.now));
  line.to_server(line.client.end_of_input(line.now));
  CHECK(line.client.waiting_bytes() > 0);
  line.repeat(ClientChannel::kRepeat - 1ms);
  CHECK(line.input == "one ");
  line.server.accept_input(true);
  CHECK_FALSE(line.input_ended);
  line.repeat(1ms);
  CHECK(line.input == "one two three");
  CHECK(line.input_ended);
  CHECK(line.client.waiting_bytes() == 0);
  CHECK(line.client.repeat(line.now + 1h).empty());
}

TEST_CASE("A slow reader gets everything before the end, however long it takes", "[cli][sessions]") {
  Line line(false);
  line.to_client(line.server.opened(line.now));
  line.takes_output = false;
  line.to_client(line.server.output(std::string(5000, 'x'), line.now));
  line.server.exited(0);
  line.to_client(line.server.finish("", line.now));
  line.now += 1h;
  const auto wake = line.server.next_wake();
  REQUIRE(wake);
  line.to_client(line.server.wake(line.now));
  CHECK_FALSE(line.over);
  CHECK(line.output == std::string(5000, 'x'));  // sent again, but taken once
  for (const std::string& acknowledge : line.untaken) line.to_server(acknowledge);
  CHECK(line.over);
  CHECK(line.client.exit_code() == 0);
}

TEST_CASE("A session of Drydock's own client does not time out", "[cli][sessions]") {
  Line line(true);
  line.to_client(line.server.opened(line.now));
  line.to_client(line.server.output("$ ", line.now));
  line.now += DataChannel::kIdle * 2;
  line.to_client(line.server.wake(line.now));
  CHECK_FALSE(line.over);
  CHECK(line.server.next_wake() == std::nullopt);
}

TEST_CASE("AWS's client is told no exit code, which it would print", "[sessions]") {
  DataChannel channel(channel_options());
  channel.connected(kStart);
  channel.output("x", kStart);
  channel.receive(input_frame(0, sessions::PayloadType::kHandshakeResponse, kAgreed), kStart);
  channel.exited(3);
  channel.finish("", kStart);
  const Effects shown =
      channel.receive(input_frame(1, sessions::PayloadType::kSize, R"({"cols":80,"rows":24})"), kStart);
  CHECK(text_of(shown.frames) == "x");
  CHECK(payloads(shown.frames, sessions::PayloadType::kExitCode).empty());
}

TEST_CASE("Payloads of Drydock's own client", "[cli][sessions]") {
  for (const bool terminal : {true, false}) {
    const std::string text = sessions::opening_text("secret", {terminal});
    CHECK(sessions::token_of(text) == "secret");
    CHECK(sessions::direct_client_of(text) == sessions::DirectClient{terminal});
  }
  CHECK_FALSE(sessions::direct_client_of(R"({"TokenValue":"x","ClientVersion":"1.2"})"));
  CHECK_FALSE(sessions::direct_client_of(R"({"TokenValue":"x","Drydock":1})"));
  CHECK(sessions::parse_size(sessions::size_payload({50, 132})) == sessions::Size{50, 132});
  CHECK(sessions::exit_code_payload(137) == "EXIT_CODE: 137");
  CHECK(sessions::parse_exit_code("EXIT_CODE: 137") == 137);
  for (const char* wrong : {"", "137", "EXIT_CODE: ", "EXIT_CODE: 1x"}) CHECK_FALSE(sessions::parse_exit_code(wrong));
  const auto answer = sessions::handshake_response_payload(sessions::handshake_request_payload(std::nullopt));
  REQUIRE(answer);
  CHECK(sessions::handshake_refusal(*answer) == std::nullopt);
  CHECK_FALSE(sessions::handshake_response_payload(sessions::handshake_request_payload(sessions::PortProperties{})));
  CHECK_FALSE(sessions::handshake_response_payload("nonsense"));
}
