#include "instances/docker/volumes.hpp"

#include <nlohmann/json.hpp>

#include "api-spec/runtime/decode.hpp"
#include "tests/support/catch.hpp"

using namespace drydock;
using namespace drydock::instances;
using namespace drydock::instances::docker;

namespace {

const Owner kOwner{"drydock-1", "i-1"};

/// A task with these volumes (JSON).
TaskPayload task_with(const std::string& volumes) {
  TaskPayload task;
  task.task_arn = "arn:aws:ecs:us-east-1:000000000000:task/harbour/0123456789abcdef0123456789abcdef";
  task.family = "shop";
  task.version = "7";
  auto decoded = api::decode<api::TaskDefinition>(R"({"volumes":)" + volumes + "}");
  REQUIRE(decoded.has_value());
  task.volumes = *decoded->volumes;
  return task;
}

api::ContainerDefinition mounting(const std::string& volume, std::optional<bool> read_only = std::nullopt) {
  api::ContainerDefinition container;
  api::MountPoint mount;
  mount.sourceVolume = volume;
  mount.containerPath = "/data";
  mount.readOnly = read_only;
  container.mountPoints = {mount};
  return container;
}

}  // namespace

TEST_CASE("Each kind of volume has its name on the engine", "[volumes]") {
  struct Row {
    std::string volume;
    std::string bind;
  };
  const auto row = GENERATE(
      Row{R"({"name":"v","host":{"sourcePath":"/srv/data"}})", "/srv/data:/data"},
      Row{R"({"name":"v","host":{}})", "ecs-shop-7-v-0123456789abcdef0123:/data"},
      Row{R"({"name":"v"})", "ecs-shop-7-v-0123456789abcdef0123:/data"},
      Row{R"({"name":"v","configuredAtLaunch":true})", "ecs-shop-7-v-0123456789abcdef0123:/data"},
      Row{R"({"name":"v","dockerVolumeConfiguration":{}})", "ecs-shop-7-v-0123456789abcdef0123:/data"},
      Row{R"({"name":"v","dockerVolumeConfiguration":{"scope":"shared","autoprovision":true}})", "v:/data"},
      Row{R"({"name":"v","efsVolumeConfiguration":{"fileSystemId":"fs-12","rootDirectory":"/"}})",
          "drydock-efs-fs-12:/data"},
      Row{R"({"name":"v","efsVolumeConfiguration":{"fileSystemId":"fs-12","rootDirectory":"/web/a b/"}})",
          "drydock-efs-fs-12-web-a-b:/data"},
      Row{R"({"name":"v","efsVolumeConfiguration":{"fileSystemId":"fs-12","authorizationConfig":{"accessPointId":"fsap-1"}}})",
          "drydock-efs-fs-12-fsap-1:/data"},
      Row{R"({"name":"v","fsxWindowsFileServerVolumeConfiguration":{"fileSystemId":"fs-9","rootDirectory":"share"}})",
          "drydock-fsx-fs-9-share:/data"},
      Row{R"({"name":"v","s3filesVolumeConfiguration":{"fileSystemArn":"arn:aws:s3files:us-east-1:1:file-system/fs-3"}})",
          "drydock-s3files-fs-3:/data"});
  INFO(row.volume);
  const auto binds = binds_of(task_with("[" + row.volume + "]"), mounting("v"));
  REQUIRE(binds.has_value());
  CHECK(*binds == std::vector<std::string>{row.bind});
}

TEST_CASE("A mount may be read only, and must name a volume of the task", "[volumes]") {
  const TaskPayload task = task_with(R"([{"name":"v","host":{"sourcePath":"/srv"}}])");
  CHECK(binds_of(task, mounting("v", true)) == std::vector<std::string>{"/srv:/data:ro"});
  CHECK(binds_of(task, mounting("v", false)) == std::vector<std::string>{"/srv:/data"});
  const auto wrong = binds_of(task, mounting("nope"));
  REQUIRE_FALSE(wrong.has_value());
  CHECK(wrong.error() == "HostConfigError: Invalid volume referenced: nope");
}

TEST_CASE("Volumes of the task alone carry its labels, and driver, options and labels are passed on", "[volumes]") {
  const TaskPayload task = task_with(R"([
      {"name":"own","dockerVolumeConfiguration":{"driver":"local","driverOpts":{"type":"tmpfs","device":"tmpfs"},
                                                "labels":{"team":"sea"}}},
      {"name":"all","dockerVolumeConfiguration":{"scope":"shared","labels":{"team":"sea"}}},
      {"name":"path","host":{"sourcePath":"/srv"}}])");
  const auto own = engine_volumes(kOwner, task, mounting("own"));
  REQUIRE(own.size() == 1);
  CHECK(own[0].driver == "local");
  CHECK(own[0].driver_options == std::map<std::string, std::string>{{"type", "tmpfs"}, {"device", "tmpfs"}});
  auto labels = task_volume_labels(kOwner, task.task_arn);
  labels["team"] = "sea";
  CHECK(own[0].labels == labels);
  CHECK_FALSE(own[0].must_exist);
  const auto all = engine_volumes(kOwner, task, mounting("all"));
  REQUIRE(all.size() == 1);
  CHECK(all[0].labels == std::map<std::string, std::string>{{"team", "sea"}});
  CHECK(all[0].must_exist);
  CHECK(engine_volumes(kOwner, task, mounting("path")).empty());
}

TEST_CASE("Volumes and containers of a group's machine say which group it is of, those of other instances do not",
          "[volumes]") {
  const TaskPayload task = task_with(R"([{"name":"own"}])");
  const Owner machine{"drydock-1", "i-1", "web-asg"};
  const auto own = engine_volumes(machine, task, mounting("own"));
  REQUIRE(own.size() == 1);
  CHECK(own[0].labels.at(kLabelGroup) == "web-asg");
  CHECK(container_labels(machine, task, "main").at(kLabelGroup) == "web-asg");
  CHECK_FALSE(container_labels(kOwner, task, "main").contains(kLabelGroup));
  CHECK_FALSE(task_volume_labels(kOwner, task.task_arn).contains(kLabelGroup));
  // It is found again by the labels of every instance.
  CHECK(is_ours(kOwner, container_labels(machine, task, "main")));
}

TEST_CASE("volumesFrom names the other container as the engine knows it", "[volumes]") {
  api::ContainerDefinition container;
  api::VolumeFrom from;
  from.sourceContainer = "db";
  container.volumesFrom = {from, from};
  container.volumesFrom->back().readOnly = true;
  CHECK(volumes_from(task_with("[]"), container) ==
        std::vector<std::string>{"ecs-shop-7-db-0123456789abcdef0123", "ecs-shop-7-db-0123456789abcdef0123:ro"});
}
