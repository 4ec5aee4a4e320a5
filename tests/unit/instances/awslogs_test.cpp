// What awslogs is told, and how the engine's log stream becomes events.
#include "instances/awslogs.hpp"

#include "instances/docker/logs/log_config.hpp"
#include "instances/docker/logs/log_reader.hpp"
#include "model/random.hpp"
#include "tests/support/catch.hpp"

namespace drydock::test {
namespace {

namespace docker = instances::docker;
using Options = std::vector<std::pair<std::string, std::string>>;

constexpr const char* kTask = "arn:aws:ecs:eu-west-1:123456789012:task/web/0123456789abcdef0123456789abcdef";

api::ContainerDefinition with_driver(const std::string& driver, Options options) {
  api::ContainerDefinition definition;
  definition.name = "main";
  definition.logConfiguration.emplace();
  definition.logConfiguration->logDriver = driver;
  definition.logConfiguration->options = std::move(options);
  return definition;
}

std::string frame(const std::string& payload, char kind = 1) {
  std::string out(8, '\0');
  out[0] = kind;
  for (int i = 0; i < 4; ++i) out[7 - i] = static_cast<char>(payload.size() >> (8 * i) & 0xFFU);
  return out + payload;
}

std::string record(const std::string& text, int nanos, char kind = 1, int second = 5) {
  const auto digits = [](int value, std::size_t width) {
    const std::string plain = std::to_string(value);
    return std::string(width - plain.size(), '0') + plain;
  };
  const std::string time =
      "2026-01-02T03:" + digits(4 + second / 60, 2) + ":" + digits(second % 60, 2) + "." + digits(nanos, 9) + "Z ";
  return frame(time + text, kind);
}

docker::LogReader reader(const std::string& event_start = "", bool terminal = false, docker::LogMark from = {}) {
  return docker::LogReader(docker::EventMaker::make(event_start).value(), terminal, from);
}

std::vector<std::string> texts(docker::LogReader& from) {
  std::vector<std::string> out;
  for (const model::LogLine& line : from.take()) out.push_back(line.text);
  return out;
}
using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("awslogs names group and stream as ECS does, and refuses what the driver refuses") {
  auto where = instances::awslogs_of(
      with_driver("awslogs",
                  {{"awslogs-group", "/g"}, {"awslogs-region", "us-west-2"}, {"awslogs-stream-prefix", "p"}}),
      kTask, "docker-id");
  REQUIRE(where.has_value());
  CHECK(where->group == "/g");
  CHECK(where->region == "us-west-2");
  CHECK(where->stream == "p/main/0123456789abcdef0123456789abcdef");
  CHECK_FALSE(where->create_group);
  where = instances::awslogs_of(with_driver("awslogs", {{"awslogs-group", "/g"}, {"awslogs-create-group", "true"}}),
                                kTask, "docker-id");
  CHECK(where->stream == "docker-id");
  CHECK(where->create_group);
  const auto refusal = [](Options options) {
    return instances::awslogs_of(with_driver("awslogs", std::move(options)), kTask, "x").error();
  };
  CHECK(refusal({}) == "must specify a value for log opt 'awslogs-group'");
  CHECK_THAT(refusal({{"awslogs-group", "g"}, {"awslogs-create-group", "maybe"}}),
             ContainsSubstring("strconv.ParseBool"));
  CHECK_THAT(refusal({{"awslogs-group", "g"}, {"awslogs-datetime-format", "%Y"}, {"awslogs-multiline-pattern", "x"}}),
             ContainsSubstring("at the same time"));
}

TEST_CASE("Drivers that the engine has get their options, AWS's own become files that can be read") {
  const auto awslogs = docker::log_config(with_driver("awslogs", {{"awslogs-group", "/g"}, {"mode", "non-blocking"}}));
  REQUIRE(awslogs.has_value());
  CHECK(awslogs->dump() ==
        R"({"Config":{"max-buffer-size":"10m","max-file":"2","max-size":"1g","mode":"non-blocking"},)"
        R"("Type":"json-file"})");
  CHECK(docker::log_config(with_driver("fluentd", {{"fluentd-address", "x:1"}}))->dump() ==
        R"({"Config":{"fluentd-address":"x:1"},"Type":"fluentd"})");
  CHECK(docker::log_config(with_driver("none", {}))->dump() == R"({"Config":{},"Type":"none"})");
  CHECK(docker::log_config(api::ContainerDefinition{})->is_null());
  CHECK_THAT(docker::log_config(with_driver("awslogs", {})).error(), StartsWith("CannotCreateContainerError: "));
  CHECK_THAT(
      docker::log_config(with_driver("awslogs", {{"awslogs-group", "g"}, {"awslogs-multiline-pattern", "("}})).error(),
      ContainsSubstring("could not parse multiline pattern"));
}

TEST_CASE("Frames are put together however they are cut") {
  const std::string stream = record("one\n", 1) + record("two\n", 2, 2) + record("three\n", 3);
  for (std::size_t step : {std::size_t{1}, std::size_t{7}, std::size_t{8}, std::size_t{50}, stream.size()}) {
    auto log = reader();
    for (std::size_t i = 0; i < stream.size(); i += step) REQUIRE(log.feed(stream.substr(i, step)));
    CHECK(texts(log) == Texts{"one", "two", "three"});
  }
  auto log = reader();
  CHECK_FALSE(log.feed("no such stream at all"));
}

TEST_CASE("Long lines come in several records, empty ones are no events, broken characters are replaced") {
  auto log = reader();
  log.feed(record(std::string(16384, 'a'), 1));
  log.feed(record("err\n", 2, 2));
  CHECK(texts(log) == Texts{"err"});
  log.feed(record("b\n", 1) + record("\n", 3) + record("x\xFFy\xC3\xA4\n", 4) + record("unended", 5));
  const auto all = texts(log);
  REQUIRE(all.size() == 2);
  CHECK(all[0] == std::string(16384, 'a') + "b");
  CHECK(all[1] == "x\xEF\xBF\xBDy\xC3\xA4");
  log.finish();
  CHECK(texts(log) == Texts{"unended"});
}

TEST_CASE("A line beyond the longest event is cut between characters") {
  auto maker = docker::EventMaker::make("").value();
  std::string text = std::string(262'117, 'a') + "\xC3\xA4" + "b";
  maker.line(text, 0, {});
  const auto events = maker.take();
  REQUIRE(events.size() == 2);
  CHECK(events[0].text == std::string(262'117, 'a'));
  CHECK(events[1].text ==
        "\xC3\xA4"
        "b");
}

TEST_CASE("A terminal has no frames, and its lines end with a carriage return") {
  auto log = reader("", true);
  const std::string time = "2026-01-02T03:04:05.000000001Z ";
  REQUIRE(log.feed(time + "one\r\n" + time + "tw"));
  REQUIRE(log.feed("o\r\n"));
  CHECK(texts(log) == Texts{"one", "two"});
  REQUIRE(log.feed(time + std::string(16384, 'x') + time + "end\r\n"));
  CHECK(texts(log) == Texts{std::string(16384, 'x') + "end"});
}

TEST_CASE("Several lines are one event where a pattern says how events begin") {
  auto log = reader(instances::pattern_of_datetime("%Y-%m-%d"));
  log.feed(record("2026-01-02 first\n", 1) + record("  at line 1\n", 2));
  CHECK(texts(log).empty());
  const auto held = log.reached();
  log.feed(record("2026-01-03 second\n", 3));
  CHECK(texts(log) == Texts{"2026-01-02 first\n  at line 1\n"});
  log.flush_older_than(0);
  CHECK(texts(log).empty());
  log.flush_older_than(INT64_MAX);
  CHECK(texts(log) == Texts{"2026-01-03 second\n"});
  // Whoever begins again there gets the first event as a whole.
  CHECK(held == docker::LogMark{});
}

TEST_CASE("Reading that begins again skips what was stored, and nothing else") {
  const std::string stream =
      record("a\n", 1) + record("b\n", 2) + record("c\n", 2) + record("d\n", 2) + record("e\n", 3);
  auto first = reader();
  first.feed(record("a\n", 1) + record("b\n", 2) + record("c\n", 2));
  const auto mark = docker::parse_log_mark(docker::to_text(first.reached()));
  REQUIRE(mark.has_value());
  CHECK(mark->count == 3);
  CHECK(docker::since_text(*mark) == "1767323044.000000001");
  auto second = reader("", false, *mark);
  second.feed(stream);
  CHECK(texts(second) == Texts{"d", "e"});
  // One of an earlier version, which counted the records of the last instant. What the engine gives includes that.
  auto later = reader("", false, docker::parse_log_mark("1767323045000000002/2").value());
  later.feed(stream.substr(record("a\n", 1).size()));
  CHECK(texts(later) == Texts{"d", "e"});
  CHECK(docker::parse_log_mark("5/2/7/8")->latest == 5);
  CHECK(docker::parse_log_mark("5/2/6/7/8")->offset == 8);
  for (const char* text : {"nonsense", "", "1", "-1/2", "1/2/3/4/5/6", "1//2"})
    CHECK_FALSE(docker::parse_log_mark(text));
}

TEST_CASE("No record is lost or doubled where those of stdout and stderr overtake each other") {
  constexpr std::int64_t kMinute = 1'767'323'040'000'000'000;  // of record()
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    INFO("seed " << seed);
    model::Random dice(seed);
    // In the order of the engine's file: some have an earlier time than ones before them.
    std::vector<std::int64_t> times;
    std::int64_t now = 1'000'000'000;
    for (int i = 0; i < 400; ++i) {
      now += static_cast<std::int64_t>(dice.below(dice.below(10) == 0 ? 300'000'000 : 3'000'000));
      times.push_back(now - static_cast<std::int64_t>(dice.below(4) == 0 ? dice.below(900'000'000) : 0));
    }
    Texts seen;
    docker::LogMark mark;
    while (seen.size() < times.size()) {
      auto log = reader("", false, mark);
      const std::size_t enough = seen.size() + 1 + dice.below(40);
      for (std::size_t i = 0; i < times.size() && seen.size() < enough; ++i) {
        // What the engine gives.
        if (kMinute + times[i] < mark.since) continue;
        log.feed(record(std::to_string(i) + "\n", static_cast<int>(times[i] % 1'000'000'000), 1,
                        static_cast<int>(times[i] / 1'000'000'000)));
        for (std::string& text : texts(log)) seen.push_back(std::move(text));
      }
      mark = docker::parse_log_mark(docker::to_text(log.reached())).value();
    }
    for (std::size_t i = 0; i < seen.size(); ++i) REQUIRE(seen[i] == std::to_string(i));
    // Who reads for long counts only what was a moment ago.
    docker::LogProgress progress({});
    for (const std::int64_t time : times) progress.step(time);
    CHECK(progress.mark().count < 200);
  }
}

TEST_CASE("The directives of strftime become what the driver makes of them") {
  CHECK(instances::pattern_of_datetime("[%H:%M]") == "\\[(?:[0,1][0-9]|2[0-3]):[0-5][0-9]\\]");
  CHECK(instances::pattern_of_datetime("%Q%") == "%Q%");
}

}  // namespace drydock::test
