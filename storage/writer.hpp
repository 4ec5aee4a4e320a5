#pragma once
// The storage thread: takes everything queued as one batch, commits it, and recovers after failures.
// storage/store.hpp describes the protocol with the core.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "model/change_set.hpp"
#include "storage/connection.hpp"
#include "storage/files.hpp"
#include "storage/store.hpp"

namespace drydock::storage {

/// What an opened database hands to its writer.
struct WriterStart {
  std::filesystem::path path;
  FileIdentity identity;
  std::unique_ptr<Connection> connection;
  std::uint64_t last_sequence = 0;
  MetaMap meta;
  /// Directories whose entries must be durable before anything counts as durable.
  std::vector<std::filesystem::path> unsynced;
};

class Writer {
 public:
  Writer(const StoreOptions& options, Callbacks callbacks, WriterStart start);
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  bool append(Epoch epoch, model::ChangeSet change_set);
  Result<void> set_meta(std::string key, std::string value);
  Result<void> flush();
  Result<void> close();

  std::optional<std::string> meta(std::string_view key) const;
  std::uint64_t last_durable_sequence() const;
  std::optional<StorageError> failure() const;
  Statistics statistics() const;

 private:
  struct Batch {
    std::vector<model::ChangeSet> change_sets;
    std::vector<MetaWrite> meta;
    std::vector<std::promise<Result<void>>> meta_done;
    std::uint64_t settles_up_to = 0;  // value of accepted_ when taken

    bool empty() const { return change_sets.empty() && meta.empty(); }
  };
  /// What a failed batch may have left on disk after all, as it was before.
  struct Undo {
    std::uint64_t failed_sequence = 0;
    std::optional<std::vector<model::RowChange>> rows;  // absent: could not be read
    std::vector<MetaWrite> meta;
    std::uint64_t bytes = 0;  // size of the failed batch
  };

  // On the storage thread only.
  void run();
  Result<void> sync_directories();
  void write(Batch batch);
  void succeed(Batch& batch, std::size_t rows_written, std::chrono::microseconds duration);
  void fail(Batch& batch, std::span<const model::RowChange* const> rows, StorageError error);
  void keep_log_short();
  void recover();
  Result<std::unique_ptr<Connection>> try_to_recover();
  Result<void> restore(Connection& connection);
  Result<void> check_identity() const;
  void settle(Batch& batch, const Result<void>& fate);

  const StoreOptions options_;
  const Callbacks callbacks_;
  const std::filesystem::path path_;
  const FileIdentity identity_;

  // Storage thread only.
  std::unique_ptr<Connection> connection_;
  std::vector<std::filesystem::path> unsynced_;
  std::uint32_t checkpoint_at_;  // pages of log
  Undo undo_;

  mutable std::mutex mutex_;  // guards everything below
  std::condition_variable wake_;
  std::condition_variable settled_changed_;
  Batch pending_;
  bool waiting_ = false;   // the storage thread sleeps until something is pending
  bool stopping_ = false;  // no more work is accepted
  Epoch epoch_ = kFirstEpoch;
  std::uint64_t last_appended_ = 0;  // sequence
  std::uint64_t last_durable_ = 0;   // sequence
  std::uint64_t accepted_ = 0;       // change sets and meta writes taken
  std::uint64_t settled_ = 0;        // of these, durable or failed
  std::optional<StorageError> failure_;
  StorageError last_failure_;
  MetaMap meta_;
  Statistics statistics_;

  std::mutex close_mutex_;  // one close() at a time
  std::thread thread_;
};

}  // namespace drydock::storage
