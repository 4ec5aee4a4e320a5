// The name server over real sockets, and which name servers containers have besides.
#include "server/names/name_server.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <thread>

#include "tests/support/catch.hpp"

using namespace drydock::server;
namespace asio = boost::asio;

namespace {

std::string question(const std::string& label) {
  std::string out("\x12\x34\x01\0\0\x01\0\0\0\0\0\0", 12);
  out.push_back(static_cast<char>(label.size()));
  return out + label + std::string("\0\0\x01\0\x01", 5);
}

Resolved table(std::string_view name, std::uint16_t, std::size_t) {
  Resolved found;
  found.ours = name == "api" || name == "gone";
  found.exists = name == "api";
  if (found.exists) found.records.assign(100, Record{RecordType::kA, 5, "10.0.0.7", "", 0});
  return found;
}

/// Runs the server on a thread of its own as long as it lives.
struct Running {
  Running() : server(io.get_executor(), table) {
    port = server.listen("127.0.0.1", 0).value();
    thread = std::thread([this] { io.run(); });
  }
  ~Running() {
    io.stop();
    thread.join();
  }
  std::string ask(const std::string& packet) const {
    asio::io_context own;
    asio::ip::udp::socket socket(own, asio::ip::udp::v4());
    socket.send_to(asio::buffer(packet), {asio::ip::make_address("127.0.0.1"), port});
    std::string answer(4096, '\0');
    answer.resize(socket.receive(asio::buffer(answer)));
    return answer;
  }

  asio::io_context io;
  NameServer server;
  std::uint16_t port = 0;
  std::thread thread;
};

unsigned outcome(const std::string& answer) { return static_cast<unsigned char>(answer[3]) & 0x0FU; }

}  // namespace

TEST_CASE("Names are answered by UDP, and what does not fit by TCP", "[dns]") {
  const Running running;
  const std::string cut = running.ask(question("api"));
  CHECK(cut.size() <= 512);
  CHECK((static_cast<unsigned char>(cut[2]) & 0x02U) != 0);
  CHECK(outcome(running.ask(question("gone"))) == 3);
  CHECK(outcome(running.ask(question("example"))) == 2);

  asio::io_context own;
  asio::ip::tcp::socket socket(own);
  socket.connect({asio::ip::make_address("127.0.0.1"), running.port});
  for (int i = 0; i < 2; ++i) {
    const std::string packet = question("api");
    asio::write(socket, asio::buffer(std::string{'\0', static_cast<char>(packet.size())} + packet));
    std::string length(2, '\0');
    asio::read(socket, asio::buffer(length));
    std::string answer(static_cast<unsigned char>(length[0]) * 256U + static_cast<unsigned char>(length[1]), '\0');
    asio::read(socket, asio::buffer(answer));
    CHECK((static_cast<unsigned char>(answer[2]) & 0x02U) == 0);
    CHECK(static_cast<unsigned char>(answer[7]) == 100);
  }
  asio::write(socket, asio::buffer(std::string("\0\x03xyz", 5)));
  boost::system::error_code error;
  std::string rest(1, '\0');
  asio::read(socket, asio::buffer(rest), error);
  CHECK(error == asio::error::eof);
}

TEST_CASE("Containers ask the machine's name servers besides, loopback ones excepted", "[dns]") {
  using Servers = std::vector<std::string>;
  CHECK(machine_name_servers("# me\nnameserver 10.0.0.2\nsearch x\nnameserver 10.0.0.3\n", "") ==
        Servers{"10.0.0.2", "10.0.0.3"});
  CHECK(machine_name_servers("nameserver 127.0.0.53\n", "nameserver 192.168.0.1\n") == Servers{"192.168.0.1"});
  CHECK(machine_name_servers("nameserver 127.0.0.1\n", "") == Servers{"8.8.8.8", "8.8.4.4"});
}
