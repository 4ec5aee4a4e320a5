#pragma once
// Answers containers that ask for names (RFC 1035, by UDP and TCP). Core thread.

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "server/names/name_table.hpp"

namespace drydock::server {

/// What a name means; a name that is not ours is answered with a failure, so that the resolver asks its next server.
using Resolve = std::function<Resolved(std::string_view name, std::uint16_t type, std::size_t turn)>;

class NameServer {
 public:
  NameServer(const boost::asio::any_io_executor& executor, Resolve resolve);
  ~NameServer();
  NameServer(const NameServer&) = delete;
  NameServer& operator=(const NameServer&) = delete;

  /// Port 0: any, the same for UDP and TCP. The port, or why it cannot be had.
  std::expected<std::uint16_t, std::string> listen(const std::string& address, std::uint16_t port);

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

/// The name servers that a container would have without ours: those of this machine, as Docker chooses them.
std::vector<std::string> machine_name_servers(const std::string& resolv_conf, const std::string& systemd_resolv_conf);

}  // namespace drydock::server
