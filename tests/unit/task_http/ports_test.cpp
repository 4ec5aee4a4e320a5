#include "server/task_http/ports.hpp"

#include "tests/support/catch.hpp"

using drydock::task_http::own_port;
using drydock::task_http::Ports;
namespace http = drydock::http;

TEST_CASE("A Drydock's own port follows from its id, below those that the system gives away", "[task_http]") {
  // Containers that run over an update were told these.
  CHECK(own_port("drydock") == 22217);
  CHECK(own_port("") == 28261);
  for (int i = 0; i < 1000; ++i) {
    const auto port = own_port(std::to_string(i));
    CHECK(port >= 21000);
    CHECK(port < 30000);
  }
}

TEST_CASE("One Drydock of a machine has port 80, the others a port of their own", "[task_http]") {
  boost::asio::io_context io;
  const std::string address = "127.0.0.80";
  const auto nobody = [](http::Request&&, const http::ReplyFn&) {};
  Ports first(io, "ports_test first", nobody);
  Ports other(io, "ports_test other", nobody);
  Ports same(io, "ports_test first", nobody);
  const auto told = first.listen(address);
  REQUIRE(told);
  CHECK((*told == 80 || *told == own_port("ports_test first")));  // without the rights for port 80
  CHECK(other.listen(address) == own_port("ports_test other"));
  CHECK_FALSE(same.listen(address));
  if (*told == 80) CHECK(first.leave_usual() == own_port("ports_test first"));
}
