#pragma once
// Keeps the events of log streams (spec/logs.md section 4): appended by any thread, written in groups by a thread of
// its own, one sync per group, in a file apart from State's. What was stored survives kill -9; the whole is bounded by
// size, the oldest goes first.

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "model/log_lines.hpp"
#include "storage/error.hpp"

namespace drydock::storage {

struct LogStoreOptions {
  std::filesystem::path directory;      // exists
  std::uint64_t most_bytes = 1U << 30;  // of events; blocks of the oldest are removed beyond it
};

/// Called from the storage thread: post it to where it is needed.
struct LogStoreCallbacks {
  std::function<void(std::uint64_t ticket)> on_stored;  // and everything appended before it
  /// Writing failed and is tried again every second; the message is a sentence for the user.
  std::function<void(const std::string& message)> on_failed;
};

/// How far something that writes into a stream was read, stored together with the events that came of it.
struct LogSource {
  std::string name;
  std::string position;
};

class LogStore {
 public:
  /// Events of streams that `known` does not have are removed: their streams went while Drydock was killed.
  static Result<std::unique_ptr<LogStore>> open(LogStoreOptions options, LogStoreCallbacks callbacks,
                                                const std::function<bool(model::LogStreamId)>& known);
  /// Like close().
  ~LogStore();
  LogStore(const LogStore&) = delete;
  LogStore& operator=(const LogStore&) = delete;

  // Any thread. Tickets rise by one.
  /// Events get their ids here, in this order. For a stream that was dropped nothing is kept. Either may be empty.
  std::uint64_t append(model::LogStreamId stream, std::vector<model::LogLine> lines, model::Instant ingested_at,
                       std::optional<LogSource> source = std::nullopt);
  /// Forgets the stream and what comes of it later.
  std::uint64_t drop(model::LogStreamId stream);
  /// Removes blocks that hold only events before this instant.
  std::uint64_t expire(model::LogStreamId stream, model::Instant before);
  [[nodiscard]] std::uint64_t appended() const { return appended_.load(); }
  [[nodiscard]] std::uint64_t stored() const { return stored_.load(); }
  /// Bytes that wait to be written: who appends much should wait while this is high.
  [[nodiscard]] std::uint64_t waiting_bytes() const { return waiting_bytes_.load(); }
  [[nodiscard]] bool failing() const { return failing_.load(); }
  /// Of what is stored.
  [[nodiscard]] model::LogStreamFacts facts(model::LogStreamId stream) const;
  [[nodiscard]] std::uint64_t bytes() const;

  // One thread. What is not stored yet is not seen.
  Result<model::LogReading> read(const model::LogQuery& query, const std::function<bool(const model::LogEvent&)>& visit,
                                 model::LogPosition& reached);
  /// Where a source was; any thread.
  Result<std::optional<std::string>> position(const std::string& source);

  /// Waits until everything appended before is stored; false when writing fails.
  bool flush();
  /// Writes what waits, if it can be written, and stops.
  void close();

 private:
  struct Job;
  struct Writer;
  struct Reader;
  LogStore(LogStoreOptions options, LogStoreCallbacks callbacks);
  std::uint64_t enqueue(Job job);
  void work();
  bool write(std::deque<Job>& jobs);

  LogStoreOptions options_;
  LogStoreCallbacks callbacks_;
  std::unique_ptr<Writer> writer_;
  std::unique_ptr<Reader> reader_;
  mutable std::mutex mutex_;
  std::condition_variable work_;
  std::condition_variable done_;
  std::deque<Job> jobs_;
  std::set<model::LogStreamId> dropped_;
  std::map<std::uint64_t, model::LogStreamFacts> facts_;  // of what is stored
  std::uint64_t next_event_ = 1;
  std::atomic<std::uint64_t> appended_ = 0;
  std::atomic<std::uint64_t> stored_ = 0;
  std::atomic<std::uint64_t> waiting_bytes_ = 0;
  std::atomic<bool> failing_ = false;
  bool closing_ = false;
  std::thread thread_;
};

}  // namespace drydock::storage
