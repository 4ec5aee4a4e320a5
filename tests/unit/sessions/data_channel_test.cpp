// The conversation of a session: spec/execute-command.md sections 4.3, 5 and 7.

#include "server/sessions/data_channel.hpp"

#include <nlohmann/json.hpp>

#include "tests/unit/sessions/channel_client.hpp"

using namespace drydock;
using namespace drydock::sessions;
using namespace drydock::test;
using Json = nlohmann::json;
using Numbers = std::vector<std::int64_t>;
using Texts = std::vector<std::string>;

namespace {

DataChannelOptions options() {
  DataChannelOptions made;
  made.session_id = "ecs-execute-command-1";
  made.target = "ecs:default_t_r";
  made.new_message_id = IdCounter{};
  return made;
}

struct Bench {
  DataChannel channel{options()};
  model::Instant now = kStart;
  std::int64_t sent = 0;

  Effects send(PayloadType type, const std::string& payload) {
    return channel.receive(input_frame(sent++, type, payload), now);
  }
  Effects acknowledge(const std::vector<std::string>& frames) {
    Effects all;
    for (const AgentMessage& message : all_of(frames)) {
      if (message.type != kOutputStream) continue;
      Effects one = channel.receive(acknowledge_frame(message), now);
      all.frames.insert(all.frames.end(), one.frames.begin(), one.frames.end());
      all.over = all.over || one.over;
    }
    return all;
  }
  Effects wake(model::Duration after) {
    now += after;
    return channel.wake(now);
  }
  /// Up to the moment when the client takes output.
  void open() {
    channel.connected(now);
    const Effects request = channel.output("$ ", now);
    acknowledge(request.frames);
    const Effects complete = send(PayloadType::kHandshakeResponse, kAgreed);
    acknowledge(complete.frames);
    const Effects prompt = send(PayloadType::kSize, R"({"cols":80,"rows":24})");
    REQUIRE(text_of(prompt.frames) == "$ ");
    acknowledge(prompt.frames);
  }
  std::string closing_text(const Effects& effects) {
    for (const AgentMessage& message : all_of(effects.frames)) {
      if (message.type == kChannelClosed) return Json::parse(message.payload)["Output"];
    }
    return "not closed";
  }
};

}  // namespace

TEST_CASE("The handshake waits for the command's first bytes, but not for long", "[sessions]") {
  Bench bench;
  CHECK(bench.channel.connected(bench.now).frames.empty());
  CHECK(bench.channel.opened(bench.now).frames.empty());
  CHECK(bench.channel.next_wake() == bench.now + DataChannel::kFirstBytesWait);
  SECTION("bytes") {
    const Effects request = bench.channel.output("hi", bench.now);
    CHECK(payloads(request.frames, PayloadType::kHandshakeRequest).size() == 1);
    CHECK(text_of(request.frames).empty());
  }
  SECTION("silence") {
    const Effects request = bench.wake(DataChannel::kFirstBytesWait);
    REQUIRE(request.frames.size() == 1);
    const AgentMessage message = decoded(request.frames[0]);
    CHECK(message.sequence == 0);
    CHECK(message.flags == kSyn);
    CHECK(message.payload_type == PayloadType::kHandshakeRequest);
  }
  SECTION("an end at once") {
    CHECK(payloads(bench.channel.finish("", bench.now).frames, PayloadType::kHandshakeRequest).size() == 1);
  }
}

TEST_CASE("Output waits until the client has told its size", "[sessions]") {
  Bench bench;
  bench.channel.connected(bench.now);
  bench.acknowledge(bench.channel.output("early", bench.now).frames);
  const Effects complete = bench.send(PayloadType::kHandshakeResponse, kAgreed);
  CHECK(acknowledged(complete.frames) == Numbers{0});
  const auto messages = all_of(complete.frames);
  REQUIRE(messages.size() == 2);
  CHECK(messages[1].payload_type == PayloadType::kHandshakeComplete);
  CHECK(messages[1].sequence == 1);
  CHECK(messages[1].flags == 0);
  bench.acknowledge(complete.frames);
  CHECK(bench.channel.output(" bird", bench.now).frames.empty());
  const Effects open = bench.send(PayloadType::kSize, R"({"cols":132,"rows":50})");
  CHECK(text_of(open.frames) == "early bird");
  REQUIRE(open.deliveries.size() == 1);
  CHECK(open.deliveries[0].kind == Delivery::Kind::kSize);
  CHECK(open.deliveries[0].size == Size{50, 132});
}

TEST_CASE("A client that tells no size gets output a second later, until it takes it", "[sessions]") {
  Bench bench;
  bench.channel.connected(bench.now);
  bench.acknowledge(bench.channel.output("early", bench.now).frames);
  bench.acknowledge(bench.send(PayloadType::kHandshakeResponse, kAgreed).frames);
  CHECK(bench.wake(DataChannel::kGate - 1ms).frames.empty());
  const Effects first = bench.wake(1ms);
  CHECK(text_of(first.frames) == "early");
  // It was not ready: a later message that it takes must not make this one disappear.
  const Effects second = bench.channel.output("later", bench.now);
  bench.acknowledge(second.frames);
  CHECK(text_of(bench.wake(200ms).frames) == "early");
  bench.acknowledge(first.frames);
  CHECK(bench.wake(1000ms).frames.empty());
}

TEST_CASE("A client that does not answer the handshake, or refuses, is told so", "[sessions]") {
  Bench bench;
  bench.channel.connected(bench.now);
  bench.acknowledge(bench.channel.output("x", bench.now).frames);
  SECTION("silence") {
    CHECK_FALSE(bench.wake(DataChannel::kHandshakeTimeout - 1ms).over);
    const Effects end = bench.wake(1ms);
    CHECK(end.over);
    CHECK(end.disconnect);
    CHECK(bench.closing_text(end) ==
          "Handshake timed out. Please ensure that you have the latest version of the session manager plugin.");
  }
  SECTION("refusal") {
    const Effects end =
        bench.send(PayloadType::kHandshakeResponse, R"({"ProcessedClientActions":[{"ActionStatus":3,"Error":"no"}]})");
    CHECK(end.over);
    CHECK(bench.closing_text(end) == "no");
  }
}

TEST_CASE("Input is delivered in order and once, and everything taken is acknowledged", "[sessions]") {
  Bench bench;
  bench.open();
  const std::int64_t next = bench.sent;
  const auto input = [&](std::int64_t sequence, const std::string& text) {
    return bench.channel.receive(input_frame(sequence, PayloadType::kOutput, text), bench.now);
  };
  const Effects late = input(next + 1, "world");
  CHECK(late.deliveries.empty());
  CHECK(acknowledged(late.frames) == Numbers{next + 1});
  const Effects both = input(next, "hello ");
  CHECK(acknowledged(both.frames) == Numbers{next});
  REQUIRE(both.deliveries.size() == 2);
  CHECK(both.deliveries[0].bytes == "hello ");
  CHECK(both.deliveries[1].bytes == "world");
  // The first copy's acknowledgement may have gone into a dead socket.
  const Effects again = input(next, "hello ");
  CHECK(again.deliveries.empty());
  CHECK(acknowledged(again.frames) == Numbers{next});
  CHECK(input(-1, "x").frames.empty());
}

TEST_CASE("Messages far ahead of their turn are not kept without bound", "[sessions]") {
  Bench bench;
  bench.open();
  Numbers taken;
  for (std::int64_t i = 1; i <= 1100; ++i) {
    const Effects one = bench.channel.receive(input_frame(bench.sent + i, PayloadType::kOutput, "x"), bench.now);
    for (const std::int64_t number : acknowledged(one.frames)) taken.push_back(number);
  }
  CHECK(taken.size() == DataChannel::kMostReordered);
}

TEST_CASE("While the container takes no input, the client repeats", "[sessions]") {
  Bench bench;
  bench.open();
  const std::string frame = input_frame(bench.sent, PayloadType::kOutput, "x");
  bench.channel.accept_input(false);
  const Effects refused = bench.channel.receive(frame, bench.now);
  CHECK(refused.frames.empty());
  CHECK(refused.deliveries.empty());
  bench.channel.accept_input(true);
  const Effects taken = bench.channel.receive(frame, bench.now);
  CHECK(acknowledged(taken.frames) == Numbers{bench.sent});
  CHECK(taken.deliveries.size() == 1);
}

TEST_CASE("Frames that cannot be read change nothing", "[sessions]") {
  Bench bench;
  bench.open();
  std::string broken = input_frame(bench.sent, PayloadType::kOutput, "x");
  broken.back() = 'y';
  for (const std::string& frame : {std::string(), std::string(119, 'x'), broken}) {
    const Effects effects = bench.channel.receive(frame, bench.now);
    CHECK(effects.frames.empty());
    CHECK(effects.deliveries.empty());
    CHECK_FALSE(effects.over);
  }
}

TEST_CASE("What is not acknowledged is sent again, the oldest first", "[sessions]") {
  Bench bench;
  bench.open();
  const Effects first = bench.channel.output("one", bench.now);
  bench.channel.output("two", bench.now);
  CHECK(bench.wake(199ms).frames.empty());
  CHECK(bench.wake(1ms).frames == first.frames);
  CHECK(bench.wake(399ms).frames.empty());
  CHECK(bench.wake(1ms).frames == first.frames);
}

TEST_CASE("A lost connection loses nothing", "[sessions]") {
  Bench bench;
  bench.open();
  const Effects first = bench.channel.output("one", bench.now);
  bench.channel.disconnected(bench.now);
  CHECK(bench.channel.output("two", bench.now).frames.empty());
  CHECK(bench.wake(500ms).frames.empty());
  const Effects back = bench.channel.connected(bench.now);
  CHECK(text_of(back.frames) == "onetwo");
  CHECK(decoded(back.frames[0]) == decoded(first.frames[0]));
  // The client had taken "one" already: it acknowledges "two" only.
  bench.channel.receive(acknowledge_frame(decoded(back.frames[1])), bench.now);
  CHECK(bench.wake(1000ms).frames.empty());
}

TEST_CASE("An end is told once everything before it has arrived", "[sessions]") {
  Bench bench;
  bench.open();
  const Effects last = bench.channel.output("bye", bench.now);
  CHECK_FALSE(bench.channel.finish("", bench.now).over);
  CHECK(bench.channel.output("more", bench.now).frames.empty());
  SECTION("and at once then") {
    const Effects end = bench.acknowledge(last.frames);
    CHECK(end.over);
    CHECK(bench.closing_text(end).empty());
  }
  SECTION("or two seconds later, if the client does not say") {
    CHECK_FALSE(bench.wake(DataChannel::kDrain - 1ms).over);
    CHECK(bench.wake(1ms).over);
  }
  CHECK(bench.channel.next_wake() == std::nullopt);
  CHECK(bench.channel.output("x", bench.now).frames.empty());
  CHECK_FALSE(bench.channel.close("x", bench.now).over);
}

TEST_CASE("A command that ends before its client is ready still shows what it wrote", "[sessions]") {
  Bench bench;
  bench.channel.connected(bench.now);
  bench.acknowledge(bench.channel.output("quick", bench.now).frames);
  CHECK_FALSE(bench.channel.finish("bad end", bench.now).over);
  bench.acknowledge(bench.send(PayloadType::kHandshakeResponse, kAgreed).frames);
  const Effects shown = bench.send(PayloadType::kSize, R"({"cols":80,"rows":24})");
  CHECK(text_of(shown.frames) == "quick");
  const Effects end = bench.acknowledge(shown.frames);
  CHECK(end.over);
  CHECK(bench.closing_text(end) == "bad end");
}

TEST_CASE("Big output is cut between characters, and held back when the client is behind", "[sessions]") {
  Bench bench;
  bench.open();
  std::string big;
  while (big.size() < 3 * DataChannel::kMostOnTheWay) big += "a€😀";
  Effects step = bench.channel.output(big, bench.now);
  CHECK_FALSE(bench.channel.wants_output());
  std::string got;
  while (!step.frames.empty()) {
    for (const std::string& part : payloads(step.frames, PayloadType::kOutput)) {
      CHECK(part.size() <= DataChannel::kMostInFrame);
      CHECK((static_cast<unsigned char>(part.front()) & 0xC0U) != 0x80U);
      got += part;
    }
    step = bench.acknowledge(step.frames);
  }
  CHECK(got == big);
  CHECK(bench.channel.wants_output());
}

TEST_CASE("Half a character waits for its other half, or for the end", "[sessions]") {
  CHECK(whole_characters("abc") == 3);
  CHECK(whole_characters("") == 0);
  CHECK(whole_characters("a\xE2\x82") == 1);
  CHECK(whole_characters("a\xE2\x82\xAC") == 4);
  CHECK(whole_characters("a\xF0\x9F\x98") == 1);
  CHECK(whole_characters("\xF0\x9F\x98\x80") == 4);
  CHECK(whole_characters("\x80\x80\x80\x80") == 4);
  Bench bench;
  bench.open();
  CHECK(text_of(bench.channel.output("a\xE2\x82", bench.now).frames) == "a");
  CHECK(text_of(bench.channel.finish("", bench.now).frames) == "\xE2\x82");
}

TEST_CASE("Publication can be paused", "[sessions]") {
  Bench bench;
  bench.open();
  bench.channel.receive(bare_frame(kPausePublication), bench.now);
  CHECK(bench.channel.output("later", bench.now).frames.empty());
  CHECK(text_of(bench.channel.receive(bare_frame(kStartPublication), bench.now).frames) == "later");
}

TEST_CASE("Twenty minutes without input and output end a session", "[sessions]") {
  Bench bench;
  bench.open();
  CHECK_FALSE(bench.wake(DataChannel::kIdle - 1ms).over);
  bench.send(PayloadType::kOutput, "x");
  CHECK_FALSE(bench.wake(DataChannel::kIdle - 1ms).over);
  const Effects end = bench.wake(1ms);
  CHECK(end.over);
  CHECK(bench.closing_text(end) == "Your session timed out due to inactivity and has been terminated.");
}

TEST_CASE("The flags of a client end its connection to the port, or the session", "[sessions]") {
  Bench bench;
  bench.open();
  const Effects port = bench.send(PayloadType::kFlag, flag_payload(Flag::kDisconnectToPort));
  REQUIRE(port.deliveries.size() == 1);
  CHECK(port.deliveries[0].kind == Delivery::Kind::kDisconnectPort);
  CHECK(bench.send(PayloadType::kFlag, flag_payload(Flag::kTerminateSession)).over);
}

TEST_CASE("With a forwarded port the first bytes of the client open the way for the answer", "[sessions]") {
  DataChannelOptions port = options();
  port.port = PortProperties{"80", "0"};
  DataChannel channel(port);
  channel.connected(kStart);
  const Effects request = channel.opened(kStart);
  REQUIRE(request.frames.size() == 1);
  channel.receive(acknowledge_frame(decoded(request.frames[0])), kStart);
  const Effects complete = channel.receive(input_frame(0, PayloadType::kHandshakeResponse, kAgreed), kStart);
  channel.receive(acknowledge_frame(decoded(complete.frames[1])), kStart);
  const Effects get = channel.receive(input_frame(1, PayloadType::kOutput, "GET"), kStart);
  REQUIRE(get.deliveries.size() == 1);
  CHECK(get.deliveries[0].bytes == "GET");
  CHECK(text_of(channel.output("200\xE2", kStart).frames) == "200\xE2");
}

TEST_CASE("A notice is shown before the session begins", "[sessions]") {
  DataChannelOptions noted = options();
  noted.notice = "not encrypted";
  DataChannel channel(noted);
  channel.connected(kStart);
  channel.output("x", kStart);
  const Effects complete = channel.receive(input_frame(0, PayloadType::kHandshakeResponse, kAgreed), kStart);
  const Texts done = payloads(complete.frames, PayloadType::kHandshakeComplete);
  REQUIRE(done.size() == 1);
  CHECK(Json::parse(done[0])["CustomerMessage"] == "not encrypted");
}
