#pragma once
// Counts the records that a reader reads, so that it can say at any time where another one would begin.

#include <deque>

#include "instances/docker/logs/log_mark.hpp"

namespace drydock::instances::docker {

class LogProgress {
 public:
  /// `from` is how far an earlier reader came.
  explicit LogProgress(const LogMark& from);
  /// One more record, with its time in nanoseconds.
  void step(std::int64_t at);
  void at_place(std::uint64_t inode, std::uint64_t offset) {
    mark_.inode = inode;
    mark_.offset = offset;
  }
  [[nodiscard]] const LogMark& mark() const { return mark_; }

 private:
  /// Records from this time to that of the next span.
  struct Span {
    std::int64_t begin;
    std::uint64_t count;
  };

  LogMark mark_;
  std::deque<Span> spans_;  // by time; the first begins where the mark does
  std::int64_t whole_ = 0;  // up to here an earlier reader counted, and did not say what was when
};

}  // namespace drydock::instances::docker
