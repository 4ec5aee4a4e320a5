#pragma once
// Sockets that live in a container's network: what listens to its loopback address only is reached through them, in
// every network mode.

#include <boost/asio/ip/tcp.hpp>
#include <optional>
#include <string>

#include "instances/docker/async.hpp"

namespace drydock::instances::docker {

/// An unconnected TCP socket in the network namespace of a container's process. Nothing where that is not possible: the
/// engine counts processes in another namespace, or this user may not enter it.
std::optional<asio::ip::tcp::socket> socket_in_network_of(const asio::any_io_executor& executor,
                                                          const std::string& container, int pid);

}  // namespace drydock::instances::docker
