// Logs of containers with awslogs on a real engine: every line once, in its stream, before the task is STOPPED.

#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>

#include "instances/docker/logs/following.hpp"
#include "instances/docker/logs/log_file.hpp"
#include "instances/log_sink.hpp"
#include "tests/docker/bench.hpp"
#include "tests/support/catch.hpp"

using namespace drydock;
using namespace drydock::test;

namespace {

/// Keeps what comes, as the log store does.
struct KeptLogs {
  std::mutex mutex;
  std::map<std::string, std::vector<std::string>> streams;  // by <group>:<stream>
  std::vector<std::string> names;                           // by id - 1
  std::map<std::string, std::string> positions;
  std::set<std::string> groups = {"/test"};
  std::uint64_t tickets = 0;

  std::shared_ptr<const instances::LogSink> sink() {
    auto sink = std::make_shared<instances::LogSink>();
    sink->open = [this](const std::string&, const instances::Awslogs& where, const auto& reply) {
      if (!groups.contains(where.group) && !where.create_group) {
        return reply(std::unexpected("ResourceNotFoundException: The specified log group does not exist."));
      }
      const std::string name = where.group + ":" + where.stream;
      const std::lock_guard lock(mutex);
      for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] == name) return reply(model::LogStreamId{i + 1});
      }
      names.push_back(name);
      reply(model::LogStreamId{names.size()});
    };
    sink->position = [this](const std::string& source) -> std::optional<std::string> {
      const std::lock_guard lock(mutex);
      const auto found = positions.find(source);
      return found == positions.end() ? std::nullopt : std::optional(found->second);
    };
    sink->append = [this](model::LogStreamId stream, std::vector<model::LogLine> lines, const std::string& source,
                          const std::string& position) {
      const std::lock_guard lock(mutex);
      for (model::LogLine& line : lines) streams[names[stream.value - 1]].push_back(std::move(line.text));
      positions[source] = position;
      return ++tickets;
    };
    sink->crowded = [] { return false; };
    sink->stored = [](std::uint64_t) { return true; };
    return sink;
  }
  std::vector<std::string> lines(const std::string& stream) {
    const std::lock_guard lock(mutex);
    return streams["/test:" + stream];
  }
};

api::ContainerDefinition logging(api::ContainerDefinition definition,
                                 std::vector<std::pair<std::string, std::string>> options = {}) {
  definition.logConfiguration.emplace();
  definition.logConfiguration->logDriver = "awslogs";
  options.emplace_back("awslogs-group", "/test");
  options.emplace_back("awslogs-stream-prefix", "app");
  definition.logConfiguration->options = std::move(options);
  return definition;
}

std::string stream_of(const instances::TaskPayload& task, const std::string& container = "main") {
  return "app/" + container + "/" + task.task_arn.substr(task.task_arn.rfind('/') + 1);
}

/// Reads in one of the two ways: an empty path means the engine's API.
docker::asio::awaitable<void> read_once(docker::FollowingPtr following, std::string path,
                                        std::optional<docker::Read>& end) {
  if (path.empty()) {
    end = co_await docker::read_stream(following);
  } else {
    end = co_await docker::read_file(following, path);
    REQUIRE(end.has_value());
  }
}

docker::FollowingPtr following_of(AgentBench& bench, KeptLogs& kept, const std::string& id) {
  kept.names = {"/test:x"};
  const auto following = std::make_shared<docker::Following>();
  following->engine = std::make_shared<docker::EngineClient>(bench.executor(), engine_socket());
  following->sink = kept.sink();
  following->changes = std::make_shared<docker::FileChanges>(bench.executor());
  following->ended = std::make_shared<bool>(false);
  following->target.docker_id = id;
  following->target.stream = model::LogStreamId{1};
  return following;
}

/// A container of the bench that runs without an agent.
std::string start_alone(AgentBench& bench, const std::string& script, const std::string& file_size) {
  const auto task = bench.task({logging(container("main", {"sh", "-c", script}))});
  docker::SpecContext context;
  context.owner = bench.owner();
  auto spec = nlohmann::json::parse(docker::container_spec(context, task, task.containers.front()).value());
  spec["HostConfig"]["LogConfig"]["Config"]["max-size"] = file_size;
  const auto id = bench.engine(bench.client().create_container(docker::docker_name(task, "main"), spec.dump())).value();
  REQUIRE(bench.engine(bench.client().start_container(id)).has_value());
  return id;
}

std::vector<std::string> numbers(int count) {
  std::vector<std::string> out;
  for (int i = 1; i <= count; ++i) out.push_back("line " + std::to_string(i));
  return out;
}

}  // namespace

TEST_CASE("Every line is stored once and in order before the task is reported STOPPED") {
  KeptLogs kept;
  AgentBench bench;
  bench.start_agent([&](docker::DockerAgentOptions& options) { options.logs = kept.sink(); });
  const auto task = bench.task({logging(container(
      "main", {"sh", "-c", "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); echo line $i; done; echo end >&2"}))});
  bench.send(task);
  bench.await_report(task, "STOPPED");
  auto expected = numbers(20000);
  auto lines = kept.lines(stream_of(task));
  // stdout and stderr are two pipes: the last line of one may overtake the other.
  CHECK(std::erase(lines, "end") == 1);
  CHECK(lines == expected);
}

TEST_CASE("A missing log group keeps the container from starting, in the words of the agent") {
  KeptLogs kept;
  kept.groups.clear();
  AgentBench bench;
  bench.start_agent([&](docker::DockerAgentOptions& options) { options.logs = kept.sink(); });
  const auto task = bench.task({logging(container("main", {"true"}))});
  bench.send(task);
  CHECK(entry(bench.await_report(task, "STOPPED"), "main").reason ==
        "CannotStartContainerError: Error response from daemon: failed to initialize logging driver: failed to create "
        "Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist.");
  const auto made = bench.task({logging(container("main", {"echo", "x"}), {{"awslogs-create-group", "true"}})});
  bench.send(made);
  bench.await_report(made, "STOPPED");
  CHECK(kept.lines(stream_of(made)) == std::vector<std::string>{"x"});
}

TEST_CASE("A terminal's lines, long lines and lines that belong together arrive whole") {
  KeptLogs kept;
  AgentBench bench;
  bench.start_agent([&](docker::DockerAgentOptions& options) { options.logs = kept.sink(); });
  const std::string script = "echo short; head -c 50000 /dev/zero | tr '\\0' x; echo; echo last";
  auto terminal = logging(container("terminal", {"sh", "-c", script}));
  terminal.pseudoTerminal = true;
  terminal.essential = false;
  auto traces = logging(container("traces", {"sh", "-c", "echo 'E one'; echo '  at a'; echo '  at b'; echo 'E two'"}),
                        {{"awslogs-multiline-pattern", "^E "}});
  traces.essential = false;
  const auto task = bench.task({logging(container("main", {"sh", "-c", script})), terminal, traces});
  bench.send(task);
  bench.await_report(task, "STOPPED");
  const std::vector<std::string> whole = {"short", std::string(50000, 'x'), "last"};
  CHECK(kept.lines(stream_of(task)) == whole);
  CHECK(kept.lines(stream_of(task, "terminal")) == whole);
  CHECK(kept.lines(stream_of(task, "traces")) == std::vector<std::string>{"E one\n  at a\n  at b\n", "E two\n"});
}

TEST_CASE("An agent that is killed reads on where it was, also what was written meanwhile") {
  KeptLogs kept;
  AgentBench bench;
  const auto adjust = [&](docker::DockerAgentOptions& options) { options.logs = kept.sink(); };
  bench.start_agent(adjust);
  const auto task = bench.task({logging(container(
      "main", {"sh", "-c",
               "i=0; while [ $i -lt 3000 ]; do i=$((i+1)); echo line $i; [ $((i%100)) = 0 ] && sleep 0.1; done"}))});
  bench.send(task);
  for (std::size_t seen : {std::size_t{100}, std::size_t{1000}, std::size_t{2000}}) {
    bench.until("lines", [&] { return kept.lines(stream_of(task)).size() >= seen; });
    bench.start_agent(adjust);
    bench.send(task);
  }
  bench.await_report(task, "STOPPED");
  CHECK(kept.lines(stream_of(task)) == numbers(3000));
}

TEST_CASE("A container that its restart policy starts again goes on in its stream") {
  KeptLogs kept;
  AgentBench bench;
  bench.start_agent([&](docker::DockerAgentOptions& options) { options.logs = kept.sink(); });
  auto main = logging(container("main", {"sh", "-c", "echo run; sleep 1.1; exit 3"}));
  main.stopTimeout = 2;
  auto& policy = main.restartPolicy.emplace();
  policy.enabled = true;
  policy.restartAttemptPeriod = 1;
  const auto task = bench.task({main});
  bench.send(task);
  bench.until("the third run", [&] { return kept.lines(stream_of(task)).size() >= 3; });
  bench.send(task, "STOPPED");
  bench.await_report(task, "STOPPED");
  const auto lines = kept.lines(stream_of(task));
  CHECK(lines == std::vector<std::string>(lines.size(), "run"));
  CHECK(lines.size() <= 5);
}

TEST_CASE("The engine's file and its API give the same lines, also from where the other one was") {
  AgentBench bench;
  const auto id =
      start_alone(bench, "i=0; while [ $i -lt 3000 ]; do i=$((i+1)); echo \"line $i\"; echo \"<$i>\" >&2; done", "1g");
  REQUIRE(bench.engine(bench.client().wait_container(id)).has_value());
  const std::string path = bench.engine(bench.client().inspect_container(id))->log_path;

  const auto read = [&](bool file, const std::string& position) {
    KeptLogs kept;
    kept.positions[id] = position;
    const auto following = following_of(bench, kept, id);
    std::optional<docker::Read> end;
    while (end != docker::Read::kComplete) {
      end.reset();
      docker::spawn(bench.executor(), read_once(following, file ? path : "", end), "reading");
      bench.until("the end of the log", [&end] { return end.has_value(); });
    }
    following->changes->close();
    return std::pair(kept.lines("x"), kept.positions[id]);
  };
  const auto by_file = read(true, "");
  const auto by_stream = read(false, "");
  REQUIRE(by_file.first.size() == 6000);
  CHECK(by_file.first == by_stream.first);
  CHECK(read(true, by_file.second).first.empty());
  CHECK(read(false, by_file.second).first.empty());
  CHECK(read(true, by_stream.second).first.empty());

  docker::LogReader half(docker::EventMaker::make("").value(), false, {});
  auto file = docker::LogFile::open(path, {}).value();
  half.feed_file(file.read().substr(0, 100'001), file.inode());
  const auto seen = static_cast<std::ptrdiff_t>(half.take().size());
  const std::vector<std::string> rest(by_file.first.begin() + seen, by_file.first.end());
  CHECK(read(true, docker::to_text(half.reached())).first == rest);
  CHECK(read(false, docker::to_text(half.reached())).first == rest);
}

TEST_CASE("When the engine begins a new log file nothing is lost") {
  AgentBench bench;
  // Each round is more than a file; the next one begins when the test has all of it.
  const auto id =
      start_alone(bench,
                  "trap 'go=1' USR1; x=$(head -c 990 /dev/zero | tr '\\0' x); n=0; for round in 1 2 3 4 5; do "
                  "i=0; while [ $i -lt 1200 ]; do i=$((i+1)); n=$((n+1)); echo $n $x; done; "
                  "while [ -z \"$go\" ]; do sleep 0.05; done; go=; done",
                  "1m");
  const std::string path = bench.engine(bench.client().inspect_container(id))->log_path;
  KeptLogs kept;
  const auto following = following_of(bench, kept, id);
  std::optional<docker::Read> end;
  docker::spawn(bench.executor(), read_once(following, path, end), "reading");
  for (std::size_t round = 1; round <= 5; ++round) {
    bench.until("a round", [&] { return kept.lines("x").size() >= round * 1200; });
    REQUIRE(bench.engine(bench.client().kill_container(id, "USR1")).has_value());
  }
  bench.until("the end of the log", [&end] { return end.has_value(); });
  following->changes->close();
  CHECK(end == docker::Read::kComplete);
  const auto lines = kept.lines("x");
  REQUIRE(lines.size() == 6000);
  for (std::size_t i = 0; i < lines.size(); ++i) REQUIRE(lines[i].starts_with(std::to_string(i + 1) + " x"));
}
