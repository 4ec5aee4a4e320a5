#include "storage/schema.hpp"

#include <array>
#include <utility>

#include "storage/files.hpp"

namespace drydock::storage {

namespace {

constexpr Migration kMigrations[] = {
#include "storage/migrations.inc"
};

StorageError not_ours(const std::filesystem::path& path) {
  return {StorageErrorKind::kDamaged,
          path.string() + " is not a Drydock database. Choose another data directory, or move the file away.", 0};
}

Result<void> apply(Database& database, std::span<const Migration> steps, std::int64_t version) {
  if (auto begun = database.execute("BEGIN IMMEDIATE"); !begun) return begun;
  for (const Migration& step : steps) {
    if (step.version <= version) continue;
    if (auto done = database.execute(step.sql); !done) return done;
  }
  if (auto marked = database.execute("PRAGMA application_id = " + std::to_string(kApplicationId)); !marked) {
    return marked;
  }
  const std::string last = std::to_string(steps.back().version);
  if (auto numbered = database.execute("PRAGMA user_version = " + last); !numbered) return numbered;
  return database.execute("COMMIT");
}

Result<void> insert_meta(Database& database, std::span<const std::pair<std::string, std::string>> values) {
  auto insert = database.prepare("INSERT INTO meta (key, value) VALUES (?1, ?2)");
  if (!insert) return std::unexpected(std::move(insert.error()));
  for (const auto& [key, value] : values) {
    insert->bind_text(1, key);
    insert->bind_text(2, value);
    if (auto done = insert->run(); !done) return done;
  }
  return {};
}

}  // namespace

std::span<const Migration> migrations() { return kMigrations; }

StorageError explain_damage(const std::filesystem::path& path, StorageError error) {
  if (error.kind != StorageErrorKind::kDamaged) return error;
  error.message = path.string() + " is damaged or is not a Drydock database (" + error.message +
                  "). Move it away to start with an empty one, or restore a snapshot.";
  return error;
}

Result<void> migrate(Database& database, const std::filesystem::path& path, std::span<const Migration> steps) {
  // The first read of the file: a file that is no database is noticed here.
  const auto version = database.query_integer("PRAGMA user_version");
  if (!version) return std::unexpected(explain_damage(path, version.error()));
  const auto application = database.query_integer("PRAGMA application_id");
  if (!application) return std::unexpected(explain_damage(path, application.error()));
  const auto tables = database.query_integer("SELECT count(*) FROM sqlite_schema");
  if (!tables) return std::unexpected(explain_damage(path, tables.error()));

  const bool is_empty = *version == 0 && *application == 0 && *tables == 0;
  if (!is_empty && *application != kApplicationId) return std::unexpected(not_ours(path));
  const int newest = steps.back().version;
  if (*version > newest) {
    return std::unexpected(StorageError{StorageErrorKind::kNewerVersion,
                                        path.string() + " was written by a newer Drydock (version " +
                                            std::to_string(*version) + " of the database; this program knows up to " +
                                            std::to_string(newest) + "). Use that newer program.",
                                        0});
  }
  if (*version == newest) return {};
  auto applied = apply(database, steps, *version);
  if (!applied) database.roll_back();
  return applied;
}

Result<void> create_database(const std::filesystem::path& path, const std::string& vfs,
                             std::span<const std::pair<std::string, std::string>> initial_meta) {
  const std::filesystem::path draft = path.string() + ".new";
  for (const char* suffix : {"-journal", "-wal", "-shm"}) remove_file(draft.string() + suffix);
  if (auto made = create_private_file(draft); !made) return made;
  // A log without its database belongs to a file that is gone; SQLite would replay it into the new one.
  for (const char* suffix : {"-journal", "-wal", "-shm"}) remove_file(path.string() + suffix);
  {
    auto database = Database::open(draft, vfs, OpenMode::kCreate, std::chrono::milliseconds(0));
    if (!database) return std::unexpected(std::move(database.error()));
    // No sync inside: the draft counts for nothing until it is synced as a whole and renamed.
    for (const char* sql : {"PRAGMA synchronous = OFF", "PRAGMA journal_mode = MEMORY"}) {
      if (auto done = database->execute(sql); !done) return done;
    }
    if (auto migrated = migrate(*database, draft, migrations()); !migrated) return migrated;
    if (auto inserted = insert_meta(*database, initial_meta); !inserted) return inserted;
    if (auto logged = database->execute("PRAGMA journal_mode = WAL"); !logged) return logged;
  }
  return publish_file(draft, path);
}

}  // namespace drydock::storage
