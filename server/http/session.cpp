#include "server/http/session.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstring>

namespace drydock::http {
namespace asio = boost::asio;
namespace {

constexpr asio::as_tuple_t<asio::use_awaitable_t<Executor>> kTuple{};
constexpr std::size_t kInputInitial = 4 * 1024;
constexpr std::size_t kInputBulk = 64 * 1024;   // while a body is coming
constexpr std::size_t kCopiedBody = 16 * 1024;  // up to here one buffer is cheaper than two
constexpr std::size_t kOutputHigh = 64 * 1024;  // pipelined answers are sent once there is that much

// What a handler holds of a session: small enough to live inside ReplyFn without an allocation.
class SessionReply {
 public:
  explicit SessionReply(std::shared_ptr<Session> session) : session_(std::move(session)) {}
  SessionReply(SessionReply&&) noexcept = default;
  SessionReply& operator=(SessionReply&&) = delete;
  ~SessionReply() {
    if (session_) session_->reply(error_response(500, "ServerException", "The request was dropped."));
  }
  void operator()(Response response) {
    if (auto session = std::move(session_)) session->reply(std::move(response));
  }

 private:
  std::shared_ptr<Session> session_;
};

}  // namespace

Session::Session(std::shared_ptr<Connections> connections, Socket socket)
    : connections_(std::move(connections)), socket_(std::move(socket)) {
  boost::system::error_code ignored;
  const auto remote = socket_.remote_endpoint(ignored);
  remote_address_ = remote.address().to_string();
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket_.non_blocking(true, ignored);
}

void Session::start() {
  connections_->add(*this);
  enter(Phase::idle, connections_->options().idle_timeout);
  asio::co_spawn(socket_.get_executor(), run(shared_from_this()), asio::detached);
}

void Session::start_busy() {
  busy_ = true;
  start();
}

Session::Awaitable<> Session::run(std::shared_ptr<Session> self) {
  try {
    co_await self->serve();
  } catch (const std::exception& error) {
    spdlog::error("http: connection of {} dropped: {}", self->remote_address_, error.what());
  }
  self->end();
}

Session::Awaitable<> Session::serve() {
  if (busy_) answer(error_response(503, "ServerException", "Too many connections."), true);
  while (!closing_ && !aborted_) {
    const Step step = parse();
    if (step == Step::need_input) {
      if (!co_await flush()) co_return;
      if (!co_await read_more()) co_return;
      continue;
    }
    if (step == Step::header) {
      accept_header();
      continue;
    }
    if (step == Step::refused) {
      ++connections_->stats().refused_requests;
      answer(reader_->refusal(), true);
      continue;
    }
    hand_over_request();
    if (awaiting_reply_) {
      if (!co_await flush()) co_return;
      if (awaiting_reply_) co_await reply_arrived();
      if (aborted_) co_return;
    }
    if (response_.takeover) {
      co_await take_over();
      co_return;
    }
    answer(std::move(response_), closing_ || connections_->draining());
    if (wants_flush() && !co_await flush()) co_return;
  }
  if (!co_await flush()) co_return;
  co_await finish_sending();
}

Session::Step Session::parse() {
  if (!reader_) {
    reader_.emplace(connections_->reader_limits());
    head_request_ = false;
  }
  std::size_t consumed = 0;
  const std::string_view input(input_.get() + input_begin_, input_end_ - input_begin_);
  const RequestReader::Progress progress = reader_->feed(input, consumed);
  input_begin_ += consumed;
  switch (progress) {
    case RequestReader::Progress::need_input: return Step::need_input;
    case RequestReader::Progress::header: return Step::header;
    case RequestReader::Progress::complete: return Step::request;
    case RequestReader::Progress::refused: break;
  }
  return Step::refused;
}

// Everything that can be said before the body is read, so that a client which waits for "100 Continue" sends none in
// vain.
void Session::accept_header() {
  const Request& request = reader_->request();
  head_request_ = request.method == boost::beast::http::verb::head;
  if (auto refusal = guard(request, connections_->guard_policy())) {
    ++connections_->stats().refused_requests;
    answer(std::move(*refusal), true);
    return;
  }
  const bool expects = !reader_->is_http_1_0() && request.headers.contains(Headers::Field::expect);
  if (expects && !reader_->complete() && input_begin_ == input_end_) output_ += "HTTP/1.1 100 Continue\r\n\r\n";
  if (!reader_->complete()) enter(Phase::body, connections_->options().body_timeout);
}

void Session::hand_over_request() {
  const bool keep = reader_->wants_keep_alive();
  closing_ = !keep;
  persistence_ = !keep ? Persistence::close : reader_->is_http_1_0() ? Persistence::keep_http_1_0 : Persistence::keep;
  Request request = reader_->take();
  reader_.reset();
  request.remote_address = remote_address_;
  phase_ = Phase::handling;
  deadline_ = kNever;
  if (request.method == boost::beast::http::verb::options) {
    // Preflights get no permission: no Access-Control header, ever.
    response_ = Response{};
    response_.headers.emplace_back("Allow", "GET, HEAD, POST, PUT, DELETE, PATCH, OPTIONS");
    return;
  }
  ++connections_->stats().requests;
  awaiting_reply_ = true;
  try {
    connections_->handler()(std::move(request), SessionReply(shared_from_this()));
  } catch (const std::exception& error) {
    // The reply was destroyed on the way and has answered 500.
    spdlog::error("http: handler failed: {}", error.what());
  }
}

void Session::reply(Response&& response) {
  if (!awaiting_reply_) return;
  awaiting_reply_ = false;
  response_ = std::move(response);
  // Posted, not called: the replier may be in the middle of answering many.
  if (resume_) asio::post(socket_.get_executor(), std::exchange(resume_, nullptr));
}

Session::Awaitable<> Session::reply_arrived() {
  auto initiate = [this](auto handler) { resume_ = std::move(handler); };
  return asio::async_initiate<const asio::use_awaitable_t<Executor>, void()>(initiate,
                                                                             asio::use_awaitable_t<Executor>{});
}

void Session::answer(Response&& response, bool close) {
  if (close) {
    closing_ = true;
    persistence_ = Persistence::close;
  }
  append_head(output_, response, connections_->date().now(), persistence_);
  const bool bodiless = head_request_ || response.status == 204 || response.status == 304 || response.status < 200;
  if (bodiless) return;
  if (response.body.size() <= kCopiedBody) {
    output_ += response.body;
  } else {
    output_body_ = std::move(response.body);
  }
}

bool Session::wants_flush() const { return !output_body_.empty() || output_.size() >= kOutputHigh; }

Session::Sent Session::send_now() {
  while (output_sent_ < output_.size() + output_body_.size()) {
    const std::array<asio::const_buffer, 2> whole{asio::buffer(output_), asio::buffer(output_body_)};
    std::array<asio::const_buffer, 2> rest{whole[0] + output_sent_, whole[1]};
    if (output_sent_ > output_.size()) rest[1] += output_sent_ - output_.size();
    boost::system::error_code error;
    const std::size_t sent = rest[1].size() == 0 ? socket_.write_some(rest[0], error) : socket_.write_some(rest, error);
    if (error == asio::error::would_block) return Sent::some;
    if (error) return Sent::failed;
    output_sent_ += sent;
    if (phase_ == Phase::writing) progressed(sent, connections_->options().write_timeout);
  }
  output_.clear();
  output_body_ = {};
  output_sent_ = 0;
  if (output_.capacity() > 2 * kOutputHigh) output_.shrink_to_fit();
  return Sent::all;
}

// Sends what is queued; false when the connection is lost. The socket nearly always takes it at once, which costs no
// trip through the event loop.
Session::Awaitable<bool> Session::flush() {
  if (output_.empty() && output_body_.empty()) co_return true;
  Sent sent = send_now();
  if (sent == Sent::all) co_return true;
  const Phase before = phase_;
  const Tick deadline_before = deadline_;
  enter(Phase::writing, connections_->options().write_timeout);
  while (sent == Sent::some && !expired_ && !aborted_) {
    const auto [error] = co_await socket_.async_wait(Socket::wait_write, kTuple);
    if (error) break;
    sent = send_now();
  }
  if (sent == Sent::all && !aborted_) {
    expired_ = false;
    phase_ = before;
    deadline_ = deadline_before;
    co_return true;
  }
  // Reset rather than close: nobody should keep the kernel busy with what a slow reader will not take.
  boost::system::error_code ignored;
  socket_.set_option(asio::socket_base::linger(true, 0), ignored);
  co_return false;
}

// Waits for bytes; false when the connection is to end.
Session::Awaitable<bool> Session::read_more() {
  const Options& options = connections_->options();
  const bool started = reader_->started() || input_begin_ != input_end_;
  if (!started) {
    if (connections_->draining()) co_return false;
    enter(Phase::idle, options.idle_timeout);
  } else if (phase_ != Phase::header && phase_ != Phase::body) {
    enter(Phase::header, options.header_timeout);
  }
  if (!reserve_input()) {
    ++connections_->stats().refused_requests;
    answer(error_response(431, "RequestHeaderFieldsTooLargeException", "A line of the request is too long."), true);
    if (co_await flush()) co_await finish_sending();
    co_return false;
  }
  const asio::mutable_buffer space(input_.get() + input_end_, input_capacity_ - input_end_);
  const auto [error, size] = co_await socket_.async_read_some(space, kTuple);
  if (!error) {
    expired_ = false;
    input_end_ += size;
    if (phase_ == Phase::body) progressed(size, options.body_timeout);
    co_return !aborted_;
  }
  if (!started || aborted_) co_return false;
  if (expired_) {
    expired_ = false;
    ++connections_->stats().refused_requests;
    answer(error_response(408, "RequestTimeoutException", "The request did not arrive in time."), true);
  } else if (error == asio::error::eof) {
    ++connections_->stats().refused_requests;
    answer(error_response(400, "SerializationException", "The connection ended within the request."), true);
  } else {
    co_return false;
  }
  if (co_await flush()) co_await finish_sending();
  co_return false;
}

// Says that nothing more will come, and reads what the client still sends: closing with unread input would reset the
// connection, and the client might lose the answer.
Session::Awaitable<> Session::finish_sending() {
  const Options& options = connections_->options();
  boost::system::error_code error;
  socket_.shutdown(Socket::shutdown_send, error);
  if (error) co_return;
  enter(Phase::draining, options.drain_timeout);
  input_begin_ = 0;
  input_end_ = 0;
  if (input_capacity_ < kInputInitial) reserve_input();
  std::uint64_t drained = 0;
  while (!expired_ && !aborted_ && drained < options.drain_bytes) {
    if (drained > kInputBulk && input_capacity_ < kInputBulk) {
      input_ = std::make_unique_for_overwrite<char[]>(kInputBulk);
      input_capacity_ = kInputBulk;
    }
    const asio::mutable_buffer space(input_.get(), input_capacity_);
    const auto [read_error, size] = co_await socket_.async_read_some(space, kTuple);
    if (read_error) co_return;
    drained += size;
  }
}

Session::Awaitable<> Session::take_over() {
  Takeover takeover = std::move(response_.takeover);
  if (!co_await flush()) co_return;
  std::string already_read(input_.get() + input_begin_, input_end_ - input_begin_);
  Socket socket = std::move(socket_);
  end();
  takeover(std::move(socket), std::move(already_read));
}

// Makes room behind what is buffered. False when a header line or a chunk header fills all the room there may be.
bool Session::reserve_input() {
  if (input_begin_ == input_end_) {
    input_begin_ = 0;
    input_end_ = 0;
  }
  const bool bulk = reader_ && reader_->header_done() && reader_->body_remaining() > input_capacity_;
  const std::size_t limit = std::max<std::size_t>(kInputBulk, std::size_t{2} * connections_->options().header_bytes);
  std::size_t wanted = std::max(input_capacity_, kInputInitial);
  if (bulk) wanted = kInputBulk;
  if (phase_ == Phase::idle && input_begin_ == input_end_) wanted = kInputInitial;
  const std::size_t held = input_end_ - input_begin_;
  if (held == wanted) wanted *= 2;
  if (wanted > limit) return false;
  if (wanted != input_capacity_) {
    auto larger = std::make_unique_for_overwrite<char[]>(wanted);
    if (held != 0) std::memcpy(larger.get(), input_.get() + input_begin_, held);
    input_ = std::move(larger);
    input_capacity_ = wanted;
  } else if (input_begin_ != 0 && input_end_ == input_capacity_) {
    std::memmove(input_.get(), input_.get() + input_begin_, held);
  } else {
    return true;
  }
  input_begin_ = 0;
  input_end_ = held;
  return true;
}

void Session::enter(Phase phase, std::chrono::milliseconds timeout) {
  phase_ = phase;
  phase_began_ = connections_->now();
  phase_bytes_ = 0;
  deadline_ = connections_->after(timeout);
}

// Moves the deadline, but not for drips: in total a transfer has the time that min_bytes_per_second gives it.
void Session::progressed(std::size_t bytes, std::chrono::milliseconds timeout) {
  phase_bytes_ += bytes;
  const std::uint64_t least_rate = std::max(connections_->options().min_bytes_per_second, 1U);
  const std::chrono::milliseconds earned(phase_bytes_ * 1000 / least_rate);
  const Tick in_total = connections_->after(timeout + earned) - (connections_->now() - phase_began_);
  deadline_ = std::min(connections_->after(timeout), in_total);
}

void Session::expire() {
  if (expired_ || phase_ == Phase::over) return;
  expired_ = true;
  if (phase_ != Phase::idle && phase_ != Phase::draining) ++connections_->stats().timeouts;
  boost::system::error_code ignored;
  socket_.cancel(ignored);
}

void Session::abort() {
  if (aborted_ || phase_ == Phase::over) return;
  aborted_ = true;
  awaiting_reply_ = false;
  boost::system::error_code ignored;
  socket_.close(ignored);
  if (resume_) asio::post(socket_.get_executor(), std::exchange(resume_, nullptr));
}

void Session::end() {
  if (phase_ == Phase::over) return;
  phase_ = Phase::over;
  awaiting_reply_ = false;
  boost::system::error_code ignored;
  if (socket_.is_open()) socket_.close(ignored);
  connections_->remove(*this);
}

}  // namespace drydock::http
