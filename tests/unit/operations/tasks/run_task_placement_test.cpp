// RunTask and StartTask with constraints, strategies, GPUs and network interfaces (spec/placement.md sections 2 to 7).
#include "tests/unit/operations/placement_fixture.hpp"

namespace drydock::test {
namespace {

using Load = std::vector<std::size_t>;

const std::string kBad = "InvalidParameterException: ";

struct RunWorld : PlacementWorld {
  static Json web(int count, const Json& constraints = Json::array(), const Json& strategies = Json::array()) {
    return {{"taskDefinition", "web"},
            {"count", count},
            {"placementConstraints", constraints},
            {"placementStrategy", strategies}};
  }
  static Json strategy(const std::string& type, const std::string& field) { return {{"type", type}, {"field", field}}; }
  Json gpus(const std::string& family, int first, int second) {
    Json body = definition(family);
    body["containerDefinitions"].push_back(body["containerDefinitions"][0]);
    body["containerDefinitions"][1]["name"] = "side";
    const auto ask = [&](int container, int count) {
      if (count == 0) return;
      body["containerDefinitions"][container]["resourceRequirements"] = {
          {{"type", "GPU"}, {"value", std::to_string(count)}}};
      body["containerDefinitions"][container].erase("portMappings");
    };
    ask(0, first);
    ask(1, second);
    return ok("RegisterTaskDefinition", body);
  }
};

TEST_CASE("RunTask places on members only and says which instance is none", "[operations][placement]") {
  RunWorld world;
  const std::string prod = world.instance("a", {{"stack", "prod"}});
  const std::string test = world.instance("b", {{"stack", "test"}});
  world.ok("RunTask", RunWorld::web(3, Json::array({RunWorld::member_of("attribute:stack == prod")})));
  CHECK(world.load({prod, test}) == Load{3, 0});
  const Json none = world.ok("RunTask", RunWorld::web(2, Json::array({RunWorld::member_of("attribute:stack == dev")})));
  CHECK(none["tasks"].empty());
  REQUIRE(none["failures"].size() == 2);
  CHECK(none["failures"][0]["arn"] == prod);
  CHECK(none["failures"][0]["reason"] == "MemberOf placement constraint unsatisfied.");
  CHECK(none["failures"][0]["detail"] == "wanted: attribute:stack == dev; attribute:stack is 'prod'");
  // What explain tells, too.
  const auto& why = world.state.explanations.clusters.begin()->second;
  REQUIRE(why.refusals.size() == 2);
  CHECK(why.refusals[1].available == "attribute:stack is 'test'");
}

TEST_CASE("a resource refuses before a constraint does", "[operations][placement]") {
  RunWorld world;
  world.instance("a", Json::object(), 4096, 10);
  const Json none = world.ok("RunTask", RunWorld::web(1, Json::array({RunWorld::member_of("attribute:x exists")})));
  CHECK(none["failures"][0]["reason"] == "RESOURCE:MEMORY");
}

TEST_CASE("the task definition's constraint holds for RunTask but StartTask's caller has chosen",
          "[operations][placement]") {
  RunWorld world;
  const std::string here = world.instance("a");
  world.ok("RegisterTaskDefinition", with(RunWorld::definition("picky"),
                                          {{"placementConstraints", {RunWorld::member_of("attribute:gpu exists")}}}));
  const Json run = world.ok("RunTask", {{"taskDefinition", "picky"}});
  CHECK(run["failures"][0]["reason"] == "MemberOf placement constraint unsatisfied.");
  const Json start = world.ok("StartTask", {{"taskDefinition", "picky"}, {"containerInstances", {here}}});
  CHECK(start["failures"].empty());
  CHECK(start["tasks"].size() == 1);
}

TEST_CASE("distinctInstance of RunTask looks at the group's wanted tasks", "[operations][placement]") {
  RunWorld world;
  const std::string one = world.instance("a");
  const std::string two = world.instance("a");
  const Json first = world.ok("RunTask", RunWorld::web(3, Json::array({RunWorld::distinct()})));
  CHECK(first["tasks"].size() == 2);
  REQUIRE(first["failures"].size() == 2);
  CHECK(first["failures"][0]["reason"] == "DistinctInstance placement constraint unsatisfied.");
  CHECK(world.load({one, two}) == Load{1, 1});
  // Another group does not count, and neither does a task that is to stop.
  Json other = RunWorld::web(2, Json::array({RunWorld::distinct()}));
  other["group"] = "other";
  CHECK(world.ok("RunTask", other)["tasks"].size() == 2);
  CHECK(world.ok("RunTask", RunWorld::web(1, Json::array({RunWorld::distinct()})))["tasks"].empty());
  world.ok("StopTask", {{"task", first["tasks"][0]["taskArn"]}});
  CHECK(world.ok("RunTask", RunWorld::web(1, Json::array({RunWorld::distinct()})))["tasks"].size() == 1);
}

TEST_CASE("RunTask keeps away from a group, its own included", "[operations][placement]") {
  RunWorld world;
  const std::string one = world.instance("a");
  const std::string two = world.instance("a");
  Json database = RunWorld::web(1);
  database["group"] = "database";
  world.ok("RunTask", database);
  CHECK(world.load({one, two}) == Load{1, 0});
  world.ok("RunTask", RunWorld::web(2, Json::array({RunWorld::member_of("not(task:group == database)")})));
  CHECK(world.load({one, two}) == Load{1, 2});
  world.ok("RunTask", RunWorld::web(1, Json::array({RunWorld::member_of("task:group == database")})));
  CHECK(world.load({one, two}) == Load{2, 2});
  Json lonely = RunWorld::web(2, Json::array({RunWorld::member_of("not(task:group == lonely)")}));
  lonely["group"] = "lonely";
  CHECK(world.ok("RunTask", lonely)["tasks"].size() == 2);
  CHECK(world.load({one, two}) == Load{3, 3});
}

TEST_CASE("RunTask follows its strategy", "[operations][placement]") {
  struct Row {
    Json strategies;
    Load load;
  };
  const Json zones = RunWorld::strategy("spread", "attribute:ecs.availability-zone");
  const std::vector<Row> rows = {
      {Json::array({zones, RunWorld::strategy("binpack", "memory")}), {3, 0, 2}},
      {Json::array({zones, RunWorld::strategy("spread", "instanceId")}), {2, 1, 2}},
      {Json::array({RunWorld::strategy("binpack", "memory")}), {4, 1, 0}},
      {Json::array({RunWorld::strategy("spread", "instanceId")}), {2, 2, 1}},
      {Json::array(), {2, 1, 2}},
      {Json::array({RunWorld::strategy("spread", "attribute:rack")}), {2, 1, 2}},
  };
  for (const Row& row : rows) {
    INFO(row.strategies.dump());
    RunWorld world;
    // 64 MiB a task: four fit.
    const std::vector<std::string> instances = {world.instance("a", {{"rack", "1"}}, 4096, 256),
                                                world.instance("a", {{"rack", "1"}}, 4096, 256),
                                                world.instance("b", {{"rack", "2"}}, 4096, 256)};
    REQUIRE(world.ok("RunTask", RunWorld::web(5, Json::array(), row.strategies))["tasks"].size() == 5);
    Load load = world.load(instances);
    // ARNs decide between equals: which of the two in zone a comes first is drawn.
    if (load[0] < load[1]) std::swap(load[0], load[1]);
    Load sorted = load;
    Load expected = row.load;
    std::ranges::sort(sorted);
    std::ranges::sort(expected);
    CHECK(sorted == expected);
    if (row.strategies.size() != 1) CHECK(load == row.load);
  }
}

TEST_CASE("random placement is the same for the same seed", "[operations][placement]") {
  Load loads[2];
  for (Load& load : loads) {
    RunWorld world;
    std::vector<std::string> instances;
    for (int i = 0; i < 4; ++i) instances.push_back(world.instance("a"));
    world.ok("RunTask", RunWorld::web(10, Json::array(), Json::array({{{"type", "random"}}})));
    load = world.load(instances);
  }
  CHECK(loads[0] == loads[1]);
}

TEST_CASE("RunTask refuses constraints and strategies that are none", "[operations][placement]") {
  RunWorld world;
  world.instance("a");
  const auto constraint = [&](const Json& item) { return world.no("RunTask", RunWorld::web(1, Json::array({item}))); };
  const auto strategy = [&](const Json& item) {
    return world.no("RunTask", RunWorld::web(1, Json::array(), Json::array({item})));
  };
  CHECK(constraint(RunWorld::member_of("attribute:x ==")) ==
        kBad + "Invalid expression: a value is missing at position 15.");
  CHECK(constraint(RunWorld::member_of("foo == 1")) == kBad + "Invalid expression: unknown subject 'foo'.");
  CHECK(constraint({{"type", "distinctInstance"}, {"expression", ""}}) ==
        kBad + "distinctInstance expression should not be specified.");
  CHECK(strategy({{"type", "spread"}}) == kBad + "spread field can not be blank.");
  CHECK(strategy({{"type", "binpack"}, {"field", "disk"}}) == kBad + "binpack field 'disk' is invalid");
  CHECK(world.no("RunTask", RunWorld::web(1, Json::array(), Json(6, RunWorld::strategy("spread", "host")))) ==
        kBad + "Maximum number of strategies is 5");
  CHECK(world.no("RunTask", RunWorld::web(1, Json(11, RunWorld::member_of("attribute:a exists")))) ==
        kBad + "placement constraints can have at most 10 items");
  Json fargate = {
      {"taskDefinition", "fargate"}, {"launchType", "FARGATE"}, {"networkConfiguration", RunWorld::network()}};
  fargate["placementConstraints"] = {RunWorld::distinct()};
  CHECK(world.no("RunTask", fargate) == kBad + "Placement constraints are not supported with FARGATE launch type.");
}

TEST_CASE("RegisterTaskDefinition reads the expressions of its constraints", "[operations][placement]") {
  RunWorld world;
  const auto body = [](const std::string& expression) {
    return with(RunWorld::definition("picky"), {{"placementConstraints", {RunWorld::member_of(expression)}}});
  };
  world.ok("RegisterTaskDefinition", body("attribute:ecs.instance-type =~ t2.*"));
  CHECK(world.no("RegisterTaskDefinition", body("attribute:x in []")) ==
        "ClientException: constraint.expression 'attribute:x in []' is invalid: expected a value but found ']' at "
        "position 17.");
  Json distinct = body("");
  distinct["placementConstraints"] = {RunWorld::distinct()};
  CHECK(world.no("RegisterTaskDefinition", distinct) ==
        "ClientException: constraint.type 'distinctInstance' is not supported.");
}

TEST_CASE("GPUs are pinned to containers and free again when the task is STOPPED", "[operations][placement]") {
  RunWorld world;
  const model::InstanceId id = world.add_instance("a");
  world.edit([&](model::Transaction& tx) {
    tx.update(id, [](model::ContainerInstance& instance) {
      auto resources = std::make_shared<std::vector<api::Resource>>(1);
      resources->front().name = "GPU";
      resources->front().type = "STRINGSET";
      resources->front().stringSetValue = {"gpu-a", "gpu-b", "gpu-c"};
      instance.other_resources = std::move(resources);
    });
  });
  world.gpus("learn", 1, 1);
  const auto free = [&] {
    const std::string arn = model::arn_of(world.state, world.state.get(id));
    const Json shown = world.ok("DescribeContainerInstances", {{"containerInstances", {arn}}});
    for (const Json& one : shown["containerInstances"][0]["remainingResources"]) {
      if (one["name"] == "GPU") return one["stringSetValue"];
    }
    return Json();
  };
  const Json run = world.ok("RunTask", {{"taskDefinition", "learn"}, {"count", 2}});
  REQUIRE(run["tasks"].size() == 1);
  CHECK(run["tasks"][0]["containers"][0]["gpuIds"] == Json{"gpu-a"});
  CHECK(run["tasks"][0]["containers"][1]["gpuIds"] == Json{"gpu-b"});
  CHECK(run["failures"][0]["reason"] == "RESOURCE:GPU");
  CHECK(free() == Json{"gpu-c"});
  const std::string task = run["tasks"][0]["taskArn"];
  world.ok("StopTask", {{"task", task}});
  CHECK(free() == Json{"gpu-c"});
  world.report(*world.state.of(id).tasks.begin(), model::TaskStatus::kStopped, 0);
  CHECK(free() == Json{"gpu-a", "gpu-b", "gpu-c"});
  // Three in one container: more than one task of the first kind leaves.
  world.gpus("hungry", 0, 3);
  CHECK(world.ok("RunTask", {{"taskDefinition", "hungry"}})["tasks"].size() == 1);
  CHECK(world.ok("StartTask", {{"taskDefinition", "learn"},
                               {"containerInstances",
                                {model::arn_of(world.state, world.state.get(id))}}})["failures"][0]["reason"] ==
        "RESOURCE:GPU");
}

TEST_CASE("an instance takes as many awsvpc tasks as it has slots for network interfaces", "[operations][placement]") {
  RunWorld world;
  const std::string instance = world.instance("a", {{"drydock.eni-slots", "2"}});
  world.ok("RegisterTaskDefinition", with(RunWorld::definition("vpc"), {{"networkMode", "awsvpc"}}));
  const Json run =
      world.ok("RunTask", {{"taskDefinition", "vpc"}, {"count", 3}, {"networkConfiguration", RunWorld::network()}});
  CHECK(run["tasks"].size() == 2);
  REQUIRE(run["failures"].size() == 1);
  CHECK(run["failures"][0]["reason"] == "RESOURCE:ENI");
  CHECK(run["failures"][0]["arn"] == instance);
  // Other tasks need none.
  CHECK(world.ok("RunTask", RunWorld::web(1))["tasks"].size() == 1);
  // Without the attribute there are 15.
  RunWorld other;
  other.instance("a", Json::object(), 100000, 100000);
  other.ok("RegisterTaskDefinition", with(RunWorld::definition("vpc"), {{"networkMode", "awsvpc"}}));
  const Json ten = {{"taskDefinition", "vpc"}, {"count", 10}, {"networkConfiguration", RunWorld::network()}};
  CHECK(other.ok("RunTask", ten)["tasks"].size() == 10);
  CHECK(other.ok("RunTask", ten)["tasks"].size() == 5);
}

TEST_CASE("RunTask holds the limit of a hundred ports", "[operations][placement]") {
  RunWorld world;
  const model::InstanceId id = world.add_instance("a");
  Json body = RunWorld::definition("ports");
  body["networkMode"] = "bridge";
  body["containerDefinitions"][0]["portMappings"] = {{{"containerPort", 80}, {"hostPort", 80}}};
  world.ok("RegisterTaskDefinition", body);
  const auto reserve = [&](int count) {
    world.edit([&](model::Transaction& tx) {
      tx.update(id, [&](model::ContainerInstance& instance) {
        instance.reserved_ports.clear();
        for (int i = 0; i < count; ++i) instance.reserved_ports.push_back({1000 + i, false});
      });
    });
  };
  reserve(100);
  CHECK(world.ok("RunTask", {{"taskDefinition", "ports"}})["failures"][0]["reason"] == "RESOURCE:PORTS");
  reserve(99);
  CHECK(world.ok("RunTask", {{"taskDefinition", "ports"}})["tasks"].size() == 1);
}

}  // namespace
}  // namespace drydock::test
