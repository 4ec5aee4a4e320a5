#include "server/http/connections.hpp"

#include <algorithm>

#include "server/http/session.hpp"

namespace drydock::http {
namespace {

std::chrono::milliseconds tick_period_for(const Options& options) {
  using std::chrono::milliseconds;
  const milliseconds shortest = std::min({options.header_timeout, options.body_timeout, options.write_timeout,
                                          options.idle_timeout, options.drain_timeout});
  return std::clamp(shortest / 4, milliseconds(10), milliseconds(1000));
}

}  // namespace

Connections::Connections(Options options, Handler handler)
    : options_(std::move(options)),
      handler_(std::move(handler)),
      guard_policy_{options_.allowed_hosts, options_.addresses, options_.page_token},
      reader_limits_{options_.header_bytes, options_.body_bytes},
      tick_period_(tick_period_for(options_)) {}

Tick Connections::after(std::chrono::milliseconds duration) const {
  // One more than the division says: the current tick has partly passed.
  return now_ + static_cast<Tick>((duration + tick_period_ - std::chrono::milliseconds(1)) / tick_period_) + 1;
}

void Connections::add(Session& session) {
  session.place = sessions_.size();
  sessions_.push_back(&session);
}

void Connections::remove(Session& session) {
  sessions_.back()->place = session.place;
  std::swap(sessions_[session.place], sessions_.back());
  sessions_.pop_back();
  if (sessions_.empty() && on_empty) on_empty();
}

void Connections::tick() {
  ++now_;
  for (Session* session : sessions_) {
    if (session->deadline() <= now_) session->expire();
  }
}

bool Connections::close_longest_idle() {
  Session* oldest = nullptr;
  for (Session* session : sessions_) {
    if (session->idle() && (!oldest || session->deadline() < oldest->deadline())) oldest = session;
  }
  // A whole tick ago is two counts: the first may have come right after it fell idle. Between two requests of a busy
  // client no tick passes.
  const Tick since_a_tick = after(options_.idle_timeout) - 2;
  if (!oldest || oldest->deadline() > since_a_tick) return false;
  oldest->expire();
  return true;
}

void Connections::begin_drain() {
  draining_ = true;
  for (Session* session : sessions_) {
    if (session->idle()) session->expire();
  }
}

void Connections::abort_all() {
  draining_ = true;
  for (Session* session : sessions_) session->abort();
}

}  // namespace drydock::http
