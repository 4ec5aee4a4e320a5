#include "server/events/stream/reader.hpp"

#include <algorithm>

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include "api-spec/runtime/encode.hpp"

namespace drydock::server {
namespace {

namespace asio = boost::asio;
using Error = boost::system::error_code;

constexpr std::string_view kHead =
    "HTTP/1.1 200 OK\r\n"
    "Content-Type: text/event-stream\r\n"
    "Cache-Control: no-store\r\n"
    "X-Accel-Buffering: no\r\n"
    "Connection: close\r\n"
    "\r\n"
    ": drydock\n\n";
constexpr std::size_t kChunk = std::size_t{64} * 1024;
constexpr int kLookedAtAtOnce = 500;
constexpr auto kHeartbeat = std::chrono::seconds(15);
constexpr auto kStuck = std::chrono::seconds(30);  // a reader that takes nothing for so long is gone
constexpr auto kChangePause = std::chrono::milliseconds(250);

}  // namespace

StreamReader::StreamReader(const Core& core, const StreamPosition& position, StreamRequest request, http::Socket socket,
                           Closed closed)
    : core_(core),
      position_(position),
      request_(std::move(request)),
      socket_(std::move(socket)),
      closed_(std::move(closed)),
      heartbeat_(socket_.get_executor()),
      change_timer_(socket_.get_executor()) {}

void StreamReader::start() {
  Error ignored;
  socket_.non_blocking(true, ignored);
  progress_ = std::chrono::steady_clock::now();
  filling_ = kHead;
  cursor_ = std::min(request_.since.value_or(position_.visible), position_.visible);
  if (cursor_ < position_.lost) {
    const auto& kept = core_.state().events();
    // Who asks for everything knows that it is not everything there ever was.
    if (cursor_ != 0 && !kept.empty()) {
      say("gap", "{\"after\":" + std::to_string(cursor_) + ",\"first\":" + std::to_string(kept.begin()->value) + "}");
    }
    cursor_ = position_.lost;
  }
  watch_for_close();
  beat();
  pump();
}

void StreamReader::wake() {
  if (open_ && writing_.empty() && !resting_) pump();
}

void StreamReader::add(const Change& change) {
  if (!open_ || !request_.filter.wants(change)) return;
  changes_.add(change);
  tell_changes_soon();
}

void StreamReader::tell_changes_soon() {
  if (change_timer_armed_) return;
  change_timer_armed_ = true;
  // At once when there was nothing for a while.
  const auto now = std::chrono::steady_clock::now();
  change_timer_.expires_after(
      std::max<std::chrono::steady_clock::duration>(told_changes_ + kChangePause - now, std::chrono::milliseconds(1)));
  change_timer_.async_wait([self = shared_from_this()](const Error& error) {
    if (error) return;
    self->change_timer_armed_ = false;
    self->changes_due_ = true;
    self->wake();
  });
}

void StreamReader::pump() {
  if (!open_) return;
  if (request_.events && cursor_ < position_.lost) {
    return end("too-slow", "The reader fell behind the events that are kept.");
  }
  if (changes_due_ && !changes_.empty()) {
    say("change", changes_.take());
    told_changes_ = std::chrono::steady_clock::now();
  }
  changes_due_ = false;
  if (request_.events) add_events();
  if (!filling_.empty()) return write();
  if (!request_.events || cursor_ >= position_.visible || resting_) return;
  // Nothing of what was looked at is wanted, and there is more.
  resting_ = true;
  asio::post(socket_.get_executor(), [self = shared_from_this()] {
    self->resting_ = false;
    self->wake();
  });
}

void StreamReader::add_events() {
  const auto& kept = core_.state().events();
  int looked_at = 0;
  for (auto it = kept.upper_bound(model::EventId{cursor_}); it != kept.end() && it->value <= position_.visible; ++it) {
    if (++looked_at > kLookedAtAtOnce || filling_.size() >= kChunk) return;
    cursor_ = it->value;
    const model::Event& event = core_.state().get(*it);
    if (!request_.filter.wants(core_.state(), event)) continue;
    filling_ += "id: " + std::to_string(cursor_) + "\n";
    say("event", event.json);
  }
  if (looked_at <= kLookedAtAtOnce) cursor_ = std::max(cursor_, position_.visible);
}

void StreamReader::say(std::string_view name, std::string_view data) {
  filling_ += "event: ";
  filling_ += name;
  filling_ += "\ndata: ";
  filling_ += data;
  filling_ += "\n\n";
}

void StreamReader::write() {
  writing_ = std::move(filling_);
  filling_.clear();
  asio::async_write(socket_, asio::buffer(writing_),
                    [self = shared_from_this()](const Error& error, std::size_t) { self->written(error); });
}

void StreamReader::written(const Error& error) {
  writing_.clear();
  if (error) return close();
  progress_ = std::chrono::steady_clock::now();
  pump();
}

void StreamReader::beat() {
  heartbeat_.expires_after(kHeartbeat);
  heartbeat_.async_wait([self = shared_from_this()](const Error& error) {
    if (error || !self->open_) return;
    const auto idle = std::chrono::steady_clock::now() - self->progress_;
    if (!self->writing_.empty() && idle >= kStuck) return self->close();
    if (self->writing_.empty() && idle >= kHeartbeat - std::chrono::seconds(1)) {
      self->filling_ = ": \n\n";
      self->write();
    }
    self->beat();
  });
}

void StreamReader::watch_for_close() {
  socket_.async_read_some(asio::buffer(ignored_), [self = shared_from_this()](const Error& error, std::size_t) {
    if (!self->open_) return;
    if (error) return self->close();
    self->watch_for_close();
  });
}

void StreamReader::end(std::string_view reason, std::string_view message) {
  if (!open_) return;
  std::string data = "{\"reason\":";
  api::append_json_string(reason, data);
  data += ",\"message\":";
  api::append_json_string(message, data);
  say("end", data + "}");
  Error ignored;
  // Behind half a message it would not be understood.
  if (writing_.empty()) socket_.write_some(asio::buffer(filling_), ignored);
  close();
}

void StreamReader::close() {
  if (!open_) return;
  open_ = false;
  heartbeat_.cancel();
  change_timer_.cancel();
  Error ignored;
  socket_.shutdown(http::Socket::shutdown_both, ignored);
  socket_.close(ignored);
  closed_(this);
}

}  // namespace drydock::server
