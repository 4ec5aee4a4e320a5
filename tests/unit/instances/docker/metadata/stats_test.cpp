// The engine's samples: what they say about CPU, memory and network.

#include <nlohmann/json.hpp>

#include "instances/docker/metadata/stats.hpp"
#include "instances/docker/timestamps.hpp"
#include "tests/support/catch.hpp"

using namespace drydock;
using namespace drydock::instances::docker;
using Json = nlohmann::json;

namespace {

std::string sample(const std::string& read, std::uint64_t cpu, const std::string& memory, int received = 0) {
  return R"({"read":")" + read + R"(","preread":"0001-01-01T00:00:00Z","cpu_stats":{"cpu_usage":{"total_usage":)" +
         std::to_string(cpu) + R"(}},"memory_stats":)" + memory + R"(,"networks":{"eth0":{"rx_bytes":)" +
         std::to_string(received) + R"(,"tx_bytes":7},"eth1":{"rx_bytes":10,"tx_bytes":0}}})";
}

const std::string kMemory = R"({"usage":5000,"stats":{"total_inactive_file":1000,"inactive_file":4}})";

}  // namespace

TEST_CASE("Memory is counted without what is only cached, by the name of either version of cgroups", "[metadata]") {
  const auto first = use_of(sample("2026-11-22T16:10:54Z", 42, kMemory));
  REQUIRE(first);
  CHECK(first->cpu_nanoseconds == 42);
  CHECK(first->memory_bytes == 4000);
  const auto second = use_of(sample("2026-11-22T16:10:54Z", 42, R"({"usage":5000,"stats":{"inactive_file":4}})"));
  REQUIRE(second);
  CHECK(second->memory_bytes == 4996);
  // What the engine says of a container that does not run.
  CHECK_FALSE(use_of(R"({"read":"0001-01-01T00:00:00Z","cpu_stats":{},"memory_stats":{}})"));
  CHECK_FALSE(use_of("no JSON"));
}

TEST_CASE("CPU units count from the sample before, or from a start not long ago", "[metadata]") {
  using std::chrono::minutes;
  using std::chrono::seconds;
  const TimePoint start = *parse_rfc3339("2026-11-22T16:00:00Z");
  const auto used = [&](seconds after, std::uint64_t cpu_seconds) {
    Use use;
    use.read = start + after;
    use.cpu_nanoseconds = cpu_seconds * 1'000'000'000;
    return use;
  };
  CpuMeter meter;
  CHECK(meter.units("a", used(seconds(20), 5), start, minutes(2)) == 256.0);
  CHECK(meter.units("a", used(seconds(80), 65), start, minutes(2)) == 1024.0);
  // One that ran long before anybody looked.
  CHECK_FALSE(meter.units("b", used(minutes(60), 100), start, minutes(2)));
  CHECK(meter.units("b", used(minutes(61), 130), start, minutes(2)) == 512.0);
  // Started again: its time counts from zero.
  CHECK(meter.units("b", Use{start + minutes(62), 6'000'000'000, 0}, start + seconds(3708), minutes(2)) == 512.0);
  meter.forget_others();
  meter.forget_others();
  CHECK_FALSE(meter.units("b", used(minutes(70), 200), start, minutes(2)));
}

TEST_CASE("Network rates are those since the sample before", "[metadata]") {
  const auto earlier = sample("2026-11-22T16:10:54Z", 1, kMemory, 100);
  const auto newer = sample("2026-11-22T16:10:56Z", 1, kMemory, 500);
  const Json rated = Json::parse(with_network_rates(newer, earlier));
  CHECK(rated["network_rate_stats"] == Json{{"rx_bytes_per_sec", 200.0}, {"tx_bytes_per_sec", 0.0}});
  CHECK(rated["cpu_stats"]["cpu_usage"]["total_usage"] == 1);
  const Json alone = Json::parse(with_network_rates(newer, ""));
  CHECK(alone["network_rate_stats"] == Json{{"rx_bytes_per_sec", 0.0}, {"tx_bytes_per_sec", 0.0}});
  CHECK_FALSE(has_predecessor(newer));
  CHECK(has_predecessor(R"({"preread":"2026-11-22T16:10:54Z"})"));
}

TEST_CASE("Moments are written as the engine writes them", "[metadata]") {
  for (const char* text : {"2026-11-22T16:10:53.832944391Z", "2026-11-22T16:10:53Z", "2026-02-28T23:59:59.5Z"}) {
    CHECK(rfc3339(*parse_rfc3339(text)) == text);
  }
}
