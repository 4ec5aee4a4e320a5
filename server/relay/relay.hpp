#pragma once
// A TCP port of this machine that leads to one of several addresses in turn.

#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

namespace drydock::server {

struct RelayTarget {
  std::string address;  // IPv4
  std::uint16_t port = 0;
  friend auto operator<=>(const RelayTarget&, const RelayTarget&) = default;
};

/// Connections go to the targets in turn, one that cannot be reached is skipped; without a target they are closed at
/// once. Those that are open stay with their target when the targets change. Everything happens on the executor, which
/// one thread runs; so must every call but the destructor's.
class Relay {
 public:
  explicit Relay(const boost::asio::any_io_executor& executor);
  /// Like close().
  ~Relay();
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  /// Port 0: any. The port, or why it cannot be had.
  std::expected<std::uint16_t, std::string> listen(const std::string& address, std::uint16_t port);
  void set_targets(std::vector<RelayTarget> targets);
  /// How long a connection may be silent, both ways, before it is closed: of those that come from now on. 0: for ever.
  void set_idle(std::chrono::seconds most);
  /// No new connections; those that are open end.
  void close();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace drydock::server
