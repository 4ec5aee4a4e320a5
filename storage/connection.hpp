#pragma once
// The one connection that writes: rows and meta in one transaction, with statements that live as long as it does.

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/change_set.hpp"
#include "storage/database.hpp"

namespace drydock::storage {

inline constexpr std::string_view kLastSequenceKey = "storage.last_sequence";
inline constexpr std::string_view kTrialKey = "storage.trial";
inline constexpr std::string_view kReservedPrefix = "storage.";

using MetaMap = std::map<std::string, std::string, std::less<>>;
struct MetaWrite {
  std::string key;
  std::optional<std::string> value;  // absent: delete
};

/// The rows to write for a batch: of several changes to one (kind, id) only the last, ordered by kind and id so that
/// neighbours on disk are written together. Points into the change sets.
std::vector<const model::RowChange*> last_changes(std::span<const model::ChangeSet> change_sets);

/// One past the largest EntityKind: size of an array indexed by kind.
constexpr std::size_t kind_limit() {
  std::size_t limit = 0;
  for (const model::EntityKind kind : model::kEntityKinds) {
    limit = std::max(limit, static_cast<std::size_t>(kind) + 1);
  }
  return limit;
}

class Connection {
 public:
  /// Opens an existing database for durable writing.
  static Result<std::unique_ptr<Connection>> open(const std::filesystem::path& path, const std::string& vfs,
                                                  std::chrono::milliseconds busy_timeout);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Prepares the statements; the schema must be the current one.
  Result<void> prepare();

  /// All of it in one durable transaction, or nothing.
  Result<void> write(std::span<const model::RowChange* const> rows, std::span<const MetaWrite> meta,
                     std::optional<std::uint64_t> last_sequence);
  /// The rows as they are now, in the order asked for; bodies absent where there is no row.
  Result<std::vector<model::RowChange>> read(std::span<const model::RowChange* const> rows);
  Result<std::uint64_t> last_sequence();
  Result<MetaMap> read_meta();
  /// Writes and removes `bytes` of zeros, durably.
  Result<void> trial_write(std::uint64_t bytes);

  /// Pages in the write-ahead log, as of the last commit.
  int log_pages() const { return log_pages_; }
  /// Copies the log into the database file as far as readers allow.
  Result<void> checkpoint();
  /// Copies all of the log and empties it. Afterwards nothing rests on what the log held.
  Result<void> checkpoint_and_truncate();

  Database& database() { return database_; }

 private:
  explicit Connection(Database database) : database_(std::move(database)) {}
  Result<void> write_in_transaction(std::span<const model::RowChange* const> rows, std::span<const MetaWrite> meta,
                                    std::optional<std::uint64_t> last_sequence);
  Result<void> put_meta(const MetaWrite& write);
  Result<void> put_sequence(std::uint64_t sequence);

  Database database_;
  int log_pages_ = 0;
  Statement begin_, commit_, put_meta_, remove_meta_;
  std::array<Statement, kind_limit()> put_, remove_, get_;
};

}  // namespace drydock::storage
