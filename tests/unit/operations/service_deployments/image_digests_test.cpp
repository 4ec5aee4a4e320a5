// The digest of a deployment's images is that of its first task (spec/services.md section 3.2).
#include "instances/payload.hpp"
#include "tests/unit/operations/services/service_fixture.hpp"

namespace drydock::test {
namespace {

using model::DeploymentTasks;

struct DigestWorld : ServiceWorld {
  DigestWorld() { add_instance("a"); }

  void define(const std::string& image, const char* consistency = nullptr) {
    Json body = definition("web");
    body["containerDefinitions"][0]["image"] = image;
    if (consistency != nullptr) body["containerDefinitions"][0]["versionConsistency"] = consistency;
    ok("RegisterTaskDefinition", body);
  }
  model::TaskId starting() const { return tasks("web", &DeploymentTasks::starting).at(0); }
  /// What the instance is told to run.
  std::string image_for(model::TaskId task) const {
    return instances::payload_of(state, state.get(task), 1).containers.at(0).definition->image.value_or("");
  }
  void runs(model::TaskId task, const std::string& digest) {
    model::TaskReport told;
    told.status = model::TaskStatus::kRunning;
    model::ContainerReport& container = told.containers.emplace_back();
    container.name = "app";
    container.status = model::ContainerStatus::kRunning;
    container.image_digest = digest;
    edit([&](model::Transaction& tx) { model::apply_report(tx, task, told); });
    settle();
  }
  Json image() {
    const Json arn = service("web")["currentServiceRevisions"][0]["arn"];
    return ok("DescribeServiceRevisions",
              {{"serviceRevisionArns", {arn}}})["serviceRevisions"][0]["containerImages"][0];
  }
};

TEST_CASE("later tasks of a deployment run the digest that its first task has found", "[deployments][digests]") {
  struct Row {
    const char* image;
    const char* pinned;
  };
  for (const Row& row :
       {Row{"busybox", "busybox@sha256:one"}, Row{"shop/web:1.2", "shop/web@sha256:one"},
        Row{"localhost:5000/web", "localhost:5000/web@sha256:one"},
        Row{"localhost:5000/web:2", "localhost:5000/web@sha256:one"}, Row{"web@sha256:fixed", "web@sha256:fixed"}}) {
    CAPTURE(row.image);
    DigestWorld world;
    world.define(row.image);
    world.create(ServiceWorld::web());
    world.settle();
    CHECK(world.image_for(world.starting()) == row.image);
    CHECK_FALSE(world.image().contains("imageDigest"));
    world.runs(world.starting(), "sha256:one");
    CHECK(world.image() == Json{{"containerName", "app"}, {"image", row.image}, {"imageDigest", "sha256:one"}});
    world.update({{"desiredCount", 2}});
    world.settle();
    const model::TaskId second = world.starting();
    CHECK(world.image_for(second) == row.pinned);
    // Whatever a later task says, the deployment keeps what it has.
    world.runs(second, "sha256:two");
    CHECK(world.image()["imageDigest"] == "sha256:one");
  }
}

TEST_CASE("a new deployment looks at the tags again, and a rollback does not", "[deployments][digests]") {
  DigestWorld world;
  world.create(ServiceWorld::web());
  world.settle();
  world.runs(world.starting(), "sha256:one");
  world.update({{"forceNewDeployment", true}});
  world.settle();
  CHECK(world.image_for(world.starting()) == "busybox");
  const Json record = world.ok("ListServiceDeployments", {{"service", "web"}})["serviceDeployments"][0];
  world.ok("StopServiceDeployment", {{"serviceDeploymentArn", record["serviceDeploymentArn"]}});
  world.settle();
  world.update({{"desiredCount", 2}});
  world.settle();
  CHECK(world.image_for(world.starting()) == "busybox@sha256:one");
}

TEST_CASE("versionConsistency disabled, and images without a digest, keep their tags", "[deployments][digests]") {
  for (const bool disabled : {true, false}) {
    CAPTURE(disabled);
    DigestWorld world;
    if (disabled) world.define("busybox", "disabled");
    world.create(ServiceWorld::web());
    world.settle();
    world.runs(world.starting(), disabled ? "sha256:one" : "");
    CHECK_FALSE(world.image().contains("imageDigest"));
    world.update({{"desiredCount", 2}});
    world.settle();
    CHECK(world.image_for(world.starting()) == "busybox");
  }
}

TEST_CASE("a task of no service has its tag", "[deployments][digests]") {
  DigestWorld world;
  const Json task = world.ok("RunTask", {{"taskDefinition", "web"}})["tasks"][0];
  const std::string arn = task["taskArn"];
  const auto uuid = model::parse_uuid(arn.substr(arn.rfind('/') + 1));
  world.runs(world.state.task_with(*uuid)->id, "sha256:one");
  CHECK(world.image_for(world.state.task_with(*uuid)->id) == "busybox");
}

}  // namespace
}  // namespace drydock::test
