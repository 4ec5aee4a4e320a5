#pragma once
// Stands between the core and storage and makes storage slow or failing on purpose. What it keeps back is not durable,
// and no answer that rests on it leaves. Runs on the core thread.

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>

#include "instances/simulated/simulated_instance.hpp"
#include "model/change_set.hpp"
#include "server/core/core.hpp"

namespace drydock::server {

class StorageGate {
 public:
  using Forward = std::function<void(std::uint64_t epoch, model::ChangeSet changes)>;
  StorageGate(Core& core, instances::simulated::After after, Forward forward)
      : core_(core), after_(std::move(after)), forward_(std::move(forward)) {}

  /// The sequence that storage holds at start.
  void start(std::uint64_t sequence) { forwarded_ = sequence; }
  void append(std::uint64_t epoch, model::ChangeSet changes);
  /// Everything up to this sequence was given to storage.
  [[nodiscard]] std::uint64_t forwarded() const { return forwarded_; }

  /// From now on changes reach storage so much later.
  void set_delay(model::Duration delay) { delay_ = delay; }
  /// Changes fail with this message, as if the disk could not be written; none ends that.
  void set_failure(std::optional<std::string> message);
  /// Called when a failure made on purpose has ended.
  std::function<void()> on_recovered;

  // What storage itself says.
  void failed(const std::string& message, std::uint64_t last_durable);
  void recovered(std::uint64_t epoch, std::uint64_t last_durable);

 private:
  struct Held {
    std::uint64_t epoch;
    model::ChangeSet changes;
  };
  void release_first(std::uint64_t failures);
  void begin_failure(std::uint64_t failures);

  Core& core_;
  instances::simulated::After after_;
  Forward forward_;
  model::Duration delay_{0};
  std::optional<std::string> failure_;
  bool told_ = false;           // the core knows of the failure
  bool really_failed_ = false;  // storage itself has failed, and not recovered
  std::uint64_t epoch_ = 1;
  std::uint64_t forwarded_ = 0;
  std::uint64_t failures_ = 0;
  std::deque<Held> held_;
};

}  // namespace drydock::server
