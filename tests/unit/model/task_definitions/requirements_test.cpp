#include "model/task_definitions/requirements.hpp"

#include <string>
#include <vector>

#include "api-spec/runtime/encode.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/model/task_definitions/requests.hpp"

using namespace drydock;
using namespace drydock::test;
using model::HostPort;

namespace {

const std::string kTwo = R"({"family":"two","containerDefinitions":[
    {"name":"c1","image":"i","cpu":256,"memory":512,"memoryReservation":128},
    {"name":"c2","image":"i","memory":256}]})";

api::TaskOverride override_of(const std::string& text) { return decoded<api::TaskOverride>(text); }

std::vector<HostPort> ports_of(const std::string& mode, const std::string& mappings) {
  const auto definition = definition_of(
      patched(bridge_json(), R"({"networkMode":")" + mode + "\"}", R"({"portMappings":[)" + mappings + "]}"));
  return model::requirements_of(definition, nullptr).ports;
}

}  // namespace

TEST_CASE("A task without its own sizes needs the sum of its containers, reservations first") {
  const auto needs = model::requirements_of(definition_of(kTwo), nullptr);
  CHECK(needs.cpu_units == 256);
  CHECK(needs.memory_mib == 384);
  CHECK(needs.ports.empty());
  CHECK(needs.gpus == 0);
  CHECK_FALSE(needs.needs_eni);
  CHECK(2048 / needs.cpu_units == 8);
  CHECK(3767 / needs.memory_mib == 9);
}

TEST_CASE("Task-level sizes win over those of the containers") {
  const auto definition = definition_of(patched(bridge_json(), R"({"cpu":"1 vCPU","memory":"2GB"})",
                                                R"({"cpu":100,"memory":256,"memoryReservation":64})"));
  const auto needs = model::requirements_of(definition, nullptr);
  CHECK(needs.cpu_units == 1024);
  CHECK(needs.memory_mib == 2048);
}

TEST_CASE("Overrides replace sizes at their level") {
  const auto definition = definition_of(kTwo);
  const auto container = override_of(R"({"containerOverrides":[
      {"name":"c1","cpu":512,"memoryReservation":100},{"name":"c2","cpu":10,"memory":50}]})");
  CHECK(model::requirements_of(definition, &container).cpu_units == 522);
  CHECK(model::requirements_of(definition, &container).memory_mib == 150);

  const auto task = override_of(R"({"cpu":"0.5 vCPU","memory":"1 GB"})");
  CHECK(model::requirements_of(definition, &task).cpu_units == 512);
  CHECK(model::requirements_of(definition, &task).memory_mib == 1024);

  const auto sized = definition_of(patched(bridge_json(), R"({"cpu":"256","memory":"512"})"));
  const auto inner = override_of(R"({"containerOverrides":[{"name":"web","cpu":128,"memory":64}]})");
  CHECK(model::requirements_of(sized, &inner).cpu_units == 256);
  CHECK(model::requirements_of(sized, &inner).memory_mib == 512);
}

TEST_CASE("Only fixed host ports are needed, by network mode") {
  const std::string fixed = R"({"containerPort":80,"hostPort":80},{"containerPort":53,"hostPort":53,"protocol":"udp"})";
  CHECK(ports_of("bridge", fixed) == std::vector<HostPort>{{53, true}, {80, false}});
  CHECK(ports_of("bridge", R"({"containerPort":80},{"containerPort":81,"hostPort":0})").empty());
  CHECK(ports_of("bridge", R"({"containerPort":80,"hostPort":8080})") == std::vector<HostPort>{{8080, false}});
  CHECK(ports_of("bridge", R"({"containerPortRange":"8000-8010"})").empty());
  CHECK(ports_of("host", R"({"containerPort":80})") == std::vector<HostPort>{{80, false}});
  CHECK(ports_of("awsvpc", fixed).empty());
}

TEST_CASE("GPUs, network interfaces and the platform are part of the demand") {
  const auto definition = definition_of(
      patched(awsvpc_json(), R"({"runtimePlatform":{"operatingSystemFamily":"LINUX","cpuArchitecture":"ARM64"}})",
              R"({"resourceRequirements":[{"type":"GPU","value":"2"}]})"));
  const auto needs = model::requirements_of(definition, nullptr);
  CHECK(needs.gpus == 2);
  CHECK(needs.needs_eni);
  std::string attributes;
  for (const auto& attribute : needs.attributes) {
    attributes += *attribute.name + (attribute.value ? "=" + *attribute.value : "") + " ";
  }
  CHECK(attributes ==
        "com.amazonaws.ecs.capability.docker-remote-api.1.18 ecs.capability.task-eni ecs.os-type=linux "
        "ecs.cpu-architecture=arm64 ");

  const auto fewer =
      override_of(R"({"containerOverrides":[{"name":"web","resourceRequirements":[{"type":"GPU","value":"1"}]}]})");
  CHECK(model::requirements_of(definition, &fewer).gpus == 1);
}

TEST_CASE("The sizes of a Task are texts") {
  const auto definition = definition_of(kTwo);
  CHECK(model::task_cpu_text(definition, nullptr) == "256");
  CHECK(model::task_memory_text(definition, nullptr) == "384");
  const auto fargate = definition_of(patched(fargate_json(), R"({"cpu":"1 vCPU","memory":"2 GB"})"));
  CHECK(model::task_cpu_text(fargate, nullptr) == "1024");
  CHECK(model::task_memory_text(fargate, nullptr) == "2048");
  const auto larger = override_of(R"({"cpu":"2 vCPU","memory":"4096"})");
  CHECK(model::task_cpu_text(fargate, &larger) == "2048");
  CHECK(model::task_memory_text(fargate, &larger) == "4096");
}

TEST_CASE("Container overrides change the containers they name") {
  const auto definition = definition_of(patched(
      bridge_json(), "{}", R"({"command":["a"],"environment":[{"name":"A","value":"1"},{"name":"B","value":"2"}],
                               "environmentFiles":[{"type":"s3","value":"arn:aws:s3:::b/old"}]})"));
  const auto overrides = override_of(R"({"containerOverrides":[{"name":"web","command":["b","c"],"cpu":7,"memory":99,
      "memoryReservation":8,"environment":[{"name":"B","value":"3"},{"name":"C","value":"4"}],
      "environmentFiles":[{"type":"s3","value":"arn:aws:s3:::b/new"}],
      "resourceRequirements":[{"type":"GPU","value":"1"}]}]})");
  const auto containers = model::merged_containers(definition, &overrides);
  REQUIRE(containers.size() == 1);
  const Json json = Json::parse(api::encode(containers[0]));
  CHECK(json["command"] == Json::array({"b", "c"}));
  CHECK(json["environment"] == Json::parse(R"([{"name":"A","value":"1"},{"name":"B","value":"3"},
                                              {"name":"C","value":"4"}])"));
  CHECK(json["environmentFiles"][0]["value"] == "arn:aws:s3:::b/new");
  CHECK(json["cpu"] == 7);
  CHECK(json["memory"] == 99);
  CHECK(json["memoryReservation"] == 8);
  CHECK(json["resourceRequirements"][0]["value"] == "1");
  CHECK(json["image"] == "nginx");
}

TEST_CASE("Overrides leave alone what they do not name") {
  const auto definition = definition_of(patched(bridge_json(), "{}", R"({"command":["a"]})"));
  const auto before = model::merged_containers(definition, nullptr);
  for (const auto* text : {"{}", R"({"containerOverrides":[{"name":"web"}]})",
                           R"({"containerOverrides":[{"name":"web","command":[],"environment":[]}]})"}) {
    CAPTURE(text);
    const auto overrides = override_of(text);
    const auto after = model::merged_containers(definition, &overrides);
    REQUIRE(after.size() == before.size());
    CHECK(api::encode(after[0]) == api::encode(before[0]));
  }
}
