#include "storage/logs/log_store.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/temp_directory.hpp"

namespace drydock::test {
namespace {

using model::Instant;
using model::LogLine;
using model::LogPosition;
using model::LogReading;
using model::LogStreamId;

Instant at(std::int64_t milliseconds) { return Instant{model::Duration{milliseconds}}; }

struct Bench {
  TempDirectory directory;
  std::unique_ptr<storage::LogStore> store;
  std::function<bool(LogStreamId)> known = [](LogStreamId) { return true; };

  explicit Bench(std::uint64_t most_bytes = 1U << 30) { open(most_bytes); }
  void open(std::uint64_t most_bytes = 1U << 30) {
    store.reset();
    auto opened = storage::LogStore::open({directory.path(), most_bytes}, {}, known);
    REQUIRE(opened.has_value());
    store = std::move(*opened);
  }
  void add(std::uint64_t stream, std::vector<LogLine> lines, std::int64_t ingested = 1) {
    store->append(LogStreamId{stream}, std::move(lines), at(ingested));
    REQUIRE(store->flush());
  }
  std::vector<std::string> texts(const model::LogQuery& query, std::size_t most = SIZE_MAX) {
    std::vector<std::string> out;
    LogPosition reached;
    const auto end = store->read(
        query,
        [&](const model::LogEvent& event) {
          if (out.size() == most) return false;
          out.emplace_back(event.text);
          return true;
        },
        reached);
    REQUIRE(end.has_value());
    return out;
  }
};

model::LogQuery of(const std::vector<std::uint64_t>& streams) {
  model::LogQuery query;
  for (const std::uint64_t stream : streams) query.streams.push_back(LogStreamId{stream});
  return query;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("Log events are read in the order of their times, forward and backward, of one stream or several") {
  Bench bench;
  bench.add(1, {{at(10), "a"}, {at(30), "c"}});
  bench.add(2, {{at(20), "b"}, {at(40), "d"}});
  bench.add(1, {{at(5), "late"}, {at(30), "c again"}});
  CHECK(bench.texts(of({1})) == Texts{"late", "a", "c", "c again"});
  CHECK(bench.texts(of({1, 2})) == Texts{"late", "a", "b", "c", "c again", "d"});
  auto backward = of({1, 2});
  backward.backward = true;
  CHECK(bench.texts(backward, 3) == Texts{"d", "c again", "c"});
  auto between = of({1, 2});
  between.from = at(20);
  between.until = at(30);
  CHECK(bench.texts(between) == Texts{"b"});
  CHECK(bench.texts(of({3})).empty());
}

TEST_CASE("Reading goes on beyond a position in both directions") {
  Bench bench;
  std::vector<LogLine> lines;
  for (int i = 0; i < 5000; ++i) lines.push_back({at(1000 + i / 3), std::string(40, 'x') + std::to_string(i)});
  bench.add(1, lines);
  for (const bool backward : {false, true}) {
    Texts all;
    auto query = of({1});
    query.backward = backward;
    while (true) {
      std::size_t taken = 0;
      LogPosition last;
      LogPosition reached;
      const auto visit = [&](const model::LogEvent& event) {
        if (taken == 777) return false;
        all.emplace_back(event.text);
        last = event.position;
        ++taken;
        return true;
      };
      REQUIRE(bench.store->read(query, visit, reached).has_value());
      if (taken == 0) break;
      query.beyond = last;
    }
    REQUIRE(all.size() == lines.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
      CHECK(all[i] == lines[backward ? lines.size() - 1 - i : i].text);
    }
  }
}

TEST_CASE("A search that would look at too much ends early and says how far it came") {
  Bench bench;
  for (int i = 0; i < 8; ++i) bench.add(1, {{at(i), std::string(60'000, 'x')}});
  auto query = of({1});
  query.most_bytes = 100'000;
  int calls = 0;
  int events = 0;
  while (true) {
    LogPosition reached;
    const auto visit = [&](const model::LogEvent&) { return ++events > 0; };
    const auto end = bench.store->read(query, visit, reached);
    REQUIRE(end.has_value());
    ++calls;
    if (*end == LogReading::kComplete) break;
    query.beyond = reached;
  }
  CHECK(events == 8);
  CHECK(calls > 2);
}

TEST_CASE("Stored log events, positions of sources and ids survive a restart, and streams that went do not") {
  Bench bench;
  bench.store->append(LogStreamId{1}, {{at(1), "one"}}, at(7), storage::LogSource{"container", "5/1"});
  bench.add(2, {{at(2), "two"}});
  bench.known = [](LogStreamId stream) { return stream == LogStreamId{1}; };
  bench.open();
  CHECK(bench.texts(of({1, 2})) == Texts{"one"});
  CHECK(bench.store->position("container").value() == "5/1");
  CHECK(bench.store->position("other").value() == std::nullopt);
  bench.add(1, {{at(1), "after"}});
  CHECK(bench.texts(of({1})) == Texts{"one", "after"});
  const auto facts = bench.store->facts(LogStreamId{1});
  CHECK(facts.first_at == at(1));
  CHECK(facts.last_ingested_at == at(7));
  CHECK(facts.bytes == 8);
}

TEST_CASE("A stream that is dropped loses its events and takes no more") {
  Bench bench;
  bench.add(1, {{at(1), "one"}});
  bench.add(2, {{at(1), "two"}});
  bench.store->drop(LogStreamId{1});
  bench.add(1, {{at(2), "too late"}});
  CHECK(bench.texts(of({1, 2})) == Texts{"two"});
  CHECK(bench.store->bytes() == 3);
}

TEST_CASE("Old log events go by age, and the oldest of all when there are too many bytes") {
  Bench bench(300'000);
  for (int i = 0; i < 4; ++i) bench.add(1, {{at(100L * i), std::string(50'000, static_cast<char>('a' + i))}});
  bench.store->expire(LogStreamId{1}, at(150));
  REQUIRE(bench.store->flush());
  CHECK(bench.store->facts(LogStreamId{1}).first_at == at(200));
  CHECK(bench.store->bytes() == 100'000);
  for (int i = 0; i < 10; ++i) bench.add(2, {{at(1000 + i), std::string(50'000, 'z')}});
  CHECK(bench.store->bytes() <= 300'000);
  CHECK(bench.texts(of({1})).empty());
  CHECK(bench.texts(of({2})).size() == 6);
}

TEST_CASE("Single lines of a stream share a block until it is as large as a page") {
  Bench bench;
  for (int i = 0; i < 300; ++i) bench.add(1, {{at(i), "line " + std::to_string(i)}});
  const auto all = bench.texts(of({1}));
  REQUIRE(all.size() == 300);
  CHECK(all.front() == "line 0");
  CHECK(all.back() == "line 299");
}

}  // namespace drydock::test
