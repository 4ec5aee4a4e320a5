#pragma once
// A database that keeps storage/store.hpp's protocol without being one: change sets become durable late, in batches;
// a batch may fail; a power cut keeps what is durable, and at most a whole prefix of what is not.

#include <cstdint>
#include <deque>
#include <functional>
#include <string>

#include "model/random.hpp"
#include "tests/simulation/event_queue.hpp"
#include "tests/simulation/parameters.hpp"
#include "tests/support/index_text.hpp"

namespace drydock::simulation {

class Disk {
 public:
  /// What the owner of the core does when it hears of it.
  struct Callbacks {
    std::function<void(std::uint64_t sequence)> durable;
    std::function<void(std::uint64_t last_durable)> failed;
    std::function<void(std::uint64_t epoch, std::uint64_t last_durable)> recovered;
    /// A row is about to become durable; `before` is empty when there was none.
    std::function<void(const model::RowChange& row, const std::string* before)> writing;
    /// Whether the row is left out although the disk says that it is durable: a mistake for the tests of the tests.
    std::function<bool(const model::RowChange& row)> forgets;
  };

  Disk(EventQueue& events, model::Random& dice, const Parameters& parameters, Callbacks callbacks)
      : events_(events), dice_(dice), parameters_(parameters), callbacks_(std::move(callbacks)) {}

  void append(std::uint64_t epoch, model::ChangeSet changes);
  /// The process dies: nobody hears of anything any more.
  void crash();

  [[nodiscard]] const test::RowMap& rows() const { return rows_; }
  [[nodiscard]] std::uint64_t last() const { return last_; }
  [[nodiscard]] bool idle() const { return !failed_ && queue_.empty(); }

 private:
  void schedule_flush();
  void flush();
  void fail();
  void recover();
  void write(const model::ChangeSet& changes);
  void tell(const char* label, std::function<void()> what);

  EventQueue& events_;
  model::Random& dice_;
  const Parameters& parameters_;
  Callbacks callbacks_;
  test::RowMap rows_;
  std::deque<model::ChangeSet> queue_;
  std::deque<model::ChangeSet> dropped_;  // by the failure that lasts
  std::uint64_t last_ = 0;
  std::uint64_t epoch_ = 1;
  std::uint64_t life_ = 0;
  bool failed_ = false;
  bool flushing_ = false;
};

}  // namespace drydock::simulation
