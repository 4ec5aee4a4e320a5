// Worlds made from seeds, on all cores. DRYDOCK_SIM_SEEDS: how many; DRYDOCK_SIM_FIRST: from which on;
// DRYDOCK_SIM_SEED: this one alone, with its history printed. DRYDOCK_SIM_SETTLE: histories.txt is written anew.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>
#include <thread>

#include "tests/simulation/world.hpp"
#include "tests/support/catch.hpp"

namespace drydock::simulation {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::uint64_t kDefaultSeeds = 1'000;  // a history takes ten times as long
#else
constexpr std::uint64_t kDefaultSeeds = 10'000;
#endif

// Seeds that once found a mistake. They run always, whatever range is asked for; add the seed of every failure.
constexpr std::uint64_t kFoundMistakes[] = {3,    4,    17,   86,   196,  502,  628,  634,  975,
                                            1558, 331,  1274, 1865, 2294, 2358, 2489, 4392, 4611,
                                            8132, 3556, 6506, 6567, 7763, 8446, 9176};

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

/// What was violated, with the command that replays it; empty when all went well.
std::string failure_of(std::uint64_t seed, bool print = false, Sabotage sabotage = Sabotage::kNone) {
  World world(seed, sabotage);
  std::string failure;
  try {
    world.run();
  } catch (const Violation& violation) {
    failure = "seed " + std::to_string(seed) + ": " + violation.what() +
              "\nreplay: DRYDOCK_SIM_SEED=" + std::to_string(seed) + " simulation_tests";
  }
  if (print) {
    for (const std::string& line : world.log()) std::printf("%s\n", line.c_str());
  }
  return failure;
}

/// What became of all these seeds, in their order; those that went well are left out. Worlds know nothing of each
/// other: every core takes the next seed of its own row.
std::vector<std::string> failures_of(std::uint64_t first, std::uint64_t count) {
  const std::uint64_t rows = std::clamp<std::uint64_t>(std::thread::hardware_concurrency(), 1, count);
  std::vector<std::map<std::uint64_t, std::string>> found(rows);
  std::vector<std::thread> workers;
  for (std::uint64_t row = 0; row < rows; ++row) {
    workers.emplace_back([&found, first, count, rows, row] {
      for (std::uint64_t seed = first + row; seed < first + count; seed += rows) {
        std::string failure = failure_of(seed);
        if (!failure.empty()) found[row].emplace(seed, std::move(failure));
      }
    });
  }
  for (std::thread& worker : workers) worker.join();
  std::map<std::uint64_t, std::string> all;
  for (auto& row : found) all.merge(row);
  std::vector<std::string> failures;
  for (auto& [seed, failure] : all) failures.push_back(std::move(failure));
  return failures;
}

constexpr std::uint64_t kParts = 10;

/// One tenth of the seeds; nothing when a single one is asked for.
void check_part(std::uint64_t part) {
  if (number_from("DRYDOCK_SIM_SEED", 0) != 0) return;
  const std::uint64_t first = number_from("DRYDOCK_SIM_FIRST", 1);
  const std::uint64_t count = number_from("DRYDOCK_SIM_SEEDS", kDefaultSeeds);
  const std::uint64_t from = first + part * count / kParts;
  const std::uint64_t to = first + (part + 1) * count / kParts;
  if (from == to) return;
  for (const std::string& failure : failures_of(from, to - from)) FAIL_CHECK(failure);
}

/// FNV-1a over the lines of a history.
std::string fingerprint(const std::vector<std::string>& log) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const std::string& line : log) {
    for (const char c : line + "\n") hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  }
  return model::to_hex({hash, 0}).substr(0, 16);
}

}  // namespace

TEST_CASE("One seed alone, with its history") {
  const std::uint64_t one = number_from("DRYDOCK_SIM_SEED", 0);
  if (one == 0) return;
  const std::string failure = failure_of(one, true);
  INFO(failure);
  CHECK(failure.empty());
}

// In parts, so that none of them takes too long for a test.
#define DRYDOCK_HISTORIES(part)                                                                                      \
  TEST_CASE(                                                                                                         \
      "Whatever a seed does to a world, the invariants hold and it comes right once the faults stop, part " #part) { \
    check_part(part);                                                                                                \
  }
DRYDOCK_HISTORIES(0)
DRYDOCK_HISTORIES(1)
DRYDOCK_HISTORIES(2)
DRYDOCK_HISTORIES(3)
DRYDOCK_HISTORIES(4)
DRYDOCK_HISTORIES(5)
DRYDOCK_HISTORIES(6)
DRYDOCK_HISTORIES(7)
DRYDOCK_HISTORIES(8)
DRYDOCK_HISTORIES(9)

TEST_CASE("Seeds that found a mistake once find none now") {
  for (const std::uint64_t seed : kFoundMistakes) {
    const std::string failure = failure_of(seed);
    if (!failure.empty()) FAIL_CHECK(failure);
  }
}

TEST_CASE("A broken rule is noticed by the invariant that guards it") {
  struct Row {
    Sabotage sabotage;
    const char* noticed;
  };
  const std::vector<Row> rows = {
      {Sabotage::kOvercommit, "is over-committed"},
      {Sabotage::kLoseReports, "no liveness: "},
      {Sabotage::kTakeBack, "from STOPPED back to RUNNING"},
      {Sabotage::kForgetWrites, "memory is not what is stored"},
      {Sabotage::kStopTooMany, "healthy tasks stopped below minimumHealthyPercent"},
      {Sabotage::kStartTwice, "started twice"},
      {Sabotage::kCrowd, "under distinctInstance"},
      {Sabotage::kStartTooMany, "more tasks than maximumPercent allows"},
      {Sabotage::kSecondDaemon, "two tasks of DAEMON service"},
      {Sabotage::kPlaceOnGone, "tasks on an INACTIVE instance"},
      {Sabotage::kDropTask, " disappeared"},
      {Sabotage::kWantAgain, "is wanted again"},
      {Sabotage::kMoveTask, " moved"},
      {Sabotage::kCompleteEarly, "COMPLETED in "},
      {Sabotage::kReopen, "a service deployment went from "},
      {Sabotage::kSameVersion, "version does not grow"},
      {Sabotage::kWrongExit, " exited with "},
      {Sabotage::kNeverStop, "no liveness: "},
      {Sabotage::kStopProtected, "was protected and is stopped"},
      {Sabotage::kSkipStage, "stage SCALE_UP to TEST_TRAFFIC_SHIFT"},
      {Sabotage::kTripEarly, "tripped below its threshold"},
      {Sabotage::kLoseTraffic, "traffic adds up to "},
  };
  constexpr std::uint64_t kTries = 60;
  for (const Row& row : rows) {
    std::string told;
    bool noticed = false;
    for (std::uint64_t seed = 1; seed <= kTries && !noticed; ++seed) {
      const std::string failure = failure_of(seed, false, row.sabotage);
      noticed = failure.find(row.noticed) != std::string::npos;
      told += failure + "\n";
    }
    INFO(row.noticed << "\n" << told);
    CHECK(noticed);
  }
}

TEST_CASE("The same seed makes the same history and the same rows") {
  for (const std::uint64_t seed : {3U, 17U, 40U}) {
    World first(seed);
    World second(seed);
    first.run();
    second.run();
    CHECK(first.log() == second.log());
    CHECK(first.rows() == second.rows());
  }
}

// Another compiler, another build type, another day: the same history. What the scheduler does differently on purpose
// changes it; then `DRYDOCK_SIM_SETTLE=1 simulation_tests "A seed's history*"` writes it anew.
TEST_CASE("A seed's history is the one that is written down") {
  const std::string path = DRYDOCK_SOURCE_DIR "/tests/simulation/histories.txt";
  std::map<std::uint64_t, std::string> found;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    World world(seed);
    world.run();
    found[seed] = fingerprint(world.log());
  }
  if (std::getenv("DRYDOCK_SIM_SETTLE") != nullptr) {
    std::ofstream out(path);
    for (const auto& [seed, hash] : found) out << seed << " " << hash << "\n";
  }
  std::map<std::uint64_t, std::string> known;
  std::ifstream in(path);
  std::uint64_t seed = 0;
  std::string hash;
  while (in >> seed >> hash) known[seed] = hash;
  CHECK(known == found);
}

}  // namespace drydock::simulation
