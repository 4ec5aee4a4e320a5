#pragma once
// A real server on a thread of its own, and raw sockets to talk to it byte by byte.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <charconv>
#include <chrono>
#include <future>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "server/http/server.hpp"
#include "tests/support/catch.hpp"

namespace drydock::http::test {

/// Blocking socket with a deadline on every read: a test fails, it does not hang.
class Client {
 public:
  explicit Client(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sockaddr generic{};
    static_assert(sizeof(generic) == sizeof(address));
    std::memcpy(&generic, &address, sizeof(address));
    connected_ = ::connect(fd_, &generic, sizeof(address)) == 0;
  }
  ~Client() { ::close(fd_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  bool connected() const { return connected_; }
  int fd() const { return fd_; }

  /// False when the server has closed the connection meanwhile.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  void finish_sending() { ::shutdown(fd_, SHUT_WR); }

  /// Reads once; false at the end of the stream, on a reset or after ten seconds.
  bool read_some() {
    pollfd waiting{fd_, POLLIN, 0};
    if (::poll(&waiting, 1, 10'000) <= 0) {
      timed_out_ = true;
      return false;
    }
    char buffer[16 * 1024];
    const ssize_t got = ::recv(fd_, buffer, sizeof(buffer), 0);
    if (got > 0) received_.append(buffer, static_cast<std::size_t>(got));
    return got > 0;
  }

  /// The next response, header and body, or what came before the connection ended.
  std::string response(bool has_body = true) {
    while (true) {
      const std::size_t end = received_.find("\r\n\r\n");
      if (end != std::string::npos) {
        const std::size_t size = end + 4 + (has_body ? content_length(received_.substr(0, end)) : 0);
        if (received_.size() >= size) {
          std::string whole = received_.substr(0, size);
          received_.erase(0, size);
          return whole;
        }
      }
      if (!read_some()) return std::exchange(received_, {});
    }
  }

  std::string exchange(std::string_view request) {
    send(request);
    return response();
  }

  /// Everything until the server closes.
  std::string rest() {
    while (read_some()) {
    }
    return std::exchange(received_, {});
  }
  /// Whether the server closed the connection without a further byte.
  bool closed() { return rest().empty() && !timed_out_; }
  bool timed_out() const { return timed_out_; }

 private:
  static std::size_t content_length(std::string_view head) {
    constexpr std::string_view kName = "Content-Length: ";
    const std::size_t at = head.find(kName);
    std::size_t length = 0;
    if (at != std::string_view::npos) {
      const std::string_view digits = head.substr(at + kName.size());
      std::from_chars(digits.data(), digits.data() + digits.size(), length);
    }
    return length;
  }

  int fd_;
  bool connected_ = false;
  bool timed_out_ = false;
  std::string received_;
};

/// Answers with "<METHOD> <target> <body>" unless given another handler.
inline void echo(Request&& request, ReplyFn reply) {
  Response response;
  response.content_type = "text/plain";
  const auto method = boost::beast::http::to_string(request.method);
  response.body.assign(method.data(), method.size());
  response.body += " " + request.target + " " + request.body;
  reply(std::move(response));
}

class TestServer {
 public:
  explicit TestServer(Handler handler = echo, Options options = loopback()) : work_(boost::asio::make_work_guard(io_)) {
    server_.emplace(io_, std::move(options), std::move(handler));
    const auto port = server_->listen();
    REQUIRE(port.has_value());
    port_ = *port;
    thread_ = std::thread([this] { io_.run(); });
  }
  ~TestServer() {
    run_there([this] { server_.reset(); });
    work_.reset();
    thread_.join();
  }
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  static Options loopback() {
    Options options;
    options.addresses = {"127.0.0.1"};
    return options;
  }

  std::uint16_t port() const { return port_; }
  boost::asio::io_context& io() { return io_; }
  Server& server() { return *server_; }

  /// Runs `work` on the server's thread and waits for it.
  template <typename Work>
  void run_there(Work work) {
    std::promise<void> done;
    boost::asio::post(io_, [&] {
      work();
      done.set_value();
    });
    done.get_future().wait();
  }
  Stats stats() {
    Stats stats;
    run_there([&] { stats = server_->stats(); });
    return stats;
  }

 private:
  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::optional<Server> server_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

inline std::string get(std::string_view target, std::string_view more = {}) {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(more) + "\r\n";
}

inline std::string post(std::string_view body, std::string_view more = {}) {
  return "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" + std::string(more) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

inline std::string body_of(const std::string& response) {
  const std::size_t end = response.find("\r\n\r\n");
  return end == std::string::npos ? std::string() : response.substr(end + 4);
}

}  // namespace drydock::http::test
