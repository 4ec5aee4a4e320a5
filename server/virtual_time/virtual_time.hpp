#pragma once
// `--clock virtual`: what happens next, and when. Everything with a meaning in ECS goes through here in one defined
// order, so that the same requests give the same history, however fast the disk and the network are. Time stands still
// until it is told to move. Runs on the core thread.
//
// The order at one instant: the reconciler works until it has nothing to do; what is due happens, one thing after the
// other in the order it was asked for; what became durable is told, all at once; what is about to come from outside
// comes; only then is the next request begun.

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "model/clock.hpp"
#include "server/core/core.hpp"

namespace drydock::server {

/// Why a run of the clock ended.
enum class RunEnd {
  kReached,        // what was waited for is so
  kIdle,           // nothing will happen by itself any more
  kLimit,          // the limit of virtual time came first
  kGone,           // what was waited for can no longer come about
  kStorageFailed,  // changes cannot be stored: nothing would happen
};

/// Whether what a run waits for has come about.
enum class Progress { kGoesOn, kReached, kGone };

struct Run {
  /// Time does not move beyond this instant.
  model::Instant limit{};
  /// Ends once nothing but forgetting old things is left to happen; else time moves on to the limit.
  bool until_idle = false;
  /// Asked at every instant when all that is due has happened; empty for nothing.
  std::function<Progress(const model::State&)> goal;
  /// Called once, when all that is due at the last instant has happened.
  std::function<void(RunEnd)> done;
};

class VirtualTime {
 public:
  /// `post` runs a function soon, from outside of any call into this object.
  using Post = std::function<void(std::function<void()>)>;

  VirtualTime(model::VirtualClock& clock, Core& core, Post post);
  VirtualTime(const VirtualTime&) = delete;
  VirtualTime& operator=(const VirtualTime&) = delete;

  /// Continues at the time that State was stored with, and from now on stores the time with every change.
  void restore();

  /// Runs `then` when so much virtual time has passed; with no delay at this instant, but not from inside the call.
  void after(model::Duration delay, std::function<void()> then);
  /// The same for what container instances do, which forget_instances() takes back.
  void after_of_instance(model::Duration delay, std::function<void()> then);
  /// The instances are other ones now: nothing of what they were about to do happens.
  void forget_instances();
  /// The one way back: for a snapshot that is restored. What else is to happen keeps its distance. Not during a run.
  void jump_to(model::Instant when);
  /// Begins a request: when all that is due has happened, in the order of the calls.
  void when_idle(std::move_only_function<void()> then);
  /// Work may have appeared.
  void wake();
  /// Storage says so; the core hears of it when its turn has come.
  void durable(std::uint64_t sequence);
  /// How far change sets were handed to storage, when that is not all there are: the rest is held back on purpose.
  std::function<std::uint64_t()> handed_over;
  /// Whether something from outside is about to come that belongs to this instant; whoever knows calls wake() when it
  /// may be so no more.
  std::function<bool()> answers_soon;

  /// Moves the clock. Only one run at a time.
  void run(Run run);
  [[nodiscard]] bool running() const { return run_.has_value(); }
  [[nodiscard]] model::Instant now() const { return clock_.now(); }
  /// When something will happen by itself.
  [[nodiscard]] std::optional<model::Instant> next_event() const;

 private:
  struct Event {
    std::function<void()> then;
    bool of_instance = false;
  };
  void add(model::Duration delay, Event event);
  bool step();
  bool work_is_due() const;
  bool move_on();
  void finish(RunEnd end);
  void store(model::Transaction& tx) const;
  void pump();
  /// A request or the passing of time: what follows is counted anew.
  void new_instant() { events_now_ = rounds_now_ = 0; }

  model::VirtualClock& clock_;
  Core& core_;
  Post post_;
  std::map<std::pair<model::Instant, std::uint64_t>, Event> events_;
  std::uint64_t asked_ = 0;
  std::deque<std::move_only_function<void()>> requests_;
  std::optional<Run> run_;
  std::uint64_t stored_ = 0;
  int events_now_ = 0;
  int rounds_now_ = 0;
  bool scheduled_ = false;
};

}  // namespace drydock::server
