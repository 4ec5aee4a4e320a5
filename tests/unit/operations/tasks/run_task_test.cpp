// RunTask: where the tasks run, and with which size (spec/operations.md, RunTask and E-CPS).
#include "tests/unit/operations/services/service_fixture.hpp"

namespace drydock::test {
namespace {

const std::string kBad = "InvalidParameterException: ";

struct RunWorld : ServiceWorld {
  static Json fargate() {
    return {{"taskDefinition", "fargate"}, {"launchType", "FARGATE"}, {"networkConfiguration", network()}};
  }
  static Json by_strategy(const Json& items) {
    return with(fargate(), {{"launchType", nullptr}, {"capacityProviderStrategy", items}});
  }
  static Json item(const std::string& name, int weight, int base = 0) {
    return {{"capacityProvider", name}, {"weight", weight}, {"base", base}};
  }
  Json run(const Json& body) {
    const Json answer = ok("RunTask", body);
    REQUIRE(answer["tasks"].size() == 1);
    return answer["tasks"][0];
  }
};

TEST_CASE("the size of a Fargate task after its overrides has to be one that Fargate has", "[operations][tasks]") {
  struct Row {
    const char* what;
    Json overrides;
    bool exists;
  };
  // The task definition says 256 and 512.
  const std::vector<Row> rows = {
      {"none", Json::object(), true},
      {"the same", {{"cpu", "256"}, {"memory", "512"}}, true},
      {"both", {{"cpu", "1 vCPU"}, {"memory", "8GB"}}, true},
      {"memory alone", {{"memory", "2048"}}, true},
      {"memory beyond", {{"memory", "4096"}}, false},
      {"cpu alone", {{"cpu", "512"}}, false},
      {"no such cpu", {{"cpu", "300"}, {"memory", "1024"}}, false},
      {"between two steps", {{"cpu", "8192"}, {"memory", "17408"}}, false},
      {"of a container", {{"containerOverrides", {{{"name", "app"}, {"cpu", 100}, {"memory", 128}}}}}, true},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    RunWorld world;
    const Json body = with(RunWorld::fargate(), {{"overrides", row.overrides}});
    if (row.exists) {
      const Json task = world.run(body);
      if (row.overrides.contains("cpu")) CHECK(task["cpu"] == (row.overrides["cpu"] == "256" ? "256" : "1024"));
    } else {
      CHECK(world.no("RunTask", body) == kBad + "No Fargate configuration exists for given values.");
    }
  }
}

TEST_CASE("on EC2 overrides may ask for any size", "[operations][tasks]") {
  RunWorld world;
  world.add_instance("a");
  CHECK(world.run({{"taskDefinition", "web"}, {"overrides", {{"cpu", "300"}, {"memory", "700"}}}})["memory"] == "700");
}

TEST_CASE("RunTask and CreateService choose by a capacity provider strategy alike", "[operations][tasks]") {
  struct Row {
    const char* what;
    Json strategy;
    std::string provider;  // or how it is refused
  };
  const std::string arn = "arn:aws:ecs:eu-west-1:123456789012:capacity-provider/FARGATE_SPOT";
  const std::vector<Row> rows = {
      {"one", {RunWorld::item("FARGATE_SPOT", 1)}, "FARGATE_SPOT"},
      {"one without weight", {{{"capacityProvider", "FARGATE"}}}, "FARGATE"},
      {"by ARN", {RunWorld::item(arn, 1)}, "FARGATE_SPOT"},
      {"the greatest weight", {RunWorld::item("FARGATE", 1), RunWorld::item("FARGATE_SPOT", 3)}, "FARGATE_SPOT"},
      {"the first of equals", {RunWorld::item("FARGATE", 2), RunWorld::item("FARGATE_SPOT", 2)}, "FARGATE"},
      {"unknown",
       {RunWorld::item("mine", 1)},
       kBad + "The specified capacity provider strategy cannot contain a capacity provider that is not associated with "
              "the cluster."},
      {"two bases",
       {RunWorld::item("FARGATE", 1, 1), RunWorld::item("FARGATE_SPOT", 1, 1)},
       kBad + "There are multiple capacity providers in the specified capacity provider strategy with a base value "
              "defined"},
      {"no weight",
       {RunWorld::item("FARGATE", 0), RunWorld::item("FARGATE_SPOT", 0)},
       kBad +
           "There are no capacity providers in the capacity provider strategy with a weight value greater than zero"},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    RunWorld world;
    const Json strategy = row.strategy.is_array() ? row.strategy : Json::array({row.strategy});
    const Json body = RunWorld::by_strategy(strategy);
    const Json service = with(body, {{"serviceName", "web"}, {"desiredCount", 1}});
    if (row.provider.starts_with(kBad)) {
      CHECK(world.no("RunTask", body) == row.provider);
      CHECK(world.no("CreateService", service) == row.provider);
      continue;
    }
    const Json task = world.run(body);
    CHECK(task["capacityProviderName"] == row.provider);
    CHECK(task["launchType"] == "FARGATE");
    CHECK(task["platformVersion"] == "1.4.0");
    world.create(service);
    world.settle();
    const auto started = world.tasks("web", &model::DeploymentTasks::starting);
    REQUIRE(started.size() == 1);
    CHECK(world.state.get(started[0]).capacity_provider == row.provider);
  }
}

TEST_CASE("RunTask takes launch type or strategy, and without either the cluster's default", "[operations][tasks]") {
  RunWorld world;
  Json both = RunWorld::by_strategy(Json::array({RunWorld::item("FARGATE", 1)}));
  both["launchType"] = "FARGATE";
  CHECK(world.no("RunTask", both) == kBad + "Specify either Launch Type or Capacity Provider Strategy, but not both.");
  const Json spot = Json::array({RunWorld::item("FARGATE_SPOT", 1)});
  world.ok("CreateCluster", {{"clusterName", "spotty"},
                             {"capacityProviders", {"FARGATE", "FARGATE_SPOT"}},
                             {"defaultCapacityProviderStrategy", spot}});
  const Json plain = with(RunWorld::fargate(), {{"launchType", nullptr}, {"cluster", "spotty"}});
  CHECK(world.run(plain)["capacityProviderName"] == "FARGATE_SPOT");
  const Json named = with(RunWorld::fargate(), {{"cluster", "spotty"}});
  CHECK_FALSE(world.run(named).contains("capacityProviderName"));
}

TEST_CASE("RunTask refuses a platform that cannot run the task definition", "[operations][tasks]") {
  RunWorld world;
  world.ok("RegisterTaskDefinition",
           with(ServiceWorld::definition("big"), {{"networkMode", "awsvpc"},
                                                  {"requiresCompatibilities", {"FARGATE"}},
                                                  {"cpu", "256"},
                                                  {"memory", "512"},
                                                  {"ephemeralStorage", {{"sizeInGiB", 50}}}}));
  const Json old = with(RunWorld::fargate(), {{"platformVersion", "1.3.0"}});
  CHECK(world.run(old)["platformVersion"] == "1.3.0");
  CHECK(world.no("RunTask", with(old, {{"taskDefinition", "big"}}))
            .starts_with("PlatformTaskDefinitionIncompatibilityException: "));
  const Json larger = {{"overrides", {{"ephemeralStorage", {{"sizeInGiB", 50}}}}}};
  CHECK(world.no("RunTask", with(old, larger)).starts_with("PlatformTaskDefinitionIncompatibilityException: "));
  CHECK(world.run(with(RunWorld::fargate(), larger))["ephemeralStorage"]["sizeInGiB"] == 50);
}

}  // namespace
}  // namespace drydock::test
