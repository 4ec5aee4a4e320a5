#include "server/core/core.hpp"

#include <vector>

#include "model/arn.hpp"
#include "server/operations/clusters/clusters.hpp"
#include "server/operations/container_instances/container_instances.hpp"
#include "server/operations/task_definitions/task_definitions.hpp"
#include "server/operations/tasks/tasks.hpp"
#include "tests/support/catch.hpp"

using namespace drydock;

namespace {

class RecordingLink final : public instances::InstanceLink {
 public:
  void send(const instances::TaskPayload& payload) override { sent.push_back(payload.desired_status); }
  void close(instances::CloseReason) override {}
  instances::Channel open_channel(const instances::ChannelRequest&, instances::ChannelEvents) override { return {}; }
  std::vector<std::string> sent;
};

/// A core whose storage does what the test says.
struct Bench {
  Bench()
      : core(server::CoreOptions{}, clock, 1, [this](std::uint64_t epoch, const model::ChangeSet& changes) {
          epochs.push_back(epoch);
          appended = changes.sequence;
        }) {
    core.start(0);
    world = core.world("123456789012", "eu-west-1");
    core.durable(appended);
  }

  template <class Request, class Response>
  operations::Result<Response> call(operations::Result<Response> (*operation)(const Request&, operations::Context&),
                                    const Request& request) {
    return core.run(world, [&](operations::Context& context) { return operation(request, context); });
  }

  operations::Result<api::CreateClusterResponse> create_cluster(const std::string& name) {
    api::CreateClusterRequest request;
    request.clusterName = name;
    return call(operations::create_cluster, request);
  }

  /// Notes when the answer that waits now leaves, and with what.
  void wait(const std::string& name) {
    core.when_durable(core.sequence(), [this, name](const api::ApiError* error) {
      answers.push_back(name + (error == nullptr ? "" : " refused"));
    });
  }

  /// One instance with a running agent, all durable.
  model::InstanceId add_instance() {
    REQUIRE(create_cluster("default"));
    REQUIRE(call(operations::register_container_instance, api::RegisterContainerInstanceRequest{}));
    const model::InstanceId id = *core.state().instances().begin();
    core.change([&](model::Transaction& tx) {
      tx.update(id, [](model::ContainerInstance& instance) { instance.agent_connected = true; });
    });
    api::RegisterTaskDefinitionRequest definition;
    definition.family = "app";
    auto& container = definition.containerDefinitions.emplace().emplace_back();
    container.name = "app";
    container.image = "app";
    container.memory = 64;
    REQUIRE(call(operations::register_task_definition, definition));
    core.settle();
    core.durable(appended);
    return id;
  }

  std::string run_task() {
    api::RunTaskRequest request;
    request.taskDefinition = "app";
    const auto answer = call(operations::run_task, request);
    REQUIRE(answer);
    REQUIRE(answer->tasks->size() == 1);
    core.settle();
    return *answer->tasks->front().taskArn;
  }

  void stop_task(const std::string& arn) {
    api::StopTaskRequest request;
    request.task = arn;
    REQUIRE(call(operations::stop_task, request));
    core.settle();
  }

  model::VirtualClock clock{model::Instant{std::chrono::milliseconds{1'700'000'000'000}}};
  std::vector<std::uint64_t> epochs;
  std::vector<std::string> answers;
  std::uint64_t appended = 0;
  server::Core core;
  model::WorldId world;
};

}  // namespace

TEST_CASE("An answer leaves when everything it could have read is durable, and answers keep their order") {
  Bench bench;
  REQUIRE(bench.create_cluster("one"));
  bench.wait("first");
  const std::uint64_t first = bench.core.sequence();
  REQUIRE(bench.create_cluster("two"));
  bench.wait("second");
  bench.wait("a read that saw both");
  CHECK(bench.answers.empty());
  bench.core.durable(first);
  CHECK(bench.answers == std::vector<std::string>{"first"});
  bench.core.durable(bench.appended);
  CHECK(bench.answers == std::vector<std::string>{"first", "second", "a read that saw both"});
  bench.wait("a read when all is durable");
  CHECK(bench.answers.size() == 4);
}

TEST_CASE("A refused operation leaves nothing behind and appends nothing") {
  Bench bench;
  const std::uint64_t before = bench.appended;
  api::DeleteClusterRequest request;
  request.cluster = "missing";
  CHECK_FALSE(bench.call(operations::delete_cluster, request));
  CHECK(bench.appended == before);
  CHECK(bench.core.sequence() == before);
}

TEST_CASE("What storage could not write is taken back, its callers hear so, and reads go on") {
  Bench bench;
  REQUIRE(bench.create_cluster("kept"));
  bench.wait("kept");
  const std::uint64_t kept = bench.appended;
  REQUIRE(bench.create_cluster("lost"));
  bench.wait("lost");
  bench.core.storage_failed("disk full", kept);
  CHECK(bench.answers == std::vector<std::string>{"kept", "lost refused"});
  CHECK(bench.core.state().cluster_named(bench.world, "kept") != nullptr);
  CHECK(bench.core.state().cluster_named(bench.world, "lost") == nullptr);
  bench.wait("read");
  CHECK(bench.answers.back() == "read");

  const auto refused = bench.create_cluster("later");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().http_status == 500);
  CHECK(refused.error().message.find("disk full") != std::string::npos);
  CHECK(bench.core.state().cluster_named(bench.world, "later") == nullptr);
  CHECK_FALSE(bench.core.change([](model::Transaction&) {}));
  CHECK_FALSE(bench.core.has_work());
}

TEST_CASE("After recovery changes are accepted again, under the new epoch and the numbers that were taken back") {
  Bench bench;
  REQUIRE(bench.create_cluster("lost"));
  const std::uint64_t lost = bench.appended;
  bench.core.storage_failed("disk full", lost - 1);
  bench.core.storage_recovered(2, lost - 1);
  REQUIRE(bench.create_cluster("new"));
  CHECK(bench.appended == lost);
  CHECK(bench.epochs.back() == 2);
  bench.wait("new");
  CHECK(bench.answers.empty());
  bench.core.durable(lost);
  CHECK(bench.answers == std::vector<std::string>{"new"});
}

TEST_CASE("The first call of an account while storage cannot write is refused like any other") {
  Bench bench;
  bench.core.storage_failed("disk full", bench.appended);
  const model::WorldId stranger = bench.core.world("999999999999", "eu-west-1");
  const auto answer = bench.core.run(stranger, [](operations::Context& context) {
    return operations::create_cluster(api::CreateClusterRequest{}, context);
  });
  REQUIRE_FALSE(answer);
  CHECK(answer.error().http_status == 500);
}

TEST_CASE("An instance hears of a task once, and only when the task is durable") {
  Bench bench;
  const model::InstanceId instance = bench.add_instance();
  const auto link = std::make_shared<RecordingLink>();
  CHECK(bench.core.attach(instance, link).empty());
  const std::string task = bench.run_task();
  CHECK(link->sent.empty());
  bench.core.durable(bench.appended);
  CHECK(link->sent == std::vector<std::string>{"RUNNING"});
  bench.stop_task(task);
  CHECK(link->sent.size() == 1);
  bench.core.durable(bench.appended);
  CHECK(link->sent == std::vector<std::string>{"RUNNING", "STOPPED"});
  bench.core.durable(bench.appended);
  CHECK(link->sent.size() == 2);
}

TEST_CASE("A task whose launch could not be stored never reaches its instance") {
  Bench bench;
  const model::InstanceId instance = bench.add_instance();
  const auto link = std::make_shared<RecordingLink>();
  bench.core.attach(instance, link);
  const std::uint64_t before = bench.appended;
  bench.run_task();
  bench.core.storage_failed("disk full", before);
  bench.core.storage_recovered(2, before);
  bench.core.settle();
  bench.core.durable(bench.appended);
  CHECK(link->sent.empty());
  CHECK(bench.core.state().of(instance).tasks.empty());
}

TEST_CASE("A new link is told everything that is not STOPPED, and an old one nothing more") {
  Bench bench;
  const model::InstanceId instance = bench.add_instance();
  const auto old_link = std::make_shared<RecordingLink>();
  bench.core.attach(instance, old_link);
  const std::string first = bench.run_task();
  const std::string second = bench.run_task();
  bench.stop_task(second);
  bench.core.durable(bench.appended);
  const std::size_t told = old_link->sent.size();

  const auto link = std::make_shared<RecordingLink>();
  CHECK(bench.core.attach(instance, link) == std::vector<std::string>{first, second});
  CHECK(link->sent == std::vector<std::string>{"RUNNING", "STOPPED"});
  CHECK(old_link->sent.size() == told);

  bench.core.detach(instance);
  bench.run_task();
  bench.core.durable(bench.appended);
  CHECK(link->sent.size() == 2);
}

TEST_CASE("A link that is attached while a launch is not durable yet is told of it once") {
  Bench bench;
  const model::InstanceId instance = bench.add_instance();
  const std::string task = bench.run_task();
  const auto link = std::make_shared<RecordingLink>();
  CHECK(bench.core.attach(instance, link) == std::vector<std::string>{task});
  CHECK(link->sent.empty());
  bench.core.durable(bench.appended);
  CHECK(link->sent == std::vector<std::string>{"RUNNING"});
}

TEST_CASE("A reset forgets every entity and keeps the world") {
  Bench bench;
  const model::InstanceId instance = bench.add_instance();
  const auto link = std::make_shared<RecordingLink>();
  bench.core.attach(instance, link);
  bench.run_task();
  REQUIRE(bench.core.reset());
  bench.core.durable(bench.appended);
  CHECK(bench.core.state().clusters().empty());
  CHECK(bench.core.state().instances().empty());
  CHECK(bench.core.state().task_count() == 0);
  CHECK(bench.core.state().family_named(bench.world, "app") == nullptr);
  CHECK(bench.core.state().find(bench.world) != nullptr);
  CHECK(link->sent.empty());
}

TEST_CASE("A reset of one account and region leaves the others, and their links, as they are") {
  Bench bench;
  const model::InstanceId instance = bench.add_instance();
  const auto link = std::make_shared<RecordingLink>();
  bench.core.attach(instance, link);
  const model::WorldId here = bench.world;
  bench.world = bench.core.world("123456789012", "us-east-1");
  const model::InstanceId elsewhere = [&] {
    REQUIRE(bench.create_cluster("default"));
    REQUIRE(bench.call(operations::register_container_instance, api::RegisterContainerInstanceRequest{}));
    return *bench.core.state().instances().rbegin();
  }();
  SECTION("another account changes nothing") {
    REQUIRE(bench.core.reset({"210987654321", ""}));
    CHECK(bench.core.state().clusters().size() == 2);
  }
  SECTION("one region") {
    REQUIRE(bench.core.reset({"123456789012", "us-east-1"}));
    CHECK(bench.core.state().find(elsewhere) == nullptr);
    CHECK(bench.core.state().cluster_named(bench.world, "default") == nullptr);
    bench.world = here;
    bench.run_task();
    bench.core.durable(bench.appended);
    CHECK(link->sent == std::vector<std::string>{"RUNNING"});
    CHECK(bench.core.state().family_named(here, "app") != nullptr);
  }
  SECTION("the account in all its regions") {
    REQUIRE(bench.core.reset({"123456789012", ""}));
    CHECK(bench.core.state().clusters().empty());
    CHECK(bench.core.state().instances().empty());
    CHECK(bench.core.state().find(here) != nullptr);
  }
}
