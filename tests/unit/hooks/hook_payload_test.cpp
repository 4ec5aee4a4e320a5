// The event that a hook's function is given, stage by stage: the table of spec/services.md section 8.3.
#include "server/hooks/hook_payload.hpp"

#include "tests/unit/operations/service_deployments/lifecycle_fixture.hpp"

namespace drydock::test {
namespace {

using Kind = scheduler::HookAnswer::Kind;

struct PayloadWorld : LifecycleWorld {
  Json payload() const { return Json::parse(server::hook_payload(state, record(), record().hooks.at(0), "execution")); }
};

TEST_CASE("traffic weights in the event, by stage", "[hooks][lifecycle]") {
  PayloadWorld world;
  world.deploy_second(LifecycleWorld::blue_green());
  world.finish();
  Json configuration = LifecycleWorld::blue_green();
  configuration["lifecycleHooks"] = Json::array({LifecycleWorld::lambda_at(
      {"PRE_SCALE_UP", "POST_SCALE_UP", "TEST_TRAFFIC_SHIFT", "POST_TEST_TRAFFIC_SHIFT", "PRE_PRODUCTION_TRAFFIC_SHIFT",
       "PRODUCTION_TRAFFIC_SHIFT", "POST_PRODUCTION_TRAFFIC_SHIFT"})});
  world.update({{"forceNewDeployment", true}, {"deploymentConfiguration", configuration}});
  world.work();
  const Json deployment = world.latest();
  const std::string green = deployment["targetServiceRevision"]["arn"];
  const std::string blue = deployment["sourceServiceRevisions"][0]["arn"];
  const Json none = Json::object();
  const Json shifted = {{green, 100.0}, {blue, 0.0}};
  struct Row {
    const char* stage;
    Json test;
    Json production;
  };
  const std::vector<Row> rows = {
      {"PRE_SCALE_UP", none, none},
      {"POST_SCALE_UP", none, none},
      {"TEST_TRAFFIC_SHIFT", shifted, none},
      {"POST_TEST_TRAFFIC_SHIFT", none, none},
      {"PRE_PRODUCTION_TRAFFIC_SHIFT", none, {{green, 0.0}, {blue, 100.0}}},
      {"PRODUCTION_TRAFFIC_SHIFT", none, shifted},
      {"POST_PRODUCTION_TRAFFIC_SHIFT", none, none},
  };
  for (const Row& row : rows) {
    CAPTURE(row.stage);
    const Json payload = world.payload();
    CHECK(payload["lifecycleStage"] == row.stage);
    CHECK(payload["executionId"] == "execution");
    CHECK(payload["resourceArn"] == deployment["serviceDeploymentArn"]);
    const Json& details = payload["executionDetails"];
    CHECK(details["serviceArn"] == deployment["serviceArn"]);
    CHECK(details["targetServiceRevisionArn"] == green);
    CHECK(details["testTrafficWeights"] == row.test);
    CHECK(details["productionTrafficWeights"] == row.production);
    CHECK_FALSE(payload.contains("hookDetails"));
    const bool last = row.stage == std::string("POST_PRODUCTION_TRAFFIC_SHIFT");
    world.answer(last ? Kind::kFailed : Kind::kSucceeded);
    world.work();
  }
  // On the way back the weights are the other way round; the target is still the new revision.
  const Json back = world.payload();
  CHECK(back["lifecycleStage"] == "PRODUCTION_TRAFFIC_SHIFT");
  CHECK(back["executionDetails"]["productionTrafficWeights"] == Json{{green, 0.0}, {blue, 100.0}});
  CHECK(back["executionDetails"]["targetServiceRevisionArn"] == green);
}

TEST_CASE("a hook gets the details it was configured with, and those it returned", "[hooks][lifecycle]") {
  PayloadWorld world;
  Json hook = LifecycleWorld::lambda_at({"PRE_SCALE_UP", "POST_SCALE_UP"});
  hook["hookDetails"] = {{"a", {1}}, {"b", "x"}};
  Json configuration = LifecycleWorld::blue_green();
  configuration["lifecycleHooks"] = Json::array({hook});
  world.deploy_second(configuration);
  world.work();
  CHECK(world.payload()["hookDetails"] == hook["hookDetails"]);
  const model::HookRun run = world.record().hooks[0];
  const auto answer = server::read_hook_answer(R"({"hookStatus":"SUCCEEDED","hookDetails":{"b":"y","c":2}})", "");
  world.edit([&](model::Transaction& tx) { scheduler::answer_hook(tx, world.record().id, run.id, 1, answer); });
  world.work();
  CHECK(world.payload()["lifecycleStage"] == "POST_SCALE_UP");
  CHECK(world.payload()["hookDetails"] == Json{{"a", {1}}, {"b", "y"}, {"c", 2}});
}

}  // namespace
}  // namespace drydock::test
