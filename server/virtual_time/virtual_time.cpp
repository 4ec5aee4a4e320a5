#include "server/virtual_time/virtual_time.hpp"

#include <algorithm>
#include <charconv>

#include "server/core/simulation_settings.hpp"

namespace drydock::server {
namespace {

// So many steps in one go, then sockets get their turn.
constexpr int kStepsAtOnce = 256;
// An instant that does not come to its end (containers that exit and are replaced in no time) is cut off: after so
// many waits for storage, or so many events without one.
constexpr int kRoundsInOneInstant = 100;
constexpr int kEventsInOneInstant = 200'000;
constexpr const char* kNow = "now";

std::optional<std::int64_t> parse(const std::string& text) {
  std::int64_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

VirtualTime::VirtualTime(model::VirtualClock& clock, Core& core, Post post)
    : clock_(clock), core_(core), post_(std::move(post)) {}

void VirtualTime::restore() {
  if (const auto text = simulation_setting(core_.state(), SimulationTopic::kClock, kNow)) {
    if (const auto stored = parse(*text)) clock_.advance_to(model::Instant{model::Duration{*stored}});
  }
  stored_ = core_.durable_sequence();
  core_.before_commit = [this](model::Transaction& tx) { store(tx); };
}

void VirtualTime::store(model::Transaction& tx) const {
  set_simulation_setting(tx, SimulationTopic::kClock, kNow, std::to_string(clock_.now().time_since_epoch().count()));
}

void VirtualTime::after(model::Duration delay, std::function<void()> then) { add(delay, {std::move(then), false}); }

void VirtualTime::after_of_instance(model::Duration delay, std::function<void()> then) {
  add(delay, {std::move(then), true});
}

void VirtualTime::add(model::Duration delay, Event event) {
  events_.emplace(std::pair(clock_.now() + std::max(delay, model::Duration{0}), ++asked_), std::move(event));
  wake();
}

void VirtualTime::forget_instances() {
  std::erase_if(events_, [](const auto& entry) { return entry.second.of_instance; });
}

void VirtualTime::jump_to(model::Instant when) {
  const model::Duration distance = when - clock_.now();
  clock_.advance(distance);
  auto before = std::exchange(events_, {});
  for (auto& [key, event] : before) events_.emplace(std::pair(key.first + distance, key.second), std::move(event));
}

void VirtualTime::when_idle(std::move_only_function<void()> then) {
  requests_.push_back(std::move(then));
  wake();
}

void VirtualTime::wake() {
  if (scheduled_) return;
  scheduled_ = true;
  post_([this] { pump(); });
}

void VirtualTime::durable(std::uint64_t sequence) {
  stored_ = std::max(stored_, sequence);
  wake();
}

void VirtualTime::run(Run run) {
  run_ = std::move(run);
  wake();
}

std::optional<model::Instant> VirtualTime::next_event() const {
  std::optional<model::Instant> next = core_.next_action();
  if (!events_.empty()) next = std::min(next.value_or(model::Instant::max()), events_.begin()->first.first);
  return next;
}

void VirtualTime::pump() {
  scheduled_ = false;
  for (int i = 0; i < kStepsAtOnce; ++i) {
    if (!step()) return;
  }
  wake();
}

bool VirtualTime::work_is_due() const {
  if (core_.storage_error()) return false;
  const auto timer = core_.next_timer();
  return core_.has_work() || (timer && *timer <= clock_.now());
}

/// One thing of what is to be done now. False: nothing, until somebody calls or storage has written.
bool VirtualTime::step() {
  if (work_is_due()) {
    core_.settle();
    return true;
  }
  if (!events_.empty() && events_.begin()->first.first <= clock_.now()) {
    auto event = events_.extract(events_.begin());
    if (++events_now_ > kEventsInOneInstant || rounds_now_ > kRoundsInOneInstant) {
      event.key().first = clock_.now() + model::Duration{1};
      events_.insert(std::move(event));
      return true;
    }
    event.mapped().then();
    return true;
  }
  const std::uint64_t target = handed_over ? handed_over() : core_.sequence();
  if (core_.waits_for_storage() && core_.durable_sequence() < target) {
    if (stored_ < target) return false;
    ++rounds_now_;
    core_.durable(stored_);
    return true;
  }
  if (answers_soon && answers_soon()) return false;
  if (!requests_.empty()) {
    auto request = std::move(requests_.front());
    requests_.pop_front();
    new_instant();
    request();
    return true;
  }
  return run_ && move_on();
}

/// All that is due has happened, and a run is under way: it ends, or time moves to what happens next.
bool VirtualTime::move_on() {
  const Progress progress = run_->goal ? run_->goal(core_.state()) : Progress::kGoesOn;
  if (progress == Progress::kReached) return finish(RunEnd::kReached), true;
  if (progress == Progress::kGone) return finish(RunEnd::kGone), true;
  // The reconciler rests while changes cannot be stored; what else is to happen may be the end of just that.
  const bool resting = core_.storage_error().has_value();
  std::optional<model::Instant> next = resting ? std::nullopt : next_event();
  if (resting && !events_.empty()) next = events_.begin()->first.first;
  if (resting && !next) return finish(RunEnd::kStorageFailed), true;
  if (run_->until_idle && !next) return finish(RunEnd::kIdle), true;
  // What only forgets counts as soon as time passes anyway.
  if (const auto timer = core_.next_timer(); timer && !resting) next = std::min(next.value_or(*timer), *timer);
  if (!next || *next > run_->limit) {
    clock_.advance_to(run_->limit);
    const bool waited = run_->goal || run_->until_idle;
    return finish(waited ? RunEnd::kLimit : RunEnd::kReached), true;
  }
  clock_.advance_to(*next);
  new_instant();
  return true;
}

void VirtualTime::finish(RunEnd end) {
  const auto done = std::move(run_->done);
  run_.reset();
  new_instant();
  // Time that was shown is not taken back by a restart. While storage cannot write, nothing is.
  core_.change([this](model::Transaction& tx) { store(tx); });
  done(end);
}

}  // namespace drydock::server
