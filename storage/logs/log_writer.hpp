#pragma once
// Turns appended events into blocks. Used by LogStore's thread.

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "storage/logs/log_database.hpp"
#include "storage/logs/log_store.hpp"

namespace drydock::storage {

struct LogStore::Job {
  enum class Kind : std::uint8_t { kAppend, kDrop, kExpire };
  Kind kind = Kind::kAppend;
  std::uint64_t ticket = 0;
  std::uint64_t stream = 0;
  std::uint64_t bytes = 0;
  std::uint64_t first_id = 0;  // of the lines, which have consecutive ids
  std::vector<model::LogLine> lines;
  model::Instant when{};  // of ingestion; of kExpire: before which
  std::optional<LogSource> source;
};

struct LogStore::Writer {
  /// The last block of a stream while it is small: it grows in place, which costs no more than a page.
  struct Tail {
    std::int64_t block = 0;
    std::string body;
  };

  std::unique_ptr<LogConnection> connection;
  std::int64_t last_block = 0;
  std::uint64_t total_bytes = 0;
  std::uint64_t most_bytes = 0;
  std::map<std::uint64_t, model::LogStreamFacts> facts;
  std::map<std::uint64_t, Tail> tails;
  std::set<std::uint64_t> touched;  // streams of the last write

  /// Reads what memory holds of the file; before the first write.
  Result<void> load();
  /// All of the jobs in one transaction, or none.
  Result<void> write(const std::deque<Job>& jobs);
  Result<void> forget_unknown(const std::function<bool(model::LogStreamId)>& known);

 private:
  using Lines = std::vector<const Job*>;
  Result<void> write_in_transaction(const std::deque<Job>& jobs);
  Result<void> append(std::uint64_t stream, const Lines& jobs);
  Result<void> put_block(std::uint64_t stream, std::optional<std::int64_t>& block,
                         const std::vector<StoredEvent>& events, std::size_t from, std::size_t to);
  Result<void> remove(const std::vector<LogBlockRow>& blocks);
  Result<void> stay_within_bounds();
  Result<void> drop(std::uint64_t stream);

  bool stale_ = false;  // a transaction was taken back: memory is ahead of the file
};

}  // namespace drydock::storage
