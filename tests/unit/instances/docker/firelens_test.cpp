// What FireLens makes of a task.
#include "instances/docker/firelens/firelens.hpp"

#include "instances/docker/container_spec.hpp"
#include "tests/support/catch.hpp"

using namespace drydock;
using namespace drydock::instances;
using namespace drydock::instances::docker;

namespace {

ContainerPayload container(const char* name, const char* driver, LogOptions options = {}) {
  api::ContainerDefinition definition;
  definition.name = name;
  definition.image = "busybox";
  definition.memory = 64;
  if (driver != nullptr) {
    definition.logConfiguration.emplace();
    definition.logConfiguration->logDriver = driver;
    definition.logConfiguration->options = std::move(options);
  }
  ContainerPayload payload;
  payload.definition = std::make_shared<const api::ContainerDefinition>(std::move(definition));
  return payload;
}

void change(ContainerPayload& payload, const std::function<void(api::ContainerDefinition&)>& edit) {
  api::ContainerDefinition definition = *payload.definition;
  edit(definition);
  payload.definition = std::make_shared<const api::ContainerDefinition>(std::move(definition));
}

/// A task of an application and its router.
TaskPayload task(const char* type = "fluentbit", LogOptions options = {}) {
  TaskPayload payload;
  payload.task_arn = "arn:aws:ecs:us-east-1:123456789012:task/shop/0123456789abcdef0123456789abcdef";
  payload.cluster_arn = "arn:aws:ecs:us-east-1:123456789012:cluster/shop";
  payload.family = "web";
  payload.version = "7";
  payload.launch_type = "EC2";
  payload.network_mode = "bridge";
  payload.containers = {container("app", "awsfirelens", {{"Name", "stdout"}, {"log-driver-buffer-limit", "4096"}}),
                        container("router", nullptr)};
  change(payload.containers[1], [&](api::ContainerDefinition& definition) {
    definition.firelensConfiguration.emplace();
    definition.firelensConfiguration->type = type;
    definition.firelensConfiguration->options = std::move(options);
  });
  return payload;
}

std::string config(const TaskPayload& payload) { return router_files(payload, "i-1", "")->front().content; }

bool has(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("Routed containers wait for the router, unless it waits for others itself", "[firelens]") {
  TaskPayload payload = task();
  start_router_first(payload);
  const auto& dependencies = payload.containers[0].definition->dependsOn;
  REQUIRE(dependencies);
  REQUIRE(dependencies->size() == 1);
  CHECK(dependencies->front().containerName == "router");
  CHECK(dependencies->front().condition == "START");
  CHECK_FALSE(payload.containers[1].definition->dependsOn);
  start_router_first(payload);
  CHECK(payload.containers[0].definition->dependsOn->size() == 1);
  TaskPayload waiting = task();
  change(waiting.containers[1], [](api::ContainerDefinition& definition) {
    definition.dependsOn.emplace().emplace_back().containerName = "app";
  });
  start_router_first(waiting);
  CHECK_FALSE(waiting.containers[0].definition->dependsOn);
  TaskPayload without;
  without.containers = {container("app", "json-file")};
  start_router_first(without);
  CHECK_FALSE(without.containers[0].definition->dependsOn);
}

TEST_CASE("Records say where they come from unless the user does not want it", "[firelens]") {
  const std::string all = config(task());
  CHECK(has(all, "Record ecs_cluster shop\n"));
  CHECK(
      has(all, "Record ecs_task_arn arn:aws:ecs:us-east-1:123456789012:task/shop/0123456789abcdef0123456789abcdef\n"));
  CHECK(has(all, "Record ecs_task_definition web:7\n"));
  CHECK(has(all, "Record ec2_instance_id i-1\n"));
  CHECK_FALSE(has(config(task("fluentbit", {{"enable-ecs-log-metadata", "false"}})), "Record"));
  CHECK(has(config(task("fluentbit", {{"enable-ecs-log-metadata", "true"}})), "Record"));
  TaskPayload fargate = task();
  fargate.launch_type = "FARGATE";
  CHECK_FALSE(has(config(fargate), "ec2_instance_id"));
}

TEST_CASE("The user's own file is included from the image or from S3", "[firelens]") {
  CHECK(has(config(task("fluentbit", {{"config-file-type", "file"}, {"config-file-value", "/mine.conf"}})),
            "@INCLUDE /mine.conf\n"));
  const char* arn = "arn:aws:s3:::configs/mine.conf";
  for (const bool fluentd : {false, true}) {
    const auto payload =
        task(fluentd ? "fluentd" : "fluentbit", {{"config-file-type", "s3"}, {"config-file-value", arn}});
    CHECK(external_object(payload) == arn);
    TaskPayload outputs = payload;
    change(outputs.containers[0],
           [](api::ContainerDefinition& definition) { definition.logConfiguration->options.reset(); });
    const auto files = router_files(outputs, "", "mine");
    REQUIRE(files);
    REQUIRE(files->size() == 2);
    CHECK(files->at(0).path == (fluentd ? "fluentd/etc/fluent.conf" : "fluent-bit/etc/fluent-bit.conf"));
    CHECK(files->at(1).path == (fluentd ? "fluentd/etc/external.conf" : "fluent-bit/etc/external.conf"));
    CHECK(files->at(1).content == "mine");
    CHECK(has(files->at(0).content,
              fluentd ? "@include /fluentd/etc/external.conf\n" : "@INCLUDE /fluent-bit/etc/external.conf\n"));
  }
}

TEST_CASE("A router with a read-only root has a volume where its configuration is", "[firelens]") {
  for (const auto& [type, place] : {std::pair("fluentbit", "/fluent-bit/etc"), std::pair("fluentd", "/fluentd/etc")}) {
    api::ContainerDefinition router;
    router.firelensConfiguration.emplace();
    router.firelensConfiguration->type = type;
    CHECK(config_volume(router).empty());
    router.readonlyRootFilesystem = true;
    CHECK(config_volume(router) == place);
  }
}

TEST_CASE("Secret options are variables of the router, by the container that they belong to", "[firelens]") {
  TaskPayload payload = task();
  payload.containers[0].secrets.log_options = {{"apikey", "s3cret"}};
  CHECK(has(config(payload), "    apikey ${apikey_0}\n"));
  CHECK_FALSE(has(config(payload), "s3cret"));
  CHECK(router_environment(payload) == LogOptions{{"apikey_0", "s3cret"}});
  TaskPayload fluentd = task("fluentd");
  change(fluentd.containers[0], [](api::ContainerDefinition& definition) {
    definition.logConfiguration->options = LogOptions{{"@type", "stdout"}};
  });
  fluentd.containers[0].secrets.log_options = {{"apikey", "s3cret"}};
  CHECK(has(config(fluentd), "    apikey \"#{ENV['apikey_0']}\"\n"));
  CHECK(router_environment(fluentd) == LogOptions{{"FLUENT_UID", "0"}, {"apikey_0", "s3cret"}});
}

TEST_CASE("A routed container logs to the socket and knows the router's port", "[firelens]") {
  const TaskPayload payload = task();
  SpecContext context;
  context.socket_directory = "/volumes/v/_data";
  const auto text = container_spec(context, payload, payload.containers[0]);
  REQUIRE(text);
  const auto spec = nlohmann::json::parse(*text);
  CHECK(spec["HostConfig"]["LogConfig"]["Type"] == "fluentd");
  CHECK(spec["HostConfig"]["LogConfig"]["Config"] ==
        nlohmann::json{{"fluentd-address", "unix:///volumes/v/_data/fluent.sock"},
                       {"tag", "app-firelens-0123456789abcdef0123456789abcdef"},
                       {"fluentd-async", "true"},
                       {"fluentd-buffer-limit", "4096"},
                       {"fluentd-sub-second-precision", "true"}});
  const auto router = nlohmann::json::parse(*container_spec({}, payload, payload.containers[1]));
  REQUIRE(router["HostConfig"]["Binds"].size() == 1);
  const std::string bind = router["HostConfig"]["Binds"][0];
  CHECK(bind == "firelens-0123456789abcdef0123:/var/run");
  struct Case {
    const char* mode;
    const char* host;
  };
  for (const Case& one :
       {Case{"bridge", "172.17.0.9"}, Case{"awsvpc", "127.0.0.1"}, Case{"host", ""}, Case{"none", ""}}) {
    TaskPayload other = payload;
    other.network_mode = one.mode;
    const LogOptions wanted = {{"FLUENT_HOST", one.host}, {"FLUENT_PORT", "24224"}};
    CHECK(routed_environment(other, "172.17.0.9") == (*one.host == '\0' ? LogOptions{} : wanted));
  }
}
