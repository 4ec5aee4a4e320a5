// What task definitions and services ask for in vain is said.
#include "tests/unit/explain/explain_fixture.hpp"

namespace drydock::test {
namespace {

using Codes = std::vector<std::string>;

/// The codes of a definition of one container with these members beside.
Codes codes_with(const Json& members, const Json& container = Json::object()) {
  ServiceWorld world;
  Json body = ServiceWorld::definition("web");
  body.update(members);
  body["containerDefinitions"][0].update(container);
  const Json made = world.ok("RegisterTaskDefinition", body)["taskDefinition"];
  const Json why = explained(world, made["taskDefinitionArn"]);
  CHECK(why["type"] == "task-definition");
  CHECK(why["status"] == "ACTIVE");
  return codes_in(why["reasons"]);
}

TEST_CASE("a task definition that asks for nothing in vain is explained without a reason", "[explain]") {
  CHECK(codes_with(Json::object()).empty());
  CHECK(codes_with({{"cpu", "256"}, {"memory", "512"}}).empty());
  CHECK(codes_with({{"runtimePlatform", {{"operatingSystemFamily", "LINUX"}}}}).empty());
  CHECK(codes_with({{"volumes", {{{"name", "scratch"}}, {{"name", "data"}, {"host", {{"sourcePath", "/data"}}}}}}})
            .empty());
}

TEST_CASE("what has no effect on a Docker engine has a reason each", "[explain]") {
  CHECK(codes_with({{"networkMode", "awsvpc"},
                    {"proxyConfiguration",
                     {{"type", "APPMESH"},
                      {"containerName", "app"},
                      {"properties",
                       {{{"name", "IgnoredUID"}, {"value", "1337"}},
                        {{"name", "ProxyIngressPort"}, {"value", "15000"}},
                        {{"name", "ProxyEgressPort"}, {"value", "15001"}},
                        {{"name", "AppPorts"}, {"value", "80"}},
                        {{"name", "EgressIgnoredIPs"}, {"value", "169.254.170.2"}}}}}}}) ==
        Codes{"PROXY_CONFIGURATION"});
  CHECK(codes_with({{"enableFaultInjection", true}}) == Codes{"FAULT_INJECTION"});
  CHECK(codes_with({{"volumes", {{{"name", "a"}, {"efsVolumeConfiguration", {{"fileSystemId", "fs-1"}}}}}}}) ==
        Codes{"LOCAL_VOLUME"});
  CHECK(codes_with(Json::object(),
                   {{"logConfiguration",
                     {{"logDriver", "splunk"}, {"options", {{"splunk-url", "u"}, {"splunk-token", "t"}}}}}}) ==
        Codes{"LOG_DRIVER"});
  CHECK(codes_with({{"networkMode", "awsvpc"},
                    {"requiresCompatibilities", {"FARGATE"}},
                    {"cpu", "1024"},
                    {"memory", "2048"},
                    {"ephemeralStorage", {{"sizeInGiB", 100}}}}) == Codes{"EPHEMERAL_STORAGE"});
  CHECK(codes_with({{"networkMode", "awsvpc"},
                    {"requiresCompatibilities", {"FARGATE"}},
                    {"cpu", "1024"},
                    {"memory", "2048"},
                    {"runtimePlatform", {{"operatingSystemFamily", "WINDOWS_SERVER_2022_CORE"}}}}) ==
        Codes{"OPERATING_SYSTEM"});
}

TEST_CASE("limits of a task are said to bound each of several containers", "[explain]") {
  ServiceWorld world;
  Json body = ServiceWorld::definition("pair");
  body["memory"] = "512";
  body["containerDefinitions"].push_back({{"name", "side"}, {"image", "side"}, {"memory", 64}});
  const Json made = world.ok("RegisterTaskDefinition", body)["taskDefinition"];
  CHECK(codes(world, made["taskDefinitionArn"]) == Codes{"TASK_LIMITS"});
}

TEST_CASE("a definition is found by family and revision alone, and its status is told", "[explain]") {
  ServiceWorld world;
  const std::string arn =
      world.ok("RegisterTaskDefinition", ServiceWorld::definition("shop"))["taskDefinition"]["taskDefinitionArn"];
  const std::string stem = arn.substr(0, arn.rfind(':'));
  CHECK(explained(world, stem).is_null());
  CHECK(explained(world, stem + ":2").is_null());
  CHECK(explained(world, stem + ":x").is_null());
  world.ok("DeregisterTaskDefinition", {{"taskDefinition", arn}});
  CHECK(explained(world, arn)["status"] == "INACTIVE");
}

TEST_CASE("a service registry that does not exist is said to register nothing", "[explain]") {
  ServiceWorld world;
  Json body = ServiceWorld::definition("named");
  body["networkMode"] = "awsvpc";
  world.ok("RegisterTaskDefinition", body);
  const std::string registry = "arn:aws:servicediscovery:eu-west-1:123456789012:service/srv-none";
  Json service = ServiceWorld::web();
  service["taskDefinition"] = "named";
  service["networkConfiguration"] = {{"awsvpcConfiguration", {{"subnets", {"subnet-1"}}}}};
  service["serviceRegistries"] = Json::array({{{"registryArn", registry}}});
  world.create(service);
  const Json why = explained(world, model::arn_of(world.state, world.state.get(world.service_id("web"))));
  const auto all = codes_in(why["reasons"]);
  CHECK(has(all, "SERVICE_REGISTRY"));
}

TEST_CASE("options that Service Connect's proxy does not have are named", "[explain]") {
  ServiceWorld world;
  Json body = ServiceWorld::definition("api");
  body["containerDefinitions"][0]["portMappings"] = {{{"containerPort", 80}, {"name", "http"}}};
  world.ok("RegisterTaskDefinition", body);
  const auto reasons_with = [&](const char* name, const Json& timeout) {
    Json service = ServiceWorld::web();
    service["serviceName"] = name;
    service["taskDefinition"] = "api";
    Json one = {{"portName", "http"}, {"discoveryName", name}};
    one["clientAliases"] = Json::array({{{"port", 80}, {"dnsName", name}}});
    if (!timeout.is_null()) one["timeout"] = timeout;
    service["serviceConnectConfiguration"] = {
        {"enabled", true}, {"namespace", "room"}, {"services", Json::array({one})}};
    world.create(service);
    return explained(world, model::arn_of(world.state, world.state.get(world.service_id(name))))["reasons"];
  };
  CHECK_FALSE(has(codes_in(reasons_with("plain", {})), "SERVICE_CONNECT_OPTIONS"));
  CHECK_FALSE(has(codes_in(reasons_with("idle", {{"idleTimeoutSeconds", 5}})), "SERVICE_CONNECT_OPTIONS"));
  const Json reasons = reasons_with("timed", {{"perRequestTimeoutSeconds", 5}});
  REQUIRE(has(codes_in(reasons), "SERVICE_CONNECT_OPTIONS"));
  for (const Json& reason : reasons) {
    if (reason["code"] != "SERVICE_CONNECT_OPTIONS") continue;
    CHECK(reason["message"] ==
          "Service Connect's proxy relays TCP, and these have no effect: perRequestTimeoutSeconds.");
  }
}

}  // namespace
}  // namespace drydock::test
