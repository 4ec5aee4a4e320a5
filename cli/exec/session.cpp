#include "cli/exec/session.hpp"

#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <deque>
#include <optional>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>

#include "cli/exec/client_channel.hpp"
#include "cli/exec/streams.hpp"
#include "cli/exec/terminal.hpp"

namespace drydock::cli {
namespace {

namespace asio = boost::asio;
namespace websocket = boost::beast::websocket;
using boost::system::error_code;

constexpr std::size_t kMostInputWaiting = std::size_t{256} << 10;
constexpr auto kSilence = std::chrono::seconds(60);  // of the server; half-way it is pinged

ClientChannel::Instant now() {
  return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

/// AWS's agent frames its words for a terminal.
std::string readable(std::string text) {
  constexpr std::string_view kHeading = "----------ERROR-------";
  if (const std::size_t at = text.find(kHeading); at != std::string::npos) text.erase(0, at + kHeading.size());
  const std::size_t begin = text.find_first_not_of("\r\n ");
  return begin == std::string::npos ? "" : text.substr(begin, text.find_last_not_of("\r\n ") + 1 - begin);
}

class Session {
 public:
  Session(const Endpoint& endpoint, bool terminal) : endpoint_(endpoint), terminal_(terminal) {}

  Result<int> run(const ExecTicket& ticket) {
    if (const auto connected = connect(ticket); !connected) return std::unexpected(connected.error());
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGCONT}) signals_.add(signal);
    wait_for_signal();
    read();
    io_.run();
    raw_.reset();
    input_.reset();
    error_code ignored;
    signals_.clear(ignored);
    // A signal's number is the answer at once; what came before an end of the session is shown whatever that takes.
    if (!interrupted_) output_.finish();
    return outcome_;
  }

 private:
  Result<void> connect(const ExecTicket& ticket) {
    error_code error;
    asio::ip::tcp::resolver resolver(io_);
    const auto found = resolver.resolve(endpoint_.host, endpoint_.port, error);
    if (!error) asio::connect(socket_.next_layer(), found, error);
    if (!error) socket_.next_layer().set_option(asio::ip::tcp::no_delay(true), error);
    const bool ipv6 = endpoint_.host.find(':') != std::string::npos;
    const std::string host = (ipv6 ? "[" + endpoint_.host + "]" : endpoint_.host) + ":" + endpoint_.port;
    if (!error) socket_.handshake(host, ticket.path, error);
    socket_.text(true);
    if (!error) {
      socket_.write(asio::buffer(sessions::opening_text(ticket.token, sessions::DirectClient{terminal_})), error);
    }
    if (error) return std::unexpected(broken(error));
    socket_.binary(true);
    auto timeout = websocket::stream_base::timeout::suggested(boost::beast::role_type::client);
    timeout.idle_timeout = kSilence;
    timeout.keep_alive_pings = true;
    socket_.set_option(timeout);
    return {};
  }

  Failure broken(const error_code& error) const {
    return {"the connection to " + endpoint_.url() + " broke (" + error.message() + "), and the command ended with it",
            "See what the server's log says", kNotRun};
  }

  void finish(Result<int> outcome) {
    outcome_ = std::move(outcome);
    io_.stop();
  }

  void read() {
    socket_.async_read(buffer_, [this](const error_code& error, std::size_t) {
      if (error) return finish(std::unexpected(broken(error)));
      const auto data = buffer_.cdata();
      const Received received = channel_.receive({static_cast<const char*>(data.data()), data.size()}, now());
      buffer_.consume(buffer_.size());
      take(received);
      if (!received.closed) read();
    });
  }

  void take(const Received& received) {
    for (const std::string& frame : received.frames) send(frame);
    for (const Written& written : received.written) {
      auto then = [this, acknowledge = written.acknowledge](bool failed) {
        asio::post(io_, [this, acknowledge, failed] { was_written(acknowledge, failed); });
      };
      output_.write(written.error ? STDERR_FILENO : STDOUT_FILENO, written.bytes, std::move(then));
    }
    if (received.open) open(received.notice);
    if (received.closed) return finish(ended(*received.closed));
    ask_for_input();
  }

  void was_written(const std::string& acknowledge, bool failed) {
    if (!failed) return send(acknowledge);
    interrupt(SIGPIPE);
  }

  Result<int> ended(const std::string& closing_text) const {
    const std::string text = readable(closing_text);
    if (channel_.exit_code()) {
      if (!text.empty()) std::fprintf(stderr, "drydock: %s\n", text.c_str());
      return *channel_.exit_code();
    }
    if (!text.empty()) return failed(text, {}, kNotRun);
    return failed("the session was ended before its command", "How its task is: drydock ps --all", kNotRun);
  }

  void open(const std::string& notice) {
    if (!notice.empty()) std::fprintf(stderr, "%s\n", notice.c_str());
    if (terminal_) raw_.emplace();
    send(channel_.size(terminal_size(), now()));
    input_.emplace([this](std::string bytes) {
      asio::post(io_, [this, bytes = std::move(bytes)]() mutable { take_input(std::move(bytes)); });
    });
  }

  void take_input(std::string bytes) {
    asked_ = false;
    if (!bytes.empty()) {
      send(channel_.input(std::move(bytes), now()));
      return ask_for_input();
    }
    input_ended_ = true;
    // A terminal that ends is gone, and says so by a signal too.
    if (terminal_) return interrupt(SIGHUP);
    send(channel_.end_of_input(now()));
  }

  void ask_for_input() {
    if (!input_ || asked_ || input_ended_ || channel_.waiting_bytes() > kMostInputWaiting) return;
    asked_ = true;
    input_->ask();
  }

  void send(std::string frame) {
    queue_.push_back(std::move(frame));
    if (queue_.size() == 1) write();
    if (!repeating_ && channel_.waiting_bytes() != 0) repeat();
  }

  void write() {
    socket_.async_write(asio::buffer(queue_.front()), [this](const error_code& error, std::size_t) {
      // The reader is told the same, after what came before.
      if (error) return;
      queue_.pop_front();
      if (!queue_.empty()) write();
    });
  }

  void repeat() {
    repeating_ = true;
    repeat_.expires_after(ClientChannel::kRepeat);
    repeat_.async_wait([this](const error_code& error) {
      if (error) return;
      repeating_ = false;
      // What still waits in the queue was not lost.
      if (queue_.empty()) {
        for (std::string& frame : channel_.repeat(now())) send(std::move(frame));
      }
      if (!repeating_ && channel_.waiting_bytes() != 0) repeat();
    });
  }

  void wait_for_signal() {
    signals_.async_wait([this](const error_code& error, int signal) {
      if (error) return;
      if (signal != SIGWINCH && signal != SIGCONT) return interrupt(signal);
      if (signal == SIGCONT && raw_) raw_->set();
      if (terminal_ && input_) send(channel_.size(terminal_size(), now()));
      wait_for_signal();
    });
  }

  /// The server ends the command when the connection does.
  void interrupt(int signal) {
    interrupted_ = true;
    finish(128 + signal);
  }

  const Endpoint& endpoint_;
  const bool terminal_;
  asio::io_context io_;
  websocket::stream<asio::ip::tcp::socket> socket_{io_};
  boost::beast::flat_buffer buffer_;
  asio::steady_timer repeat_{io_};
  asio::signal_set signals_{io_};
  ClientChannel channel_;
  std::deque<std::string> queue_;
  std::optional<RawTerminal> raw_;
  OutputWriter output_;
  std::optional<InputReader> input_;
  bool asked_ = false;
  bool input_ended_ = false;
  bool repeating_ = false;
  bool interrupted_ = false;
  Result<int> outcome_ = kNotRun;
};

}  // namespace

Result<int> run_session(const Endpoint& endpoint, const ExecTicket& ticket, bool terminal) {
  // Written to nobody is told by the call, with the terminal put back.
  std::signal(SIGPIPE, SIG_IGN);
  Session session(endpoint, terminal);
  return session.run(ticket);
}

}  // namespace drydock::cli
