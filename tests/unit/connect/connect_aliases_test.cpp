// Which aliases Service Connect has in force, and the tasks behind them (spec/service-discovery.md section 3).
#include "server/connect/connect_aliases.hpp"

#include "server/names/name_table.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/operations/services/service_fixture.hpp"

using namespace drydock;
using namespace drydock::test;
using server::ConnectAlias;
using server::RelayTarget;

namespace {

Json alias(int port, const char* name) { return {{"port", port}, {"dnsName", name}}; }

Json connect(const Json& endpoint) {
  return {{"enabled", true}, {"namespace", "shop"}, {"services", Json::array({endpoint})}};
}

Json endpoint(const Json& more = Json::object()) { return with({{"portName", "http"}}, more); }

struct ConnectWorld : ServiceWorld {
  ConnectWorld() { add_instance("eu-west-1a"); }

  void serve(const std::string& name, const Json& one, const Json& more = Json::object()) {
    create(
        with(ServiceWorld::web(), with({{"serviceName", name}, {"serviceConnectConfiguration", connect(one)}}, more)));
  }

  [[nodiscard]] std::vector<ConnectAlias> aliases() const { return server::connect_aliases(state); }

  /// All starting tasks of the service run, each at a host port of its own, on a machine at 10.0.0.1.
  void start(const std::string& name, int host_port) {
    settle();
    for (const model::TaskId task : tasks(name, &model::DeploymentTasks::starting)) {
      model::TaskReport report;
      report.status = model::TaskStatus::kRunning;
      model::ContainerReport& container = report.containers.emplace_back();
      container.name = "app";
      container.status = model::ContainerStatus::kRunning;
      model::NetworkBinding& binding = container.bindings.emplace().emplace_back();
      binding.container_port = 80;
      binding.host_port = host_port++;
      edit([&](model::Transaction& tx) {
        model::apply_report(tx, task, report);
        model::apply_address(tx, task, "10.0.0.1", "");
      });
    }
  }
};

}  // namespace

TEST_CASE("Client aliases have the name, port and patience that the endpoint gives them", "[connect]") {
  struct Case {
    Json endpoint;
    const char* name;
    int port;
    int idle;
  };
  const Json aliased = Json::array({alias(8080, "Backend")});
  const Case cases[] = {
      {endpoint({{"clientAliases", aliased}}), "backend", 8080, 3600},
      {endpoint({{"clientAliases", Json::array({{{"port", 81}}})}}), "http.shop", 81, 3600},
      {endpoint({{"discoveryName", "orders"}, {"clientAliases", Json::array({{{"port", 81}}})}}), "orders.shop", 81,
       3600},
      {endpoint(), "http.shop", 80, 3600},
      {endpoint({{"clientAliases", aliased}, {"timeout", {{"idleTimeoutSeconds", 7}}}}), "backend", 8080, 7},
      {endpoint({{"clientAliases", aliased}, {"timeout", {{"idleTimeoutSeconds", 0}}}}), "backend", 8080, 0},
  };
  for (const Case& one : cases) {
    INFO(one.endpoint.dump());
    ConnectWorld world;
    world.serve("web", one.endpoint);
    const auto found = world.aliases();
    REQUIRE(found.size() == 1);
    CHECK(found[0].name == one.name);
    CHECK(found[0].port == one.port);
    CHECK(found[0].idle == std::chrono::seconds(one.idle));
    CHECK(found[0].service == world.service_id("web"));
  }
}

TEST_CASE("An endpoint that speaks HTTP is silent for five minutes at most", "[connect]") {
  ConnectWorld world;
  Json definition = ServiceWorld::definition("web");
  definition["containerDefinitions"][0]["portMappings"][0]["appProtocol"] = "http";
  world.ok("RegisterTaskDefinition", definition);
  world.serve("web", endpoint());
  CHECK(world.aliases().at(0).idle == std::chrono::seconds(300));
}

TEST_CASE("Of two aliases with one name and port the older service's counts, and other ports are other aliases",
          "[connect]") {
  ConnectWorld world;
  world.serve("one", endpoint({{"discoveryName", "one"}, {"clientAliases", Json::array({alias(80, "api")})}}));
  world.serve("two", endpoint({{"discoveryName", "two"}, {"clientAliases", Json::array({alias(81, "api")})}}));
  REQUIRE(world.aliases().size() == 2);
  world.ok("DeleteService", {{"service", "one"}, {"force", true}});
  world.settle();
  REQUIRE(world.aliases().size() == 1);
  CHECK(world.aliases()[0].port == 81);
}

TEST_CASE("Behind an alias are the tasks that serve, at the ports that they have", "[connect]") {
  ConnectWorld world;
  world.serve("web", endpoint({{"clientAliases", Json::array({alias(8080, "backend")})}}), {{"desiredCount", 2}});
  const auto targets = [&] { return server::connect_targets(world.state, world.aliases().at(0).endpoint); };
  CHECK(targets().empty());
  world.start("web", 49153);
  CHECK(targets() == std::vector<RelayTarget>{{"10.0.0.1", 49153}, {"10.0.0.1", 49154}});
  const model::TaskId first = world.tasks("web", &model::DeploymentTasks::healthy).front();
  world.ok("StopTask", {{"task", model::to_hex(world.state.get(first).uuid)}});
  CHECK(targets().size() == 1);
}

TEST_CASE("Fixed host ports are those of tasks and of services that are to start some", "[connect]") {
  struct Case {
    const char* mode;
    Json mapping;
    std::set<int> ports;
  };
  const Case cases[] = {
      {"bridge", {{"containerPort", 80}, {"hostPort", 8080}}, {8080}},
      {"bridge", {{"containerPort", 80}}, {}},
      {"bridge", {{"containerPort", 80}, {"hostPort", 0}}, {}},
      {"bridge", {{"containerPort", 80}, {"hostPort", 8080}, {"protocol", "udp"}}, {}},
      {"host", {{"containerPort", 80}}, {80}},
      {"awsvpc", {{"containerPort", 80}}, {}},
  };
  for (const Case& one : cases) {
    INFO(one.mode << " " << one.mapping.dump());
    for (const bool by_service : {true, false}) {
      ConnectWorld world;
      Json definition = with(ServiceWorld::definition("fixed"), {{"networkMode", one.mode}});
      definition["containerDefinitions"][0]["portMappings"] = Json::array({one.mapping});
      world.ok("RegisterTaskDefinition", definition);
      Json request = {{"taskDefinition", "fixed"}};
      if (std::string(one.mode) == "awsvpc") request["networkConfiguration"] = ServiceWorld::network();
      if (by_service) {
        world.create(with(request, {{"serviceName", "fixed"}, {"desiredCount", 1}}));
        CHECK(server::fixed_host_ports(world.state) == one.ports);
        world.ok("DeleteService", {{"service", "fixed"}, {"force", true}});
        world.settle();
        CHECK(server::fixed_host_ports(world.state).empty());
        continue;
      }
      const std::string arn = world.ok("RunTask", request)["tasks"][0]["taskArn"];
      CHECK(server::fixed_host_ports(world.state) == one.ports);
      const auto uuid = model::parse_uuid(arn.substr(arn.rfind('/') + 1));
      world.report(world.state.task_with(*uuid)->id, model::TaskStatus::kStopped, 0);
      CHECK(server::fixed_host_ports(world.state).empty());
    }
  }
}

TEST_CASE("A name with a proxy is answered with the proxy's address, others with the tasks'", "[connect]") {
  ConnectWorld world;
  world.serve("web", endpoint({{"clientAliases", Json::array({alias(8080, "backend")})}}));
  world.start("web", 49153);
  server::ConnectWay way;
  const auto ask = [&](server::RecordType type) {
    return server::resolve(world.state, "backend", static_cast<std::uint16_t>(type), 0,
                           [&](std::string_view) { return way; });
  };
  auto found = ask(server::RecordType::kA);
  REQUIRE(found.records.size() == 1);
  CHECK(found.records[0].address == "10.0.0.1");
  CHECK(found.records[0].ttl > 0);
  way.pending = true;
  CHECK(ask(server::RecordType::kA).records.at(0).ttl == 0);
  way.address = "169.254.176.1";
  found = ask(server::RecordType::kA);
  REQUIRE(found.records.size() == 1);
  CHECK(found.records[0].address == "169.254.176.1");
  CHECK(ask(server::RecordType::kAaaa).exists);
  CHECK(ask(server::RecordType::kAaaa).records.empty());
}
