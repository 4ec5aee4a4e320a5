// DeleteService (spec/operations.md; spec/services.md section 11).
#include "tests/unit/operations/services/service_fixture.hpp"

namespace drydock::test {
namespace {

const std::string kBad = "InvalidParameterException: ";

Json removal(bool force) { return {{"service", "web"}, {"force", force}}; }

TEST_CASE("a service scaled above zero is deleted with force only", "[operations][services]") {
  ServiceWorld world;
  world.add_instance("a");
  world.create(ServiceWorld::web());
  const std::string scaled = kBad + "The service cannot be stopped while it is scaled above 0.";
  CHECK(world.no("DeleteService", {{"service", "web"}}) == scaled);
  CHECK(world.no("DeleteService", removal(false)) == scaled);
  world.run("web");
  const Json service = world.ok("DeleteService", removal(true))["service"];
  CHECK(service["status"] == "DRAINING");
  CHECK(service["desiredCount"] == 0);
  CHECK(service["runningCount"] == 1);
  CHECK(service["deployments"][0]["desiredCount"] == 0);
  CHECK(world.ok("ListServices", Json::object())["serviceArns"] == Json::array());
}

TEST_CASE("a draining service stops its tasks and becomes INACTIVE", "[operations][services]") {
  ServiceWorld world;
  world.add_instance("a");
  world.create(with(ServiceWorld::web(), {{"desiredCount", 2}}));
  world.run("web");
  world.ok("DeleteService", removal(true));
  world.settle();
  // All tasks are STOPPING: that is enough.
  CHECK(world.service("web")["status"] == "INACTIVE");
  CHECK(world.tasks("web", &model::DeploymentTasks::stopping).size() == 2);
  world.run("web");
  const Json service = world.service("web");
  CHECK(service["status"] == "INACTIVE");
  CHECK(service["runningCount"] == 0);
  CHECK(service["deployments"] == Json::array());
  CHECK(world.events("web").back().starts_with("has stopped 2 running tasks: (task "));
}

TEST_CASE("tasks that never ran keep the service DRAINING until they are STOPPED", "[operations][services]") {
  ServiceWorld world;
  world.add_instance("a");
  world.create(ServiceWorld::web());
  world.settle();
  world.ok("DeleteService", removal(true));
  world.settle();
  CHECK(world.service("web")["status"] == "DRAINING");
  CHECK(world.events("web").back() == "stopped 1 pending tasks.");
  world.run("web");
  CHECK(world.service("web")["status"] == "INACTIVE");
}

TEST_CASE("a service without tasks is INACTIVE at once", "[operations][services]") {
  ServiceWorld world;
  world.create(with(ServiceWorld::web(), {{"desiredCount", 0}}));
  CHECK(world.ok("DeleteService", removal(false))["service"]["status"] == "INACTIVE");
  world.create({{"serviceName", "external"}, {"deploymentController", {{"type", "EXTERNAL"}}}});
  CHECK(world.ok("DeleteService", {{"service", "external"}})["service"]["status"] == "INACTIVE");
}

TEST_CASE("a DAEMON service needs no force", "[operations][services]") {
  ServiceWorld world;
  world.add_instance("a");
  world.create({{"serviceName", "web"}, {"taskDefinition", "web"}, {"schedulingStrategy", "DAEMON"}});
  world.run("web");
  CHECK(world.service("web")["desiredCount"] == 1);
  const Json service = world.ok("DeleteService", {{"service", "web"}})["service"];
  CHECK(service["status"] == "DRAINING");
  CHECK(service["desiredCount"] == 0);
}

TEST_CASE("an older deployment with tasks asks for force", "[operations][services]") {
  ServiceWorld world;
  world.add_instance("a");
  world.create(ServiceWorld::web());
  world.run("web");
  world.update({{"forceNewDeployment", true}});
  world.update({{"desiredCount", 0}});
  CHECK(world.no("DeleteService", removal(false)) ==
        kBad + "The service cannot be stopped while deployments are active.");
  CHECK(world.ok("DeleteService", removal(true))["service"]["status"] == "DRAINING");
}

TEST_CASE("deleting again returns the service as it is", "[operations][services]") {
  ServiceWorld world;
  world.add_instance("a");
  world.create(ServiceWorld::web());
  world.run("web");
  const Json first = world.ok("DeleteService", removal(true));
  CHECK(world.ok("DeleteService", removal(false)) == first);
  world.run("web");
  CHECK(world.ok("DeleteService", removal(false))["service"]["status"] == "INACTIVE");
}

TEST_CASE("DeleteService of what is not there", "[operations][services]") {
  ServiceWorld world;
  CHECK(world.no("DeleteService", removal(true)) == "ServiceNotFoundException: Service not found.");
  CHECK(world.no("DeleteService", with(removal(true), {{"cluster", "nowhere"}})) ==
        "ClusterNotFoundException: Cluster not found.");
}

TEST_CASE("a task that outlives its forgotten service still stops", "[operations][services]") {
  ServiceWorld world;
  world.add_instance("a");
  world.create(ServiceWorld::web());
  world.run("web");
  world.ok("DeleteService", removal(true));
  world.settle();
  const auto stopping = world.tasks("web", &model::DeploymentTasks::stopping);
  REQUIRE(stopping.size() == 1);
  world.clock.advance(world.pace.inactive_service_retention);
  world.settle();
  CHECK(world.state.services().empty());
  world.report(stopping[0], model::TaskStatus::kStopped, 137);
  CHECK(world.state.get(stopping[0]).last_status == model::TaskStatus::kStopped);
}

}  // namespace
}  // namespace drydock::test
