#include "tests/simulation/disk.hpp"

namespace drydock::simulation {
namespace {

model::Duration up_to(model::Random& dice, int most) {
  return model::Duration{most == 0 ? 0 : static_cast<std::int64_t>(dice.below(static_cast<std::uint64_t>(most)))};
}

}  // namespace

void Disk::append(std::uint64_t epoch, model::ChangeSet changes) {
  if (failed_ || epoch != epoch_) return;
  queue_.push_back(std::move(changes));
  schedule_flush();
}

void Disk::schedule_flush() {
  if (flushing_ || queue_.empty()) return;
  flushing_ = true;
  events_.after(up_to(dice_, parameters_.disk_delay_ms), "disk flush", [this, life = life_] {
    if (life != life_) return;
    flushing_ = false;
    flush();
  });
}

void Disk::flush() {
  if (failed_) return;
  if (static_cast<int>(dice_.below(100)) < parameters_.disk_failure_percent) return fail();
  while (!queue_.empty()) {
    write(queue_.front());
    queue_.pop_front();
    // A batch need not hold everything.
    if (dice_.below(8) == 0) break;
  }
  tell("disk durable", [this, last = last_] { callbacks_.durable(last); });
  schedule_flush();
}

void Disk::write(const model::ChangeSet& changes) {
  for (const model::RowChange& row : changes.rows) {
    const auto key = std::pair(row.kind, row.id);
    const auto before = rows_.find(key);
    callbacks_.writing(row, before == rows_.end() ? nullptr : &before->second);
    if (callbacks_.forgets(row)) continue;
    if (row.body) {
      rows_[key] = *row.body;
    } else {
      rows_.erase(key);
    }
  }
  last_ = changes.sequence;
}

void Disk::fail() {
  failed_ = true;
  ++epoch_;
  dropped_ = std::move(queue_);
  queue_.clear();
  tell("disk failed", [this, last = last_] { callbacks_.failed(last); });
  events_.after(std::chrono::milliseconds(500) * (1 + dice_.below(10)), "disk recovers", [this, life = life_] {
    if (life == life_) recover();
  });
}

void Disk::recover() {
  failed_ = false;
  dropped_.clear();
  tell("disk recovered", [this, epoch = epoch_, last = last_] { callbacks_.recovered(epoch, last); });
}

void Disk::crash() {
  // Whole change sets, and never behind a gap.
  std::deque<model::ChangeSet>& left = failed_ ? dropped_ : queue_;
  while (!left.empty() && dice_.below(2) == 0) {
    write(left.front());
    left.pop_front();
  }
  queue_.clear();
  dropped_.clear();
  failed_ = false;
  flushing_ = false;
  epoch_ = 1;
  ++life_;
}

void Disk::tell(const char* label, std::function<void()> what) {
  // Always one millisecond: what is told stays in order.
  events_.after(model::Duration{1}, label, [this, life = life_, what = std::move(what)] {
    if (life == life_) what();
  });
}

}  // namespace drydock::simulation
