// Tasks that wait in PROVISIONING, and simulated groups that bring them instances: spec/services.md section 14,
// spec/task-lifecycle.md section 1.1.
#include <algorithm>
#include <map>

#include "model/metric_key.hpp"
#include "scheduler/capacity_providers/put_group.hpp"
#include "scheduler/metrics/statistics.hpp"
#include "tests/unit/operations/capacity_providers/provider_fixture.hpp"

namespace drydock::test {
namespace {

using namespace std::chrono_literals;
using model::DeploymentTasks;

/// A provider `scaled` with managed scaling for the group `scaled`; each machine holds four tasks of `web`.
struct GroupWorld : ProviderWorld {
  GroupWorld() {
    Json definition = ServiceWorld::definition("web");
    definition["containerDefinitions"][0]["memory"] = 512;
    ok("RegisterTaskDefinition", definition);
    make("scaled", true);
    associate({"scaled"});
  }
  void put(int minimum, int maximum) {
    scheduler::GroupSettings size;
    size.minimum = minimum;
    size.maximum = maximum;
    size.cpu_units = 4096;
    size.memory_mib = 2048;
    edit([&](model::Transaction& tx) { group_id = scheduler::put_group(tx, id, "scaled", size).value(); });
  }
  const model::InstanceGroup& group() const { return state.get(group_id); }
  std::vector<std::string> machines() const {
    std::vector<std::string> ids;
    for (const auto& machine : group().machines) ids.push_back(machine.instance_id);
    return ids;
  }
  /// What the runtime does: machines of the group register.
  bool boot() {
    bool booted = false;
    const std::vector<model::GroupMachine> listed = group().machines;
    for (const model::GroupMachine& machine : listed) {
      if (machine.registered || machine.terminating() || !state.instances_on(machine.instance_id).empty()) continue;
      const model::InstanceId instance = add_instance("a", group().cpu_units, group().memory_mib);
      edit([&](model::Transaction& tx) {
        tx.update(instance, [&](model::ContainerInstance& one) { one.ec2_instance_id = machine.instance_id; });
      });
      put_provider(instance, "scaled");
      booted = true;
    }
    return booted;
  }
  void rest() {
    do settle();
    while (boot());
  }
  void later(model::Duration duration) {
    clock.advance_to(clock.now() + duration);
    rest();
  }
  Json run_task(int count = 1, const Json& more = Json::object()) {
    return ok(
        "RunTask",
        with({{"taskDefinition", "web"}, {"count", count}, {"capacityProviderStrategy", {strategy_item("scaled", 1)}}},
             more));
  }
  Json task(const Json& arn) { return ok("DescribeTasks", {{"tasks", {arn}}})["tasks"][0]; }
  model::TaskId id_of(const Json& arn) const {
    const std::string text = arn;
    return state.task_with(*model::parse_uuid(text.substr(text.rfind('/') + 1)))->id;
  }
  void stop(const Json& arn) {
    ok("StopTask", {{"task", arn}});
    report(id_of(arn), model::TaskStatus::kStopped, 0);
  }
  Json create(int desired) {
    Json body = ServiceWorld::web();
    body["desiredCount"] = desired;
    body["capacityProviderStrategy"] = Json::array({strategy_item("scaled", 1)});
    return ok("CreateService", body)["service"];
  }
  std::size_t waiting() const { return state.of(state.cluster_named(id, "default")->id).waiting.size(); }

  model::InstanceGroupId group_id;
};

TEST_CASE("a task of a provider with managed scaling waits in PROVISIONING for an instance", "[capacity]") {
  GroupWorld world;
  const Json answer = world.run_task();
  CHECK(answer["failures"] == Json::array());
  const Json task = answer["tasks"][0];
  CHECK(task["lastStatus"] == "PROVISIONING");
  CHECK(task["desiredStatus"] == "RUNNING");
  CHECK(task["capacityProviderName"] == "scaled");
  CHECK_FALSE(task.contains("containerInstanceArn"));
  CHECK_FALSE(task.contains("availabilityZone"));
  world.settle();
  const auto id = world.id_of(task["taskArn"]);
  const auto& why = world.state.explanations.tasks.at(id);
  CHECK(why.code == "PROVISIONING");
  CHECK(why.message.ends_with("EMPTY CAPACITY PROVIDER"));
  CHECK(why.next_step.find("--instance-group") != std::string::npos);
  CHECK(indexes_after_restart(world.stored) == indexes_of(world.state));

  const auto instance = world.add_instance_of("scaled");
  world.settle();
  const Json placed = world.task(task["taskArn"]);
  CHECK(placed["lastStatus"] == "PENDING");
  CHECK(placed["containerInstanceArn"] == model::arn_of(world.state, world.state.get(instance)));
  CHECK(placed["availabilityZone"] == "eu-west-1a");
  CHECK(placed["connectivity"] == "CONNECTED");
  CHECK(world.state.explanations.tasks.empty());
  CHECK(indexes_after_restart(world.stored) == indexes_of(world.state));
}

TEST_CASE("a task that waits keeps its placement constraints", "[capacity]") {
  GroupWorld world;
  const Json arn =
      world.run_task(1, {{"placementConstraints",
                          {{{"type", "memberOf"}, {"expression", "attribute:stack == blue"}}}}})["tasks"][0]["taskArn"];
  const auto instance = world.add_instance_of("scaled");
  world.settle();
  CHECK(world.task(arn)["lastStatus"] == "PROVISIONING");
  world.ok("PutAttributes", {{"attributes",
                              {{{"name", "stack"},
                                {"value", "blue"},
                                {"targetId", model::arn_of(world.state, world.state.get(instance))}}}}});
  world.settle();
  CHECK(world.task(arn)["lastStatus"] == "PENDING");
}

TEST_CASE("tasks that nobody brings an instance for fail after a while, with the reason", "[capacity]") {
  GroupWorld world;
  const auto fails_with = [&](const Json& arn, const std::string& reason) {
    world.settle();
    world.clock.advance_to(world.clock.now() + 15min - 1ms);
    world.settle();
    CHECK(world.task(arn)["lastStatus"] == "PROVISIONING");
    world.clock.advance_to(world.clock.now() + 1ms);
    world.settle();
    const Json task = world.task(arn);
    CHECK(task["lastStatus"] == "STOPPED");
    CHECK(task["stopCode"] == "TaskFailedToStart");
    CHECK(task["stoppedReason"] == reason);
  };
  fails_with(world.run_task()["tasks"][0]["taskArn"], "TaskFailedToStart: EMPTY CAPACITY PROVIDER");
  const auto instance = world.add_instance_of("scaled");
  const std::string instance_arn = model::arn_of(world.state, world.state.get(instance));
  fails_with(
      world.run_task(
          1, {{"overrides", {{"containerOverrides", {{{"name", "app"}, {"memory", 100000}}}}}}})["tasks"][0]["taskArn"],
      "TaskFailedToStart: RESOURCE:MEMORY");
  fails_with(
      world.run_task(1, {{"placementConstraints",
                          {{{"type", "memberOf"}, {"expression", "attribute:stack == blue"}}}}})["tasks"][0]["taskArn"],
      "TaskFailedToStart: MemberOf placement constraint unsatisfied");
  world.ok("UpdateContainerInstancesState", {{"containerInstances", {instance_arn}}, {"status", "DRAINING"}});
  fails_with(world.run_task()["tasks"][0]["taskArn"], "TaskFailedToStart: NO ACTIVE INSTANCES");
}

TEST_CASE("a task that waits can be stopped", "[capacity]") {
  GroupWorld world;
  const Json arn = world.run_task()["tasks"][0]["taskArn"];
  world.settle();
  world.ok("StopTask", {{"task", arn}});
  world.settle();
  const Json task = world.task(arn);
  CHECK(task["lastStatus"] == "STOPPED");
  CHECK(task["stopCode"] == "UserInitiated");
  CHECK(world.waiting() == 0);
  CHECK(world.state.explanations.tasks.empty());
}

TEST_CASE("only so many tasks of a cluster wait", "[capacity][quotas]") {
  GroupWorld world;
  REQUIRE(world.settings.quotas.set("provisioning-tasks-per-cluster=2"));
  world.run_task(2);
  const Json body = {{"taskDefinition", "web"}, {"capacityProviderStrategy", {strategy_item("scaled", 1)}}};
  CHECK(world.no("RunTask", body) ==
        "ClientException: The RunTask could not be processed because you use managed scaling and there is a capacity "
        "error because the quota of tasks in the PROVISIONING per cluster has been reached.");
  world.pace.limits = scheduler::limits_of(world.settings.quotas, false, false);
  world.create(1);
  world.settle();
  CHECK(world.events("web").back() ==
        "was unable to place tasks in your cluster because the tasks provisioning capacity limit was exceeded.");
  CHECK(world.state.explanations.services.at(world.service_id("web")).code == "QUOTA");
  world.add_instance_of("scaled");
  world.run("web");
  CHECK(world.events("web").back() == "has reached a steady state.");
}

TEST_CASE("a group brings the instances that waiting tasks need, from nothing to two first", "[capacity]") {
  GroupWorld world;
  world.put(0, 10);
  world.rest();
  CHECK(world.machines().empty());
  CHECK(world.group().cluster);
  const Json tasks = world.run_task(10)["tasks"];
  world.settle();
  CHECK(world.machines().size() == 3);  // two first, and what is missing when these are there
  world.rest();
  CHECK(world.waiting() == 0);
  for (const Json& task : tasks) CHECK(world.task(task["taskArn"])["lastStatus"] == "PENDING");
  CHECK(world.machines().size() == 3);
  CHECK(indexes_after_restart(world.stored) == indexes_of(world.state));
}

TEST_CASE("a group stays within its size and says so", "[capacity]") {
  GroupWorld world;
  world.put(1, 2);
  world.rest();
  CHECK(world.machines().size() == 1);
  world.create(12);
  world.rest();
  CHECK(world.machines().size() == 2);
  CHECK(world.waiting() == 4);
  const auto provider = world.state.capacity_provider_named(world.id, "scaled")->id;
  CHECK(world.state.explanations.capacity_providers.at(provider).message ==
        "3 instances are needed; the group has at most 2.");
  CHECK(world.tasks("web", &DeploymentTasks::starting).size() == 12);
  world.put(1, 4);
  world.rest();
  CHECK(world.waiting() == 0);
  CHECK_FALSE(world.state.explanations.capacity_providers.contains(provider));
}

TEST_CASE("instances without tasks go after a while, those with tasks stay", "[capacity]") {
  GroupWorld world;
  world.put(0, 10);
  const Json tasks = world.run_task(10)["tasks"];
  world.rest();
  REQUIRE(world.machines().size() == 3);
  std::map<std::string, std::vector<Json>> by_instance;
  for (const Json& task : tasks) {
    by_instance[world.task(task["taskArn"])["containerInstanceArn"]].push_back(task["taskArn"]);
  }
  const auto emptied = by_instance.begin();
  for (const Json& arn : emptied->second) world.stop(arn);
  world.rest();
  CHECK(world.machines().size() == 3);
  world.later(59s);
  CHECK(world.machines().size() == 3);
  world.later(1s);
  CHECK(world.machines().size() == 2);
  const Json gone = world.ok("DescribeContainerInstances", {{"containerInstances", {emptied->first}}});
  CHECK(gone["containerInstances"][0]["status"] == "INACTIVE");
  world.later(1h);
  CHECK(world.machines().size() == 2);
  for (auto it = std::next(by_instance.begin()); it != by_instance.end(); ++it) {
    for (const Json& arn : it->second) CHECK(world.task(arn)["lastStatus"] == "PENDING");
  }
}

TEST_CASE("a machine with tasks that has to go is drained first, unless draining is off", "[capacity]") {
  GroupWorld world;
  world.put(2, 4);
  world.rest();
  world.create(8);
  world.rest();
  world.run("web");
  REQUIRE(world.machines().size() == 2);
  const Json update = {{"name", "scaled"},
                       {"autoScalingGroupProvider", {{"managedScaling", {{"status", "DISABLED"}}}}}};
  const auto shrink = [&](const std::string& protection, const std::string& draining) {
    Json body = update;
    body["autoScalingGroupProvider"]["managedTerminationProtection"] = protection;
    body["autoScalingGroupProvider"]["managedDraining"] = draining;
    if (protection == "ENABLED") body["autoScalingGroupProvider"]["managedScaling"]["status"] = "ENABLED";
    world.ok("UpdateCapacityProvider", body);
    world.settle();
    scheduler::GroupSettings settings;
    settings.minimum = 0;
    settings.maximum = 1;
    world.edit([&](model::Transaction& tx) { scheduler::put_group(tx, world.id, "scaled", settings).value(); });
    world.settle();
  };
  SECTION("protected") {
    shrink("ENABLED", "ENABLED");
    CHECK(world.group().desired == 1);
    CHECK(world.machines().size() == 2);
    CHECK(world.tasks("web", &DeploymentTasks::healthy).size() == 8);
  }
  SECTION("drained") {
    shrink("DISABLED", "ENABLED");
    REQUIRE(world.machines().size() == 2);
    CHECK(world.group().machines[0].terminating());
    const auto draining = *world.state.instances_on(world.machines()[0]).begin();
    CHECK(world.state.get(draining).status == model::InstanceStatus::kDraining);
    world.add_instance_of("scaled");  // room for what has to move
    world.run("web");
    world.settle();
    CHECK(world.machines().size() == 1);
    CHECK(world.state.get(draining).status == model::InstanceStatus::kInactive);
    CHECK(world.tasks("web", &DeploymentTasks::healthy).size() == 8);
  }
  SECTION("terminated at once") {
    shrink("DISABLED", "DISABLED");
    CHECK(world.machines().size() == 1);
    CHECK(world.tasks("web", &DeploymentTasks::healthy).size() == 4);
    const auto& stopped = world.state.stopped_tasks();
    REQUIRE_FALSE(stopped.empty());
    const model::Task& task = world.state.get(stopped.begin()->second);
    CHECK(task.stop_code == model::StopCode::kTerminationNotice);
    CHECK(task.stopped_reason.starts_with("Host EC2 (instance i-"));
  }
}

TEST_CASE("a machine that is deregistered before anybody looked at its registration is replaced, too", "[capacity]") {
  GroupWorld world;
  world.put(1, 3);
  world.settle();
  const std::string first = world.machines().at(0);
  const Json registered = world.ok(
      "RegisterContainerInstance",
      {{"instanceIdentityDocument", Json{{"instanceId", first}}.dump()}})["containerInstance"]["containerInstanceArn"];
  CHECK(world.group().machines.at(0).registered);
  world.ok("DeregisterContainerInstance", {{"containerInstance", registered}});
  world.settle();
  REQUIRE(world.machines().size() == 1);
  CHECK(world.machines().at(0) != first);
  CHECK(indexes_after_restart(world.stored) == indexes_of(world.state));
}

TEST_CASE("a machine that is deregistered is replaced", "[capacity]") {
  GroupWorld world;
  world.put(1, 1);
  world.rest();
  const auto first = world.machines();
  REQUIRE(first.size() == 1);
  const auto instance = *world.state.instances_on(first[0]).begin();
  world.ok("DeregisterContainerInstance",
           {{"containerInstance", model::arn_of(world.state, world.state.get(instance))}, {"force", true}});
  world.rest();
  REQUIRE(world.machines().size() == 1);
  CHECK(world.machines() != first);
}

TEST_CASE("a group that no cluster uses any more has no machines", "[capacity]") {
  GroupWorld world;
  world.put(2, 2);
  world.rest();
  CHECK(world.machines().size() == 2);
  world.associate({});
  CHECK(world.machines().empty());
  CHECK_FALSE(world.group().cluster);
  world.ok("DeleteCapacityProvider", {{"capacityProvider", "scaled"}});
  world.settle();
  CHECK(world.group().desired == 2);
}

TEST_CASE("daemons do not keep an instance, nor ask for one", "[capacity]") {
  GroupWorld world;
  world.put(1, 3);
  world.rest();
  Json daemon = ServiceWorld::web();
  daemon.erase("desiredCount");
  daemon["serviceName"] = "agent";
  daemon["schedulingStrategy"] = "DAEMON";
  world.ok("CreateService", daemon);
  world.rest();
  CHECK(world.machines().size() == 1);
  scheduler::GroupSettings none;
  none.minimum = 0;
  world.edit([&](model::Transaction& tx) { scheduler::put_group(tx, world.id, "scaled", none).value(); });
  world.settle();
  world.later(1min);
  CHECK(world.group().desired == 0);
  // DRAINING until its daemon has stopped.
  for (const auto task : world.tasks("agent", &DeploymentTasks::stopping)) {
    world.report(task, model::TaskStatus::kStopped, 0);
  }
  world.settle();
  CHECK(world.machines().empty());
}

TEST_CASE("managed instances come for the tasks, as many as these need", "[capacity][managed]") {
  GroupWorld world;
  world.ok("CreateCapacityProvider", world.managed("mi"));
  Json definition = ServiceWorld::definition("vpc");
  definition["networkMode"] = "awsvpc";
  world.ok("RegisterTaskDefinition", definition);
  scheduler::GroupSettings settings;
  settings.maximum = 5;
  model::InstanceGroupId id;
  world.edit([&](model::Transaction& tx) { id = scheduler::put_group(tx, world.id, "mi", settings).value(); });
  world.ok("RunTask", {{"taskDefinition", "vpc"},
                       {"networkConfiguration", ServiceWorld::network()},
                       {"capacityProviderStrategy", {strategy_item("mi", 1)}}});
  world.settle();
  REQUIRE(world.state.get(id).machines.size() == 1);
  const std::string machine = world.state.get(id).machines[0].instance_id;
  const auto instance = world.add_instance("a", 2048, 3884);
  world.edit([&](model::Transaction& tx) {
    tx.update(instance, [&](model::ContainerInstance& one) { one.ec2_instance_id = machine; });
  });
  world.put_provider(instance, "mi");
  world.settle();
  CHECK(world.waiting() == 0);
  CHECK(world.state.get(id).machines.size() == 1);
  CHECK(world.state.of(instance).tasks.size() == 1);
}

TEST_CASE("CapacityProviderReservation is in CloudWatch, once a minute", "[capacity]") {
  GroupWorld world;
  world.put(0, 1);
  const auto reservation = [&] {
    const std::string metric = model::metric_key({"AWS/ECS/ManagedScaling",
                                                  "CapacityProviderReservation",
                                                  {{"CapacityProviderName", "scaled"}, {"ClusterName", "default"}}});
    const auto found = scheduler::samples(world.state, world.id, metric, "Percent", world.clock.now() - 24h,
                                          world.clock.now() + 1min, 60s);
    std::vector<double> values;
    for (const auto& [at, samples] : found) values.push_back(*samples.statistic("Average"));
    return values;
  };
  world.rest();
  CHECK(reservation() == std::vector<double>{100});
  world.run_task(8);  // two instances' worth, and there is but one
  world.rest();
  CHECK(reservation() == std::vector<double>{100});
  world.later(1min);
  CHECK(reservation() == std::vector<double>{100, 200});
}

}  // namespace
}  // namespace drydock::test
