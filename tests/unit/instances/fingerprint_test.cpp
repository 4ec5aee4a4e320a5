#include "instances/fingerprint.hpp"

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/support/catch.hpp"

using namespace drydock;
using namespace drydock::instances;

namespace {

InstanceIdentity identity() {
  InstanceIdentity out;
  out.instance_id = "i-0123456789abcdef0";
  out.instance_type = "m5.large";
  out.region = "us-east-1";
  out.availability_zone = "us-east-1a";
  return out;
}

MachineFacts machine() {
  MachineFacts out;
  out.cpus = 2;
  out.memory_mib = 7800;
  out.architecture = "x86_64";
  out.docker_version = "20.10.24";
  out.log_drivers = {"json-file", "syslog", "fluentd"};
  return out;
}

std::map<std::string, std::string> attributes(const api::RegisterContainerInstanceRequest& request) {
  std::map<std::string, std::string> out;
  for (const auto& attribute : *request.attributes) out[*attribute.name] = attribute.value.value_or("");
  return out;
}

}  // namespace

TEST_CASE("An instance registers CPU, memory without the reserved part, and the reserved ports") {
  AgentConfig config;
  config.reserved_memory_mib = 300;
  config.reserved_ports = {22, 80};
  config.reserved_ports_udp = {53};
  const auto request = make_registration(identity(), machine(), config, "");
  REQUIRE(request.totalResources->size() == 4);
  const auto& resources = *request.totalResources;
  CHECK(resources[0].name == "CPU");
  CHECK(resources[0].integerValue == 2048);
  CHECK(resources[1].name == "MEMORY");
  CHECK(resources[1].integerValue == 7500);
  CHECK(resources[2].stringSetValue == std::vector<std::string>{"22", "80"});
  CHECK(resources[3].name == "PORTS_UDP");
  CHECK(resources[3].stringSetValue == std::vector<std::string>{"53"});
  CHECK_FALSE(request.containerInstanceArn);
  CHECK(request.versionInfo->dockerVersion == "DockerVersion: 20.10.24");
}

TEST_CASE("A machine with a size of its own registers that, not its processors") {
  MachineFacts small = machine();
  small.cpu_units = 512;
  small.memory_mib = 900;
  const auto request = make_registration(identity(), small, AgentConfig{}, "");
  const auto& resources = *request.totalResources;
  CHECK(resources[0].integerValue == 512);
  CHECK(resources[1].integerValue == 900);
}

TEST_CASE("GPUs are registered as devices") {
  CHECK_FALSE(make_registration(identity(), machine(), {}, "").platformDevices);
  MachineFacts facts = machine();
  facts.gpus = {"GPU-1", "GPU-2"};
  const auto request = make_registration(identity(), facts, {}, "");
  REQUIRE(request.platformDevices);
  REQUIRE(request.platformDevices->size() == 2);
  CHECK((*request.platformDevices)[1].id == "GPU-2");
  CHECK((*request.platformDevices)[1].type == "GPU");
}

TEST_CASE("An instance has the attributes of a recent agent, and its own") {
  AgentConfig config;
  config.attributes = {{"rack", "r1"}};
  const auto found = attributes(make_registration(identity(), machine(), config, "arn:known"));
  CHECK(found.at("ecs.os-type") == "linux");
  CHECK(found.at("ecs.os-family") == "LINUX");
  CHECK(found.at("ecs.cpu-architecture") == "x86_64");
  CHECK(found.at("ecs.instance-type") == "m5.large");
  CHECK(found.at("rack") == "r1");
  for (const char* name :
       {"com.amazonaws.ecs.capability.docker-remote-api.1.18", "com.amazonaws.ecs.capability.docker-remote-api.1.32",
        "com.amazonaws.ecs.capability.logging-driver.json-file", "com.amazonaws.ecs.capability.logging-driver.awslogs",
        "com.amazonaws.ecs.capability.privileged-container", "com.amazonaws.ecs.capability.task-iam-role",
        "ecs.capability.task-eni", "ecs.capability.container-ordering", "ecs.capability.container-health-check"})
    CHECK(found.contains(name));
  CHECK_FALSE(found.contains("com.amazonaws.ecs.capability.docker-remote-api.1.26"));
  CHECK_FALSE(found.contains("com.amazonaws.ecs.capability.selinux"));
}

TEST_CASE("A log driver that the engine does not offer is not registered") {
  AgentConfig config;
  config.logging_drivers = {"json-file", "splunk", "none"};
  const auto found = attributes(make_registration(identity(), machine(), config, ""));
  CHECK(found.contains("com.amazonaws.ecs.capability.logging-driver.json-file"));
  CHECK(found.contains("com.amazonaws.ecs.capability.logging-driver.none"));
  CHECK_FALSE(found.contains("com.amazonaws.ecs.capability.logging-driver.splunk"));
}

TEST_CASE("No attribute is registered twice") {
  const auto request = make_registration(identity(), machine(), AgentConfig{}, "");
  CHECK(attributes(request).size() == request.attributes->size());
}

TEST_CASE("The identity document names instance, type and place, on arm64 as well") {
  const auto document = nlohmann::json::parse(identity_document(identity(), "aarch64"));
  CHECK(document.at("instanceId") == "i-0123456789abcdef0");
  CHECK(document.at("instanceType") == "m5.large");
  CHECK(document.at("region") == "us-east-1");
  CHECK(document.at("availabilityZone") == "us-east-1a");
  CHECK(document.at("architecture") == "arm64");
  CHECK_FALSE(document.contains("imageId"));
}
