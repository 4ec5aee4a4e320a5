#pragma once
// What the tests of the store share: short change sets, a recorder of callbacks, and reading a store back.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <ostream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "storage/store.hpp"

namespace drydock::test {

struct Row {
  model::EntityKind kind;
  std::uint64_t id;
  std::string body;
  bool operator==(const Row&) const = default;
};

inline std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << model::table_name(row.kind) << '/' << row.id << ": " << row.body;
}

/// Remembers every callback and lets a test wait for one.
class Recorder {
 public:
  storage::Callbacks callbacks() {
    storage::Callbacks callbacks;
    callbacks.on_durable = [this](std::uint64_t sequence) { record([&] { durable_.push_back(sequence); }); };
    callbacks.on_failed = [this](const storage::StorageError& error) { record([&] { failures_.push_back(error); }); };
    callbacks.on_recovered = [this](const storage::Recovery& r) { record([&] { recoveries_.push_back(r); }); };
    return callbacks;
  }

  std::vector<std::uint64_t> durable() const { return copy(durable_); }
  std::vector<storage::StorageError> failures() const { return copy(failures_); }
  std::vector<storage::Recovery> recoveries() const { return copy(recoveries_); }

  storage::StorageError wait_for_failure(std::size_t count = 1) { return wait_for(failures_, count); }
  storage::Recovery wait_for_recovery(std::size_t count = 1) { return wait_for(recoveries_, count); }

 private:
  template <class Change>
  void record(Change change) {
    {
      const std::lock_guard lock(mutex_);
      change();
    }
    changed_.notify_all();
  }
  template <class T>
  T copy(const T& value) const {
    const std::lock_guard lock(mutex_);
    return value;
  }
  template <class T>
  T wait_for(const std::vector<T>& list, std::size_t count) {
    std::unique_lock lock(mutex_);
    const bool came = changed_.wait_for(lock, std::chrono::seconds(20), [&] { return list.size() >= count; });
    if (!came) throw std::runtime_error("the callback did not come");
    return list[count - 1];
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::uint64_t> durable_;
  std::vector<storage::StorageError> failures_;
  std::vector<storage::Recovery> recoveries_;
};

inline model::RowChange put(model::EntityKind kind, std::uint64_t id, std::string body) {
  return {kind, id, std::move(body)};
}
inline model::RowChange remove(model::EntityKind kind, std::uint64_t id) { return {kind, id, std::nullopt}; }

template <class... Rows>
model::ChangeSet change(std::uint64_t sequence, Rows... rows) {
  model::ChangeSet set;
  set.sequence = sequence;
  (set.rows.push_back(std::move(rows)), ...);
  return set;
}

inline storage::StoreOptions quick_options(const std::filesystem::path& directory, std::string vfs = "") {
  storage::StoreOptions options;
  options.directory = directory;
  options.retry_interval = std::chrono::milliseconds(5);
  options.busy_timeout = std::chrono::milliseconds(100);
  options.vfs = std::move(vfs);
  return options;
}

inline std::unique_ptr<storage::Store> open_store(const storage::StoreOptions& options,
                                                  storage::Callbacks callbacks = {}) {
  auto store = storage::Store::open(options, std::move(callbacks));
  if (!store) throw std::runtime_error(store.error().message);
  return std::move(*store);
}

inline std::vector<Row> rows_of(const storage::Store& store) {
  std::vector<Row> rows;
  const auto loaded = store.load([&](model::EntityKind kind, std::uint64_t id, std::string_view body) {
    rows.push_back({kind, id, std::string(body)});
  });
  if (!loaded) throw std::runtime_error(loaded.error().message);
  return rows;
}

inline std::uint64_t sequence_of(const storage::Store& store) {
  const auto loaded = store.load([](model::EntityKind, std::uint64_t, std::string_view) {});
  if (!loaded) throw std::runtime_error(loaded.error().message);
  return *loaded;
}

}  // namespace drydock::test
