// Relays over real sockets.
#include "server/relay/relay.hpp"

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <future>
#include <set>
#include <thread>

#include "tests/support/catch.hpp"

using namespace drydock::server;
namespace asio = boost::asio;
using tcp = asio::ip::tcp;

namespace {

/// Says its name to everybody, then what it was told, backwards, once the other side has ended.
class Named {
 public:
  explicit Named(std::string name)
      : name_(std::move(name)),
        acceptor_(io_, {asio::ip::make_address("127.0.0.1"), 0}),
        thread_([this] { serve(); }) {}
  ~Named() {
    stopping_ = true;
    asio::io_context own;
    tcp::socket last(own);
    boost::system::error_code ignored;
    last.connect(acceptor_.local_endpoint(), ignored);
    thread_.join();
  }
  [[nodiscard]] RelayTarget target() const { return {"127.0.0.1", acceptor_.local_endpoint().port()}; }

 private:
  void serve() {
    while (true) {
      boost::system::error_code error;
      tcp::socket socket(io_);
      acceptor_.accept(socket, error);
      if (stopping_ || error) return;
      std::string told;
      asio::write(socket, asio::buffer(name_ + "\n"), error);
      asio::read(socket, asio::dynamic_buffer(told), error);
      asio::write(socket, asio::buffer(std::string(told.rbegin(), told.rend())), error);
    }
  }

  std::string name_;
  std::atomic<bool> stopping_ = false;
  asio::io_context io_;
  tcp::acceptor acceptor_;
  std::thread thread_;
};

struct Running {
  Running() : relay(io.get_executor()) {
    port = relay.listen("127.0.0.1", 0).value();
    thread = std::thread([this] {
      const auto guard = asio::make_work_guard(io);
      io.run();
    });
  }
  ~Running() {
    io.stop();
    thread.join();
  }
  void set(std::vector<RelayTarget> targets) {
    std::promise<void> done;
    asio::post(io, [&] {
      relay.set_targets(std::move(targets));
      done.set_value();
    });
    done.get_future().wait();
  }
  /// What comes back: the name of who answered, and the rest.
  [[nodiscard]] std::string say(const std::string& text) const {
    asio::io_context own;
    tcp::socket socket(own);
    boost::system::error_code error;
    socket.connect({asio::ip::make_address("127.0.0.1"), port}, error);
    if (error) return error.message();
    asio::write(socket, asio::buffer(text), error);
    socket.shutdown(tcp::socket::shutdown_send, error);
    std::string answer;
    asio::read(socket, asio::dynamic_buffer(answer), error);
    return answer;
  }

  asio::io_context io;
  Relay relay;
  std::uint16_t port = 0;
  std::thread thread;
};

}  // namespace

TEST_CASE("Connections go to the targets in turn, in both directions, with their ends", "[relay]") {
  const Named red("red");
  const Named blue("blue");
  Running running;
  CHECK(running.say("abc").empty());
  running.set({red.target(), blue.target()});
  std::multiset<std::string> answers;
  for (int i = 0; i < 4; ++i) answers.insert(running.say("abc"));
  CHECK(answers == std::multiset<std::string>{"blue\ncba", "blue\ncba", "red\ncba", "red\ncba"});
  const std::string large(3'000'000, 'x');
  CHECK(running.say(large).size() > large.size());
}

TEST_CASE("A target that cannot be reached is skipped", "[relay]") {
  const Named red("red");
  RelayTarget nobody{"127.0.0.1", 0};
  {
    asio::io_context own;
    const tcp::acceptor closed(own, {asio::ip::make_address("127.0.0.1"), 0});
    nobody.port = closed.local_endpoint().port();
  }
  Running running;
  running.set({nobody, red.target()});
  for (int i = 0; i < 3; ++i) CHECK(running.say("1") == "red\n1");
  running.set({nobody});
  CHECK(running.say("1").empty());
}

TEST_CASE("A port that is taken is refused with its reason", "[relay]") {
  Running running;
  asio::io_context own;
  Relay second(own.get_executor());
  const auto refused = second.listen("127.0.0.1", running.port);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().starts_with("port " + std::to_string(running.port) + " of 127.0.0.1: "));
}

TEST_CASE("A connection that is silent for too long is closed", "[relay]") {
  const Named red("red");
  Running running;
  running.set({red.target()});
  std::promise<void> done;
  asio::post(running.io, [&] {
    running.relay.set_idle(std::chrono::seconds(1));
    done.set_value();
  });
  done.get_future().wait();
  asio::io_context own;
  tcp::socket silent(own);
  silent.connect({asio::ip::make_address("127.0.0.1"), running.port});
  std::string heard;
  boost::system::error_code error;
  // Ends when the relay closes it: what was told has no end, so that the target would wait for ever.
  asio::read(silent, asio::dynamic_buffer(heard), error);
  CHECK(heard == "red\n");
  CHECK(error == asio::error::eof);
  CHECK(running.say("1") == "red\n1");
}
