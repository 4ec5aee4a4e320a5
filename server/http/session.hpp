#pragma once
// One connection, from its first byte to its last.
#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "server/http/connections.hpp"
#include "server/http/message.hpp"
#include "server/http/request_reader.hpp"

namespace drydock::http {

/// A loop: parse what is buffered, hand requests to the handler one at a time, collect answers, and touch the socket
/// only when there is nothing else to do. Lives until its coroutine ends; replies still out keep the memory only.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(std::shared_ptr<Connections> connections, Socket socket);

  /// Counts the connection and starts its coroutine.
  void start();
  /// The same for a connection beyond the limit: it is answered 503 and closed.
  void start_busy();

  /// The handler's answer to the request in progress.
  void reply(Response&& response);

  Tick deadline() const { return deadline_; }
  /// Waiting for a request of which nothing has come yet.
  bool idle() const { return phase_ == Phase::idle && !expired_; }
  /// The deadline has passed, or the connection is to close for being idle.
  void expire();
  /// Drops the connection now, whatever it is doing.
  void abort();

  std::size_t place = 0;  // in Connections' list

 private:
  template <typename T = void>
  using Awaitable = boost::asio::awaitable<T, Executor>;
  enum class Phase { idle, header, body, handling, writing, draining, over };
  enum class Step { need_input, header, request, refused };
  enum class Sent { all, some, failed };

  static Awaitable<> run(std::shared_ptr<Session> self);
  Awaitable<> serve();

  Step parse();
  void accept_header();
  void hand_over_request();
  Awaitable<> reply_arrived();

  void answer(Response&& response, bool close);
  bool wants_flush() const;
  Sent send_now();
  Awaitable<bool> flush();
  Awaitable<bool> read_more();
  Awaitable<> finish_sending();
  Awaitable<> take_over();

  bool reserve_input();
  void enter(Phase phase, std::chrono::milliseconds timeout);
  void progressed(std::size_t bytes, std::chrono::milliseconds timeout);
  void end();

  std::shared_ptr<Connections> connections_;
  Socket socket_;
  std::string remote_address_;

  Phase phase_ = Phase::idle;
  Tick deadline_ = kNever;
  Tick phase_began_ = 0;
  std::uint64_t phase_bytes_ = 0;
  bool expired_ = false;
  bool aborted_ = false;
  bool busy_ = false;

  std::unique_ptr<char[]> input_;
  std::size_t input_capacity_ = 0;
  std::size_t input_begin_ = 0;
  std::size_t input_end_ = 0;
  std::optional<RequestReader> reader_;

  bool head_request_ = false;
  bool closing_ = false;
  bool awaiting_reply_ = false;
  Persistence persistence_ = Persistence::keep;
  Response response_;
  std::move_only_function<void()> resume_;  // set while the coroutine waits for the reply

  std::string output_;       // heads, and bodies small enough to copy
  std::string output_body_;  // a large body, sent after output_
  std::size_t output_sent_ = 0;
};

}  // namespace drydock::http
