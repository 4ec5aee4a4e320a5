// Who may connect to a session, and when it is over: spec/execute-command.md sections 1, 3.1 and 7.

#include "server/sessions/sessions.hpp"

#include <nlohmann/json.hpp>

#include "tests/unit/sessions/channel_client.hpp"

using namespace drydock;
using namespace drydock::sessions;
using namespace drydock::test;
using Json = nlohmann::json;
using Texts = std::vector<std::string>;

namespace {

/// An instance that runs nothing, but remembers.
class FakeInstance final : public instances::InstanceLink {
 public:
  void send(const instances::TaskPayload&) override {}
  void close(instances::CloseReason) override {}
  instances::Channel open_channel(const instances::ChannelRequest& request, instances::ChannelEvents heard) override {
    requests.push_back(request);
    events = std::move(heard);
    instances::Channel channel;
    channel.write = [this](std::string_view bytes) { written += bytes; };
    channel.resize = [this](int rows, int columns) { size = {rows, columns}; };
    channel.end_input = [this] { input_ended = true; };
    channel.hold = [this](bool hold) { held = hold; };
    channel.backlog = [this] { return backlog; };
    channel.close = [this] { ++closed; };
    return channel;
  }
  std::vector<instances::ChannelRequest> requests;
  instances::ChannelEvents events;
  std::string written;
  Size size;
  bool input_ended = false;
  bool held = false;
  std::size_t backlog = 0;
  int closed = 0;
};

/// A client's socket.
struct FakeSocket {
  Texts frames;
  int code = 0;
  Receiver receiver;

  std::string end() const {
    for (const AgentMessage& message : all_of(frames)) {
      if (message.type == kChannelClosed) return Json::parse(message.payload)["Output"];
    }
    return "not closed";
  }
};

struct Bench {
  model::VirtualClock clock{kStart};
  std::multimap<model::Instant, std::function<void()>> timers;
  std::shared_ptr<FakeInstance> instance = std::make_shared<FakeInstance>();
  int secrets = 0;
  Sessions sessions{clock, around()};
  operations::SessionDesk desk = sessions.desk();

  SessionsAround around() {
    SessionsAround made;
    made.link_of = [this](model::TaskId task) { return task == model::TaskId{7} ? instance : nullptr; };
    made.after = [this](model::Duration delay, std::function<void()> then) {
      timers.emplace(clock.now() + delay, std::move(then));
    };
    made.secret = [this] { return "secret-" + std::to_string(++secrets); };
    made.id = IdCounter{};
    return made;
  }

  void pass(model::Duration time) {
    const model::Instant end = clock.now() + time;
    while (!timers.empty() && timers.begin()->first <= end) {
      clock.advance_to(timers.begin()->first);
      const auto then = std::move(timers.begin()->second);
      timers.erase(timers.begin());
      then();
    }
    clock.advance_to(end);
  }

  operations::SessionTicket open(operations::SessionWanted::Kind kind = operations::SessionWanted::Kind::kCommand) {
    operations::SessionWanted wanted;
    wanted.kind = kind;
    wanted.id_prefix = "ecs-execute-command";
    wanted.world = model::WorldId{1};
    wanted.task = model::TaskId{7};
    wanted.task_arn = "arn:task";
    wanted.container_name = "app";
    wanted.target = "ecs:default_t_r";
    wanted.command = "ls -l";
    wanted.port = "8080";
    return desk.open(wanted, "localhost:4566");
  }

  std::shared_ptr<FakeSocket> connect(const std::string& id) {
    auto socket = std::make_shared<FakeSocket>();
    Connection connection;
    connection.send = [socket](std::string frame) { socket->frames.push_back(std::move(frame)); };
    connection.close = [socket](int code) { socket->code = code; };
    socket->receiver = sessions.accept(id, std::move(connection));
    return socket;
  }
  std::shared_ptr<FakeSocket> enter(const std::string& id, const std::string& token) {
    auto socket = connect(id);
    socket->receiver.on_text(Json{{"MessageSchemaVersion", "1.0"}, {"TokenValue", token}}.dump());
    return socket;
  }
  /// Acknowledges what came and shakes hands.
  void shake(FakeSocket& socket) {
    for (std::size_t i = 0; i < socket.frames.size(); ++i) {
      const AgentMessage message = decoded(socket.frames[i]);
      if (message.type != kOutputStream) continue;
      socket.receiver.on_binary(acknowledge_frame(message));
      if (message.payload_type == PayloadType::kHandshakeRequest) {
        socket.receiver.on_binary(input_frame(0, PayloadType::kHandshakeResponse, kAgreed));
      } else if (message.payload_type == PayloadType::kHandshakeComplete) {
        socket.receiver.on_binary(input_frame(1, PayloadType::kSize, R"({"cols":80,"rows":24})"));
      }
    }
  }
};

const std::string kTurnedAway = "The session has ended, or its token is not valid.";

}  // namespace

TEST_CASE("A ticket leads to the session under the name by which the caller knows the server", "[sessions]") {
  Bench bench;
  const auto ticket = bench.open();
  CHECK(ticket.id == "ecs-execute-command-00000001000040000");
  CHECK(ticket.token == "secret-1");
  CHECK(ticket.stream_url ==
        "ws://localhost:4566/v1/data-channel/ecs-execute-command-00000001000040000?role=publish_subscribe");
  CHECK(bench.instance->requests.empty());
  CHECK(bench.desk.count(model::TaskId{7}, "app") == 1);
  CHECK(bench.desk.count(model::TaskId{7}, "web") == 0);
}

TEST_CASE("The command begins when its client has shown the token", "[sessions]") {
  Bench bench;
  const auto ticket = bench.open();
  const auto socket = bench.enter(ticket.id, ticket.token);
  REQUIRE(bench.instance->requests.size() == 1);
  const auto& request = bench.instance->requests[0];
  CHECK(request.kind == instances::ChannelRequest::Kind::kCommand);
  CHECK(request.session_id == ticket.id);
  CHECK(request.task_arn == "arn:task");
  CHECK(request.container_name == "app");
  CHECK(request.command == "ls -l");
  bench.instance->events.on_open();
  bench.instance->events.on_bytes("total 0\n");
  bench.shake(*socket);
  CHECK(text_of(socket->frames) == "total 0\n");
  CHECK(bench.instance->size == Size{24, 80});
  socket->receiver.on_binary(input_frame(2, PayloadType::kOutput, "typed"));
  CHECK(bench.instance->written == "typed");
  bench.instance->events.on_end("");
  CHECK(socket->end().empty());
  CHECK(socket->code == 1000);
  CHECK(bench.sessions.size() == 0);
}

TEST_CASE("Only a token of the session that nobody used lets in", "[sessions]") {
  Bench bench;
  const auto ticket = bench.open();
  const auto other = bench.open();
  for (const auto& socket : {bench.enter(ticket.id, "guess"), bench.enter(ticket.id, other.token),
                             bench.enter(ticket.id, ""), bench.enter("nothing", ticket.token)}) {
    CHECK(socket->end() == kTurnedAway);
    CHECK(socket->code == 1008);
  }
  const auto binary = bench.connect(ticket.id);
  binary->receiver.on_binary(input_frame(0, PayloadType::kOutput, "rm -rf /"));
  CHECK(binary->end() == kTurnedAway);
  const auto nonsense = bench.connect(ticket.id);
  nonsense->receiver.on_text("{");
  CHECK(nonsense->end() == kTurnedAway);
  CHECK(bench.instance->requests.empty());
  CHECK(bench.enter(ticket.id, ticket.token)->end() == "not closed");
  CHECK(bench.enter(ticket.id, ticket.token)->end() == kTurnedAway);
  CHECK(bench.instance->requests.size() == 1);
}

TEST_CASE("A client that shows no token is sent away", "[sessions]") {
  Bench bench;
  const auto ticket = bench.open();
  const auto silent = bench.connect(ticket.id);
  bench.pass(14s);
  CHECK(silent->end() == "not closed");
  bench.pass(1s);
  CHECK(silent->end() == kTurnedAway);
}

TEST_CASE("Tokens and sessions that nobody uses expire", "[sessions]") {
  Bench bench;
  const auto ticket = bench.open();
  bench.pass(5min);
  CHECK(bench.sessions.size() == 0);
  CHECK(bench.enter(ticket.id, ticket.token)->end() == kTurnedAway);
  CHECK(bench.instance->closed == 0);
}

TEST_CASE("A session waits a minute for a lost client", "[sessions]") {
  Bench bench;
  const auto ticket = bench.open();
  const auto first = bench.enter(ticket.id, ticket.token);
  bench.instance->events.on_open();
  bench.instance->events.on_bytes("$ ");
  bench.shake(*first);
  first->receiver.on_closed();
  bench.instance->events.on_bytes("more");
  SECTION("and goes on when it comes back") {
    bench.pass(59s);
    const auto again = bench.desk.resume(model::WorldId{1}, ticket.id, "localhost:4566");
    REQUIRE(again);
    CHECK(again->token != ticket.token);
    const auto second = bench.enter(ticket.id, again->token);
    CHECK(text_of(second->frames) == "more");
    bench.pass(5min);
    CHECK(bench.sessions.size() == 1);
    CHECK(bench.instance->requests.size() == 1);
  }
  SECTION("and ends, with its command, when it does not") {
    bench.pass(60s);
    CHECK(bench.instance->closed == 1);
    CHECK(bench.sessions.size() == 0);
    CHECK_FALSE(bench.desk.resume(model::WorldId{1}, ticket.id, "localhost:4566"));
  }
}

TEST_CASE("A client that comes back replaces the connection that was thought alive", "[sessions]") {
  Bench bench;
  const auto ticket = bench.open();
  const auto first = bench.enter(ticket.id, ticket.token);
  bench.instance->events.on_bytes("$ ");
  bench.shake(*first);
  const auto again = bench.desk.resume(model::WorldId{1}, ticket.id, "h");
  const auto second = bench.enter(ticket.id, again->token);
  CHECK(first->code == 1000);
  first->receiver.on_closed();
  bench.instance->events.on_bytes("here");
  CHECK(text_of(second->frames) == "here");
  first->receiver.on_binary(input_frame(2, PayloadType::kOutput, "x"));
  CHECK(bench.instance->written.empty());
}

TEST_CASE("Sessions of other accounts and regions do not exist", "[sessions]") {
  Bench bench;
  const auto ticket = bench.open();
  CHECK_FALSE(bench.desk.resume(model::WorldId{2}, ticket.id, "h"));
  CHECK_FALSE(bench.desk.terminate(model::WorldId{2}, ticket.id));
  CHECK(bench.desk.terminate(model::WorldId{1}, ticket.id));
  CHECK_FALSE(bench.desk.terminate(model::WorldId{1}, ticket.id));
}

TEST_CASE("A session ends with its task, by a call, and with the server", "[sessions]") {
  Bench bench;
  const auto ticket = bench.open();
  const auto socket = bench.enter(ticket.id, ticket.token);
  bench.instance->events.on_open();
  SECTION("task") {
    bench.sessions.task_stops(model::TaskId{8}, true);
    CHECK(socket->end() == "not closed");
    bench.sessions.task_stops(model::TaskId{7}, false);
    CHECK(socket->end().empty());
  }
  SECTION("call") {
    bench.desk.terminate(model::WorldId{1}, ticket.id);
    CHECK(socket->end().empty());
  }
  SECTION("server") {
    bench.sessions.close_all("Drydock is shutting down", 1001);
    CHECK(socket->end() == "Drydock is shutting down");
    CHECK(socket->code == 1001);
  }
  CHECK(bench.instance->closed == 1);
  CHECK(bench.sessions.size() == 0);
  // What comes late finds nobody.
  bench.instance->events.on_bytes("late");
  bench.instance->events.on_end("");
}

TEST_CASE("A task without an instance, and a command that cannot begin, are told to the client", "[sessions]") {
  Bench bench;
  SECTION("no instance") {
    bench.instance.reset();
    const auto ticket = bench.open();
    const auto socket = bench.enter(ticket.id, ticket.token);
    bench.shake(*socket);
    CHECK(socket->end() == "The container instance is not connected.");
  }
  SECTION("no command") {
    const auto ticket = bench.open();
    const auto socket = bench.enter(ticket.id, ticket.token);
    bench.instance->events.on_end("no such file");
    bench.shake(*socket);
    CHECK(socket->end() == "no such file");
  }
}

TEST_CASE("Neither side is filled beyond measure", "[sessions]") {
  Bench bench;
  const auto ticket = bench.open();
  const auto socket = bench.enter(ticket.id, ticket.token);
  bench.instance->events.on_bytes("$ ");
  bench.shake(*socket);
  bench.instance->events.on_bytes(std::string(2 * DataChannel::kMostOnTheWay, 'x'));
  CHECK(bench.instance->held);
  bench.instance->backlog = std::size_t{1} << 20;
  socket->receiver.on_binary(input_frame(2, PayloadType::kOutput, "a"));
  socket->receiver.on_binary(input_frame(3, PayloadType::kOutput, "b"));
  CHECK(bench.instance->written == "a");
  bench.instance->backlog = 0;
  bench.pass(100ms);
  socket->receiver.on_binary(input_frame(3, PayloadType::kOutput, "b"));
  CHECK(bench.instance->written == "ab");
}

TEST_CASE("A forwarded port is connected when bytes come, and again after the client hung up", "[sessions]") {
  Bench bench;
  const auto ticket = bench.open(operations::SessionWanted::Kind::kPort);
  const auto socket = bench.enter(ticket.id, ticket.token);
  CHECK(bench.instance->requests.empty());
  bench.shake(*socket);
  std::int64_t next = 2;
  const auto send = [&](PayloadType type, const std::string& bytes) {
    socket->receiver.on_binary(input_frame(next++, type, bytes));
  };
  send(PayloadType::kOutput, "GET");
  REQUIRE(bench.instance->requests.size() == 1);
  CHECK(bench.instance->requests[0].kind == instances::ChannelRequest::Kind::kPort);
  CHECK(bench.instance->requests[0].port == 8080);
  CHECK(bench.instance->written == "GET");
  const auto former = bench.instance->events;
  send(PayloadType::kFlag, flag_payload(Flag::kDisconnectToPort));
  CHECK(bench.instance->closed == 1);
  send(PayloadType::kOutput, "GET");
  CHECK(bench.instance->requests.size() == 2);
  former.on_end("the former connection's end is nobody's");
  CHECK(socket->end() == "not closed");
  bench.instance->events.on_end("");
  CHECK(socket->end() == "not closed");
  send(PayloadType::kOutput, "GET");
  CHECK(bench.instance->requests.size() == 3);
  bench.instance->events.on_end("refused");
  CHECK(socket->end() == "refused");
}

TEST_CASE("Drydock's own client says whether there is a terminal, hears the exit code, and its end is the command's",
          "[sessions]") {
  Bench bench;
  const auto ticket = bench.open();
  const auto socket = bench.connect(ticket.id);
  socket->receiver.on_text(opening_text(ticket.token, {false}));
  REQUIRE(bench.instance->requests.size() == 1);
  CHECK_FALSE(bench.instance->requests[0].terminal);
  bench.instance->events.on_open();
  bench.shake(*socket);
  SECTION("its input ends") {
    socket->receiver.on_binary(input_frame(2, PayloadType::kFlag, flag_payload(Flag::kEndOfInput)));
    CHECK(bench.instance->input_ended);
  }
  SECTION("both streams and the exit code") {
    bench.instance->events.on_error_bytes("oh");
    bench.instance->events.on_exit(3);
    bench.instance->events.on_end("");
    CHECK(payloads(socket->frames, PayloadType::kErrorOutput) == Texts{"oh"});
    CHECK(payloads(socket->frames, PayloadType::kExitCode) == Texts{"EXIT_CODE: 3"});
  }
  SECTION("the task stops") {
    bench.sessions.task_stops(model::TaskId{7}, false);
    CHECK(socket->end() == "not closed");
    bench.instance->events.on_exit(137);
    bench.instance->events.on_end("");
    CHECK(payloads(socket->frames, PayloadType::kExitCode) == Texts{"EXIT_CODE: 137"});
  }
  SECTION("the task has stopped, and nobody says how the command ended") {
    bench.sessions.task_stops(model::TaskId{7}, true);
    CHECK(socket->end() == "not closed");
    bench.pass(5s);
    CHECK(socket->end().empty());
    CHECK(bench.sessions.size() == 0);
  }
  SECTION("it goes") {
    socket->receiver.on_closed();
    CHECK(bench.instance->closed == 1);
    CHECK(bench.sessions.size() == 0);
  }
}

TEST_CASE("AWS's client always has a terminal, and may come back", "[sessions]") {
  Bench bench;
  const auto ticket = bench.open();
  const auto socket = bench.enter(ticket.id, ticket.token);
  CHECK(bench.instance->requests[0].terminal);
  socket->receiver.on_closed();
  CHECK(bench.instance->closed == 0);
}
