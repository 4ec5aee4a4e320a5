#include "instances/docker/logs/log_progress.hpp"

#include <algorithm>

namespace drydock::instances::docker {
namespace {

// How far a record may be overtaken, in nanoseconds: two threads of the engine take part, of which one may have to wait
// for a processor. What is read twice for it, to be skipped, is as long.
constexpr std::int64_t kOvertaken = 1'000'000'000;
constexpr std::int64_t kSpan = 100'000'000;

}  // namespace

LogProgress::LogProgress(const LogMark& from) : mark_(from), whole_(from.latest) {
  if (from.count > 0) spans_.push_back({from.since, from.count});
}

void LogProgress::step(std::int64_t at) {
  ++mark_.record;
  mark_.latest = std::max(mark_.latest, at);
  if (spans_.empty()) spans_.push_back({std::max(at - kOvertaken, mark_.since), 0});
  if (at > whole_ && at - spans_.back().begin >= kSpan) spans_.push_back({at, 0});
  const auto span =
      std::ranges::find_if(spans_.rbegin(), spans_.rend(), [&](const Span& one) { return one.begin <= at; });
  // One that is older than all of them could not be asked for again, and is not counted.
  if (span != spans_.rend()) {
    ++span->count;
    ++mark_.count;
  }
  while (spans_.size() > 1 && spans_[1].begin <= mark_.latest - kOvertaken) {
    mark_.count -= spans_.front().count;
    spans_.pop_front();
  }
  mark_.since = spans_.front().begin;
}

}  // namespace drydock::instances::docker
