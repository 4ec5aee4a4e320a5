// Volumes of tasks on a real engine: shared within a task, kept for a file system of AWS, gone with the task.

#include <algorithm>

#include "tests/docker/bench.hpp"
#include "tests/support/catch.hpp"

using namespace drydock;
using namespace drydock::test;

namespace {

api::Volume volume(const std::string& name) {
  api::Volume out;
  out.name = name;
  return out;
}

api::ContainerDefinition mounting(api::ContainerDefinition definition, const std::string& volume,
                                  const std::string& path, bool read_only = false) {
  api::MountPoint mount;
  mount.sourceVolume = volume;
  mount.containerPath = path;
  mount.readOnly = read_only;
  definition.mountPoints.emplace().push_back(std::move(mount));
  return definition;
}

api::ContainerDefinition helper(api::ContainerDefinition definition) {
  definition.essential = false;
  return definition;
}

api::ContainerDefinition after(api::ContainerDefinition definition, const std::string& name) {
  api::ContainerDependency dependency;
  dependency.containerName = name;
  dependency.condition = "SUCCESS";
  definition.dependsOn = {dependency};
  return definition;
}

std::vector<docker::VolumeSummary> volumes_of(AgentBench& bench, const instances::TaskPayload& task) {
  std::vector<std::string> labels;
  for (const auto& [key, value] : docker::task_volume_labels(bench.owner(), task.task_arn))
    labels.push_back(key + "=" + value);
  auto volumes = bench.engine(bench.client().list_volumes(labels));
  REQUIRE(volumes.has_value());
  return *volumes;
}

}  // namespace

TEST_CASE("The containers of a task share its volume, readable only where so asked, until it is cleaned up") {
  AgentBench bench;
  bench.start_agent([](docker::DockerAgentOptions& options) { options.config.cleanup_wait = std::chrono::seconds(1); });
  auto task = bench.task(
      {helper(mounting(container("writer", {"sh", "-c", "echo ahoy > /out/note"}), "notes", "/out")),
       after(mounting(container("reader", {"sh", "-c", "grep -q ahoy /in/note && ! touch /in/new 2>/dev/null"}),
                      "notes", "/in", true),
             "writer")});
  task.volumes = {volume("notes")};
  bench.send(task);
  const auto stopped = bench.await_report(task, "STOPPED");
  CHECK(entry(stopped, "reader").exitCode == 0);
  bench.until("the volume is gone", [&] { return bench.containers().empty() && volumes_of(bench, task).empty(); });
}

TEST_CASE("A path of the host and another container's volumes are mounted") {
  AgentBench bench;
  bench.start_agent();
  auto second = container("second", {"sh", "-c", "test -f /machine/hostname && test -f /notes/one"});
  api::VolumeFrom from;
  from.sourceContainer = "first";
  second.volumesFrom = {from};
  auto first = mounting(container("first", {"sh", "-c", "echo 1 > /notes/one"}), "machine", "/machine", true);
  api::MountPoint notes;
  notes.sourceVolume = "notes";
  notes.containerPath = "/notes";
  first.mountPoints->push_back(notes);
  auto task = bench.task({helper(std::move(first)), after(std::move(second), "first")});
  task.volumes = {volume("machine"), volume("notes")};
  task.volumes[0].host.emplace().sourcePath = "/etc";
  bench.send(task);
  CHECK(entry(bench.await_report(task, "STOPPED"), "second").exitCode == 0);
}

TEST_CASE("A file system keeps its data from one task to the next") {
  AgentBench bench;
  bench.start_agent();
  auto efs = volume("data");
  efs.efsVolumeConfiguration.emplace().fileSystemId = "fs-" + bench.owner().drydock_id;
  efs.efsVolumeConfiguration->rootDirectory = "/";
  auto writer = bench.task({mounting(container("main", {"sh", "-c", "echo kept > /data/note"}), "data", "/data")});
  writer.volumes = {efs};
  bench.send(writer);
  CHECK(entry(bench.await_report(writer, "STOPPED"), "main").exitCode == 0);
  auto reader = bench.task({mounting(container("main", {"grep", "-q", "kept", "/data/note"}), "data", "/data")});
  reader.volumes = {efs};
  bench.send(reader);
  CHECK(entry(bench.await_report(reader, "STOPPED"), "main").exitCode == 0);
  CHECK(volumes_of(bench, writer).empty());
  for (const auto& one : bench.containers()) CHECK(bench.engine(bench.client().remove_container(one.id, true, true)));
  CHECK(bench.engine(bench.client().remove_volume("drydock-efs-fs-" + bench.owner().drydock_id)));
}

TEST_CASE("A shared volume that nobody made stops the container with the reason") {
  AgentBench bench;
  bench.start_agent();
  auto shared = volume("nobody-made-" + bench.owner().drydock_id);
  auto& settings = shared.dockerVolumeConfiguration.emplace();
  settings.scope = "shared";
  settings.autoprovision = false;
  auto task = bench.task({mounting(container("main", {"true"}), *shared.name, "/data")});
  task.volumes = {shared};
  bench.send(task);
  const auto stopped = bench.await_report(task, "STOPPED");
  CHECK_THAT(entry(stopped, "main").reason.value_or(""), StartsWith("CannotInspectVolumeError: "));
}
