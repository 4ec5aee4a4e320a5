#include "storage/logs/log_database.hpp"

#include "storage/files.hpp"

namespace drydock::storage {
namespace {

constexpr std::chrono::milliseconds kBusyTimeout{5000};

// Blocks are found by stream and time without a look at their bodies.
constexpr const char* kSchema =
    "CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS blocks (id INTEGER PRIMARY KEY, stream INTEGER NOT NULL, first_at INTEGER NOT NULL,"
    " last_at INTEGER NOT NULL, bytes INTEGER NOT NULL, body BLOB NOT NULL);"
    "CREATE INDEX IF NOT EXISTS blocks_by_time ON blocks (stream, first_at, last_at, bytes);"
    "CREATE TABLE IF NOT EXISTS streams (id INTEGER PRIMARY KEY, first_at INTEGER NOT NULL, last_at INTEGER NOT NULL,"
    " last_ingested_at INTEGER NOT NULL, bytes INTEGER NOT NULL);"
    "CREATE TABLE IF NOT EXISTS sources (name TEXT PRIMARY KEY, stream INTEGER NOT NULL, position TEXT NOT NULL)"
    " WITHOUT ROWID;"
    "CREATE INDEX IF NOT EXISTS sources_by_stream ON sources (stream);";

std::int64_t number(model::Instant instant) { return instant.time_since_epoch().count(); }
model::Instant instant(std::int64_t number) { return model::Instant{model::Duration{number}}; }
std::int64_t signed_of(std::uint64_t value) { return static_cast<std::int64_t>(value); }
std::uint64_t unsigned_of(std::int64_t value) { return static_cast<std::uint64_t>(value); }

struct Preparation {
  Statement* statement;
  const char* sql;
};

Result<void> prepare_all(Database& database, std::initializer_list<Preparation> all) {
  for (const auto& [statement, sql] : all) {
    auto prepared = database.prepare(sql);
    if (!prepared) return std::unexpected(std::move(prepared.error()));
    *statement = std::move(*prepared);
  }
  return {};
}

LogBlockRow row_of(const Statement& statement) {
  return {statement.integer(0), unsigned_of(statement.integer(1)), instant(statement.integer(2)),
          instant(statement.integer(3)), unsigned_of(statement.integer(4))};
}

}  // namespace

Result<Database> open_log_database(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path)) {
    if (auto made = create_private_file(path); !made) return std::unexpected(std::move(made.error()));
  }
  auto database = Database::open(path, "", OpenMode::kExisting, kBusyTimeout);
  if (!database) return database;
  for (const char* sql : {"PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA wal_autocheckpoint = 8000",
                          "PRAGMA journal_size_limit = 67108864"}) {
    if (auto done = database->execute(sql); !done) return std::unexpected(std::move(done.error()));
  }
  return database;
}

Result<std::unique_ptr<LogConnection>> LogConnection::open(const std::filesystem::path& path) {
  auto database = open_log_database(path);
  if (!database) return std::unexpected(std::move(database.error()));
  if (auto made = database->execute(kSchema); !made) return std::unexpected(std::move(made.error()));
  std::unique_ptr<LogConnection> connection(new LogConnection(std::move(*database)));
  if (auto prepared = connection->prepare(); !prepared) return std::unexpected(std::move(prepared.error()));
  return connection;
}

Result<void> LogConnection::prepare() {
  return prepare_all(
      database_, {{&begin_, "BEGIN IMMEDIATE"},
                  {&commit_, "COMMIT"},
                  {&put_block_,
                   "INSERT OR REPLACE INTO blocks (id, stream, first_at, last_at, bytes, body) VALUES "
                   "(?1, ?2, ?3, ?4, ?5, ?6)"},
                  {&put_facts_,
                   "INSERT OR REPLACE INTO streams (id, first_at, last_at, last_ingested_at, bytes) VALUES "
                   "(?1, ?2, ?3, ?4, ?5)"},
                  {&put_source_, "INSERT OR REPLACE INTO sources (name, stream, position) VALUES (?1, ?2, ?3)"},
                  {&drop_blocks_, "DELETE FROM blocks WHERE stream = ?1"},
                  {&drop_facts_, "DELETE FROM streams WHERE id = ?1"},
                  {&drop_sources_, "DELETE FROM sources WHERE stream = ?1"},
                  {&remove_block_, "DELETE FROM blocks WHERE id = ?1"},
                  {&oldest_, "SELECT id, stream, first_at, last_at, bytes FROM blocks ORDER BY id LIMIT ?1"},
                  {&before_,
                   "SELECT id, stream, first_at, last_at, bytes FROM blocks WHERE stream = ?1 AND first_at < ?2 AND "
                   "last_at < ?2"},
                  {&first_, "SELECT min(first_at) FROM blocks WHERE stream = ?1"},
                  {&put_meta_, "INSERT OR REPLACE INTO meta (key, value) VALUES ('next_event', ?1)"}});
}

Result<void> LogConnection::put_block(const LogBlockRow& row, std::string_view body) {
  put_block_.bind_integer(1, row.id);
  put_block_.bind_integer(2, signed_of(row.stream));
  put_block_.bind_integer(3, number(row.first_at));
  put_block_.bind_integer(4, number(row.last_at));
  put_block_.bind_integer(5, signed_of(row.bytes));
  put_block_.bind_blob(6, body);
  return put_block_.run();
}

Result<void> LogConnection::put_facts(std::uint64_t stream, const model::LogStreamFacts& facts) {
  put_facts_.bind_integer(1, signed_of(stream));
  put_facts_.bind_integer(2, number(facts.first_at));
  put_facts_.bind_integer(3, number(facts.last_at));
  put_facts_.bind_integer(4, number(facts.last_ingested_at));
  put_facts_.bind_integer(5, signed_of(facts.bytes));
  return put_facts_.run();
}

Result<void> LogConnection::put_source(std::uint64_t stream, std::string_view source, const std::string& position) {
  put_source_.bind_text(1, source);
  put_source_.bind_integer(2, signed_of(stream));
  put_source_.bind_text(3, position);
  return put_source_.run();
}

Result<void> LogConnection::drop_stream(std::uint64_t stream) {
  for (Statement* statement : {&drop_blocks_, &drop_facts_, &drop_sources_}) {
    statement->bind_integer(1, signed_of(stream));
    if (auto done = statement->run(); !done) return done;
  }
  return {};
}

Result<void> LogConnection::remove_block(std::int64_t id) {
  remove_block_.bind_integer(1, id);
  return remove_block_.run();
}

Result<std::vector<LogBlockRow>> LogConnection::rows(Statement& statement) {
  std::vector<LogBlockRow> rows;
  while (true) {
    auto row = statement.step();
    if (!row) return std::unexpected(std::move(row.error()));
    if (!*row) break;
    rows.push_back(row_of(statement));
  }
  statement.reset();
  return rows;
}

Result<std::vector<LogBlockRow>> LogConnection::oldest_blocks(int count) {
  oldest_.bind_integer(1, count);
  return rows(oldest_);
}

Result<std::vector<LogBlockRow>> LogConnection::blocks_before(std::uint64_t stream, model::Instant end) {
  before_.bind_integer(1, signed_of(stream));
  before_.bind_integer(2, number(end));
  return rows(before_);
}

Result<model::Instant> LogConnection::first_in(std::uint64_t stream) {
  first_.bind_integer(1, signed_of(stream));
  auto row = first_.step();
  if (!row) return std::unexpected(std::move(row.error()));
  const model::Instant first = instant(*row ? first_.integer(0) : 0);
  first_.reset();
  return first;
}

Result<void> LogConnection::put_next_event(std::uint64_t id) {
  put_meta_.bind_integer(1, signed_of(id));
  return put_meta_.run();
}

Result<std::map<std::uint64_t, model::LogStreamFacts>> LogConnection::all_facts() {
  auto statement = database_.prepare("SELECT id, first_at, last_at, last_ingested_at, bytes FROM streams");
  if (!statement) return std::unexpected(std::move(statement.error()));
  std::map<std::uint64_t, model::LogStreamFacts> all;
  while (true) {
    auto row = statement->step();
    if (!row) return std::unexpected(std::move(row.error()));
    if (!*row) return all;
    all[unsigned_of(statement->integer(0))] = {instant(statement->integer(1)), instant(statement->integer(2)),
                                               instant(statement->integer(3)), unsigned_of(statement->integer(4))};
  }
}

Result<std::int64_t> LogConnection::last_block() {
  return database_.query_integer("SELECT ifnull(max(id), 0) FROM blocks");
}

Result<std::uint64_t> LogConnection::next_event() {
  auto next = database_.query_integer("SELECT value FROM meta WHERE key = 'next_event'");
  if (!next) return std::unexpected(std::move(next.error()));
  return unsigned_of(std::max<std::int64_t>(*next, 1));
}

Result<std::unique_ptr<LogReadConnection>> LogReadConnection::open(const std::filesystem::path& path) {
  auto database = open_log_database(path);
  if (!database) return std::unexpected(std::move(database.error()));
  std::unique_ptr<LogReadConnection> connection(new LogReadConnection(std::move(*database)));
  auto prepared = prepare_all(connection->database_,
                              {{&connection->find_,
                                "SELECT id, stream, first_at, last_at, bytes FROM blocks WHERE stream = ?1 AND "
                                "first_at <= ?3 AND last_at >= ?2 ORDER BY first_at"},
                               {&connection->body_, "SELECT body FROM blocks WHERE id = ?1"},
                               {&connection->position_, "SELECT position FROM sources WHERE name = ?1"}});
  if (!prepared) return std::unexpected(std::move(prepared.error()));
  return connection;
}

Result<void> LogReadConnection::find(std::uint64_t stream, model::Instant from, model::Instant to,
                                     std::vector<LogBlockRow>& out) {
  find_.bind_integer(1, signed_of(stream));
  find_.bind_integer(2, number(from));
  find_.bind_integer(3, number(to));
  while (true) {
    auto row = find_.step();
    if (!row) return std::unexpected(std::move(row.error()));
    if (!*row) break;
    out.push_back(row_of(find_));
  }
  find_.reset();
  return {};
}

Result<std::string> LogReadConnection::body(std::int64_t block) {
  body_.bind_integer(1, block);
  auto row = body_.step();
  if (!row) return std::unexpected(std::move(row.error()));
  std::string text(*row ? body_.bytes(0) : std::string_view{});
  body_.reset();
  return text;
}

Result<std::optional<std::string>> LogReadConnection::position(const std::string& source) {
  position_.bind_text(1, source);
  auto row = position_.step();
  if (!row) return std::unexpected(std::move(row.error()));
  std::optional<std::string> found;
  if (*row) found = std::string(position_.bytes(0));
  position_.reset();
  return found;
}

}  // namespace drydock::storage
