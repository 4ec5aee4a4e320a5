#pragma once
// Where containers' requests come in: two ports of one address of this machine.

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/http/server.hpp"

namespace drydock::task_http {

/// A port of this Drydock's own, the same after a restart, below those that the system gives away.
std::uint16_t own_port(const std::string& drydock_id);

class Ports {
 public:
  Ports(boost::asio::io_context& io, const std::string& drydock_id, http::Handler handler)
      : io_(io), own_port_(own_port(drydock_id)), handler_(std::move(handler)) {}

  /// On port 80, where SDKs look, unless another Drydock has it or it needs rights we lack; and always on a port of our
  /// own, which containers of before may have been told. Returns the port that containers are told.
  std::expected<std::uint16_t, std::string> listen(const std::string& address,
                                                   const std::vector<std::string>& allowed_hosts = {});
  /// Leaves port 80 to a task; returns the port that is left, if there is one.
  std::optional<std::uint16_t> leave_usual();

 private:
  std::expected<std::uint16_t, std::string> listen(const std::string& address, std::uint16_t port,
                                                   const std::vector<std::string>& allowed_hosts,
                                                   std::unique_ptr<http::Server>& server);

  boost::asio::io_context& io_;
  std::uint16_t own_port_;
  http::Handler handler_;
  std::unique_ptr<http::Server> own_;    // at own_port_
  std::unique_ptr<http::Server> usual_;  // at port 80
};

}  // namespace drydock::task_http
