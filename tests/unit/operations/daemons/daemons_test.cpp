// Daemons, their deployments and revisions as calls see them (spec/operations.md, "Daemons"; spec/resources.md
// section 12).
#include "tests/unit/operations/daemons/daemon_fixture.hpp"

namespace drydock::test {
namespace {

TEST_CASE("CreateDaemon answers with the daemon and its first deployment", "[daemons]") {
  DaemonWorld world;
  const Json answer = world.create();
  CHECK(answer["daemonArn"] == world.daemon_arn());
  CHECK(answer["status"] == "ACTIVE");
  CHECK(answer["createdAt"] == 1'700'000'000.0);
  const std::string deployment_arn = answer["deploymentArn"];
  CHECK(deployment_arn.starts_with(world.arn("daemon-deployment/default/logs/")));
  const Json daemon = world.daemon();
  CHECK(daemon["clusterArn"] == world.arn("cluster/default"));
  CHECK(daemon["deploymentArn"] == deployment_arn);
  REQUIRE(daemon["currentRevisions"].size() == 1);
  const Json& current = daemon["currentRevisions"][0];
  CHECK(current["totalRunningCount"] == 0);
  CHECK(current["capacityProviders"] == Json{{{"arn", world.provider_arn("one")}, {"runningCount", 0}}});
  const std::string revision_arn = current["arn"];
  CHECK(revision_arn.starts_with(world.arn("daemon-revision/default/logs/")));

  const Json deployment = world.deployment(deployment_arn);
  CHECK(deployment["daemonDeploymentArn"] == deployment_arn);
  CHECK(deployment["clusterArn"] == world.arn("cluster/default"));
  CHECK(deployment["status"] == "PENDING");
  CHECK(deployment["targetDaemonRevision"]["arn"] == revision_arn);
  CHECK(deployment["targetDaemonRevision"]["totalRunningInstanceCount"] == 0);
  CHECK(deployment["sourceDaemonRevisions"] == Json::array());
  CHECK(deployment["deploymentConfiguration"] == Json{{"drainPercent", 25.0},
                                                      {"bakeTimeInMinutes", 0},
                                                      {"alarms", {{"enable", false}, {"alarmNames", Json::array()}}}});
  CHECK(deployment["circuitBreaker"]["status"] == "MONITORING");
  CHECK(deployment["alarms"]["status"] == "DISABLED");
  CHECK_FALSE(deployment.contains("rollback"));
  CHECK_FALSE(deployment.contains("startedAt"));

  const Json revisions = world.ok("DescribeDaemonRevisions", {{"daemonRevisionArns", {revision_arn}}});
  REQUIRE(revisions["daemonRevisions"].size() == 1);
  const Json& revision = revisions["daemonRevisions"][0];
  CHECK(revision["daemonRevisionArn"] == revision_arn);
  CHECK(revision["daemonArn"] == world.daemon_arn());
  CHECK(revision["daemonTaskDefinitionArn"] == world.definition_arn(1));
  CHECK(revision["containerImages"] == Json{{{"containerName", "app"}, {"image", "busybox"}}});
  CHECK(revision["propagateTags"] == "NONE");
  CHECK(revision["enableECSManagedTags"] == false);
  CHECK(revision["enableExecuteCommand"] == false);
  world.check_stored();
}

TEST_CASE("what CreateDaemon and UpdateDaemon refuse", "[daemons]") {
  DaemonWorld world;
  world.create();
  world.make("group");
  world.ok("CreateCluster", {{"clusterName", "other"}});
  world.ok("CreateCapacityProvider", with(ProviderWorld::managed("theirs"), {{"cluster", "other"}}));
  world.register_agent();
  world.ok("DeleteDaemonTaskDefinition", {{"daemonTaskDefinition", "agent:2"}});
  const std::string providers =
      "InvalidParameterException: Daemons are only supported for Amazon ECS Managed Instances ";
  struct Row {
    Json changes;
    std::string error;
  };
  const Row rows[] = {
      {{{"daemonName", "a b"}},
       "InvalidParameterException: The daemon name must consist of 1 to 255 letters, numbers, hyphens and "
       "underscores."},
      {{{"clusterArn", world.arn("cluster/unknown")}}, "ClusterNotFoundException: Cluster not found."},
      {{{"daemonTaskDefinitionArn", world.definition_arn(9)}}, "ClientException: Daemon task definition not found."},
      {{{"daemonTaskDefinitionArn", world.definition_arn(2)}},
       "ClientException: Daemon task definition is not in ACTIVE status."},
      {{{"capacityProviderArns", Json::array()}}, "InvalidParameterException: Capacity Provider Arns cannot be empty."},
      {{{"capacityProviderArns", {world.provider_arn("unknown")}}},
       "InvalidParameterException: The specified capacity provider was not found. Specify a valid name or ARN and try "
       "again."},
      {{{"capacityProviderArns", {world.provider_arn("group")}}}, providers + "capacity providers: group is not one."},
      {{{"capacityProviderArns", {world.provider_arn("FARGATE")}}},
       providers + "capacity providers: FARGATE is not one."},
      {{{"capacityProviderArns", {world.provider_arn("theirs")}}},
       "InvalidParameterException: The capacity provider theirs belongs to another cluster."},
      {{{"deploymentConfiguration", {{"bakeTimeInMinutes", 1441}}}},
       "InvalidParameterException: bakeTimeInMinutes must be between 0 and 1440."},
      {{{"deploymentConfiguration", {{"alarms", {{"enable", true}}}}}},
       "InvalidParameterException: At least one alarm name is required when deployment alarms are enabled."},
      {{{"tags", {{{"key", "aws:a"}}}}},
       "InvalidParameterException: Tag keys can not start with 'aws:', which is reserved."},
  };
  for (const Row& row : rows) {
    INFO(row.changes.dump());
    CHECK(world.no("CreateDaemon", world.creation(with({{"daemonName", "new"}}, row.changes))) == row.error);
    if (row.changes.contains("daemonName") || row.changes.contains("clusterArn") || row.changes.contains("tags"))
      continue;
    const Json update = {{"daemonArn", world.daemon_arn()},
                         {"daemonTaskDefinitionArn", world.definition_arn(1)},
                         {"capacityProviderArns", {world.provider_arn("one")}}};
    CHECK(world.no("UpdateDaemon", with(update, row.changes)) == row.error);
  }
  CHECK(world.no("CreateDaemon", world.creation()) ==
        "InvalidParameterException: A daemon with the name logs already exists in the cluster.");
}

TEST_CASE("CreateDaemon with the same client token and arguments makes nothing twice", "[daemons]") {
  DaemonWorld world;
  const Json body = {{"clientToken", "t"}};
  const Json first = world.create(body);
  CHECK(world.create(body) == first);
  CHECK(world.no("CreateDaemon", world.creation({{"clientToken", "t"}, {"enableExecuteCommand", true}})) ==
        "InvalidParameterException: A daemon with the name logs already exists in the cluster.");
}

TEST_CASE("daemons that are not there, or are going", "[daemons]") {
  DaemonWorld world;
  const Json update = {{"daemonArn", world.daemon_arn()},
                       {"daemonTaskDefinitionArn", world.definition_arn(1)},
                       {"capacityProviderArns", {world.provider_arn("one")}}};
  const std::string unknown = "DaemonNotFoundException: The specified daemon was not found.";
  for (const char* arn : {"arn:aws:ecs:eu-west-1:123456789012:daemon/default/logs",
                          "arn:aws:ecs:eu-west-1:123456789012:daemon/unknown/logs",
                          "arn:aws:ecs:us-west-2:123456789012:daemon/default/logs"}) {
    CHECK(world.no("DescribeDaemon", {{"daemonArn", arn}}) == unknown);
    CHECK(world.no("DeleteDaemon", {{"daemonArn", arn}}) == unknown);
    CHECK(world.no("UpdateDaemon", with(update, {{"daemonArn", arn}})) == unknown);
    CHECK(world.no("ListDaemonDeployments", {{"daemonArn", arn}}) ==
          "InvalidParameterException: The specified daemon was not found.");
  }
  CHECK(world.no("DescribeDaemon", {{"daemonArn", "logs"}}) ==
        "InvalidParameterException: Invalid identifier: Unexpected number of separators");
  world.create();
  const Json deleted = world.ok("DeleteDaemon", {{"daemonArn", world.daemon_arn()}});
  CHECK(deleted["status"] == "DELETE_IN_PROGRESS");
  CHECK(deleted.contains("updatedAt"));
  CHECK(world.daemon()["status"] == "DELETE_IN_PROGRESS");
  const std::string not_active = "DaemonNotActiveException: The specified daemon is not in ACTIVE status.";
  CHECK(world.no("DeleteDaemon", {{"daemonArn", world.daemon_arn()}}) == not_active);
  CHECK(world.no("UpdateDaemon", update) == not_active);
  world.settle();
  CHECK(world.no("DescribeDaemon", {{"daemonArn", world.daemon_arn()}}) == unknown);
  CHECK(world.no("DeleteDaemon", {{"daemonArn", world.daemon_arn()}}) == not_active);
  CHECK(world.no("UpdateDaemon", update) == not_active);
  world.check_stored();
}

TEST_CASE("deployments and revisions are found by their whole ARN only", "[daemons]") {
  DaemonWorld world;
  const std::string deployment = world.create()["deploymentArn"];
  const std::string revision = world.daemon()["currentRevisions"][0]["arn"];
  const auto elsewhere = [](std::string arn) { return arn.replace(arn.find("/logs/"), 6, "/other/"); };
  const Json deployments =
      world.ok("DescribeDaemonDeployments", {{"daemonDeploymentArns", {elsewhere(deployment), deployment}}});
  CHECK(deployments["daemonDeployments"].size() == 1);
  CHECK(deployments["failures"] == Json{{{"arn", elsewhere(deployment)}, {"reason", "MISSING"}}});
  const Json revisions = world.ok("DescribeDaemonRevisions", {{"daemonRevisionArns", {revision, elsewhere(revision)}}});
  CHECK(revisions["daemonRevisions"].size() == 1);
  CHECK(revisions["failures"] == Json{{{"arn", elsewhere(revision)}, {"reason", "MISSING"}}});
  for (const char* bad : {"x", "arn:aws:ecs:eu-west-1:123456789012:daemon/default/logs"}) {
    CHECK(world.no("DescribeDaemonDeployments", {{"daemonDeploymentArns", {bad}}}) ==
          "InvalidParameterException: Invalid identifier: Unexpected number of separators");
    CHECK(world.no("DescribeDaemonRevisions", {{"daemonRevisionArns", {bad}}}) ==
          "InvalidParameterException: Invalid identifier: Unexpected number of separators");
  }
}

TEST_CASE("ListDaemons goes through all clusters, and filters by cluster and capacity provider", "[daemons]") {
  DaemonWorld world;
  world.ok("CreateCluster", {{"clusterName", "a"}});
  world.ok("CreateCapacityProvider", with(ProviderWorld::managed("three"), {{"cluster", "a"}}));
  world.create({{"daemonName", "x"}});
  world.create({{"daemonName", "y"}, {"capacityProviderArns", {world.provider_arn("one"), world.provider_arn("two")}}});
  world.create({{"daemonName", "z"}, {"clusterArn", "a"}, {"capacityProviderArns", {world.provider_arn("three")}}});
  const auto list = [&](const Json& request) {
    std::vector<std::string> names;
    const Json answer = world.ok("ListDaemons", request);
    for (const Json& one : answer["daemonSummariesList"]) {
      const std::string arn = one["daemonArn"];
      names.push_back(arn.substr(arn.find("daemon/") + 7));
    }
    return names;
  };
  using Names = std::vector<std::string>;
  CHECK(list(Json::object()) == Names{"a/z", "default/x", "default/y"});
  CHECK(list({{"clusterArn", world.arn("cluster/default")}}) == Names{"default/x", "default/y"});
  CHECK(list({{"capacityProviderArns", {world.provider_arn("two")}}}) == Names{"default/y"});
  CHECK(list({{"capacityProviderArns", {world.provider_arn("three")}}, {"clusterArn", "default"}}).empty());
  CHECK(world.no("ListDaemons", {{"clusterArn", "unknown"}}) == "ClusterNotFoundException: Cluster not found.");
  const Json first = world.ok("ListDaemons", {{"maxResults", 2}});
  CHECK(list({{"maxResults", 2}, {"nextToken", first["nextToken"]}}) == Names{"default/y"});
}

TEST_CASE("ListDaemonDeployments shows the newest first, in pages, by status and time", "[daemons]") {
  DaemonWorld world;
  std::vector<std::string> made = {world.create()["deploymentArn"]};
  for (int i = 0; i < 4; ++i) {
    world.settle();
    world.clock.advance(std::chrono::seconds(10));
    made.push_back(world.update(1)["deploymentArn"]);
  }
  const auto list = [&](Json request) {
    request["daemonArn"] = world.daemon_arn();
    std::vector<std::string> arns;
    const Json answer = world.ok("ListDaemonDeployments", request);
    for (const Json& one : answer["daemonDeployments"]) {
      CHECK(one["daemonArn"] == world.daemon_arn());
      CHECK(one.contains("targetDaemonRevisionArn"));
      arns.push_back(one["daemonDeploymentArn"]);
    }
    return arns;
  };
  using Arns = std::vector<std::string>;
  CHECK(list(Json::object()) == Arns(made.rbegin(), made.rend()));
  CHECK(list({{"status", {"PENDING"}}}) == Arns{made[4]});
  CHECK(list({{"status", {"SUCCESSFUL", "PENDING"}}}).size() == 5);
  CHECK(list({{"createdAt", {{"after", 1'700'000'015}, {"before", 1'700'000'030}}}}) == Arns{made[3], made[2]});
  const Json page = world.ok("ListDaemonDeployments", {{"daemonArn", world.daemon_arn()}, {"maxResults", 3}});
  CHECK(list({{"maxResults", 3}, {"nextToken", page["nextToken"]}}) == Arns{made[1], made[0]});
  CHECK(world.no("ListDaemonDeployments", {{"daemonArn", world.daemon_arn()}, {"maxResults", 101}}) ==
        "InvalidParameterException: maxResults must be at most 100");
}

TEST_CASE("daemons have tags", "[daemons]") {
  DaemonWorld world;
  world.create({{"tags", {{{"key", "k"}, {"value", "v"}}}}});
  const auto tags = [&] { return world.ok("ListTagsForResource", {{"resourceArn", world.daemon_arn()}})["tags"]; };
  CHECK(tags() == Json{{{"key", "k"}, {"value", "v"}}});
  world.ok("TagResource", {{"resourceArn", world.daemon_arn()}, {"tags", {{{"key", "b"}, {"value", "2"}}}}});
  world.ok("UntagResource", {{"resourceArn", world.daemon_arn()}, {"tagKeys", {"k"}}});
  CHECK(tags() == Json{{{"key", "b"}, {"value", "2"}}});
  CHECK(world.no("ListTagsForResource", {{"resourceArn", world.daemon_arn("other")}})
            .starts_with("ResourceNotFoundException"));
}

TEST_CASE("only the last hundred deployments of a daemon are kept", "[daemons]") {
  DaemonWorld world;
  const std::string first = world.create()["deploymentArn"];
  for (int i = 0; i < 100; ++i) world.update(1);
  world.settle();
  const model::Daemon& daemon = *world.state.daemon_named(world.state.cluster_named(world.id, "default")->id, "logs");
  CHECK(world.state.of(daemon.id).deployments.size() == 100);
  CHECK(world.state.of(daemon.id).revisions.size() == 100);
  CHECK(world.ok("DescribeDaemonDeployments", {{"daemonDeploymentArns", {first}}})["failures"].size() == 1);
  world.check_stored();
}

}  // namespace
}  // namespace drydock::test
