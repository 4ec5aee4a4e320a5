// What targets get of an event.

#include "server/events/changes/change.hpp"
#include "server/events/targets/input.hpp"
#include "server/events/targets/run_task_target.hpp"
#include "tests/unit/events/event_world.hpp"

namespace drydock::test {
namespace {

const std::string kEvent =
    R"({"id":"e1","detail-type":"Order","source":"shop","detail":{"name":"a \"b\"","n":3,"list":[{"x":"y"}]}})";

std::string input(const std::function<void(api::events::Target&)>& set) {
  api::events::Target target;
  set(target);
  return server::target_input(target, kEvent, {"arn:rule", "rule", "2026-01-01T00:00:00Z"});
}

std::string transformed(const std::vector<std::pair<std::string, std::string>>& paths, const std::string& text) {
  return input([&](api::events::Target& target) {
    target.InputTransformer.emplace().InputPathsMap = paths;
    target.InputTransformer->InputTemplate = text;
  });
}

}  // namespace

TEST_CASE("A target gets the event, a part, a constant or what a template makes of it", "[events]") {
  CHECK(input([](api::events::Target&) {}) == kEvent);
  CHECK(input([](api::events::Target& target) { target.Input = R"({"a":1})"; }) == R"({"a":1})");
  CHECK(input([](api::events::Target& target) { target.InputPath = "$.detail.n"; }) == "3");
  CHECK(input([](api::events::Target& target) { target.InputPath = "$.detail.list[0].x"; }) == R"("y")");
  CHECK(input([](api::events::Target& target) { target.InputPath = "$.none"; }) == "null");
  CHECK(transformed({{"n", "$.detail.n"}, {"name", "$.detail.name"}},
                    R"({"count":<n>,"text":"<name>: <n>","s":<name>})") ==
        R"({"count":3,"text":"a \"b\": 3","s":"a \"b\""})");
  CHECK(transformed({}, R"("<aws.events.rule-name> at <aws.events.event.ingestion-time>")") ==
        R"("rule at 2026-01-01T00:00:00Z")");
  CHECK(transformed({}, "<unknown>") == "<unknown>");
}

TEST_CASE("A rule runs a task as EventBridge calls RunTask", "[events]") {
  api::events::Target target;
  target.Arn = "arn:aws:ecs:eu-west-1:123456789012:cluster/default";
  auto& parameters = target.EcsParameters.emplace();
  parameters.TaskDefinitionArn = "web";
  parameters.TaskCount = 2;
  parameters.LaunchType = "FARGATE";
  parameters.NetworkConfiguration.emplace().awsvpcConfiguration.emplace().Subnets = {"subnet-1"};
  parameters.Tags.emplace().push_back({"k", "v"});
  const auto request = server::run_task_request(target, "a-rule-with-a-name-that-is-quite-long",
                                                R"({"containerOverrides":[{"name":"app","command":["x"]}]})");
  REQUIRE(request.has_value());
  CHECK(request->cluster == target.Arn);
  CHECK(request->count == 2);
  CHECK(request->launchType == "FARGATE");
  CHECK(request->startedBy == "events-rule/a-rule-with-a-name-that-");
  CHECK(request->networkConfiguration->awsvpcConfiguration->subnets == std::vector<std::string>{"subnet-1"});
  CHECK(request->tags->front().key == "k");
  CHECK(request->overrides->containerOverrides->front().command == std::vector<std::string>{"x"});
  // The whole event, which is what a target without an input gets, overrides nothing.
  CHECK_FALSE(server::run_task_request(target, "r", kEvent)->overrides.has_value());
  CHECK(server::run_task_request(target, "r", R"({"containerOverrides":3})").error().starts_with("the input is no"));
}

/// What each commit of the world changes, from now on.
void note_changes(EventWorld& world, std::vector<server::Change>& changes) {
  world.before_commit = [&changes](model::Transaction& tx) {
    for (const model::Touched& touched : tx.touched()) {
      if (auto change = server::change_of(tx.state(), touched)) changes.push_back(std::move(*change));
    }
  };
}

TEST_CASE("Changes are told once each, and of many only that there are many", "[events]") {
  server::PendingChanges changes;
  CHECK(changes.empty());
  changes.add({.kind = "task", .arn = "t1", .cluster = "c", .service = "s"});
  changes.add({.kind = "task", .arn = "t1", .cluster = "c", .service = "s", .removed = true});
  changes.add({.kind = "cluster", .arn = "c"});
  CHECK(changes.take() == R"({"changes":[{"kind":"cluster","arn":"c"},)"
                          R"({"kind":"task","arn":"t1","cluster":"c","service":"s","removed":true}]})");
  CHECK(changes.empty());
  for (std::size_t i = 0; i <= server::PendingChanges::kMostSingly; ++i) {
    changes.add({.kind = "task", .arn = "t" + std::to_string(i), .cluster = "c"});
  }
  changes.add({.kind = "task", .arn = "another", .cluster = "c"});
  changes.add({.kind = "service", .arn = "s", .cluster = "c"});
  CHECK(changes.take() ==
        R"({"changes":[{"kind":"task","cluster":"c","many":true},{"kind":"service","arn":"s","cluster":"c"}]})");
}

TEST_CASE("A commit's changes name what they belong to, also when it is gone", "[events]") {
  EventWorld world;
  world.add_instance("eu-west-1a");
  std::vector<server::Change> changes;
  note_changes(world, changes);
  world.create(ServiceWorld::web());
  world.run("web");
  const auto task = std::ranges::find(changes, "task", &server::Change::kind);
  REQUIRE(task != changes.end());
  CHECK(task->cluster == world.arn("cluster/default"));
  CHECK(task->service == world.arn("service/default/web"));
  CHECK_FALSE(task->container_instance.empty());
  CHECK(task->account == TestWorld::kAccount);
  changes.clear();
  const model::TaskId id = world.tasks("web", &model::DeploymentTasks::healthy).at(0);
  world.edit([&](model::Transaction& tx) { tx.remove(id); });
  REQUIRE(changes.size() == 1);
  CHECK(changes[0].removed);
  CHECK_FALSE(changes[0].arn.empty());
}

TEST_CASE("What scales a service is told of as its scalable target", "[events]") {
  EventWorld world;
  world.add_instance("eu-west-1a");
  world.create(ServiceWorld::web());
  std::vector<server::Change> changes;
  note_changes(world, changes);
  model::ScalableTarget target;
  target.world = world.id;
  target.uuid = {.high = 0, .low = 0xab};
  target.cluster = "default";
  target.service = "web";
  model::ScalableTargetId id;
  model::ScalingPolicyId policy;
  world.edit([&](model::Transaction& tx) { id = tx.create(target); });
  world.edit([&](model::Transaction& tx) {
    model::ScalingPolicy made;
    made.target = id;
    made.name = "cpu";
    policy = tx.create(made);
  });
  world.edit([&](model::Transaction& tx) {
    model::ScalingActivity done;
    done.world = target.world;
    done.cluster = "default";
    done.service = "web";
    tx.create(done);
  });
  world.edit([&](model::Transaction& tx) { tx.remove(policy); });
  REQUIRE(changes.size() == 4);
  for (const server::Change& change : changes) {
    CHECK(change.kind == "scalableTarget");
    CHECK(change.arn == changes[0].arn);
    CHECK(change.cluster == world.arn("cluster/default"));
    CHECK(change.service == world.arn("service/default/web"));
    CHECK_FALSE(change.removed);
  }
  CHECK(changes[0].arn.find(":scalable-target/0ec5") != std::string::npos);
  world.edit([&](model::Transaction& tx) { tx.remove(id); });
  REQUIRE(changes.size() == 5);
  CHECK(changes[4].removed);
  // Made and removed at once: nobody has seen it.
  world.edit([&](model::Transaction& tx) { tx.remove(tx.create(target)); });
  CHECK(changes.size() == 5);
}

TEST_CASE("A group of instances is told of with the cluster that it is in", "[events]") {
  EventWorld world;
  world.add_instance("eu-west-1a");
  std::vector<server::Change> changes;
  note_changes(world, changes);
  world.edit([&](model::Transaction& tx) {
    model::InstanceGroup group;
    group.world = world.id;
    group.name = "web-asg";
    group.cluster = tx.state().cluster_named(group.world, "default")->id;
    tx.create(group);
  });
  REQUIRE(changes.size() == 1);
  CHECK(changes[0].kind == "instanceGroup");
  CHECK(changes[0].arn.ends_with(":autoScalingGroup::autoScalingGroupName/web-asg"));
  CHECK(changes[0].cluster == world.arn("cluster/default"));
}

}  // namespace drydock::test
