// Tasks of ECS services as instances of Cloud Map services (spec/service-discovery.md sections 2 and 3).
#include "server/names/name_table.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/drydock_world.hpp"
#include "tests/support/index_text.hpp"
#include "tests/unit/operations/services/service_fixture.hpp"

using namespace drydock;
using namespace drydock::test;

namespace {

struct EcsWorld : ServiceWorld {
  EcsWorld() { add_instance("eu-west-1a"); }

  Json map(const std::string& operation, const Json& body) { return ok("servicediscovery:" + operation, body); }

  /// ARN of a new Cloud Map service `api` of the private namespace `internal`.
  std::string registry_for(const Json& records, const Json& more = Json::object()) {
    map("CreatePrivateDnsNamespace", {{"Name", "internal"}, {"Vpc", "vpc-1"}});
    const std::string room = map("ListNamespaces", Json::object())["Namespaces"][0]["Id"];
    const Json body = {{"Name", "api"}, {"NamespaceId", room}, {"DnsConfig", {{"DnsRecords", records}}}};
    return map("CreateService", with(body, more))["Service"]["Arn"];
  }

  Json instances(const std::string& service = "api", const std::string& room = "internal") {
    const Json body = {{"NamespaceName", room}, {"ServiceName", service}, {"HealthStatus", "ALL"}};
    return map("DiscoverInstances", body)["Instances"];
  }

  std::vector<std::string> addresses(std::string_view name, server::RecordType type = server::RecordType::kA) {
    std::vector<std::string> found;
    for (const auto& record : server::resolve(state, name, static_cast<std::uint16_t>(type), 0).records) {
      found.push_back(record.address.empty() ? record.target + ":" + std::to_string(record.port) : record.address);
    }
    return found;
  }

  void give_address(model::TaskId task, const std::string& ipv4) {
    edit([&](model::Transaction& tx) { model::apply_address(tx, task, ipv4, "02:42:ac:11:00:02"); });
  }

  void check_stored() const {
    CHECK(rows() == stored);
    CHECK(indexes_after_restart(stored) == indexes_of(state));
  }
};

Json record(const char* type) { return {{"Type", type}, {"TTL", 10}}; }

}  // namespace

TEST_CASE("An awsvpc task is an instance with its own address from RUNNING until it shall stop", "[discovery]") {
  EcsWorld world;
  const std::string arn = world.registry_for(Json::array({record("A")}));
  world.create(with(ServiceWorld::fargate(), {{"serviceRegistries", Json::array({Json{{"registryArn", arn}}})}}));
  CHECK(world.instances().empty());
  world.run("web");
  Json instances = world.instances();
  REQUIRE(instances.size() == 1);
  const model::TaskId task = world.tasks("web", &model::DeploymentTasks::healthy).front();
  CHECK(instances[0]["InstanceId"] == model::to_hex(world.state.get(task).uuid));
  Json attributes = instances[0]["Attributes"];
  CHECK(attributes["ECS_CLUSTER_NAME"] == "default");
  CHECK(attributes["ECS_SERVICE_NAME"] == "web");
  CHECK(attributes["ECS_TASK_DEFINITION_FAMILY"] == "fargate");
  CHECK(attributes["REGION"] == "eu-west-1");
  CHECK_FALSE(attributes.contains("AWS_INSTANCE_PORT"));
  CHECK_FALSE(attributes.contains("EC2_INSTANCE_ID"));
  const Json shown = world.ok("DescribeTasks", {{"tasks", {model::to_hex(world.state.get(task).uuid)}}})["tasks"][0];
  CHECK(attributes["AWS_INSTANCE_IPV4"] == shown["containers"][0]["networkInterfaces"][0]["privateIpv4Address"]);

  world.give_address(task, "172.17.0.5");
  CHECK(world.instances()[0]["Attributes"]["AWS_INSTANCE_IPV4"] == "172.17.0.5");
  CHECK(world.addresses("api.internal") == std::vector<std::string>{"172.17.0.5"});
  CHECK(world.addresses("other.internal").empty());
  CHECK(server::resolve(world.state, "other.internal", 1, 0).ours);
  CHECK_FALSE(server::resolve(world.state, "example.com", 1, 0).ours);
  world.check_stored();

  world.ok("StopTask", {{"task", model::to_hex(world.state.get(task).uuid)}});
  CHECK(world.state.get(task).last_status == model::TaskStatus::kRunning);
  CHECK(world.instances().empty());
  world.check_stored();
}

TEST_CASE("A bridge task is an instance with the port that it publishes", "[discovery]") {
  EcsWorld world;
  const std::string arn = world.registry_for(Json::array({record("SRV")}));
  const Json registry = {{"registryArn", arn}, {"containerName", "app"}, {"containerPort", 80}};
  world.create(with(ServiceWorld::web(), {{"serviceRegistries", Json::array({registry})}}));
  world.settle();
  const model::TaskId task = world.tasks("web", &model::DeploymentTasks::starting).front();
  world.edit([&](model::Transaction& tx) {
    tx.update(world.state.get(task).instance,
              [](model::ContainerInstance& e) { e.ec2_instance_id = "i-0123456789abcdef0"; });
  });
  world.give_address(task, "172.17.0.1");
  model::TaskReport report;
  report.status = model::TaskStatus::kRunning;
  model::ContainerReport& container = report.containers.emplace_back();
  container.name = "app";
  container.status = model::ContainerStatus::kRunning;
  model::NetworkBinding& binding = container.bindings.emplace().emplace_back();
  binding.container_port = 80;
  binding.host_port = 49153;
  world.edit([&](model::Transaction& tx) { model::apply_report(tx, task, report); });
  const Json instances = world.instances();
  REQUIRE(instances.size() == 1);
  CHECK(instances[0]["Attributes"]["AWS_INSTANCE_IPV4"] == "172.17.0.1");
  CHECK(instances[0]["Attributes"]["AWS_INSTANCE_PORT"] == "49153");
  CHECK(instances[0]["Attributes"]["EC2_INSTANCE_ID"] == "i-0123456789abcdef0");
  const std::string host = model::to_hex(world.state.get(task).uuid) + ".api.internal";
  CHECK(world.addresses("api.internal", server::RecordType::kSrv) == std::vector<std::string>{host + ":49153"});
  CHECK(world.addresses("api.internal").empty());
  CHECK(world.addresses(host) == std::vector<std::string>{"172.17.0.1"});
  world.check_stored();
}

TEST_CASE("Custom health follows the containers' health checks", "[discovery]") {
  EcsWorld world;
  const std::string arn =
      world.registry_for(Json::array({record("A")}), {{"HealthCheckCustomConfig", {{"FailureThreshold", 1}}}});
  Json definition = with(ServiceWorld::definition("checked"), {{"networkMode", "awsvpc"}});
  definition["containerDefinitions"][0]["healthCheck"] = {{"command", {"CMD", "true"}}};
  world.ok("RegisterTaskDefinition", definition);
  world.create(with(ServiceWorld::web(), {{"taskDefinition", "checked"},
                                          {"networkConfiguration", ServiceWorld::network()},
                                          {"serviceRegistries", Json::array({Json{{"registryArn", arn}}})}}));
  world.settle();
  const model::TaskId task = world.tasks("web", &model::DeploymentTasks::starting).front();
  world.report(task, model::TaskStatus::kRunning);
  CHECK(world.instances()[0]["HealthStatus"] == "UNHEALTHY");
  const auto health = [&](model::Health to) {
    world.edit([&](model::Transaction& tx) { model::apply_health(tx, task, "app", to); });
  };
  health(model::Health::kHealthy);
  CHECK(world.instances()[0]["HealthStatus"] == "HEALTHY");
  health(model::Health::kUnhealthy);
  CHECK(world.instances()[0]["HealthStatus"] == "UNHEALTHY");
  // With nobody who is healthy, DNS answers with those that there are.
  CHECK(world.addresses("api.internal").size() == 1);
  world.check_stored();
}

TEST_CASE("Service Connect makes a namespace and a service for each endpoint", "[discovery]") {
  EcsWorld world;
  Json definition = with(ServiceWorld::definition("connected"), {{"networkMode", "awsvpc"}});
  world.ok("RegisterTaskDefinition", definition);
  const Json alias = {{"port", 80}, {"dnsName", "backend"}};
  const Json endpoint = {{"portName", "http"}, {"discoveryName", "orders"}, {"clientAliases", Json::array({alias})}};
  const Json connect = {{"enabled", true}, {"namespace", "shop"}, {"services", Json::array({endpoint})}};
  const Json service = world.create(with(ServiceWorld::web(), {{"taskDefinition", "connected"},
                                                               {"networkConfiguration", ServiceWorld::network()},
                                                               {"serviceConnectConfiguration", connect}}));
  const Json resources = service["deployments"][0]["serviceConnectResources"];
  REQUIRE(resources.size() == 1);
  CHECK(resources[0]["discoveryName"] == "orders");
  const Json rooms = world.map("ListNamespaces", Json::object())["Namespaces"];
  REQUIRE(rooms.size() == 1);
  CHECK(rooms[0]["Name"] == "shop");
  CHECK(rooms[0]["Type"] == "HTTP");
  CHECK(world.map("ListServices", Json::object())["Services"][0]["Arn"] == resources[0]["discoveryArn"]);
  CHECK(world.ok("ListServicesByNamespace", {{"namespace", rooms[0]["Arn"]}})["serviceArns"] ==
        Json::array({service["serviceArn"]}));
  CHECK(world.ok("ListServicesByNamespace", {{"namespace", "shop"}})["serviceArns"].size() == 1);
  CHECK(server::resolve(world.state, "backend", 1, 0).exists);
  CHECK(world.addresses("backend").empty());
  world.run("web");
  const Json instances = world.instances("orders", "shop");
  REQUIRE(instances.size() == 1);
  CHECK(instances[0]["Attributes"]["AWS_INSTANCE_PORT"] == "80");
  CHECK(world.addresses("backend") ==
        std::vector<std::string>{instances[0]["Attributes"]["AWS_INSTANCE_IPV4"].get<std::string>()});
  const auto names = server::known_names(world.state);
  REQUIRE(names.size() == 1);
  CHECK(names[0].name == "backend");
  CHECK(names[0].port == 80);
  world.ok("UpdateService", {{"service", "web"}, {"desiredCount", 0}});
  world.run("web");
  CHECK(world.instances("orders", "shop").empty());
  world.check_stored();
}
