#include "instances/docker/port_probe.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>

namespace drydock::instances::docker {

namespace {

template <class Protocol>
bool is_free(boost::asio::io_context& io, int port) {
  typename Protocol::socket socket(io);
  boost::system::error_code error;
  socket.open(Protocol::v4(), error);
  if (error) return false;
  socket.bind({Protocol::v4(), static_cast<std::uint16_t>(port)}, error);
  return !error;
}

}  // namespace

std::optional<int> free_port_row(int count, const std::string& protocol, PortRange within, int from) {
  namespace ip = boost::asio::ip;
  boost::asio::io_context io;
  if (from < within.first || from > within.last) from = within.first;
  const int ports = within.last - within.first + 1;
  int row = 0;
  // Once around; a row does not wrap from the last port to the first.
  for (int step = 0; step < ports + count; ++step) {
    const int port = within.first + (from - within.first + step) % ports;
    if (port == within.first) row = 0;
    const bool free = protocol == "udp" ? is_free<ip::udp>(io, port) : is_free<ip::tcp>(io, port);
    row = free ? row + 1 : 0;
    if (row == count) return port - count + 1;
  }
  return std::nullopt;
}

}  // namespace drydock::instances::docker
