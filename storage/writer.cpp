#include "storage/writer.hpp"

#include <pthread.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace drydock::storage {

namespace {

// Enough to see that space is there again; more would only wear the disk.
constexpr std::uint64_t kLargestTrial = 4 << 20;

std::uint64_t size_of(std::span<const model::RowChange* const> rows) {
  std::uint64_t bytes = 0;
  for (const model::RowChange* row : rows) bytes += row->body ? row->body->size() : 0;
  return bytes;
}

std::vector<const model::RowChange*> pointers_to(const std::vector<model::RowChange>& rows) {
  std::vector<const model::RowChange*> pointers;
  pointers.reserve(rows.size());
  for (const auto& row : rows) pointers.push_back(&row);
  return pointers;
}

}  // namespace

Writer::Writer(const StoreOptions& options, Callbacks callbacks, WriterStart start)
    : options_(options),
      callbacks_(std::move(callbacks)),
      path_(std::move(start.path)),
      identity_(start.identity),
      connection_(std::move(start.connection)),
      unsynced_(std::move(start.unsynced)),
      checkpoint_at_(options.checkpoint_pages),
      last_appended_(start.last_sequence),
      last_durable_(start.last_sequence),
      meta_(std::move(start.meta)) {
  thread_ = std::thread([this] { run(); });
  pthread_setname_np(thread_.native_handle(), "storage");
}

Writer::~Writer() {
  // Who wants to know calls close() itself.
  [[maybe_unused]] const auto closed = close();
}

bool Writer::append(Epoch epoch, model::ChangeSet change_set) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || failure_ || epoch != epoch_) {
      ++statistics_.discarded;
      return false;
    }
    if (change_set.sequence <= last_appended_) {
      throw std::logic_error("storage: sequence " + std::to_string(change_set.sequence) + " follows " +
                             std::to_string(last_appended_));
    }
    last_appended_ = change_set.sequence;
    pending_.change_sets.push_back(std::move(change_set));
    ++accepted_;
    wake = std::exchange(waiting_, false);
  }
  if (wake) wake_.notify_one();
  return true;
}

Result<void> Writer::set_meta(std::string key, std::string value) {
  if (key.starts_with(kReservedPrefix)) throw std::logic_error("storage: reserved meta key " + key);
  std::future<Result<void>> done;
  {
    const std::lock_guard lock(mutex_);
    if (failure_) return std::unexpected(*failure_);
    if (stopping_) {
      return std::unexpected(StorageError{StorageErrorKind::kClosed, "the store is closed", last_durable_});
    }
    pending_.meta.push_back({std::move(key), std::move(value)});
    done = pending_.meta_done.emplace_back().get_future();
    ++accepted_;
    waiting_ = false;
  }
  wake_.notify_one();
  return done.get();
}

Result<void> Writer::flush() {
  std::unique_lock lock(mutex_);
  const std::uint64_t failures = statistics_.failures;
  settled_changed_.wait(lock, [this, wanted = accepted_] { return settled_ >= wanted; });
  if (failure_) return std::unexpected(*failure_);
  // Recovered meanwhile: what was waited for is lost all the same.
  if (statistics_.failures != failures) return std::unexpected(last_failure_);
  return {};
}

Result<void> Writer::close() {
  const std::lock_guard closing(close_mutex_);
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
  const std::lock_guard lock(mutex_);
  if (failure_) return std::unexpected(*failure_);
  return {};
}

std::optional<std::string> Writer::meta(std::string_view key) const {
  const std::lock_guard lock(mutex_);
  const auto found = meta_.find(key);
  if (found == meta_.end()) return std::nullopt;
  return found->second;
}

std::uint64_t Writer::last_durable_sequence() const {
  const std::lock_guard lock(mutex_);
  return last_durable_;
}

std::optional<StorageError> Writer::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

Statistics Writer::statistics() const {
  const std::lock_guard lock(mutex_);
  return statistics_;
}

Result<void> Writer::sync_directories() {
  while (!unsynced_.empty()) {
    if (auto synced = sync_directory(unsynced_.back()); !synced) return synced;
    unsynced_.pop_back();
  }
  return {};
}

void Writer::run() {
  // Ahead of need, while the program starts; should it fail, the first batch tries again and reports.
  [[maybe_unused]] const auto synced = sync_directories();
  std::unique_lock lock(mutex_);
  while (true) {
    if (failure_) {
      wake_.wait_for(lock, options_.retry_interval, [this] { return stopping_; });
      if (stopping_) break;
      lock.unlock();
      recover();
      lock.lock();
      continue;
    }
    waiting_ = true;
    wake_.wait(lock, [this] { return stopping_ || !pending_.empty(); });
    waiting_ = false;
    if (pending_.empty()) break;
    Batch batch = std::exchange(pending_, Batch{});
    batch.settles_up_to = accepted_;
    lock.unlock();
    write(std::move(batch));
    lock.lock();
  }
  lock.unlock();
  connection_.reset();
}

void Writer::write(Batch batch) {
  const auto started = std::chrono::steady_clock::now();
  const auto rows = last_changes(batch.change_sets);
  std::optional<std::uint64_t> sequence;
  if (!batch.change_sets.empty()) sequence = batch.change_sets.back().sequence;

  auto written = check_identity();
  if (written) written = sync_directories();
  if (written) written = connection_->write(rows, batch.meta, sequence);
  if (!written) return fail(batch, rows, std::move(written.error()));
  const auto duration = std::chrono::steady_clock::now() - started;
  succeed(batch, rows.size(), std::chrono::duration_cast<std::chrono::microseconds>(duration));
  keep_log_short();
}

void Writer::succeed(Batch& batch, std::size_t rows_written, std::chrono::microseconds duration) {
  std::uint64_t sequence = 0;
  {
    const std::lock_guard lock(mutex_);
    if (!batch.change_sets.empty()) last_durable_ = batch.change_sets.back().sequence;
    sequence = last_durable_;
    for (const MetaWrite& write : batch.meta) meta_.insert_or_assign(write.key, *write.value);
    ++statistics_.batches;
    statistics_.change_sets += batch.change_sets.size();
    for (const auto& change_set : batch.change_sets) statistics_.rows += change_set.rows.size();
    statistics_.rows_written += rows_written;
    statistics_.largest_batch = std::max<std::uint64_t>(statistics_.largest_batch, batch.change_sets.size());
    statistics_.last_commit_duration = duration;
    statistics_.longest_commit_duration = std::max(statistics_.longest_commit_duration, duration);
  }
  if (!batch.change_sets.empty() && callbacks_.on_durable) callbacks_.on_durable(sequence);
  settle(batch, {});
}

void Writer::fail(Batch& batch, std::span<const model::RowChange* const> rows, StorageError error) {
  undo_ = {};
  undo_.bytes = size_of(rows);
  // The old connection still shows what was committed before: the failed transaction was rolled back.
  if (auto images = connection_->read(rows)) undo_.rows = std::move(*images);
  connection_.reset();
  {
    const std::lock_guard lock(mutex_);
    error.message = "changes cannot be saved: " + error.message;
    error.last_durable_sequence = last_durable_;
    undo_.failed_sequence = batch.change_sets.empty() ? last_durable_ : batch.change_sets.back().sequence;
    for (const MetaWrite& write : batch.meta) {
      const auto found = meta_.find(write.key);
      undo_.meta.push_back({write.key, found == meta_.end() ? std::nullopt : std::optional(found->second)});
    }
    failure_ = error;
    last_failure_ = error;
    ++statistics_.failures;
    statistics_.discarded += batch.change_sets.size() + pending_.change_sets.size();
    // Nothing can join pending_ from here on: append() and set_meta() see failure_.
    for (auto& done : pending_.meta_done) batch.meta_done.push_back(std::move(done));
    pending_ = Batch{};
    batch.settles_up_to = accepted_;
  }
  if (callbacks_.on_failed) callbacks_.on_failed(error);
  settle(batch, std::unexpected(error));
}

void Writer::settle(Batch& batch, const Result<void>& fate) {
  for (auto& done : batch.meta_done) done.set_value(fate);
  {
    const std::lock_guard lock(mutex_);
    settled_ = batch.settles_up_to;
  }
  settled_changed_.notify_all();
}

void Writer::keep_log_short() {
  const auto pages = static_cast<std::uint32_t>(connection_->log_pages());
  if (pages < checkpoint_at_) return;
  // Not a failure of the store: what was acknowledged is in the log, and a later commit tries again.
  const bool done = connection_->checkpoint().has_value();
  checkpoint_at_ = options_.checkpoint_pages + (done ? 0 : pages);
  const std::lock_guard lock(mutex_);
  ++(done ? statistics_.checkpoints : statistics_.failed_checkpoints);
}

Result<void> Writer::check_identity() const {
  if (identify_file(path_) == identity_) return {};
  return std::unexpected(StorageError{
      StorageErrorKind::kInputOutput,
      path_.string() + " was removed or replaced while Drydock was running. Put it back, or restart Drydock.", 0});
}

void Writer::recover() {
  auto recovered = try_to_recover();
  Recovery recovery{};
  {
    const std::lock_guard lock(mutex_);
    if (!recovered) {
      recovered.error().message = "changes cannot be saved: " + recovered.error().message;
      recovered.error().last_durable_sequence = last_durable_;
      failure_ = std::move(recovered.error());
      return;
    }
    failure_.reset();
    recovery = {++epoch_, last_durable_};
    last_appended_ = last_durable_;
    ++statistics_.recoveries;
  }
  connection_ = std::move(*recovered);
  checkpoint_at_ = options_.checkpoint_pages;
  undo_ = {};
  if (callbacks_.on_recovered) callbacks_.on_recovered(recovery);
}

Result<std::unique_ptr<Connection>> Writer::try_to_recover() {
  if (auto same = check_identity(); !same) return std::unexpected(std::move(same.error()));
  auto connection = Connection::open(path_, options_.vfs, options_.busy_timeout);
  if (!connection) return connection;
  Connection& fresh = **connection;
  if (auto prepared = fresh.prepare(); !prepared) return std::unexpected(std::move(prepared.error()));
  if (auto restored = restore(fresh); !restored) return std::unexpected(std::move(restored.error()));
  const std::uint64_t trial = std::min(undo_.bytes, kLargestTrial);
  if (auto tried = fresh.trial_write(trial); !tried) return std::unexpected(std::move(tried.error()));
  // Whatever the log held came through the page cache, perhaps never through a successful sync: write it anew.
  if (auto emptied = fresh.checkpoint_and_truncate(); !emptied) return std::unexpected(std::move(emptied.error()));
  return connection;
}

Result<void> Writer::restore(Connection& connection) {
  const auto found = connection.last_sequence();
  if (!found) return std::unexpected(found.error());
  const std::uint64_t expected = last_durable_sequence();
  const bool rolled_back = *found == expected;
  const bool can_undo = *found == undo_.failed_sequence && undo_.rows;
  if (!rolled_back && !can_undo) {
    return std::unexpected(StorageError{StorageErrorKind::kInputOutput,
                                        path_.string() + " holds change " + std::to_string(*found) + " where " +
                                            std::to_string(expected) +
                                            " was expected. Restart Drydock to continue from what is on disk.",
                                        0});
  }
  const std::vector<model::RowChange> none;
  return connection.write(pointers_to(undo_.rows ? *undo_.rows : none), undo_.meta, expected);
}

}  // namespace drydock::storage
