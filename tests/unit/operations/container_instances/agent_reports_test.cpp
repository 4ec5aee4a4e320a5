#include "server/operations/container_instances/agent_reports.hpp"

#include "tests/unit/operations/entities.hpp"

namespace drydock::test {
namespace {

using namespace operations;

const char* const kTwo = R"([
  {"name":"web","image":"i","memory":64,"healthCheck":{"command":["CMD","true"]}},
  {"name":"side","image":"i","memory":64,"essential":false}])";

struct Running {
  TestWorld world;
  model::ClusterId cluster = add_cluster(world, "one");
  model::InstanceId instance = add_instance(world, "one");
  model::TaskId id = add_task(world, cluster, add_definition(world, "web", kTwo), instance);

  const model::Task& task() const { return world.state.get(id); }
  std::string arn() const { return model::arn_of(world.state, task()); }

  api::SubmitTaskStateChangeRequest change(const std::string& status) const {
    api::SubmitTaskStateChangeRequest request;
    request.cluster = "one";
    request.task = arn();
    request.status = status;
    return request;
  }
  void submit(const api::SubmitTaskStateChangeRequest& request) {
    CHECK_FALSE(world.must(submit_task_state_change, request).acknowledgment->empty());
  }
};

api::ContainerStateChange container(const std::string& name, const std::string& status) {
  api::ContainerStateChange change;
  change.containerName = name;
  change.status = status;
  return change;
}

api::NetworkBinding binding(int container_port, int host_port, const std::string& protocol) {
  api::NetworkBinding one;
  one.bindIP = "0.0.0.0";
  one.containerPort = container_port;
  one.hostPort = host_port;
  one.protocol = protocol;
  return one;
}

api::NetworkBinding range(const std::string& container_ports, const std::string& host_ports) {
  api::NetworkBinding one;
  one.bindIP = "0.0.0.0";
  one.containerPortRange = container_ports;
  one.hostPortRange = host_ports;
  one.protocol = "tcp";
  return one;
}

TEST_CASE("reports of an agent carry a task from PENDING over RUNNING to STOPPED") {
  Running run;
  auto request = run.change("PENDING");
  request.containers = std::vector<api::ContainerStateChange>{container("web", "PENDING")};
  request.containers->front().imageDigest = "sha256:99ec";
  run.submit(request);
  CHECK(run.task().last_status == model::TaskStatus::kPending);
  CHECK(run.task().containers[0].image_digest == "sha256:99ec");

  request = run.change("RUNNING");
  request.containers =
      std::vector<api::ContainerStateChange>{container("web", "RUNNING"), container("side", "RUNNING")};
  request.containers->front().runtimeId = "acd4";
  request.pullStartedAt = api::Timestamp{1'700'000'000'100};
  request.pullStoppedAt = api::Timestamp{1'700'000'000'900};
  run.submit(request);
  CHECK(run.task().last_status == model::TaskStatus::kRunning);
  CHECK(run.task().containers[0].status == model::ContainerStatus::kRunning);
  CHECK(run.task().containers[0].runtime_id == "acd4");
  CHECK(run.task().pull_started_at.time_since_epoch().count() == 1'700'000'000'100);
  CHECK(run.task().pull_stopped_at.time_since_epoch().count() == 1'700'000'000'900);

  request = run.change("STOPPED");
  request.containers = std::vector<api::ContainerStateChange>{container("web", "STOPPED")};
  request.containers->front().exitCode = 137;
  request.containers->front().reason = "OutOfMemoryError: Container killed due to memory usage";
  request.executionStoppedAt = api::Timestamp{1'700'000'005'000};
  run.submit(request);
  CHECK(run.task().last_status == model::TaskStatus::kStopped);
  CHECK(run.task().stop_code == model::StopCode::kEssentialContainerExited);
  CHECK(run.task().stopped_reason == "Essential container in task exited");
  CHECK(run.task().containers[0].exit_code == 137);
  CHECK(run.task().containers[0].reason == "OutOfMemoryError: Container killed due to memory usage");
  CHECK(run.task().execution_stopped_at.time_since_epoch().count() == 1'700'000'005'000);
}

TEST_CASE("a container may appear twice in one report, running and then stopped") {
  Running run;
  auto request = run.change("RUNNING");
  request.containers =
      std::vector<api::ContainerStateChange>{container("side", "RUNNING"), container("side", "STOPPED")};
  request.containers->at(1).exitCode = 0;
  run.submit(request);
  CHECK(run.task().containers[1].status == model::ContainerStatus::kStopped);
  CHECK(run.task().containers[1].exit_code == 0);
  CHECK(run.task().last_status == model::TaskStatus::kRunning);
}

TEST_CASE("reported network bindings are kept, and their host ports are used ports of the instance") {
  Running run;
  auto request = run.change("RUNNING");
  request.containers = std::vector<api::ContainerStateChange>{container("web", "RUNNING")};
  request.containers->front().networkBindings = std::vector<api::NetworkBinding>{
      binding(8080, 32770, "tcp"), binding(9000, 19000, "udp"), range("7000-7002", "32771-32773")};
  run.submit(request);
  const auto& bindings = run.task().containers[0].bindings;
  REQUIRE(bindings.size() == 3);
  CHECK(bindings[0].host_port == 32770);
  CHECK_FALSE(bindings[0].udp);
  CHECK(bindings[1].udp);
  CHECK(bindings[2].container_port_range == "7000-7002");
  CHECK(bindings[2].host_port_range == "32771-32773");
  const auto& ports = run.world.state.of(run.instance).ports;
  for (const int port : {32770, 32771, 32772, 32773}) CHECK(ports.contains({port, false}));
  CHECK(ports.contains({19000, true}));
  CHECK(ports.size() == 5);
  run.submit(request);
  CHECK(run.world.state.of(run.instance).ports.size() == 5);
  run.submit(run.change("STOPPED"));
  CHECK(run.world.state.of(run.instance).ports.empty());
}

TEST_CASE("late and unknown reports are acknowledged and change nothing") {
  Running run;
  run.submit(run.change("RUNNING"));
  run.submit(run.change("STOPPED"));
  const RowMap before = run.world.rows();
  run.submit(run.change("RUNNING"));
  run.submit(run.change("PENDING"));
  auto request = run.change("STOPPED");
  request.task = run.world.arn("task/one/" + std::string(32, 'a'));
  run.submit(request);
  request.task = run.world.arn("task/" + std::string(8, 'a') + "-aaaa-aaaa-aaaa-" + std::string(12, 'a'));
  run.submit(request);
  std::string elsewhere = run.arn();
  elsewhere.replace(elsewhere.find("eu-west-1"), 9, "us-east-1");
  request.task = elsewhere;
  run.submit(request);
  CHECK(run.world.rows() == before);
}

TEST_CASE("a report about a task of another account or region changes nothing") {
  Running run;
  std::string elsewhere = run.arn();
  elsewhere.replace(elsewhere.find("eu-west-1"), 9, "us-east-1");
  auto request = run.change("RUNNING");
  request.task = elsewhere;
  run.submit(request);
  CHECK(run.task().last_status == model::TaskStatus::kPending);
}

TEST_CASE("a report that no agent makes is refused and changes nothing") {
  Running run;
  auto request = run.change("RUNNING");
  SECTION("no task") { request.task.reset(); }
  SECTION("an ARN of something else") { request.task = run.world.arn("service/one/web"); }
  SECTION("too many parts") { request.task = run.world.arn("task/one/two/" + std::string(32, 'a')); }
  SECTION("an id that is none") { request.task = "abc"; }
  SECTION("an unknown status") { request.status = "DANCING"; }
  SECTION("an unknown container status") {
    request.containers = std::vector<api::ContainerStateChange>{container("web", "DANCING")};
  }
  CHECK(run.world.refusal(submit_task_state_change, request).code == "InvalidParameterException");
  CHECK(run.task().last_status == model::TaskStatus::kPending);
}

TEST_CASE("SubmitContainerStateChange reports one container and leaves the task's status") {
  Running run;
  run.submit(run.change("RUNNING"));
  api::SubmitContainerStateChangeRequest request;
  request.task = run.arn();
  request.containerName = "side";
  request.status = "STOPPED";
  request.exitCode = 3;
  request.reason = "done";
  request.runtimeId = "da84";
  CHECK_FALSE(run.world.must(submit_container_state_change, request).acknowledgment->empty());
  const model::TaskContainer& side = run.task().containers[1];
  CHECK(side.status == model::ContainerStatus::kStopped);
  CHECK(side.exit_code == 3);
  CHECK(side.reason == "done");
  CHECK(side.runtime_id == "da84");
  CHECK(run.task().last_status == model::TaskStatus::kRunning);
  request.task = run.world.arn("task/one/" + std::string(32, 'a'));
  CHECK(text_of(run.world.refusal(submit_container_state_change, request)) ==
        "InvalidParameterException: The referenced task was not found.");
  request.task = run.arn();
  request.status = "DANCING";
  CHECK(run.world.refusal(submit_container_state_change, request).code == "InvalidParameterException");
}

TEST_CASE("a network interface is reported by its attachment, alone or with its task, and never goes back") {
  Running run;
  const auto fargate = add_task(run.world, run.cluster, run.task().task_definition);
  const model::Uuid attachment = run.world.random.uuid();
  run.world.edit([&](model::Transaction& tx) {
    tx.update(fargate, [&](model::Task& task) {
      task.network.emplace().id = attachment;
      task.network->status = "ATTACHING";
    });
  });
  api::AttachmentStateChange change;
  change.attachmentArn = run.world.arn("attachment/one/" + model::to_dashed(attachment));
  change.status = "ATTACHED";
  api::SubmitAttachmentStateChangesRequest request;
  request.attachments = std::vector<api::AttachmentStateChange>{change};
  CHECK_FALSE(run.world.must(submit_attachment_state_changes, request).acknowledgment->empty());
  CHECK(run.world.state.get(fargate).network->status == "ATTACHED");
  request.attachments->front().status = "ATTACHING";
  run.world.must(submit_attachment_state_changes, request);
  CHECK(run.world.state.get(fargate).network->status == "ATTACHED");
  api::SubmitTaskStateChangeRequest with_task;
  with_task.task = model::arn_of(run.world.state, run.world.state.get(fargate));
  change.status = "DETACHED";
  with_task.attachments = std::vector<api::AttachmentStateChange>{change};
  run.submit(with_task);
  CHECK(run.world.state.get(fargate).network->status == "DETACHED");
  CHECK(run.world.state.get(fargate).last_status == model::TaskStatus::kProvisioning);
  change.attachmentArn = run.world.arn("attachment/one/" + model::to_dashed(model::Uuid{1, 2}));
  change.status = "DELETED";
  request.attachments->front().status = "DELETED";
  request.attachments->push_back(change);
  CHECK(run.world.refusal(submit_attachment_state_changes, request).code == "InvalidParameterException");
  CHECK(run.world.state.get(fargate).network->status == "DETACHED");
}

TEST_CASE("agents are told stable URLs below the endpoint") {
  TestWorld world;
  world.settings.endpoint = "http://127.0.0.1:4566/";
  api::DiscoverPollEndpointRequest request;
  request.cluster = "one";
  const auto answer = world.must(discover_poll_endpoint, request);
  CHECK(answer.endpoint == "http://127.0.0.1:4566/acs");
  CHECK(answer.telemetryEndpoint == "http://127.0.0.1:4566/tcs");
  CHECK(answer.serviceConnectEndpoint == "http://127.0.0.1:4566/sc");
  request.cluster = "a b";
  CHECK(world.refusal(discover_poll_endpoint, request).code == "InvalidParameterException");
}

TEST_CASE("published health becomes the health of the container and its task") {
  Running run;
  run.submit(run.change("RUNNING"));
  const auto publish = [&](const std::string& task, const std::string& status) {
    bool taken = false;
    run.world.edit([&](model::Transaction& tx) { taken = publish_health(tx, task, "web", status); });
    return taken;
  };
  CHECK(publish(run.arn(), "HEALTHY"));
  CHECK(run.task().health == model::Health::kHealthy);
  CHECK(publish(run.arn(), "UNHEALTHY"));
  CHECK(run.task().health == model::Health::kUnhealthy);
  CHECK_FALSE(publish(run.arn(), "HAPPY"));
  CHECK_FALSE(publish(run.world.arn("task/one/" + std::string(32, 'a')), "HEALTHY"));
  CHECK_FALSE(publish("nonsense", "HEALTHY"));
  CHECK(run.task().health == model::Health::kUnhealthy);
}

TEST_CASE("reports of agents are all or nothing") {
  Running run;
  auto request = run.change("RUNNING");
  request.containers = std::vector<api::ContainerStateChange>{container("web", "RUNNING")};
  request.containers->front().networkBindings = std::vector<api::NetworkBinding>{binding(80, 32770, "tcp")};
  CHECK(check_atomic(run.world, submit_task_state_change, request) >= 1);
  api::SubmitContainerStateChangeRequest one;
  one.task = run.arn();
  one.containerName = "side";
  one.status = "STOPPED";
  CHECK(check_atomic(run.world, submit_container_state_change, one) == 1);
  CHECK(check_atomic(run.world, submit_task_state_change, run.change("STOPPED")) >= 2);
}

}  // namespace
}  // namespace drydock::test
