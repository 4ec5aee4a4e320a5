#pragma once
// What all sessions of one server share: options, handler, the list of open connections and the coarse clock.
#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

#include "server/http/guard.hpp"
#include "server/http/message.hpp"
#include "server/http/request_reader.hpp"
#include "server/http/response_head.hpp"
#include "server/http/server.hpp"

namespace drydock::http {

class Session;

/// Counts of the shared timer. Deadlines are ticks, not times: a machine that slept, or a thread that was held up,
/// does not make every connection late at once.
using Tick = std::uint64_t;
inline constexpr Tick kNever = std::numeric_limits<Tick>::max();

class Connections {
 public:
  Connections(Options options, Handler handler);

  const Options& options() const { return options_; }
  const GuardPolicy& guard_policy() const { return guard_policy_; }
  const ReaderLimits& reader_limits() const { return reader_limits_; }
  const Handler& handler() const { return handler_; }
  Stats& stats() { return stats_; }
  HttpDate& date() { return date_; }

  std::chrono::milliseconds tick_period() const { return tick_period_; }
  Tick now() const { return now_; }
  /// The tick at which at least `duration` has passed from now.
  Tick after(std::chrono::milliseconds duration) const;

  void add(Session& session);
  void remove(Session& session);
  std::size_t size() const { return sessions_.size(); }
  bool full() const { return sessions_.size() >= options_.max_connections; }
  /// Beyond the limit some more are kept just long enough to be told so.
  bool overflowing() const { return sessions_.size() >= options_.max_connections + kBusyAnswers; }

  /// One tick has passed: sessions past their deadline are told.
  void tick();
  /// Makes room by closing the connection that has been idle longest, if any has been for a whole tick.
  bool close_longest_idle();

  bool draining() const { return draining_; }
  void begin_drain();
  void abort_all();
  /// Called whenever the last session leaves.
  std::function<void()> on_empty;

 private:
  static constexpr std::size_t kBusyAnswers = 64;

  Options options_;
  Handler handler_;
  GuardPolicy guard_policy_;
  ReaderLimits reader_limits_;
  Stats stats_;
  HttpDate date_;
  std::chrono::milliseconds tick_period_;
  Tick now_ = 0;
  bool draining_ = false;
  std::vector<Session*> sessions_;  // unordered; each session knows its place
};

}  // namespace drydock::http
