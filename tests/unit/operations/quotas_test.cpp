// Each quota that can be changed, met and exceeded by one (spec/quotas.md section 1).

#include "tests/unit/operations/services/service_fixture.hpp"

namespace drydock::test {
namespace {

struct QuotaWorld : ServiceWorld {
  void limit(const std::string& assignment) { REQUIRE(settings.quotas.set(assignment)); }
  void another_world() {
    edit([&](model::Transaction& tx) { id = tx.create(model::World{{}, "210987654321", kRegion}); });
  }
  Json machine(const std::string& name) {
    return {{"instanceIdentityDocument", R"({"instanceId":")" + name + R"("})"}};
  }
};

Json connected(const std::string& name, const std::string& space) {
  return with(ServiceWorld::web(),
              {{"serviceName", name}, {"serviceConnectConfiguration", {{"enabled", true}, {"namespace", space}}}});
}

}  // namespace

TEST_CASE("quota: clusters of an account and region", "[quotas]") {
  QuotaWorld world;
  world.limit("clusters=2");
  const std::string refusal = "ClientException: An account can have at most 2 clusters in a region.";
  world.ok("CreateCluster", {{"clusterName", "one"}});
  CHECK(world.no("CreateCluster", {{"clusterName", "two"}}) == refusal);
  SECTION("one that exists is no new one") { world.ok("CreateCluster", {{"clusterName", "one"}}); }
  SECTION("INACTIVE ones do not count until they come back") {
    world.ok("DeleteCluster", {{"cluster", "one"}});
    world.ok("CreateCluster", {{"clusterName", "two"}});
    CHECK(world.no("CreateCluster", {{"clusterName", "one"}}) == refusal);
  }
  SECTION("another account has its own, and `default` on demand counts") {
    world.another_world();
    world.ok("CreateCluster", {{"clusterName", "one"}});
    world.ok("CreateCluster", {{"clusterName", "two"}});
    CHECK(world.no("ListTasks", Json::object()) == refusal);
  }
}

TEST_CASE("quota: container instances of a cluster", "[quotas]") {
  QuotaWorld world;
  world.limit("container-instances-per-cluster=2");
  const std::string refusal = "ClientException: A cluster can have at most 2 container instances.";
  const std::string arn =
      world.ok("RegisterContainerInstance", world.machine("i-1"))["containerInstance"]["containerInstanceArn"];
  world.ok("RegisterContainerInstance", world.machine("i-2"));
  CHECK(world.no("RegisterContainerInstance", world.machine("i-3")) == refusal);
  SECTION("registering again is no new instance") { world.ok("RegisterContainerInstance", world.machine("i-2")); }
  SECTION("one that left makes room") {
    world.ok("DeregisterContainerInstance", {{"containerInstance", arn}});
    world.ok("RegisterContainerInstance", world.machine("i-3"));
  }
  SECTION("another cluster has its own") {
    world.ok("CreateCluster", {{"clusterName", "other"}});
    world.ok("RegisterContainerInstance", with(world.machine("i-3"), {{"cluster", "other"}}));
  }
}

TEST_CASE("quota: services of a cluster", "[quotas]") {
  QuotaWorld world;
  world.limit("services-per-cluster=1");
  world.create(world.web());
  CHECK(world.no("CreateService", with(world.web(), {{"serviceName", "two"}})) ==
        "InvalidParameterException: A cluster can have at most 1 services.");
  world.ok("CreateCluster", {{"clusterName", "other"}});
  world.create(with(world.web(), {{"cluster", "other"}}));
}

TEST_CASE("quota: services of a Service Connect namespace", "[quotas]") {
  QuotaWorld world;
  world.limit("services-per-namespace=2");
  const std::string refusal = "InvalidParameterException: The namespace a can have at most 2 services.";
  world.create(connected("one", "a"));
  world.ok("CreateCluster", {{"clusterName", "other"}, {"serviceConnectDefaults", {{"namespace", "a"}}}});
  Json by_default = connected("two", "a");
  by_default["cluster"] = "other";
  by_default["serviceConnectConfiguration"].erase("namespace");
  world.create(by_default);
  CHECK(world.no("CreateService", connected("three", "a")) == refusal);
  by_default["serviceName"] = "three";
  CHECK(world.no("CreateService", by_default) == refusal);
  world.create(connected("three", "b"));
  world.create(world.web());
}

TEST_CASE("quota: desired count of a service", "[quotas]") {
  QuotaWorld world;
  world.limit("tasks-per-service=3");
  world.limit("tasks-per-service-with-discovery=2");
  const std::string refusal = "InvalidParameterException: DesiredCount can be at most ";
  CHECK(world.no("CreateService", with(world.web(), {{"desiredCount", 4}})) == refusal + "3");
  CHECK(world.no("CreateService", with(connected("sc", "a"), {{"desiredCount", 3}})) == refusal + "2");
  world.create(with(world.web(), {{"desiredCount", 3}}));
  world.create(with(connected("sc", "a"), {{"desiredCount", 2}}));
  CHECK(world.no("UpdateService", {{"service", "web"}, {"desiredCount", 4}}) == refusal + "3");
  CHECK(world.no("UpdateService", {{"service", "sc"}, {"desiredCount", 3}}) == refusal + "2");
}

TEST_CASE("quota: revisions of a family, deregistered ones included", "[quotas]") {
  QuotaWorld world;
  world.limit("revisions-per-family=2");
  world.ok("RegisterTaskDefinition", world.definition("web"));
  world.ok("DeregisterTaskDefinition", {{"taskDefinition", "web:1"}});
  CHECK(world.no("RegisterTaskDefinition", world.definition("web")) ==
        "LimitExceededException: The family web has reached the limit of revisions.");
  world.ok("RegisterTaskDefinition", world.definition("other"));
  SECTION("a family that may have none is not made") {
    world.limit("revisions-per-family=0");
    world.no("RegisterTaskDefinition", world.definition("none"));
    CHECK(world.state.family_named(world.id, "none") == nullptr);
  }
}

TEST_CASE("quota: what one request may hold", "[quotas]") {
  QuotaWorld world;
  const auto many = [](int count, auto make) {
    Json list = Json::array();
    for (int i = 0; i < count; ++i) list.push_back(make(i));
    return list;
  };
  const auto subnet = [](int i) { return "subnet-" + std::to_string(i); };
  const auto group = [](int i) { return "sg-" + std::to_string(i); };
  const auto vpc = [&](int subnets, int groups) {
    return with(
        world.fargate(),
        {{"networkConfiguration",
          {{"awsvpcConfiguration", {{"subnets", many(subnets, subnet)}, {"securityGroups", many(groups, group)}}}}}});
  };
  CHECK(world.no("CreateService", vpc(17, 5)).starts_with("InvalidParameterException: subnets"));
  CHECK(world.no("CreateService", vpc(16, 6)).starts_with("InvalidParameterException: security"));
  world.create(vpc(16, 5));

  const auto container = [](int i) {
    return Json{{"name", "c" + std::to_string(i)}, {"image", "busybox"}, {"memory", 16}};
  };
  const auto family = [&](int containers) {
    return Json{{"family", "many"}, {"containerDefinitions", many(containers, container)}};
  };
  CHECK(world.no("RegisterTaskDefinition", family(11)) ==
        "ClientException: container definitions can have at most 10 items");
  world.ok("RegisterTaskDefinition", family(10));

  const auto tag = [](int i) { return Json{{"key", "k" + std::to_string(i)}, {"value", "v"}}; };
  CHECK(world.no("CreateCluster", {{"clusterName", "t"}, {"tags", many(51, tag)}})
            .starts_with("InvalidParameterException: "));
  world.ok("CreateCluster", {{"clusterName", "t"}, {"tags", many(50, tag)}});
  CHECK(world.no("TagResource", {{"resourceArn", world.arn("cluster/t")}, {"tags", {{{"key", "more"}}}}})
            .starts_with("LimitExceededException: "));

  CHECK(
      world.no("RunTask", {{"taskDefinition", "web"}, {"count", 11}}).starts_with("InvalidParameterException: count"));
  const auto instance = [](int i) { return std::string(32, static_cast<char>('a' + i % 6)); };
  CHECK(world.no("StartTask", {{"taskDefinition", "web"}, {"containerInstances", many(11, instance)}})
            .starts_with("ClientException: "));

  const auto balancer = [](int i) {
    return with(ServiceWorld::balancer(),
                {{"targetGroupArn", "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/t" +
                                        std::to_string(i) + "/0123456789abcdef"}});
  };
  CHECK(world.no("CreateService", with(world.web(), {{"serviceName", "lb"}, {"loadBalancers", many(6, balancer)}}))
            .starts_with("InvalidParameterException: load balancers can have at most 5 items"));
}

}  // namespace drydock::test
