#include "storage/store.hpp"

#include <sys/stat.h>

#include "tests/support/catch.hpp"
#include "tests/support/faulty_vfs.hpp"
#include "tests/support/temp_directory.hpp"
#include "tests/unit/storage/store_fixture.hpp"

using drydock::model::EntityKind;
using namespace drydock;
using namespace drydock::test;
using storage::kFirstEpoch;

TEST_CASE("A store gives back what was appended, after closing and opening it") {
  const TempDirectory directory;
  const auto options = quick_options(directory.path() / "deep" / "data");
  const std::string binary("\0\x01\xff body", 8);
  {
    auto store = open_store(options);
    CHECK(sequence_of(*store) == 0);
    CHECK(rows_of(*store).empty());
    CHECK(store->append(kFirstEpoch, change(1, put(EntityKind::kTask, 7, "seven"), put(EntityKind::kTask, 3, binary),
                                            put(EntityKind::kWorld, 1, ""))));
    CHECK(store->append(kFirstEpoch, change(2, put(EntityKind::kCluster, 9, "first"))));
    CHECK(store->append(kFirstEpoch, change(5, put(EntityKind::kCluster, 9, "second"))));
    CHECK(store->close().has_value());
  }
  auto store = open_store(options);
  CHECK(sequence_of(*store) == 5);
  CHECK(store->last_durable_sequence() == 5);
  CHECK(rows_of(*store) == std::vector<Row>{{EntityKind::kWorld, 1, ""},
                                            {EntityKind::kCluster, 9, "second"},
                                            {EntityKind::kTask, 3, binary},
                                            {EntityKind::kTask, 7, "seven"}});
}

TEST_CASE("Every kind of entity has a table") {
  const TempDirectory directory;
  auto store = open_store(quick_options(directory.path()));
  std::vector<Row> expected;
  std::uint64_t sequence = 0;
  for (const EntityKind kind : model::kEntityKinds) {
    CHECK(store->append(kFirstEpoch, change(++sequence, put(kind, 10, model::table_name(kind)))));
    expected.push_back({kind, 10, model::table_name(kind)});
  }
  CHECK(store->flush().has_value());
  CHECK(rows_of(*store) == expected);
}

TEST_CASE("A deleted row is gone, in the same batch or a later one, and may come back") {
  const TempDirectory directory;
  auto store = open_store(quick_options(directory.path()));
  store->append(kFirstEpoch, change(1, put(EntityKind::kTask, 1, "a"), put(EntityKind::kTask, 2, "b")));
  CHECK(store->flush().has_value());
  store->append(kFirstEpoch, change(2, remove(EntityKind::kTask, 1), remove(EntityKind::kTask, 99)));
  CHECK(store->flush().has_value());
  CHECK(rows_of(*store) == std::vector<Row>{{EntityKind::kTask, 2, "b"}});
  store->append(kFirstEpoch, change(3, put(EntityKind::kTask, 1, "again")));
  store->append(kFirstEpoch, change(4, remove(EntityKind::kTask, 2)));
  CHECK(store->flush().has_value());
  CHECK(rows_of(*store) == std::vector<Row>{{EntityKind::kTask, 1, "again"}});
}

TEST_CASE("Change sets appended while a commit is under way share the next commit") {
  FaultyVfs disk;
  const TempDirectory directory;
  Recorder recorder;
  auto store = open_store(quick_options(directory.path(), disk.name()), recorder.callbacks());
  disk.hold_syncs();
  store->append(kFirstEpoch, change(1, put(EntityKind::kTask, 1, "alone")));
  disk.wait_for_held_sync();
  for (std::uint64_t sequence = 2; sequence <= 101; ++sequence) {
    store->append(kFirstEpoch,
                  change(sequence, put(EntityKind::kTask, sequence % 10, "body " + std::to_string(sequence))));
  }
  disk.release_syncs();
  CHECK(store->flush().has_value());

  CHECK(recorder.durable() == std::vector<std::uint64_t>{1, 101});
  const auto statistics = store->statistics();
  CHECK(statistics.batches == 2);
  CHECK(statistics.change_sets == 101);
  CHECK(statistics.largest_batch == 100);
  CHECK(statistics.rows == 101);
  CHECK(statistics.rows_written == 11);
  const auto rows = rows_of(*store);
  REQUIRE(rows.size() == 10);
  CHECK(rows[0] == Row{EntityKind::kTask, 0, "body 100"});
  CHECK(rows[1] == Row{EntityKind::kTask, 1, "body 101"});
  CHECK(rows[2] == Row{EntityKind::kTask, 2, "body 92"});
}

TEST_CASE("A change set is reported durable only after the disk confirmed it") {
  FaultyVfs disk;
  const TempDirectory directory;
  Recorder recorder;
  auto store = open_store(quick_options(directory.path(), disk.name()), recorder.callbacks());
  disk.hold_syncs();
  store->append(kFirstEpoch, change(1, put(EntityKind::kTask, 1, "a")));
  disk.wait_for_held_sync();
  CHECK(recorder.durable().empty());
  CHECK(store->last_durable_sequence() == 0);
  CHECK(rows_of(*store).empty());
  disk.release_syncs();
  CHECK(store->flush().has_value());
  CHECK(recorder.durable() == std::vector<std::uint64_t>{1});
}

TEST_CASE("Each commit costs one sync") {
  FaultyVfs disk;
  const TempDirectory directory;
  auto store = open_store(quick_options(directory.path(), disk.name()));
  store->append(kFirstEpoch, change(1, put(EntityKind::kTask, 1, "a")));
  CHECK(store->flush().has_value());
  const auto before = disk.syncs();
  for (std::uint64_t sequence = 2; sequence <= 11; ++sequence) {
    store->append(kFirstEpoch, change(sequence, put(EntityKind::kTask, sequence, "b")));
    CHECK(store->flush().has_value());
  }
  CHECK(disk.syncs() - before == 10);
}

TEST_CASE("Closing writes what is queued and ends the taking") {
  FaultyVfs disk;
  const TempDirectory directory;
  Recorder recorder;
  const auto options = quick_options(directory.path(), disk.name());
  auto store = open_store(options, recorder.callbacks());
  for (std::uint64_t sequence = 1; sequence <= 50; ++sequence) {
    store->append(kFirstEpoch, change(sequence, put(EntityKind::kTask, sequence, "x")));
  }
  CHECK(store->close().has_value());
  CHECK(recorder.durable().back() == 50);
  CHECK_FALSE(store->append(kFirstEpoch, change(51, put(EntityKind::kTask, 51, "late"))));
  CHECK(store->set_meta("late", "x").error().kind == storage::StorageErrorKind::kClosed);
  CHECK(store->close().has_value());
  auto again = open_store(options);
  CHECK(rows_of(*again).size() == 50);
}

TEST_CASE("A sequence that does not increase is refused as a bug of the caller") {
  const TempDirectory directory;
  auto store = open_store(quick_options(directory.path()));
  store->append(kFirstEpoch, change(4, put(EntityKind::kTask, 1, "a")));
  CHECK_THROWS_AS(store->append(kFirstEpoch, change(4, put(EntityKind::kTask, 1, "b"))), std::logic_error);
  CHECK(store->flush().has_value());
  CHECK(rows_of(*store) == std::vector<Row>{{EntityKind::kTask, 1, "a"}});
}

TEST_CASE("Meta values survive and reserved keys are refused") {
  const TempDirectory directory;
  const auto options = quick_options(directory.path());
  {
    auto store = open_store(options);
    CHECK_FALSE(store->meta("drydock_id").has_value());
    CHECK(store->set_meta("drydock_id", "abc").has_value());
    CHECK(store->set_meta("drydock_id", "def").has_value());
    CHECK(store->meta("drydock_id") == "def");
    CHECK_THROWS_AS(static_cast<void>(store->set_meta("storage.last_sequence", "9")), std::logic_error);
  }
  auto store = open_store(options);
  CHECK(store->meta("drydock_id") == "def");
  CHECK_FALSE(store->meta("storage.last_sequence").has_value());
}

TEST_CASE("Initial meta values are those of a new database only") {
  const TempDirectory directory;
  auto options = quick_options(directory.path());
  options.initial_meta = {{"drydock_id", "first"}, {"colour", "blue"}};
  CHECK(open_store(options)->meta("drydock_id") == "first");
  options.initial_meta = {{"drydock_id", "second"}};
  auto store = open_store(options);
  CHECK(store->meta("drydock_id") == "first");
  CHECK(store->meta("colour") == "blue");
}

TEST_CASE("A snapshot holds what is durable and opens as a database of its own") {
  const TempDirectory directory;
  auto store = open_store(quick_options(directory.path() / "data"));
  CHECK(store->set_meta("drydock_id", "abc").has_value());
  store->append(kFirstEpoch, change(1, put(EntityKind::kTask, 1, "kept")));
  CHECK(store->flush().has_value());
  const auto copy = directory.path() / "copy";
  std::filesystem::create_directory(copy);
  CHECK(store->snapshot(copy / "drydock.db").has_value());
  store->append(kFirstEpoch, change(2, put(EntityKind::kTask, 2, "later")));
  CHECK(store->flush().has_value());

  auto restored = open_store(quick_options(copy));
  CHECK(sequence_of(*restored) == 1);
  CHECK(rows_of(*restored) == std::vector<Row>{{EntityKind::kTask, 1, "kept"}});
  CHECK(restored->meta("drydock_id") == "abc");
  CHECK(rows_of(*store).size() == 2);

  CHECK_FALSE(store->snapshot(directory.path() / "no" / "such" / "place.db").has_value());
}

TEST_CASE("The log is copied into the database as it grows, and stays short") {
  FaultyVfs disk;
  const TempDirectory directory;
  auto options = quick_options(directory.path(), disk.name());
  options.checkpoint_pages = 16;
  auto store = open_store(options);
  for (std::uint64_t sequence = 1; sequence <= 400; ++sequence) {
    store->append(kFirstEpoch, change(sequence, put(EntityKind::kTask, sequence, std::string(3000, 'x'))));
    CHECK(store->flush().has_value());
  }
  CHECK(store->statistics().checkpoints >= 20);
  CHECK(std::filesystem::file_size(directory.path() / "drydock.db-wal") < 200'000);
  CHECK(rows_of(*store).size() == 400);
}
