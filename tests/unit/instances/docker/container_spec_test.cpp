#include "instances/docker/container_spec.hpp"

#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"

using namespace drydock;
using namespace drydock::instances;
using namespace drydock::instances::docker;
using Json = nlohmann::json;

namespace {

constexpr const char* kTaskArn = "arn:aws:ecs:us-east-1:000000000000:task/harbour/0123456789abcdef0123456789abcdef";

api::ContainerDefinition definition(const std::string& name = "web") {
  api::ContainerDefinition out;
  out.name = name;
  out.image = "busybox:1";
  return out;
}

TaskPayload task(std::vector<api::ContainerDefinition> definitions, const std::string& network_mode = "bridge") {
  TaskPayload out;
  out.task_arn = kTaskArn;
  out.cluster_arn = "arn:aws:ecs:us-east-1:000000000000:cluster/harbour";
  out.family = "shop";
  out.version = "7";
  out.network_mode = network_mode;
  for (auto& one : definitions) {
    ContainerPayload container;
    container.definition = std::make_shared<const api::ContainerDefinition>(std::move(one));
    out.containers.push_back(std::move(container));
  }
  return out;
}

SpecContext context() {
  SpecContext out;
  out.owner = {"drydock-1", "i-1"};
  return out;
}

Json spec(const api::ContainerDefinition& one, const std::string& network_mode = "bridge",
          const SpecContext& with = context()) {
  const TaskPayload payload = task({one}, network_mode);
  return Json::parse(container_spec(with, payload, payload.containers.front()).value());
}

api::PortMapping port(int container_port, std::optional<int> host_port, const char* protocol = nullptr) {
  api::PortMapping out;
  out.containerPort = container_port;
  out.hostPort = host_port;
  if (protocol != nullptr) out.protocol = protocol;
  return out;
}

}  // namespace

TEST_CASE("A container is named after family, revision, container and task, without odd characters") {
  CHECK(docker_name(task({}), "web") == "ecs-shop-7-web-0123456789abcdef0123");
  CHECK(docker_name(task({}), "~in_ter.nal~") == "ecs-shop-7-internal-0123456789abcdef0123");
}

TEST_CASE("A bare container definition gets the least CPU share, its labels and no health check of the image") {
  const Json json = spec(definition());
  CHECK(json.at("Image") == "busybox:1");
  CHECK(json.at("Healthcheck") == Json::parse(R"({"Test":["NONE"]})"));
  CHECK_FALSE(json.contains("Cmd"));
  CHECK_FALSE(json.contains("Entrypoint"));
  CHECK(json.at("HostConfig").at("CpuShares") == 2);
  CHECK(json.at("HostConfig").at("NetworkMode") == "bridge");
  CHECK_FALSE(json.at("HostConfig").contains("Memory"));
  CHECK_FALSE(json.at("HostConfig").contains("LogConfig"));
  CHECK(json.at("Labels") == Json({{"io.drydock.id", "drydock-1"},
                                   {"io.drydock.instance", "i-1"},
                                   {"com.amazonaws.ecs.cluster", "harbour"},
                                   {"com.amazonaws.ecs.container-name", "web"},
                                   {"com.amazonaws.ecs.task-arn", kTaskArn},
                                   {"com.amazonaws.ecs.task-definition-family", "shop"},
                                   {"com.amazonaws.ecs.task-definition-version", "7"}}));
}

TEST_CASE("CPU units and memory become shares and bytes within the engine's bounds") {
  struct Row {
    int cpu;
    int shares;
    int memory;
    std::int64_t bytes;
  };
  const auto row = GENERATE(Row{0, 2, 128, 134217728}, Row{1, 2, 2, 4194304}, Row{64, 64, 4, 4194304},
                            Row{300000, 262144, 6, 6291456});
  auto one = definition();
  one.cpu = row.cpu;
  one.memory = row.memory;
  one.memoryReservation = 32;
  const Json host = spec(one).at("HostConfig");
  CHECK(host.at("CpuShares") == row.shares);
  CHECK(host.at("Memory") == row.bytes);
  CHECK(host.at("MemoryReservation") == 33554432);
}

TEST_CASE("What a task may use bounds each of its containers") {
  TaskPayload payload = task({definition()});
  payload.cpu_units = 256;
  payload.memory_mib = 512;
  const auto host = [&payload] {
    return Json::parse(container_spec(context(), payload, payload.containers.front()).value()).at("HostConfig");
  };
  CHECK(host().at("CpuPeriod") == 100000);
  CHECK(host().at("CpuQuota") == 25000);
  CHECK(host().at("CpuShares") == 2);
  CHECK(host().at("Memory") == 512LL * 1024 * 1024);
  payload.cpu_units = 1;
  CHECK(host().at("CpuQuota") == 1000);
  auto own = definition();
  own.memory = 100;
  payload = task({own});
  payload.memory_mib = 512;
  CHECK(host().at("Memory") == 100LL * 1024 * 1024);
  CHECK_FALSE(host().contains("CpuQuota"));
}

TEST_CASE("A container with GPUs gets its own from NVIDIA's runtime") {
  SpecContext with = context();
  with.nvidia_runtime = "nvidia";
  CHECK_FALSE(spec(definition(), "bridge", with)["HostConfig"].contains("Runtime"));
  TaskPayload payload = task({definition()});
  payload.containers.front().gpu_ids = {"GPU-1", "GPU-2"};
  const Json made = Json::parse(container_spec(with, payload, payload.containers.front()).value());
  CHECK(made["HostConfig"]["Runtime"] == "nvidia");
  CHECK(made["Env"].back() == "NVIDIA_VISIBLE_DEVICES=GPU-1,GPU-2");
}

TEST_CASE("System controls of the network are those of the container that has it") {
  const auto controlled = [](const char* name, const std::vector<std::pair<const char*, const char*>>& controls) {
    auto out = definition(name);
    auto& list = out.systemControls.emplace();
    for (const auto& [key, value] : controls) {
      list.emplace_back().namespace_ = key;
      list.back().value = value;
    }
    return out;
  };
  const auto first = controlled("first", {{"net.ipv4.tcp_syncookies", "0"}, {"kernel.msgmax", "1"}});
  const auto second = controlled("second", {{"net.core.somaxconn", "7"}, {"net.ipv4.tcp_syncookies", "1"}});
  const auto sysctls = [](const TaskPayload& payload, std::size_t index, const SpecContext& with) {
    return Json::parse(container_spec(with, payload, payload.containers[index]).value())
        .at("HostConfig")
        .value("Sysctls", Json::object());
  };
  const TaskPayload apart = task({first, second});
  CHECK(sysctls(apart, 0, context()) == Json{{"net.ipv4.tcp_syncookies", "0"}, {"kernel.msgmax", "1"}});
  const TaskPayload shared = task({first, second}, "awsvpc");
  CHECK(sysctls(shared, 0, context()) ==
        Json{{"net.ipv4.tcp_syncookies", "1"}, {"kernel.msgmax", "1"}, {"net.core.somaxconn", "7"}});
  SpecContext joined = context();
  joined.network_container_id = "abc";
  CHECK(sysctls(shared, 1, joined).empty());
}

TEST_CASE("Variables of the agent come after those of the definition") {
  SpecContext with = context();
  with.environment = {{"ECS_AGENT_URI", "http://169.254.170.2/api/1"}};
  auto one = definition();
  one.environment.emplace().emplace_back().name = "OWN";
  CHECK(spec(one, "bridge", with).at("Env") == Json{"OWN=", "ECS_AGENT_URI=http://169.254.170.2/api/1"});
}

TEST_CASE("Command, entry point, environment, user, folder and labels are passed on") {
  auto one = definition();
  one.command = {"serve", "--port", "80"};
  one.entryPoint = {"/bin/app"};
  one.user = "1000:1000";
  one.workingDirectory = "/srv";
  one.hostname = "front";
  one.readonlyRootFilesystem = true;
  one.privileged = true;
  one.dockerLabels.emplace().emplace_back("team", "sea");
  one.dockerLabels->emplace_back("io.drydock.id", "forged");
  api::KeyValuePair pair;
  pair.name = "MODE";
  pair.value = "a=b";
  one.environment = {pair};
  const Json json = spec(one);
  CHECK(json.at("Cmd") == Json({"serve", "--port", "80"}));
  CHECK(json.at("Entrypoint") == Json::array({"/bin/app"}));
  CHECK(json.at("Env") == Json::array({"MODE=a=b"}));
  CHECK(json.at("User") == "1000:1000");
  CHECK(json.at("WorkingDir") == "/srv");
  CHECK(json.at("Hostname") == "front");
  CHECK(json.at("HostConfig").at("ReadonlyRootfs") == true);
  CHECK(json.at("HostConfig").at("Privileged") == true);
  CHECK(json.at("Labels").at("team") == "sea");
  CHECK(json.at("Labels").at("io.drydock.id") == "drydock-1");
}

TEST_CASE("Ports are published in bridge mode: fixed, dynamic, udp, and ranges") {
  auto one = definition();
  api::PortMapping range;
  range.containerPortRange = "7000-7001";
  one.portMappings = {port(80, 8080), port(81, 0), port(82, std::nullopt, "udp"), range};
  SpecContext with = context();
  with.host_ranges["7000-7001/tcp"] = 40000;
  const Json json = spec(one, "bridge", with);
  const Json& bindings = json.at("HostConfig").at("PortBindings");
  CHECK(bindings.at("80/tcp")[0].at("HostPort") == "8080");
  CHECK(bindings.at("81/tcp")[0].at("HostPort") == "");
  CHECK(bindings.at("82/udp")[0].at("HostPort") == "");
  CHECK(bindings.at("7000/tcp")[0].at("HostPort") == "40000");
  CHECK(bindings.at("7001/tcp")[0].at("HostPort") == "40001");
  CHECK(json.at("ExposedPorts").size() == 5);

  with.dynamic_ports = PortRange{50000, 50100};
  CHECK(spec(one, "bridge", with).at("HostConfig").at("PortBindings").at("81/tcp")[0].at("HostPort") == "50000-50100");
}

TEST_CASE("No ports are published outside of bridge mode") {
  auto one = definition();
  one.portMappings = {port(80, 8080)};
  for (const char* mode : {"host", "none", "awsvpc"}) {
    const Json json = spec(one, mode);
    CHECK_FALSE(json.contains("ExposedPorts"));
    CHECK_FALSE(json.at("HostConfig").contains("PortBindings"));
    CHECK(json.at("HostConfig").at("NetworkMode") == (std::string(mode) == "awsvpc" ? "bridge" : mode));
  }
}

TEST_CASE("A container that joins another's network takes nothing that belongs to a network of its own") {
  auto one = definition();
  one.hostname = "front";
  one.dnsServers = {"10.0.0.2"};
  api::HostEntry entry;
  entry.hostname = "db";
  entry.ipAddress = "10.0.0.3";
  one.extraHosts = {entry};
  SpecContext with = context();
  CHECK(spec(one, "awsvpc", with).at("HostConfig").at("ExtraHosts") == Json::array({"db:10.0.0.3"}));
  with.network_container_id = "abc";
  const Json json = spec(one, "awsvpc", with);
  CHECK(json.at("HostConfig").at("NetworkMode") == "container:abc");
  CHECK_FALSE(json.contains("Hostname"));
  CHECK_FALSE(json.at("HostConfig").contains("Dns"));
  CHECK_FALSE(json.at("HostConfig").contains("ExtraHosts"));
}

TEST_CASE("Links name the other container of the task") {
  auto one = definition();
  one.links = {"db:database", "cache"};
  CHECK(spec(one).at("HostConfig").at("Links") ==
        Json({"ecs-shop-7-db-0123456789abcdef0123:database", "ecs-shop-7-cache-0123456789abcdef0123:cache"}));
}

TEST_CASE("A health check is given in nanoseconds with ECS's defaults") {
  auto one = definition();
  one.healthCheck.emplace();
  one.healthCheck->command = {"CMD-SHELL", "true"};
  one.healthCheck->startPeriod = 7;
  const Json check = spec(one).at("Healthcheck");
  CHECK(check.at("Test") == Json({"CMD-SHELL", "true"}));
  CHECK(check.at("Interval") == 30'000'000'000);
  CHECK(check.at("Timeout") == 5'000'000'000);
  CHECK(check.at("Retries") == 3);
  CHECK(check.at("StartPeriod") == 7'000'000'000);
}

TEST_CASE("Linux parameters, limits and system controls reach the host configuration") {
  auto one = definition();
  one.memory = 100;
  one.linuxParameters.emplace();
  auto& linux_parameters = *one.linuxParameters;
  linux_parameters.initProcessEnabled = true;
  linux_parameters.sharedMemorySize = 64;
  linux_parameters.maxSwap = 50;
  linux_parameters.swappiness = 10;
  linux_parameters.capabilities.emplace();
  linux_parameters.capabilities->add = {"NET_ADMIN"};
  linux_parameters.capabilities->drop = {"ALL"};
  api::Tmpfs tmpfs;
  tmpfs.containerPath = "/scratch";
  tmpfs.size = 16;
  tmpfs.mountOptions = {"noexec"};
  linux_parameters.tmpfs = {tmpfs};
  api::Device device;
  device.hostPath = "/dev/fuse";
  device.permissions = {"read", "write"};
  linux_parameters.devices = {device};
  api::Ulimit limit;
  limit.name = "nofile";
  limit.softLimit = 10;
  limit.hardLimit = 20;
  one.ulimits = {limit};
  api::SystemControl control;
  control.namespace_ = "net.core.somaxconn";
  control.value = "512";
  one.systemControls = {control};
  const Json host = spec(one).at("HostConfig");
  CHECK(host.at("Init") == true);
  CHECK(host.at("ShmSize") == 67108864);
  CHECK(host.at("MemorySwap") == 157286400);
  CHECK(host.at("MemorySwappiness") == 10);
  CHECK(host.at("CapAdd") == Json::array({"NET_ADMIN"}));
  CHECK(host.at("CapDrop") == Json::array({"ALL"}));
  CHECK(host.at("Tmpfs").at("/scratch") == "size=16m,noexec");
  CHECK(host.at("Devices")[0] ==
        Json({{"PathOnHost", "/dev/fuse"}, {"PathInContainer", "/dev/fuse"}, {"CgroupPermissions", "rw"}}));
  CHECK(host.at("Ulimits")[0] == Json({{"Name", "nofile"}, {"Soft", 10}, {"Hard", 20}}));
  CHECK(host.at("Sysctls").at("net.core.somaxconn") == "512");
}

TEST_CASE("A log driver of this machine is used, one of AWS's leaves the engine's default") {
  auto one = definition();
  one.logConfiguration.emplace();
  one.logConfiguration->logDriver = "json-file";
  one.logConfiguration->options.emplace().emplace_back("mode", "non-blocking");
  const Json config = spec(one).at("HostConfig").at("LogConfig");
  CHECK(config.at("Type") == "json-file");
  CHECK(config.at("Config").at("max-buffer-size") == "10m");
  one.logConfiguration->logDriver = "awslogs";
  one.logConfiguration->options = {{{"awslogs-group", "/ecs/web"}}};
  const Json files = spec(one).at("HostConfig").at("LogConfig");
  CHECK(files.at("Type") == "json-file");
  CHECK_FALSE(files.at("Config").contains("awslogs-group"));
}

TEST_CASE("The first essential container of an awsvpc task owns the network, and those it waits for keep their own") {
  auto side = definition("side");
  side.essential = false;
  auto init = definition("init");
  init.essential = false;
  auto main = definition("main");
  main.essential = true;
  api::ContainerDependency dependency;
  dependency.containerName = "init";
  dependency.condition = "SUCCESS";
  main.dependsOn = {dependency};
  const TaskPayload payload = task({side, init, main}, "awsvpc");
  CHECK(network_owner(payload) == std::size_t{2});
  CHECK(joins_network(payload, 0));
  CHECK_FALSE(joins_network(payload, 1));
  CHECK_FALSE(joins_network(payload, 2));
  CHECK_FALSE(network_owner(task({side, main}, "bridge")));
}
