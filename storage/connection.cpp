#include "storage/connection.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <tuple>
#include <utility>

namespace drydock::storage {

namespace {

std::size_t index_of(model::EntityKind kind) { return static_cast<std::size_t>(kind); }

// Ids are SQLite's rowids, which are signed.
std::int64_t rowid(std::uint64_t id) { return static_cast<std::int64_t>(id); }

int remember_log_pages(void* pages, sqlite3*, const char*, int count) {
  *static_cast<int*>(pages) = count;
  return SQLITE_OK;
}

Result<void> prepare_into(Database& database, Statement& statement, const std::string& sql) {
  auto prepared = database.prepare(sql);
  if (!prepared) return std::unexpected(std::move(prepared.error()));
  statement = std::move(*prepared);
  return {};
}

}  // namespace

std::vector<const model::RowChange*> last_changes(std::span<const model::ChangeSet> change_sets) {
  struct Change {
    const model::RowChange* row;
    std::size_t position;
  };
  std::vector<Change> changes;
  for (const auto& change_set : change_sets) {
    for (const auto& row : change_set.rows) changes.push_back({&row, changes.size()});
  }
  // The newest of equals in front.
  std::ranges::sort(changes, [](const Change& a, const Change& b) {
    return std::tuple(a.row->kind, a.row->id, b.position) < std::tuple(b.row->kind, b.row->id, a.position);
  });
  std::vector<const model::RowChange*> rows;
  rows.reserve(changes.size());
  for (const Change& change : changes) {
    const bool is_newest = rows.empty() || rows.back()->kind != change.row->kind || rows.back()->id != change.row->id;
    if (is_newest) rows.push_back(change.row);
  }
  return rows;
}

Result<std::unique_ptr<Connection>> Connection::open(const std::filesystem::path& path, const std::string& vfs,
                                                     std::chrono::milliseconds busy_timeout) {
  auto opened = Database::open(path, vfs, OpenMode::kExisting, busy_timeout);
  if (!opened) return std::unexpected(std::move(opened.error()));
  std::unique_ptr<Connection> connection(new Connection(std::move(*opened)));
  Database& database = connection->database_;
  if (database.is_read_only()) {
    return std::unexpected(StorageError{StorageErrorKind::kNotWritable, path.string() + " is not writable", 0});
  }
  // A small cache: State holds every entity in memory already, SQLite need not.
  for (const char* sql : {"PRAGMA cache_size = -1024", "PRAGMA synchronous = FULL", "PRAGMA temp_store = MEMORY",
                          "PRAGMA secure_delete = FAST", "PRAGMA journal_size_limit = 16777216"}) {
    if (auto done = database.execute(sql); !done) return std::unexpected(std::move(done.error()));
  }
  // Replaces SQLite's own checkpoints inside COMMIT, which would delay the answers waiting for that commit.
  sqlite3_wal_hook(database.handle(), remember_log_pages, &connection->log_pages_);
  return connection;
}

Result<void> Connection::prepare() {
  if (auto done = database_.execute("PRAGMA journal_mode = WAL"); !done) return done;
  if (auto done = prepare_into(database_, begin_, "BEGIN IMMEDIATE"); !done) return done;
  if (auto done = prepare_into(database_, commit_, "COMMIT"); !done) return done;
  if (auto done = prepare_into(database_, put_meta_, "INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)");
      !done) {
    return done;
  }
  if (auto done = prepare_into(database_, remove_meta_, "DELETE FROM meta WHERE key = ?1"); !done) return done;
  for (const model::EntityKind kind : model::kEntityKinds) {
    const std::string table = model::table_name(kind);
    const std::size_t index = index_of(kind);
    const std::string put = "INSERT OR REPLACE INTO " + table + " (id, body) VALUES (?1, ?2)";
    if (auto done = prepare_into(database_, put_[index], put); !done) return done;
    if (auto done = prepare_into(database_, remove_[index], "DELETE FROM " + table + " WHERE id = ?1"); !done) {
      return done;
    }
    if (auto done = prepare_into(database_, get_[index], "SELECT body FROM " + table + " WHERE id = ?1"); !done) {
      return done;
    }
  }
  return {};
}

Result<void> Connection::write(std::span<const model::RowChange* const> rows, std::span<const MetaWrite> meta,
                               std::optional<std::uint64_t> last_sequence) {
  auto written = write_in_transaction(rows, meta, last_sequence);
  if (!written) database_.roll_back();
  return written;
}

Result<void> Connection::write_in_transaction(std::span<const model::RowChange* const> rows,
                                              std::span<const MetaWrite> meta,
                                              std::optional<std::uint64_t> last_sequence) {
  if (auto begun = begin_.run(); !begun) return begun;
  for (const model::RowChange* row : rows) {
    Statement& statement = row->body ? put_[index_of(row->kind)] : remove_[index_of(row->kind)];
    statement.bind_integer(1, rowid(row->id));
    if (row->body) statement.bind_blob(2, *row->body);
    if (auto done = statement.run(); !done) return done;
  }
  for (const MetaWrite& write : meta) {
    if (auto done = put_meta(write); !done) return done;
  }
  if (last_sequence) {
    if (auto done = put_sequence(*last_sequence); !done) return done;
  }
  return commit_.run();
}

Result<void> Connection::put_meta(const MetaWrite& write) {
  Statement& statement = write.value ? put_meta_ : remove_meta_;
  statement.bind_text(1, write.key);
  if (write.value) statement.bind_text(2, *write.value);
  return statement.run();
}

Result<void> Connection::put_sequence(std::uint64_t sequence) {
  put_meta_.bind_text(1, kLastSequenceKey);
  put_meta_.bind_integer(2, static_cast<std::int64_t>(sequence));
  return put_meta_.run();
}

Result<std::vector<model::RowChange>> Connection::read(std::span<const model::RowChange* const> rows) {
  std::vector<model::RowChange> found;
  found.reserve(rows.size());
  for (const model::RowChange* row : rows) {
    Statement& statement = get_[index_of(row->kind)];
    statement.bind_integer(1, rowid(row->id));
    auto stepped = statement.step();
    if (!stepped) return std::unexpected(std::move(stepped.error()));
    std::optional<std::string> body;
    if (*stepped) body = std::string(statement.bytes(0));
    statement.reset();
    found.push_back({row->kind, row->id, std::move(body)});
  }
  return found;
}

Result<std::uint64_t> Connection::last_sequence() {
  const auto value = database_.query_integer("SELECT value FROM meta WHERE key = 'storage.last_sequence'");
  if (!value) return std::unexpected(value.error());
  return static_cast<std::uint64_t>(*value);
}

Result<MetaMap> Connection::read_meta() {
  auto statement = database_.prepare("SELECT key, value FROM meta");
  if (!statement) return std::unexpected(std::move(statement.error()));
  MetaMap meta;
  while (true) {
    auto row = statement->step();
    if (!row) return std::unexpected(std::move(row.error()));
    if (!*row) return meta;
    const std::string_view key = statement->bytes(0);
    if (!key.starts_with(kReservedPrefix)) meta.emplace(key, statement->bytes(1));
  }
}

Result<void> Connection::trial_write(std::uint64_t bytes) {
  const std::string size = std::to_string(bytes);
  const std::string key(kTrialKey);
  if (auto written =
          database_.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('" + key + "', zeroblob(" + size + "))");
      !written) {
    return written;
  }
  return database_.execute("DELETE FROM meta WHERE key = '" + key + "'");
}

Result<void> Connection::checkpoint() {
  if (sqlite3_wal_checkpoint_v2(database_.handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr) ==
      SQLITE_OK) {
    return {};
  }
  return std::unexpected(last_error(database_.handle()));
}

Result<void> Connection::checkpoint_and_truncate() {
  if (sqlite3_wal_checkpoint_v2(database_.handle(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr) ==
      SQLITE_OK) {
    log_pages_ = 0;
    return {};
  }
  return std::unexpected(last_error(database_.handle()));
}

}  // namespace drydock::storage
