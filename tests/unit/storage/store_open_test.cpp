#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "storage/database.hpp"
#include "storage/schema.hpp"
#include "storage/store.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/faulty_vfs.hpp"
#include "tests/support/temp_directory.hpp"
#include "tests/unit/storage/store_fixture.hpp"

using drydock::model::EntityKind;
using namespace drydock;
using namespace drydock::test;
using storage::Database;
using storage::kFirstEpoch;
using storage::OpenMode;
using storage::StorageErrorKind;

namespace {

storage::StorageError refusal(const storage::StoreOptions& options) {
  auto store = storage::Store::open(options, {});
  REQUIRE_FALSE(store.has_value());
  return store.error();
}

Database raw_database(const std::filesystem::path& path) {
  auto database = Database::open(path, "", OpenMode::kCreate, std::chrono::milliseconds(0));
  REQUIRE(database.has_value());
  return std::move(*database);
}

void execute(Database& database, const std::string& sql) {
  const auto done = database.execute(sql);
  REQUIRE(done.has_value());
}

unsigned mode_of(const std::filesystem::path& path) {
  struct stat status{};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 0777u;
}

}  // namespace

TEST_CASE("A directory serves one store at a time, and the refusal names it") {
  const TempDirectory directory;
  const auto options = quick_options(directory.path());
  {
    auto store = open_store(options);
    const auto error = refusal(options);
    CHECK(error.kind == StorageErrorKind::kInUse);
    CHECK_THAT(error.message, ContainsSubstring(directory.path().string()));
    CHECK_THAT(error.message, ContainsSubstring("in use by another Drydock (process " + std::to_string(::getpid())));
    CHECK(store->close().has_value());
    CHECK(storage::Store::open(options, {}).has_value());
  }
  CHECK(storage::Store::open(options, {}).has_value());
}

TEST_CASE("The data directory and the database are private to the user") {
  const TempDirectory directory;
  auto store = open_store(quick_options(directory.path() / "data"));
  store->append(kFirstEpoch, change(1, put(EntityKind::kTask, 1, "secret")));
  REQUIRE(store->flush().has_value());
  CHECK(mode_of(directory.path() / "data") == 0700);
  CHECK(mode_of(directory.path() / "data" / "drydock.db") == 0600);
  CHECK(mode_of(directory.path() / "data" / "drydock.db-wal") == 0600);
  REQUIRE(store->snapshot(directory.path() / "copy.db").has_value());
  CHECK(mode_of(directory.path() / "copy.db") == 0600);
}

TEST_CASE("A file in the place of the data directory is a clear error") {
  const TempDirectory directory;
  const auto path = directory.path() / "data";
  std::ofstream(path) << "not a directory";
  const auto error = refusal(quick_options(path));
  CHECK(error.kind == StorageErrorKind::kNotWritable);
  CHECK_THAT(error.message, ContainsSubstring("cannot create the data directory " + path.string()));
  const auto below = refusal(quick_options(path / "below"));
  CHECK(below.kind == StorageErrorKind::kNotWritable);
}

TEST_CASE("A read-only file system is a clear error at opening, for a new and for an existing database") {
  FaultyVfs disk;
  const TempDirectory directory;
  const auto options = quick_options(directory.path(), disk.name());
  disk.inject(Fault::kReadOnlyFileSystem);
  CHECK(refusal(options).kind == StorageErrorKind::kNotWritable);
  disk.heal();
  CHECK(storage::Store::open(options, {}).has_value());
  disk.inject(Fault::kReadOnlyFileSystem);
  const auto error = refusal(options);
  CHECK(error.kind == StorageErrorKind::kNotWritable);
  CHECK_THAT(error.message, ContainsSubstring("drydock.db is not writable"));
}

TEST_CASE("A disk that fails while the database is made leaves nothing behind that the next start trips over") {
  for (const Fault fault : {Fault::kDiskFull, Fault::kShortWrite, Fault::kWriteError}) {
    for (int after = 0; after < 12; ++after) {
      FaultyVfs disk;
      const TempDirectory directory;
      const auto options = quick_options(directory.path(), disk.name());
      disk.inject(fault, after);
      {
        [[maybe_unused]] const auto attempt = storage::Store::open(options, {});
      }
      disk.heal();
      auto store = open_store(options);
      REQUIRE(rows_of(*store).empty());
    }
  }
}

TEST_CASE("A file that is no database, or another program's, is left alone and reported") {
  const TempDirectory directory;
  const auto file = directory.path() / "drydock.db";
  SECTION("text") {
    std::ofstream(file) << std::string(5000, 'x');
    const auto error = refusal(quick_options(directory.path()));
    CHECK(error.kind == StorageErrorKind::kDamaged);
    CHECK_THAT(error.message, ContainsSubstring(file.string() + " is damaged or is not a Drydock database"));
    CHECK(std::filesystem::file_size(file) == 5000);
  }
  SECTION("another program's database") {
    {
      auto database = raw_database(file);
      execute(database, "CREATE TABLE songs (title TEXT)");
    }
    const auto error = refusal(quick_options(directory.path()));
    CHECK(error.kind == StorageErrorKind::kDamaged);
    CHECK_THAT(error.message, ContainsSubstring("is not a Drydock database"));
    auto database = raw_database(file);
    CHECK(database.query_integer("SELECT count(*) FROM sqlite_schema") == 1);
  }
  SECTION("an empty file is filled") {
    std::ofstream(file) << "";
    auto store = open_store(quick_options(directory.path()));
    CHECK(rows_of(*store).empty());
  }
}

TEST_CASE("Damage inside the tables is reported by load") {
  const TempDirectory directory;
  const auto options = quick_options(directory.path());
  {
    auto store = open_store(options);
    for (std::uint64_t id = 1; id <= 200; ++id) {
      store->append(kFirstEpoch, change(id, put(EntityKind::kTask, id, std::string(900, 'x'))));
    }
  }
  const auto file = directory.path() / "drydock.db";
  {
    // Everything behind the schema and the small tables.
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(4096 * 14);
    stream << std::string(4096 * 20, '\x5a');
  }
  auto store = open_store(options);
  const auto loaded = store->load([](EntityKind, std::uint64_t, std::string_view) {});
  REQUIRE_FALSE(loaded.has_value());
  CHECK(loaded.error().kind == StorageErrorKind::kDamaged);
  CHECK_THAT(loaded.error().message, ContainsSubstring(file.string()));
}

TEST_CASE("A database of every older version opens with its rows and is brought up to date") {
  const auto all = storage::migrations();
  REQUIRE_FALSE(all.empty());
  for (std::size_t count = 1; count <= all.size(); ++count) {
    const TempDirectory directory;
    const auto file = directory.path() / "drydock.db";
    {
      auto database = raw_database(file);
      REQUIRE(storage::migrate(database, file, all.first(count)).has_value());
      execute(database, "INSERT INTO tasks (id, body) VALUES (12, CAST('an old task' AS BLOB))");
      execute(database, "UPDATE meta SET value = 34 WHERE key = 'storage.last_sequence'");
    }
    auto store = open_store(quick_options(directory.path()));
    CHECK(sequence_of(*store) == 34);
    CHECK(rows_of(*store) == std::vector<Row>{{EntityKind::kTask, 12, "an old task"}});
    CHECK(store->append(kFirstEpoch, change(35, put(EntityKind::kTask, 13, "a new one"))));
    CHECK(store->close().has_value());
    auto database = raw_database(file);
    CHECK(database.query_integer("PRAGMA user_version") == all.back().version);
  }
}

TEST_CASE("Migrations run in order, each once, and all or none") {
  const TempDirectory directory;
  const auto file = directory.path() / "x.db";
  auto database = raw_database(file);
  const storage::Migration first{1, "CREATE TABLE a (x); INSERT INTO a VALUES (1);"};
  const storage::Migration second{2, "CREATE TABLE b AS SELECT x + 1 AS x FROM a;"};
  const storage::Migration broken{3, "CREATE TABLE c (x); INSERT INTO nowhere VALUES (1);"};
  const std::vector<storage::Migration> one{first};
  const std::vector<storage::Migration> two{first, second};
  const std::vector<storage::Migration> three{first, second, broken};

  REQUIRE(storage::migrate(database, file, one).has_value());
  CHECK_FALSE(storage::migrate(database, file, three).has_value());
  CHECK(database.query_integer("PRAGMA user_version") == 1);
  CHECK(database.query_integer("SELECT count(*) FROM sqlite_schema") == 1);
  REQUIRE(storage::migrate(database, file, two).has_value());
  REQUIRE(storage::migrate(database, file, two).has_value());
  CHECK(database.query_integer("PRAGMA user_version") == 2);
  CHECK(database.query_integer("SELECT x FROM b") == 2);
  CHECK(database.query_integer("SELECT count(*) FROM a") == 1);
}

TEST_CASE("A database of a newer program is refused and left alone") {
  const TempDirectory directory;
  const auto options = quick_options(directory.path());
  {
    auto store = open_store(options);
  }
  const auto file = directory.path() / "drydock.db";
  {
    auto database = raw_database(file);
    execute(database, "PRAGMA user_version = 9999");
  }
  const auto error = refusal(options);
  CHECK(error.kind == StorageErrorKind::kNewerVersion);
  CHECK_THAT(error.message, ContainsSubstring("written by a newer Drydock (version 9999"));
  auto database = raw_database(file);
  CHECK(database.query_integer("PRAGMA user_version") == 9999);
}
