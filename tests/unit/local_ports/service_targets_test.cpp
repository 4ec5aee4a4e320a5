// Which ports of a service are reached, and where its tasks answer.
#include "server/local_ports/service_targets.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/operations/services/service_fixture.hpp"

using namespace drydock;
using namespace drydock::test;
using server::RelayTarget;
using server::ServicePort;

namespace {

std::vector<ServicePort> ports(const DrydockWorld& world) {
  return server::ports_of(world.state, world.state.get(world.service_id("web")));
}

std::vector<RelayTarget> targets(const DrydockWorld& world) {
  return server::targets_of(world.state, world.state.get(world.service_id("web")), ports(world).at(0));
}

Json mapping(int port, const char* protocol) { return {{"containerPort", port}, {"protocol", protocol}}; }

}  // namespace

TEST_CASE("A service's ports are the TCP ports that its task definition maps", "[local ports]") {
  ServiceWorld world;
  Json definition = ServiceWorld::definition("web");
  definition["containerDefinitions"][0]["portMappings"] =
      Json::array({mapping(53, "udp"), mapping(80, "tcp"), mapping(443, "tcp")});
  world.ok("RegisterTaskDefinition", definition);
  world.create(ServiceWorld::web());
  const auto found = ports(world);
  REQUIRE(found.size() == 2);
  CHECK(found[0].container == "app");
  CHECK(found[0].container_port == 80);
  CHECK(found[0].wanted == 0);
  CHECK(found[1].container_port == 443);
}

TEST_CASE("A tag or a label asks for a local port", "[local ports]") {
  struct Case {
    const char* tag;
    const char* label;
    int wanted;
    bool mistake;
  };
  const Case cases[] = {{"8080", nullptr, 8080, false},
                        {"80=8081", nullptr, 8081, false},
                        {nullptr, "8082", 8082, false},
                        {"8083", "8084", 8083, false},
                        {"81=8080", nullptr, 0, true},
                        {"x", nullptr, 0, true},
                        {"0", nullptr, 0, true},
                        {"80=70000", nullptr, 0, true},
                        {"443=8443 80=8085", nullptr, 0, true},
                        {nullptr, "80=8086,", 8086, false},
                        {"80=8087 ", nullptr, 8087, false}};
  for (const Case& one : cases) {
    INFO((one.tag == nullptr ? "" : one.tag) << " " << (one.label == nullptr ? "" : one.label));
    ServiceWorld world;
    Json definition = ServiceWorld::definition("web");
    if (one.label != nullptr) {
      definition["containerDefinitions"][0]["dockerLabels"] = {{"drydock.local-port", one.label}};
    }
    world.ok("RegisterTaskDefinition", definition);
    Json request = ServiceWorld::web();
    if (one.tag != nullptr) {
      request["tags"] = Json::array({Json{{"key", "drydock.local-port"}, {"value", one.tag}}});
    }
    world.create(request);
    const auto found = ports(world);
    REQUIRE(found.size() == 1);
    CHECK(found[0].wanted == one.wanted);
    CHECK(found[0].mistake.empty() != one.mistake);
  }
}

TEST_CASE("Targets are the healthy tasks, at their own address or their host port", "[local ports]") {
  ServiceWorld world;
  world.add_instance("eu-west-1a");
  world.create(with(ServiceWorld::web(), {{"desiredCount", 2}}));
  world.settle();
  CHECK(targets(world).empty());
  int host_port = 49153;
  for (const model::TaskId task : world.tasks("web", &model::DeploymentTasks::starting)) {
    model::TaskReport report;
    report.status = model::TaskStatus::kRunning;
    model::ContainerReport& container = report.containers.emplace_back();
    container.name = "app";
    container.status = model::ContainerStatus::kRunning;
    model::NetworkBinding& binding = container.bindings.emplace().emplace_back();
    binding.container_port = 80;
    binding.host_port = host_port++;
    world.edit([&](model::Transaction& tx) { model::apply_report(tx, task, report); });
  }
  CHECK(targets(world) == std::vector<RelayTarget>{{"127.0.0.1", 49153}, {"127.0.0.1", 49154}});
  const model::TaskId first = world.tasks("web", &model::DeploymentTasks::healthy).front();
  world.ok("StopTask", {{"task", model::to_hex(world.state.get(first).uuid)}});
  CHECK(targets(world).size() == 1);
}

TEST_CASE("An awsvpc task is its own target", "[local ports]") {
  ServiceWorld world;
  world.create(ServiceWorld::fargate());
  world.run("web");
  const model::TaskId task = world.tasks("web", &model::DeploymentTasks::healthy).front();
  world.edit([&](model::Transaction& tx) { model::apply_address(tx, task, "172.17.0.9", ""); });
  CHECK(targets(world) == std::vector<RelayTarget>{{"172.17.0.9", 80}});
}
