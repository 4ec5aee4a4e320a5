#include "instances/docker/port_probe.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "tests/support/catch.hpp"

using namespace drydock::instances;
using namespace drydock::instances::docker;

TEST_CASE("A row of free ports leaves out the ones in use and stays inside its range") {
  namespace ip = boost::asio::ip;
  boost::asio::io_context io;
  const ip::tcp::acceptor taken(io, ip::tcp::endpoint(ip::tcp::v4(), 0));
  const int port = taken.local_endpoint().port();
  CHECK_FALSE(free_port_row(1, "tcp", {port, port}, port));
  CHECK_FALSE(free_port_row(3, "tcp", {port - 1, port + 1}, port));
  const auto row = free_port_row(3, "tcp", {port - 20, port + 200}, port - 1);
  REQUIRE(row);
  CHECK((*row > port || *row + 2 < port));
  CHECK(*row >= port - 20);
  CHECK(*row + 2 <= port + 200);
}
