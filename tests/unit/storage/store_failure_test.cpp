#include <map>

#include "storage/store.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/faulty_vfs.hpp"
#include "tests/support/temp_directory.hpp"
#include "tests/unit/storage/store_fixture.hpp"

using drydock::model::EntityKind;
using namespace drydock;
using namespace drydock::test;
using storage::kFirstEpoch;
using storage::StorageErrorKind;

namespace {

/// The database file and its log as they would be found had the process been killed now.
void copy_as_after_a_crash(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::filesystem::create_directories(to);
  for (const char* name : {"drydock.db", "drydock.db-wal"}) {
    if (std::filesystem::exists(from / name)) std::filesystem::copy_file(from / name, to / name);
  }
}

}  // namespace

TEST_CASE("A full disk is reported once, takes back what is not durable, and leaves reading intact") {
  FaultyVfs disk;
  const TempDirectory directory;
  Recorder recorder;
  auto store = open_store(quick_options(directory.path(), disk.name()), recorder.callbacks());
  store->append(kFirstEpoch, change(1, put(EntityKind::kTask, 1, "safe")));
  REQUIRE(store->flush().has_value());

  disk.inject(Fault::kDiskFull);
  CHECK(store->append(kFirstEpoch, change(2, put(EntityKind::kTask, 1, "lost"))));
  const auto error = recorder.wait_for_failure();
  CHECK(error.kind == StorageErrorKind::kFull);
  CHECK(error.last_durable_sequence == 1);
  CHECK_THAT(error.message, ContainsSubstring("changes cannot be saved"));
  CHECK_THAT(error.message, ContainsSubstring((directory.path() / "drydock.db").string()));
  CHECK_THAT(error.message, ContainsSubstring("full"));
  CHECK_FALSE(store->append(kFirstEpoch, change(3, put(EntityKind::kTask, 3, "lost too"))));
  CHECK_FALSE(store->flush().has_value());
  CHECK(store->failure().has_value());
  CHECK_FALSE(store->set_meta("key", "value").has_value());
  CHECK(store->last_durable_sequence() == 1);

  disk.heal();
  const auto recovery = recorder.wait_for_recovery();
  CHECK(recovery.epoch == kFirstEpoch + 1);
  CHECK(recovery.last_durable_sequence == 1);
  CHECK_FALSE(store->failure().has_value());
  CHECK(rows_of(*store) == std::vector<Row>{{EntityKind::kTask, 1, "safe"}});
  CHECK(recorder.failures().size() == 1);
  CHECK(recorder.durable() == std::vector<std::uint64_t>{1});
}

TEST_CASE("A change set of an older epoch is never written, however late it comes") {
  FaultyVfs disk;
  const TempDirectory directory;
  Recorder recorder;
  auto store = open_store(quick_options(directory.path(), disk.name()), recorder.callbacks());
  disk.inject(Fault::kWriteError);
  store->append(kFirstEpoch, change(1, put(EntityKind::kTask, 1, "lost")));
  recorder.wait_for_failure();
  disk.heal();
  const auto recovery = recorder.wait_for_recovery();

  CHECK_FALSE(store->append(kFirstEpoch, change(2, put(EntityKind::kTask, 2, "from before"))));
  CHECK(store->append(recovery.epoch, change(1, put(EntityKind::kTask, 3, "after"))));
  CHECK_FALSE(store->append(kFirstEpoch, change(3, put(EntityKind::kTask, 4, "from before"))));
  CHECK_FALSE(store->append(recovery.epoch + 1, change(2, put(EntityKind::kTask, 5, "from nowhere"))));
  CHECK(store->flush().has_value());
  CHECK(rows_of(*store) == std::vector<Row>{{EntityKind::kTask, 3, "after"}});
  CHECK(sequence_of(*store) == 1);
  CHECK(store->statistics().discarded == 4);
}

TEST_CASE("What is queued behind a failing commit is dropped with it") {
  FaultyVfs disk;
  const TempDirectory directory;
  Recorder recorder;
  auto store = open_store(quick_options(directory.path(), disk.name()), recorder.callbacks());
  disk.inject(Fault::kSyncError);
  disk.hold_syncs();
  store->append(kFirstEpoch, change(1, put(EntityKind::kTask, 1, "a")));
  disk.wait_for_held_sync();
  CHECK(store->append(kFirstEpoch, change(2, put(EntityKind::kTask, 2, "b"))));
  CHECK(store->append(kFirstEpoch, change(3, put(EntityKind::kTask, 3, "c"))));
  disk.release_syncs();
  const auto error = recorder.wait_for_failure();
  CHECK(error.last_durable_sequence == 0);
  CHECK(error.kind == StorageErrorKind::kInputOutput);
  disk.heal();
  recorder.wait_for_recovery();
  CHECK(rows_of(*store).empty());
  CHECK(store->statistics().discarded == 3);
  CHECK(store->statistics().failures == 1);
  CHECK(store->statistics().recoveries == 1);
}

TEST_CASE("A commit whose sync failed stays undone, though it can be read back from the log") {
  FaultyVfs disk;
  const TempDirectory directory;
  const auto data = directory.path() / "data";
  Recorder recorder;
  auto store = open_store(quick_options(data, disk.name()), recorder.callbacks());
  REQUIRE(store->set_meta("colour", "blue").has_value());
  store->append(kFirstEpoch, change(1, put(EntityKind::kTask, 1, "old"), put(EntityKind::kTask, 2, "kept")));
  REQUIRE(store->flush().has_value());

  disk.inject(Fault::kSyncError);
  store->append(kFirstEpoch, change(2, put(EntityKind::kTask, 1, "new"), remove(EntityKind::kTask, 2),
                                    put(EntityKind::kTask, 3, "added")));
  CHECK(recorder.wait_for_failure().last_durable_sequence == 1);
  {
    // The premise: a fresh reader of the files finds the failed commit.
    copy_as_after_a_crash(data, directory.path() / "crashed");
    auto crashed = open_store(quick_options(directory.path() / "crashed"));
    CHECK(sequence_of(*crashed) == 2);
  }
  disk.heal();
  const auto recovery = recorder.wait_for_recovery();
  CHECK(recovery.last_durable_sequence == 1);
  const std::vector<Row> expected{{EntityKind::kTask, 1, "old"}, {EntityKind::kTask, 2, "kept"}};
  CHECK(rows_of(*store) == expected);
  CHECK(sequence_of(*store) == 1);
  {
    copy_as_after_a_crash(data, directory.path() / "recovered");
    auto recovered = open_store(quick_options(directory.path() / "recovered"));
    CHECK(rows_of(*recovered) == expected);
    CHECK(sequence_of(*recovered) == 1);
    CHECK(recovered->meta("colour") == "blue");
  }
  CHECK(store->append(recovery.epoch, change(2, put(EntityKind::kTask, 4, "next"))));
  CHECK(store->flush().has_value());
  CHECK(sequence_of(*store) == 2);
}

TEST_CASE("A meta value whose sync failed is not kept") {
  FaultyVfs disk;
  const TempDirectory directory;
  Recorder recorder;
  const auto options = quick_options(directory.path(), disk.name());
  {
    auto store = open_store(options, recorder.callbacks());
    REQUIRE(store->set_meta("colour", "blue").has_value());
    disk.inject(Fault::kSyncError);
    CHECK_FALSE(store->set_meta("colour", "red").has_value());
    disk.heal();
    recorder.wait_for_recovery();
    CHECK(store->meta("colour") == "blue");
  }
  CHECK(open_store(options)->meta("colour") == "blue");
}

TEST_CASE("A store that cannot recover keeps saying why, and closing it reports the loss") {
  FaultyVfs disk;
  const TempDirectory directory;
  Recorder recorder;
  auto store = open_store(quick_options(directory.path(), disk.name()), recorder.callbacks());
  disk.inject(Fault::kReadOnlyFileSystem);
  store->append(kFirstEpoch, change(1, put(EntityKind::kTask, 1, "lost")));
  recorder.wait_for_failure();
  CHECK_FALSE(store->load([](EntityKind, std::uint64_t, std::string_view) {}).has_value());
  CHECK_FALSE(store->snapshot(directory.path() / "copy.db").has_value());
  const auto closed = store->close();
  REQUIRE_FALSE(closed.has_value());
  CHECK_THAT(closed.error().message, ContainsSubstring("changes cannot be saved"));
  CHECK(recorder.recoveries().empty());
}

TEST_CASE("A database removed or replaced while in use fails the store instead of taking writes nowhere") {
  const TempDirectory directory;
  Recorder recorder;
  auto store = open_store(quick_options(directory.path()), recorder.callbacks());
  store->append(kFirstEpoch, change(1, put(EntityKind::kTask, 1, "a")));
  REQUIRE(store->flush().has_value());
  const auto file = directory.path() / "drydock.db";
  std::filesystem::rename(file, directory.path() / "moved.db");
  store->append(kFirstEpoch, change(2, put(EntityKind::kTask, 2, "b")));
  const auto error = recorder.wait_for_failure();
  CHECK(error.last_durable_sequence == 1);
  CHECK_THAT(error.message, ContainsSubstring("removed or replaced"));

  std::filesystem::rename(directory.path() / "moved.db", file);
  const auto recovery = recorder.wait_for_recovery();
  CHECK(store->append(recovery.epoch, change(2, put(EntityKind::kTask, 2, "again"))));
  CHECK(store->flush().has_value());
  CHECK(rows_of(*store).size() == 2);
}

namespace {

/// A core in small: applies changes to memory, undoes what is not durable when told to, and goes on.
class SmallCore {
 public:
  explicit SmallCore(const storage::StoreOptions& options) : store_(open_store(options, recorder_.callbacks())) {}

  void change_something(std::uint64_t seed) {
    const std::uint64_t sequence = ++sequence_;
    auto next = history_[sequence - 1];
    model::ChangeSet set;
    set.sequence = sequence;
    for (std::uint64_t id = 1; id <= 4; ++id) {
      const std::uint64_t key = (seed * 7 + id * id * 3) % 40;
      if (set.rows.size() == 2 && next.contains(key)) {
        set.rows.push_back(remove(EntityKind::kTask, key));
        next.erase(key);
      } else {
        const std::string body(500 + 97 * id, static_cast<char>('a' + seed % 26));
        set.rows.push_back(put(EntityKind::kTask, key, body));
        next[key] = body;
      }
    }
    history_[sequence] = next;
    store_->append(epoch_, set);
  }

  /// Waits until all is settled; after a failure heals the disk and rolls memory back, as the header asks.
  bool settle(FaultyVfs& disk) {
    if (store_->flush().has_value()) return true;
    const auto error = recorder_.wait_for_failure(++failures_);
    disk.heal();
    const auto recovery = recorder_.wait_for_recovery(failures_);
    CHECK(recovery.last_durable_sequence == error.last_durable_sequence);
    epoch_ = recovery.epoch;
    sequence_ = error.last_durable_sequence;
    return false;
  }

  std::vector<Row> memory() const {
    std::vector<Row> rows;
    for (const auto& [id, body] : history_.at(sequence_)) rows.push_back({EntityKind::kTask, id, body});
    return rows;
  }
  storage::Store& store() { return *store_; }

 private:
  Recorder recorder_;
  std::unique_ptr<storage::Store> store_;
  storage::Epoch epoch_ = kFirstEpoch;
  std::uint64_t sequence_ = 0;
  std::size_t failures_ = 0;
  std::map<std::uint64_t, std::map<std::uint64_t, std::string>> history_{{0, {}}};
};

}  // namespace

TEST_CASE("Wherever a fault strikes, disk and memory agree after recovery and nothing durable is lost") {
  const auto fault = GENERATE(Fault::kDiskFull, Fault::kShortWrite, Fault::kWriteError, Fault::kSyncError);
  int failed_runs = 0;
  for (int after = 0; after < 40; ++after) {
    FaultyVfs disk;
    const TempDirectory directory;
    auto options = quick_options(directory.path() / "data", disk.name());
    options.retry_interval = std::chrono::milliseconds(1);
    options.checkpoint_pages = 8;
    SmallCore core(options);
    for (std::uint64_t seed = 1; seed <= 5; ++seed) core.change_something(seed);
    REQUIRE(core.settle(disk));
    disk.inject(fault, after);
    for (std::uint64_t seed = 6; seed <= 20; ++seed) {
      core.change_something(seed);
      if (seed % 3 == 0) failed_runs += core.settle(disk) ? 0 : 1;
    }
    failed_runs += core.settle(disk) ? 0 : 1;
    disk.heal();
    REQUIRE(rows_of(core.store()) == core.memory());
    copy_as_after_a_crash(directory.path() / "data", directory.path() / "crashed");
    auto crashed = open_store(quick_options(directory.path() / "crashed"));
    REQUIRE(rows_of(*crashed) == core.memory());
  }
  CHECK(failed_runs > 10);
}
