#pragma once
// The file that holds log events (logs.db in the data directory), apart from State's: blocks of events by stream and
// time, what is known of each stream, and how far each source was read.

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "storage/database.hpp"
#include "storage/logs/log_block.hpp"

namespace drydock::storage {

struct LogBlockRow {
  std::int64_t id = 0;  // rising with the time of storing
  std::uint64_t stream = 0;
  model::Instant first_at{};
  model::Instant last_at{};
  std::uint64_t bytes = 0;
};

/// Opens the file, making it when it is not there.
Result<Database> open_log_database(const std::filesystem::path& path);

/// The connection that writes; used by one thread at a time.
class LogConnection {
 public:
  static Result<std::unique_ptr<LogConnection>> open(const std::filesystem::path& path);

  Result<void> begin() { return begin_.run(); }
  Result<void> commit() { return commit_.run(); }
  void roll_back() { database_.roll_back(); }

  /// Writes a block in the place of one with the same id.
  Result<void> put_block(const LogBlockRow& row, std::string_view body);
  Result<void> put_facts(std::uint64_t stream, const model::LogStreamFacts& facts);
  Result<void> put_source(std::uint64_t stream, std::string_view source, const std::string& position);
  Result<void> drop_stream(std::uint64_t stream);
  Result<void> remove_block(std::int64_t id);
  /// The `count` oldest blocks of all; of one stream, those that end before an instant.
  Result<std::vector<LogBlockRow>> oldest_blocks(int count);
  Result<std::vector<LogBlockRow>> blocks_before(std::uint64_t stream, model::Instant end);
  /// The first event left in a stream; "never" for none.
  Result<model::Instant> first_in(std::uint64_t stream);
  Result<void> put_next_event(std::uint64_t id);

  // At start.
  Result<std::map<std::uint64_t, model::LogStreamFacts>> all_facts();
  Result<std::int64_t> last_block();
  Result<std::uint64_t> next_event();

 private:
  explicit LogConnection(Database database) : database_(std::move(database)) {}
  Result<void> prepare();
  Result<std::vector<LogBlockRow>> rows(Statement& statement);

  Database database_;
  Statement begin_, commit_, put_block_, put_facts_, put_source_, drop_blocks_, drop_facts_, drop_sources_,
      remove_block_, oldest_, before_, first_, put_meta_;
};

/// The connection that only reads: sees what is committed. Used by one thread at a time.
class LogReadConnection {
 public:
  static Result<std::unique_ptr<LogReadConnection>> open(const std::filesystem::path& path);

  /// Until end() everything is as it was at begin().
  Result<void> begin() { return database_.execute("BEGIN"); }
  void end() { database_.roll_back(); }

  /// Adds the blocks of a stream that hold events between the two, both inclusive.
  Result<void> find(std::uint64_t stream, model::Instant from, model::Instant to, std::vector<LogBlockRow>& out);
  Result<std::string> body(std::int64_t block);
  Result<std::optional<std::string>> position(const std::string& source);

 private:
  explicit LogReadConnection(Database database) : database_(std::move(database)) {}
  Database database_;
  Statement find_, body_, position_;
};

}  // namespace drydock::storage
