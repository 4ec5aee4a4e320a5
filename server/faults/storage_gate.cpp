#include "server/faults/storage_gate.hpp"

#include <utility>

namespace drydock::server {

void StorageGate::append(std::uint64_t epoch, model::ChangeSet changes) {
  if (!failure_ && held_.empty() && delay_.count() == 0) {
    forwarded_ = changes.sequence;
    forward_(epoch, std::move(changes));
    return;
  }
  held_.push_back({epoch, std::move(changes)});
  if (failure_) return;
  // In order: whatever the delay has become meanwhile, each of these takes the first that waits.
  after_(delay_, [this, failures = failures_] { release_first(failures); });
}

void StorageGate::release_first(std::uint64_t failures) {
  if (failures != failures_ || held_.empty()) return;
  Held first = std::move(held_.front());
  held_.pop_front();
  forwarded_ = first.changes.sequence;
  forward_(first.epoch, std::move(first.changes));
}

void StorageGate::set_failure(std::optional<std::string> message) {
  if (message && !failure_) {
    failure_ = std::move(message);
    const std::uint64_t number = ++failures_;
    // What storage has already will become durable; only what comes behind it fails.
    core_.when_durable(forwarded_, [this, number](const api::ApiError*) {
      after_(model::Duration{0}, [this, number] { begin_failure(number); });
    });
    return;
  }
  if (message || !failure_) return;
  failure_.reset();
  ++failures_;
  if (!std::exchange(told_, false)) {
    // It ended before anything failed.
    while (!held_.empty()) release_first(failures_);
    return;
  }
  held_.clear();
  if (really_failed_) return;
  core_.storage_recovered(epoch_, forwarded_);
  if (on_recovered) on_recovered();
}

void StorageGate::begin_failure(std::uint64_t number) {
  if (!failure_ || number != failures_ || told_) return;
  told_ = true;
  held_.clear();
  if (!really_failed_) core_.storage_failed(*failure_, forwarded_);
}

void StorageGate::failed(const std::string& message, std::uint64_t last_durable) {
  really_failed_ = true;
  ++failures_;
  held_.clear();
  forwarded_ = last_durable;
  told_ = failure_.has_value();
  core_.storage_failed(message, last_durable);
}

void StorageGate::recovered(std::uint64_t epoch, std::uint64_t last_durable) {
  really_failed_ = false;
  epoch_ = epoch;
  forwarded_ = last_durable;
  if (failure_) return;
  core_.storage_recovered(epoch, last_durable);
  if (on_recovered) on_recovered();
}

}  // namespace drydock::server
