// Environment files are read elsewhere while the core goes on.
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "instances/fingerprint.hpp"
#include "model/arn.hpp"
#include "server/core/core.hpp"
#include "server/operations/clusters/clusters.hpp"
#include "server/operations/container_instances/container_instances.hpp"
#include "server/operations/task_definitions/task_definitions.hpp"
#include "server/operations/tasks/tasks.hpp"
#include "tests/support/catch.hpp"

using namespace drydock;

namespace {

using Texts = std::vector<std::string>;

/// Notes the desired status and the variables of what is sent, or why it cannot start.
class NotingLink final : public instances::InstanceLink {
 public:
  void send(const instances::TaskPayload& payload) override {
    std::string text = payload.desired_status;
    const auto& environment = payload.containers.front().definition->environment;
    for (const auto& variable : environment.value_or(std::vector<api::KeyValuePair>{})) {
      text += " " + *variable.name + "=" + *variable.value;
    }
    sent.push_back(text + (payload.setup_error.empty() ? "" : " " + payload.setup_error));
  }
  void close(instances::CloseReason) override {}
  instances::Channel open_channel(const instances::ChannelRequest&, instances::ChannelEvents) override { return {}; }
  Texts sent;
};

/// A core whose files are read when the test says so.
struct Bench {
  Bench() : core(options(), clock, 1, [this](std::uint64_t, const model::ChangeSet& set) { stored = set.sequence; }) {
    core.start(0);
    world = core.world("123456789012", "eu-west-1");
    api::CreateClusterRequest cluster;
    cluster.clusterName = "default";
    call(operations::create_cluster, cluster);
    instances::MachineFacts machine;
    machine.cpus = 1;
    machine.memory_mib = 1024;
    call(operations::register_container_instance, instances::make_registration({}, machine, {}, ""));
    instance = *core.state().instances().begin();
    core.change([&](model::Transaction& tx) {
      tx.update(instance, [](model::ContainerInstance& one) { one.agent_connected = true; });
    });
    api::RegisterTaskDefinitionRequest definition;
    definition.family = "app";
    auto& container = definition.containerDefinitions.emplace().emplace_back();
    container.name = "app";
    container.image = "app";
    container.memory = 64;
    auto& file = container.environmentFiles.emplace().emplace_back();
    file.type = "s3";
    file.value = "arn:aws:s3:::config/web.env";
    call(operations::register_task_definition, definition);
    attach();
  }

  server::CoreOptions options() {
    server::CoreOptions made;
    made.read_object = [this](const std::string& bucket, const std::string& key,
                              std::function<void(instances::ObjectRead)> then) {
      CHECK(bucket + "/" + key == "config/web.env");
      asked.push_back(std::move(then));
    };
    return made;
  }
  template <class Request, class Response>
  Response call(operations::Result<Response> (*operation)(const Request&, operations::Context&),
                const Request& request) {
    auto answer = core.run(world, [&](operations::Context& context) { return operation(request, context); });
    REQUIRE(answer);
    return *answer;
  }
  void settle() {
    core.settle();
    core.durable(stored);
  }
  void attach() {
    link = std::make_shared<NotingLink>();
    core.attach(instance, link);
    settle();
  }
  std::string run_task() {
    api::RunTaskRequest request;
    request.taskDefinition = "app";
    const auto answer = call(operations::run_task, request);
    REQUIRE(answer.tasks->size() == 1);
    settle();
    return *answer.tasks->front().taskArn;
  }
  void stop_task(const std::string& arn) {
    api::StopTaskRequest request;
    request.task = arn;
    call(operations::stop_task, request);
    settle();
  }

  std::vector<std::function<void(instances::ObjectRead)>> asked;
  std::uint64_t stored = 0;
  model::VirtualClock clock{model::Instant{std::chrono::milliseconds{1'700'000'000'000}}};
  server::Core core;
  model::WorldId world;
  model::InstanceId instance;
  std::shared_ptr<NotingLink> link;
};

}  // namespace

TEST_CASE("A task is sent when its environment files were read, and others before it") {
  Bench bench;
  bench.run_task();
  bench.run_task();
  REQUIRE(bench.asked.size() == 2);
  CHECK(bench.link->sent.empty());
  bench.asked[1]("A=2\n");
  CHECK(bench.link->sent == Texts{"RUNNING A=2"});
  bench.asked[0](std::unexpected("NoSuchKey: The specified key does not exist."));
  REQUIRE(bench.link->sent.size() == 2);
  CHECK(bench.link->sent[1] ==
        "RUNNING ResourceInitializationError: unable to download env file with key web.env from bucket config, error: "
        "NoSuchKey: The specified key does not exist.");
}

TEST_CASE("A task that is to stop while its files are read is told that, and never to start") {
  Bench bench;
  const std::string task = bench.run_task();
  REQUIRE(bench.asked.size() == 1);
  bench.stop_task(task);
  CHECK(bench.link->sent == Texts{"STOPPED"});
  bench.asked[0]("A=1\n");
  CHECK(bench.link->sent == Texts{"STOPPED"});
}

TEST_CASE("A link that is attached while files are read has them read anew") {
  Bench bench;
  bench.run_task();
  bench.attach();
  REQUIRE(bench.asked.size() == 2);
  bench.asked[0]("A=old\n");
  CHECK(bench.link->sent.empty());
  bench.asked[1]("A=new\n");
  CHECK(bench.link->sent == Texts{"RUNNING A=new"});
}

TEST_CASE("Files that were read for a task of before a reset, or for nobody, are forgotten") {
  Bench bench;
  bench.run_task();
  REQUIRE(bench.asked.size() == 1);
  SECTION("a reset") { REQUIRE(bench.core.reset()); }
  SECTION("no link") { bench.core.detach(bench.instance); }
  bench.asked[0]("A=1\n");
  CHECK(bench.link->sent.empty());
}
