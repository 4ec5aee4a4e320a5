#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <random>

#include "storage/store.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_directory.hpp"
#include "tests/unit/storage/store_fixture.hpp"

using drydock::model::EntityKind;
using namespace drydock;
using namespace drydock::test;

namespace {

std::string body_for(std::uint64_t sequence, std::uint64_t row) {
  return std::to_string(sequence) + ":" + std::to_string(row) + std::string(sequence * 37 % 400, '.');
}

/// Each sequence adds three rows named after it and rewrites one that all share.
model::ChangeSet numbered_change(std::uint64_t sequence) {
  return change(sequence, put(EntityKind::kCluster, 1, std::to_string(sequence)),
                put(EntityKind::kTask, sequence, body_for(sequence, 1)),
                put(EntityKind::kService, sequence, body_for(sequence, 2)),
                put(EntityKind::kServiceEvent, sequence, body_for(sequence, 3)));
}

/// The life of the child: appends until it is killed, writing every durable sequence to the pipe.
[[noreturn]] void append_until_killed(const storage::StoreOptions& options, int pipe) {
  storage::Callbacks callbacks;
  callbacks.on_durable = [pipe](std::uint64_t sequence) {
    if (::write(pipe, &sequence, sizeof sequence) != sizeof sequence) ::_exit(3);
  };
  auto store = storage::Store::open(options, callbacks);
  if (!store) ::_exit(4);
  std::uint64_t sequence = (*store)->last_durable_sequence();
  while (true) {
    if (!(*store)->append(storage::kFirstEpoch, numbered_change(++sequence))) ::_exit(5);
    if (sequence % 8 == 0 && !(*store)->flush()) ::_exit(6);
  }
}

/// Reads up to `count` sequences; returns the last one, or nothing when there was none.
std::optional<std::uint64_t> read_acknowledged(int pipe, std::uint64_t count) {
  std::optional<std::uint64_t> last;
  std::uint64_t sequence = 0;
  while (count-- > 0 && ::read(pipe, &sequence, sizeof sequence) == sizeof sequence) last = sequence;
  return last;
}

void check_whole(const storage::StoreOptions& options, std::uint64_t acknowledged) {
  auto store = open_store(options);
  const std::uint64_t last = sequence_of(*store);
  REQUIRE(last >= acknowledged);
  std::vector<Row> expected;
  if (last > 0) expected.push_back({EntityKind::kCluster, 1, std::to_string(last)});
  const std::pair<EntityKind, std::uint64_t> kinds[] = {
      {EntityKind::kService, 2}, {EntityKind::kServiceEvent, 3}, {EntityKind::kTask, 1}};
  for (const auto& [kind, row] : kinds) {
    for (std::uint64_t id = 1; id <= last; ++id) expected.push_back({kind, id, body_for(id, row)});
  }
  const bool same = rows_of(*store) == expected;
  REQUIRE(same);
}

}  // namespace

TEST_CASE("Killed at any moment, everything acknowledged is there and every change set is whole") {
  const TempDirectory directory;
  auto options = quick_options(directory.path());
  options.checkpoint_pages = 100;
  std::mt19937 random(20260);  // NOLINT: the same history every time
  std::uint64_t acknowledged = 0;
  for (int round = 0; round < 30; ++round) {
    int ends[2] = {};
    REQUIRE(::pipe(ends) == 0);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      ::close(ends[0]);
      append_until_killed(options, ends[1]);
    }
    ::close(ends[1]);
    // The first rounds end while the database is being made and opened.
    const std::uint64_t wanted = round < 5 ? 0 : random() % 25;
    if (const auto last = read_acknowledged(ends[0], wanted)) acknowledged = *last;
    ::usleep(random() % 3000);
    ::kill(child, SIGKILL);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));
    if (const auto last = read_acknowledged(ends[0], UINT64_MAX)) acknowledged = *last;
    ::close(ends[0]);
    check_whole(options, acknowledged);
  }
  CHECK(acknowledged > 100);
}
