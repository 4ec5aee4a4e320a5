#pragma once
// One connection that follows events: it is written as fast as it reads, and what it has not fetched stays in the kept
// history. Runs on the core thread, and never waits there.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/steady_timer.hpp>

#include "server/core/core.hpp"
#include "server/events/changes/change.hpp"
#include "server/events/changes/event_filter.hpp"
#include "server/http/message.hpp"

namespace drydock::server {

/// What a reader asked for.
struct StreamRequest {
  EventFilter filter;
  bool events = true;
  bool changes = false;
  std::optional<std::uint64_t> since;
};

/// What all readers share.
struct StreamPosition {
  std::uint64_t visible = 0;  // events up to this one are durable
  std::uint64_t lost = 0;     // and up to this one no longer kept
};

class StreamReader : public std::enable_shared_from_this<StreamReader> {
 public:
  using Closed = std::function<void(const StreamReader*)>;

  StreamReader(const Core& core, const StreamPosition& position, StreamRequest request, http::Socket socket,
               Closed closed);

  void start();
  /// There are more events, or earlier ones are gone.
  void wake();
  void add(const Change& change);
  [[nodiscard]] bool wants_changes() const { return request_.changes; }
  /// Tells the reader why, as far as it takes that at once, and closes.
  void end(std::string_view reason, std::string_view message);

 private:
  void pump();
  void add_events();
  void write();
  void written(const boost::system::error_code& error);
  void beat();
  void tell_changes_soon();
  void watch_for_close();
  void close();
  void say(std::string_view name, std::string_view data);

  const Core& core_;
  const StreamPosition& position_;
  StreamRequest request_;
  http::Socket socket_;
  Closed closed_;
  boost::asio::steady_timer heartbeat_;
  boost::asio::steady_timer change_timer_;
  PendingChanges changes_;
  std::uint64_t cursor_ = 0;  // events up to this one were looked at
  std::string filling_;
  std::string writing_;  // while not empty a write is under way
  char ignored_[512]{};  // what a reader sends
  std::chrono::steady_clock::time_point progress_{};
  std::chrono::steady_clock::time_point told_changes_{};
  bool change_timer_armed_ = false;
  bool changes_due_ = false;
  bool resting_ = false;  // goes on looking when others had their turn
  bool open_ = true;
};

}  // namespace drydock::server
