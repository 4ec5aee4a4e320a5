#pragma once
// The HTTP server of one I/O thread.
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "server/http/message.hpp"

namespace drydock::http {

/// Limits of one server. Every time is a minimum: deadlines are checked by one shared coarse timer (a quarter of the
/// shortest time, at most a second), so that a request costs no timer of its own.
struct Options {
  /// Literal addresses. The first must be bindable; others the machine does not have (::1 without IPv6) are skipped.
  std::vector<std::string> addresses = {"127.0.0.1", "::1"};
  std::uint16_t port = 0;                  // 0: the kernel chooses one, the same for all addresses
  std::vector<std::string> allowed_hosts;  // beyond loopback, see guard.hpp
  std::string page_token{};                // likewise

  std::uint32_t header_bytes = 16 * 1024;
  std::uint64_t body_bytes = std::uint64_t{4} * 1024 * 1024;
  std::size_t max_connections = 1024;

  std::chrono::milliseconds header_timeout{15'000};  // from the first byte of a request to the end of its header
  std::chrono::milliseconds body_timeout{30'000};    // without progress; below min_bytes_per_second also in total
  std::chrono::milliseconds write_timeout{30'000};   // likewise
  std::chrono::milliseconds idle_timeout{75'000};    // between requests; SDK pools count on 60 s
  std::uint32_t min_bytes_per_second = 1024;

  /// After a refusal the client may still be sending, and most clients read no answer before they are done. That
  /// much is read and thrown away before the connection is closed.
  std::uint64_t drain_bytes = std::uint64_t{128} * 1024 * 1024;
  std::chrono::milliseconds drain_timeout{5'000};
};

struct Stats {
  std::uint64_t accepted = 0;             // connections
  std::uint64_t refused_connections = 0;  // beyond max_connections: 503
  std::uint64_t requests = 0;             // handed to the handler
  std::uint64_t refused_requests = 0;     // answered here: malformed, too large, foreign host, …
  std::uint64_t timeouts = 0;             // connections given up at a deadline
  std::uint64_t accept_errors = 0;
  std::size_t open_connections = 0;
};

/// HTTP/1.1 and 1.0 with keep-alive and pipelining. Belongs to the thread that runs `io`: everything but stop() is
/// called there (or before it runs). Destroying the server drops all connections; `io` must outlive it.
class Server {
 public:
  Server(boost::asio::io_context& io, Options options, Handler handler);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Binds and starts to accept. The port, or what to tell the user ("port 4566 on 127.0.0.1 is in use …").
  std::expected<std::uint16_t, std::string> listen();

  /// Stops accepting, closes idle connections, lets requests in progress finish with "Connection: close", and drops
  /// what is left when `grace` is over. `stopped` is called when no connection is left. Callable from any thread.
  void stop(std::chrono::milliseconds grace, std::move_only_function<void()> stopped = {});

  Stats stats() const;

 private:
  struct Listener;
  friend struct Listener;
  std::shared_ptr<Listener> listener_;
};

}  // namespace drydock::http
