// Proxies over real sockets, at addresses of the loopback.
#include "server/connect/connect_proxies.hpp"

#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include "model/task_transitions.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/operations/services/service_fixture.hpp"

using namespace drydock;
using namespace drydock::test;
using server::ConnectProxies;
using server::ProxyAddress;
namespace asio = boost::asio;
using tcp = asio::ip::tcp;

namespace {

/// A port that nobody has now.
int free_port(const char* address) {
  asio::io_context io;
  const tcp::acceptor probe(io, {asio::ip::make_address(address), 0});
  return probe.local_endpoint().port();
}

struct ProxyWorld : ServiceWorld {
  ProxyWorld() {
    add_instance("eu-west-1a");
    server::ProxyAddresses book;
    book.want = [this](const std::set<std::string>& names) { wanted = names; };
    book.of = [this](const std::string& name) {
      const auto known = addresses.find(name);
      return known == addresses.end() ? ProxyAddress{} : known->second;
    };
    auto soon = [this](std::function<void()> then) { work.push_back(std::move(then)); };
    proxies = std::make_unique<ConnectProxies>(state, std::move(book), io.get_executor(), soon);
  }

  void serve(const std::string& name, int port, const Json& more = Json::object()) {
    const Json alias = {{"port", port}, {"dnsName", name}};
    const Json endpoint = {{"portName", "http"}, {"discoveryName", name}, {"clientAliases", Json::array({alias})}};
    create(with(ServiceWorld::web(),
                with({{"serviceName", name},
                      {"serviceConnectConfiguration",
                       {{"enabled", true}, {"namespace", "shop"}, {"services", Json::array({endpoint})}}}},
                     more)));
    follow();
  }

  /// What a commit, or another address, brings.
  void follow() {
    proxies->addresses_changed();
    while (!work.empty()) {
      const auto now = std::exchange(work, {});
      for (const auto& one : now) one();
    }
    io.restart();
    io.poll();
  }

  std::set<std::string> wanted;
  std::map<std::string, ProxyAddress> addresses;
  std::vector<std::function<void()>> work;
  asio::io_context io;
  std::unique_ptr<ConnectProxies> proxies;
};

bool listens(const std::string& address, int port) {
  asio::io_context io;
  tcp::socket socket(io);
  boost::system::error_code error;
  socket.connect({asio::ip::make_address(address), static_cast<std::uint16_t>(port)}, error);
  return !error;
}

}  // namespace

TEST_CASE("A name is pending until it has an address, and then its proxy listens there", "[connect]") {
  ProxyWorld world;
  const int port = free_port("127.0.0.2");
  world.serve("backend", port);
  CHECK(world.wanted.empty());
  world.proxies->start();
  world.follow();
  CHECK(world.wanted == std::set<std::string>{"backend"});
  CHECK(world.proxies->way_of("backend").pending);
  CHECK(world.proxies->way_of("backend").address.empty());
  world.addresses["backend"] = {"127.0.0.2", ""};
  world.follow();
  CHECK(world.proxies->way_of("backend").address == "127.0.0.2");
  CHECK_FALSE(world.proxies->way_of("backend").pending);
  CHECK(listens("127.0.0.2", port));
  world.ok("DeleteService", {{"service", "backend"}, {"force", true}});
  world.settle();
  world.follow();
  CHECK(world.wanted.empty());
  CHECK(world.proxies->way_of("backend").address.empty());
  CHECK_FALSE(listens("127.0.0.2", port));
}

TEST_CASE("Two aliases may have the same port, at addresses of their own", "[connect]") {
  ProxyWorld world;
  const int port = free_port("127.0.0.2");
  world.addresses["one"] = {"127.0.0.2", ""};
  world.addresses["two"] = {"127.0.0.3", ""};
  world.proxies->start();
  world.serve("one", port);
  world.serve("two", port);
  CHECK(world.proxies->way_of("one").address == "127.0.0.2");
  CHECK(world.proxies->way_of("two").address == "127.0.0.3");
}

TEST_CASE("A proxy gives way to a task that publishes its port, and comes back", "[connect]") {
  ProxyWorld world;
  const int port = free_port("127.0.0.2");
  world.addresses["backend"] = {"127.0.0.2", ""};
  world.proxies->start();
  world.serve("backend", port);
  REQUIRE(listens("127.0.0.2", port));
  Json definition = ServiceWorld::definition("fixed");
  definition["containerDefinitions"][0]["portMappings"][0]["hostPort"] = port;
  world.ok("RegisterTaskDefinition", definition);
  world.create(with(ServiceWorld::web(), {{"serviceName", "fixed"}, {"taskDefinition", "fixed"}}));
  world.follow();
  CHECK_FALSE(listens("127.0.0.2", port));
  CHECK(world.proxies->way_of("backend").address.empty());
  world.ok("DeleteService", {{"service", "fixed"}, {"force", true}});
  world.settle();
  world.follow();
  CHECK(listens("127.0.0.2", port));
  CHECK(world.proxies->way_of("backend").address == "127.0.0.2");
}

TEST_CASE("Without a proxy the reason is told, unless the tasks answer at the alias' port anyway", "[connect]") {
  for (const bool same_port : {false, true}) {
    ProxyWorld world;
    asio::io_context io;
    const tcp::acceptor other(io, {asio::ip::make_address("127.0.0.2"), 0});
    const int port = other.local_endpoint().port();
    world.addresses["backend"] = {"127.0.0.2", ""};
    world.proxies->start();
    world.serve("backend", port);
    world.settle();
    const model::TaskId task = world.tasks("backend", &model::DeploymentTasks::starting).front();
    model::TaskReport report;
    report.status = model::TaskStatus::kRunning;
    model::ContainerReport& container = report.containers.emplace_back();
    container.name = "app";
    container.status = model::ContainerStatus::kRunning;
    model::NetworkBinding& binding = container.bindings.emplace().emplace_back();
    binding.container_port = 80;
    binding.host_port = same_port ? port : port + 1;
    world.edit([&](model::Transaction& tx) {
      model::apply_report(tx, task, report);
      model::apply_address(tx, task, "10.0.0.1", "");
    });
    world.follow();
    const model::Service& service = world.state.get(world.service_id("backend"));
    const auto reasons = world.proxies->reasons_of(service, world.clock.now());
    const auto way = world.proxies->way_of("backend");
    CHECK(way.address.empty());
    CHECK_FALSE(way.pending);
    if (same_port) {
      CHECK(reasons.empty());
      CHECK(way.problem.empty());
      continue;
    }
    REQUIRE(reasons.size() == 1);
    CHECK(reasons[0].code == "SERVICE_CONNECT_DIRECT");
    CHECK(reasons[0].message.starts_with(
        "No proxy stands between clients and the tasks at backend:" + std::to_string(port) + ": cannot have port " +
        std::to_string(port) + " of 127.0.0.2: "));
    CHECK(way.problem.starts_with("cannot have port"));
  }
}

TEST_CASE("What keeps a name from its address is told", "[connect]") {
  ProxyWorld world;
  world.addresses["backend"] = {"", "the engine does not answer"};
  world.proxies->start();
  Json definition = ServiceWorld::definition("web");
  definition["containerDefinitions"][0]["portMappings"][0]["hostPort"] = 8081;
  world.ok("RegisterTaskDefinition", definition);
  world.serve("backend", 8080);
  world.run("backend");
  world.follow();
  const auto way = world.proxies->way_of("backend");
  CHECK_FALSE(way.pending);
  CHECK(way.address.empty());
}
