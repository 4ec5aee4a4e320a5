#pragma once
// The four verbs of storage: load everything, append a change set, tell when it is durable, take a snapshot.
// One directory holds `drydock.db` (SQLite, WAL, synchronous=FULL) and `lock` (held while a Store lives).
//
// Threads. One thread, the core, calls append(). One storage thread, owned by the Store, writes batches and calls
// the callbacks: one at a time, in order, with no lock held. The callbacks should hand their argument to the core's
// queue and return; they must keep the order among themselves, must not throw, and must not call flush(),
// set_meta() or close(). All other members may be called from any thread.
//
// What the Store promises. Every change set for which append() returned true meets exactly one fate:
//   on_durable(s)  with s >= its sequence: it is in the database, whole, and fsynced; or
//   on_failed(e)   with e.last_durable_sequence < its sequence: it is not in the database and never will be.
// (Only when the process dies between the failing sync and recovery may a change set reported as failed be found
// at the next start: whole, and never behind a gap.) A change set for which append() returned false was not taken:
// its epoch is over. The on_failed that ended the epoch was called before or is just being called, and names a
// smaller sequence. (After close() append() returns false too, and no callback follows.)
//
// What the core must do.
//   start         load(), then append with kFirstEpoch and sequences that increase from load()'s result.
//   on_failed     Undo in memory every transaction after e.last_durable_sequence, whatever append() said about it.
//                 Answer those who wait for such a sequence with an error. Refuse new writes with e.message, go on
//                 serving reads. Append nothing (anything appended meanwhile is discarded).
//   on_recovered  Accept writes again: append with r.epoch, sequences increasing from r.last_durable_sequence
//                 (numbers of undone transactions are used again).
// A change set made before the core heard of a failure carries the old epoch, so it can never slip in after
// recovery, however late it is appended: that is what the epoch is for.
//
// Failure and recovery inside. A batch that fails is rolled back, everything queued is dropped, the connection is
// closed and never used again. Every retry_interval a fresh connection is opened: the file must be the same one and
// hold last_durable_sequence. When a failed sync left its batch readable after all, the rows it touched are put
// back as they were. Then a trial write, as large as the failed batch, must be committed and checkpointed.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/change_set.hpp"
#include "storage/error.hpp"

namespace drydock::storage {

class DirectoryLock;
class Writer;

/// One stretch of time without a failure. Starts at kFirstEpoch when a Store is opened.
using Epoch = std::uint64_t;
inline constexpr Epoch kFirstEpoch = 1;

struct StoreOptions {
  /// Created, with its parents, when missing; private to the user (mode 0700) if created here.
  std::filesystem::path directory;
  /// Meta values a new database is made with; ignored when there is a database.
  std::vector<std::pair<std::string, std::string>> initial_meta;
  /// How often a failed store tries to write again.
  std::chrono::milliseconds retry_interval{500};
  /// How long to wait for a lock that another program (a database shell, say) holds on the database.
  std::chrono::milliseconds busy_timeout{2000};
  /// Pages of write-ahead log (4 KiB each) after which it is copied into the database file. Overwriting a log that
  /// was filled once syncs faster than letting it grow, so more is not better.
  std::uint32_t checkpoint_pages = 1000;
  /// Name of a registered SQLite VFS; empty for the default one. Tests inject faults here.
  std::string vfs;
};

struct Recovery {
  Epoch epoch;
  std::uint64_t last_durable_sequence;
};

/// See the top of this file. Empty functions are allowed and not called.
struct Callbacks {
  std::function<void(std::uint64_t sequence)> on_durable;
  std::function<void(const StorageError&)> on_failed;
  std::function<void(const Recovery&)> on_recovered;
};

/// Counts since open().
struct Statistics {
  std::uint64_t batches = 0;        // committed
  std::uint64_t change_sets = 0;    // committed
  std::uint64_t rows = 0;           // in committed change sets
  std::uint64_t rows_written = 0;   // of these, rows that reached SQLite: only the last one of each id in a batch
  std::uint64_t largest_batch = 0;  // change sets in one commit
  std::uint64_t discarded = 0;      // change sets refused by append() or dropped by a failure
  std::uint64_t failures = 0;
  std::uint64_t recoveries = 0;
  std::uint64_t checkpoints = 0;
  std::uint64_t failed_checkpoints = 0;  // harmless in themselves: the log keeps what the file lacks
  std::chrono::microseconds last_commit_duration{0};
  std::chrono::microseconds longest_commit_duration{0};
};

class Store {
 public:
  /// Opens or creates the database, migrates it to this program's version and starts the storage thread.
  /// The error's message is fit to be shown as it is.
  static Result<std::unique_ptr<Store>> open(StoreOptions options, Callbacks callbacks);

  /// Like close(), ignoring its result.
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  using Visitor = std::function<void(model::EntityKind kind, std::uint64_t id, std::string_view body)>;
  /// Calls visitor for every row, by kind (in the order of kEntityKinds), then id, in one consistent read.
  /// Returns the sequence of the last change set in what was read. Fails while the store is in its failed state.
  Result<std::uint64_t> load(const Visitor& visitor) const;

  /// Queues a change set and returns at once. False: discarded, see the top of this file.
  /// Throws std::logic_error when the sequence does not increase within its epoch.
  bool append(Epoch epoch, model::ChangeSet change_set);

  /// Waits until everything appended before has met its fate; an error if that was a failure, or the store is failed.
  Result<void> flush();

  /// Writes what is queued, stops the storage thread, closes the database, gives up the lock. A second call is
  /// harmless. An error if the store was in its failed state: then what was queued is not on disk.
  Result<void> close();

  /// A copy of everything durable, as a database file that open() accepts as `drydock.db`. Writers go on meanwhile.
  /// Appears at `path` whole or not at all; an existing file is replaced.
  Result<void> snapshot(const std::filesystem::path& path) const;

  /// Small facts kept beside the rows, such as the id of this Drydock. Reads are from memory.
  std::optional<std::string> meta(std::string_view key) const;
  /// Returns when durable. Keys must not begin with "storage.".
  Result<void> set_meta(std::string key, std::string value);

  std::uint64_t last_durable_sequence() const;
  /// Set while in the failed state; the message is that of the latest attempt.
  std::optional<StorageError> failure() const;
  Statistics statistics() const;

 private:
  Store(StoreOptions options, std::unique_ptr<DirectoryLock> lock, std::unique_ptr<Writer> writer);

  StoreOptions options_;
  std::unique_ptr<DirectoryLock> lock_;
  std::unique_ptr<Writer> writer_;
};

}  // namespace drydock::storage
