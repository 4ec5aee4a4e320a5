// spec/operations.md, "Capacity providers" and PutClusterCapacityProviders; spec/resources.md section 9.
#include "server/operations/capacity_providers/capacity_providers.hpp"

#include "tests/unit/operations/capacity_providers/provider_fixture.hpp"

namespace drydock::test {
namespace {

const std::string kUnknown =
    "ClientException: The specified capacity provider does not exist. Specify a valid name or ARN and try again.";

TEST_CASE("a new capacity provider has ECS's defaults", "[capacity]") {
  ProviderWorld world;
  const Json shown = world.ok("CreateCapacityProvider",
                              {{"name", "mine"},
                               {"autoScalingGroupProvider", {{"autoScalingGroupArn", world.group("mine")}}},
                               {"tags", Json::parse(R"([{"key": "a", "value": "1"}])")}})["capacityProvider"];
  CHECK(shown == Json::parse(R"({
    "capacityProviderArn": "arn:aws:ecs:eu-west-1:123456789012:capacity-provider/mine",
    "name": "mine", "status": "ACTIVE", "type": "EC2_AUTOSCALING",
    "autoScalingGroupProvider": {
      "autoScalingGroupArn": ")" +
                             world.group("mine") + R"(",
      "managedScaling": {"status": "DISABLED", "targetCapacity": 100, "minimumScalingStepSize": 1,
                         "maximumScalingStepSize": 10000, "instanceWarmupPeriod": 300},
      "managedTerminationProtection": "DISABLED", "managedDraining": "ENABLED"},
    "tags": [{"key": "a", "value": "1"}]})"));
}

TEST_CASE("a name must be well formed, free and not reserved", "[capacity]") {
  ProviderWorld world;
  for (const std::string name : {"awsome", "ECS-1", "Fargate2", "FARGATE", "a b", "a/b", ""}) {
    INFO(name);
    const std::string refusal = world.no("CreateCapacityProvider", world.provider(name));
    CHECK(refusal.starts_with("ClientException: "));
    if (!name.empty()) {
      CHECK(refusal.starts_with("ClientException: The specified capacity provider name is invalid."));
    }
  }
  world.ok("CreateCapacityProvider", world.provider(std::string(255, 'a')));
  CHECK(world.no("CreateCapacityProvider", world.provider(std::string(256, 'b'))).starts_with("ClientException: "));
}

TEST_CASE("the same request again answers with what is there, another one is refused", "[capacity]") {
  ProviderWorld world;
  const Json first = world.make("mine");
  CHECK(world.ok("CreateCapacityProvider", world.provider("mine"))["capacityProvider"] == first);
  Json other = world.provider("mine");
  other["autoScalingGroupProvider"]["autoScalingGroupArn"] = world.group("other");
  CHECK(world.no("CreateCapacityProvider", other) ==
        "ClientException: The specified capacity provider already exists. To change the configuration of an existing "
        "capacity provider, update the capacity provider.");
}

TEST_CASE("settings of an Auto Scaling group are checked", "[capacity]") {
  ProviderWorld world;
  const auto refused = [&](const Json& settings) {
    Json body = world.provider("mine");
    body["autoScalingGroupProvider"].merge_patch(settings);
    return world.no("CreateCapacityProvider", body);
  };
  CHECK(refused({{"managedScaling", {{"minimumScalingStepSize", 3}, {"maximumScalingStepSize", 2}}}}) ==
        "ClientException: The minimum or maximum scaling step size value is invalid.");
  CHECK(refused({{"managedTerminationProtection", "ENABLED"}})
            .starts_with("ClientException: The managed termination protection setting for the capacity provider is "
                         "invalid. To enable managed termination protection for a capacity provider,"));
  for (const Json& scaling :
       {Json{{"targetCapacity", 0}}, Json{{"targetCapacity", 101}}, Json{{"minimumScalingStepSize", 0}},
        Json{{"maximumScalingStepSize", 10001}}, Json{{"instanceWarmupPeriod", 10001}}, Json{{"status", "ON"}}}) {
    INFO(scaling.dump());
    CHECK(refused({{"managedScaling", scaling}}).starts_with("ClientException: "));
  }
  CHECK(refused({{"managedDraining", "SOMETIMES"}}).starts_with("ClientException: "));
  CHECK(refused({{"autoScalingGroupArn", nullptr}}).starts_with("ClientException: "));
  world.ok("CreateCapacityProvider",
           with(world.provider("kept"),
                {{"autoScalingGroupProvider",
                  {{"managedScaling", {{"status", "ENABLED"}}}, {"managedTerminationProtection", "ENABLED"}}}}));
}

TEST_CASE("an Auto Scaling group has one capacity provider", "[capacity]") {
  ProviderWorld world;
  world.make("mine");
  Json body = world.provider("other");
  body["autoScalingGroupProvider"]["autoScalingGroupArn"] = world.group("mine");
  CHECK(world.no("CreateCapacityProvider", body) ==
        "ClientException: The specified Auto Scaling group ARN is already being used by another capacity provider. "
        "Specify a unique Auto Scaling group ARN and try again.");
}

TEST_CASE("a provider is either an Auto Scaling group or managed instances of a cluster", "[capacity]") {
  ProviderWorld world;
  CHECK(world.no("CreateCapacityProvider", {{"name", "mine"}}).starts_with("ClientException: "));
  CHECK(world.no("CreateCapacityProvider", with(world.provider("mine"), world.managed("mine")))
            .starts_with("ClientException: "));
  CHECK(world.no("CreateCapacityProvider", with(world.provider("mine"), {{"cluster", "default"}}))
            .starts_with("ClientException: "));
  CHECK(world.no("CreateCapacityProvider", with(world.managed("mine"), {{"cluster", nullptr}}))
            .starts_with("ClientException: "));
  CHECK(world.no("CreateCapacityProvider", with(world.managed("mine"), {{"cluster", "nowhere"}})) ==
        "ClusterNotFoundException: Cluster not found.");
}

TEST_CASE("managed instances belong to a cluster, come and go in steps, and hold it", "[capacity]") {
  ProviderWorld world;
  const Json made = world.ok("CreateCapacityProvider", world.managed("mi"))["capacityProvider"];
  CHECK(made["status"] == "PROVISIONING");
  CHECK(made["updateStatus"] == "CREATE_IN_PROGRESS");
  CHECK(made["cluster"] == "default");
  CHECK(made["type"] == "MANAGED_INSTANCES");
  CHECK(made["managedInstancesProvider"] == world.managed("mi")["managedInstancesProvider"]);
  CHECK(world.no("UpdateCapacityProvider", world.managed("mi")).starts_with("UpdateInProgressException: "));
  CHECK(world.no("DeleteCapacityProvider", {{"capacityProvider", "mi"}}).starts_with("UpdateInProgressException: "));
  world.settle();
  CHECK(world.describe("mi")["status"] == "ACTIVE");
  CHECK(world.describe("mi")["updateStatus"] == "CREATE_COMPLETE");
  CHECK(world.no("PutClusterCapacityProviders", world.association({"mi"})).starts_with("InvalidParameterException: "));
  CHECK(world.no("DeleteCluster", {{"cluster", "default"}}).starts_with("ClusterContainsCapacityProviderException: "));
  world.ok("DeleteCapacityProvider", {{"capacityProvider", "mi"}, {"cluster", "default"}});
  world.settle();
  CHECK(world.failures("mi") == Json::array({{{"arn", world.arn("capacity-provider/mi")}, {"reason", "MISSING"}}}));
  world.ok("DeleteCluster", {{"cluster", "default"}});
}

TEST_CASE("FARGATE and FARGATE_SPOT are everywhere and stay as they are", "[capacity]") {
  ProviderWorld world;
  for (const std::string name : {"FARGATE", "FARGATE_SPOT"}) {
    const std::string arn = world.arn("capacity-provider/" + name);
    const Json expected = {
        {"capacityProviderArn", arn}, {"name", name}, {"status", "ACTIVE"}, {"type", name}, {"tags", Json::array()}};
    CHECK(world.describe(name) == expected);
    CHECK(world.describe(arn) == expected);
    for (const std::string& reference : {name, arn}) {
      CHECK(world.no("DeleteCapacityProvider", {{"capacityProvider", reference}}).starts_with("ClientException: "));
    }
    CHECK(world.no("UpdateCapacityProvider", {{"name", name}, {"autoScalingGroupProvider", Json::object()}})
              .starts_with("ClientException: "));
  }
}

TEST_CASE("an update changes what it names", "[capacity]") {
  ProviderWorld world;
  world.make("mine");
  const Json update = {
      {"name", "mine"},
      {"autoScalingGroupProvider",
       {{"managedScaling", {{"status", "ENABLED"}, {"targetCapacity", 50}}}, {"managedDraining", "DISABLED"}}}};
  Json shown = world.ok("UpdateCapacityProvider", update)["capacityProvider"];
  CHECK(shown["updateStatus"] == "UPDATE_IN_PROGRESS");
  CHECK(world.no("UpdateCapacityProvider", update).starts_with("UpdateInProgressException: "));
  world.settle();
  shown = world.describe("mine");
  CHECK(shown["updateStatus"] == "UPDATE_COMPLETE");
  CHECK(shown["autoScalingGroupProvider"]["managedScaling"] == Json({{"status", "ENABLED"},
                                                                     {"targetCapacity", 50},
                                                                     {"minimumScalingStepSize", 1},
                                                                     {"maximumScalingStepSize", 10000},
                                                                     {"instanceWarmupPeriod", 300}}));
  CHECK(shown["autoScalingGroupProvider"]["managedDraining"] == "DISABLED");
  CHECK(shown["autoScalingGroupProvider"]["autoScalingGroupArn"] == world.group("mine"));
  CHECK(world.no("UpdateCapacityProvider", with(update, {{"name", "other"}})) == kUnknown);
  CHECK(world.no("UpdateCapacityProvider", with(update, {{"name", world.arn("capacity-provider/mine")}})) == kUnknown);
}

TEST_CASE("a step size that an update makes impossible is refused", "[capacity]") {
  ProviderWorld world;
  Json body = world.provider("mine");
  body["autoScalingGroupProvider"]["managedScaling"] = {{"maximumScalingStepSize", 5}};
  world.ok("CreateCapacityProvider", body);
  const Json scaling = {{"minimumScalingStepSize", 6}};
  CHECK(world.no("UpdateCapacityProvider",
                 {{"name", "mine"}, {"autoScalingGroupProvider", {{"managedScaling", scaling}}}}) ==
        "ClientException: The minimum or maximum scaling step size value is invalid.");
}

TEST_CASE("a provider is deleted by name or ARN, not while a cluster has it", "[capacity]") {
  ProviderWorld world;
  const Json made = world.make("mine");
  world.make("second");
  world.associate({"mine", "second"});
  CHECK(world.no("DeleteCapacityProvider", {{"capacityProvider", "mine"}}) ==
        "ClientException: The capacity provider cannot be deleted because it is associated with cluster: default. "
        "Remove the capacity provider from the cluster and try again.");
  world.associate({"second"});
  const Json gone = world.ok("DeleteCapacityProvider", {{"capacityProvider", made["capacityProviderArn"]}});
  CHECK(gone["capacityProvider"]["status"] == "ACTIVE");
  CHECK(gone["capacityProvider"]["updateStatus"] == "DELETE_IN_PROGRESS");
  CHECK(world.no("PutClusterCapacityProviders", world.association({"mine", "second"})) ==
        "InvalidParameterException: The specified capacity provider was not found. Specify a valid name or ARN and try "
        "again.");
  world.settle();
  CHECK(world.failures("mine").size() == 1);
  CHECK(world.no("DeleteCapacityProvider", {{"capacityProvider", "mine"}}) == kUnknown);
  world.make("mine");
  world.ok("DeleteCluster", {{"cluster", "default"}});
  world.ok("DeleteCapacityProvider", {{"capacityProvider", "second"}});
}

TEST_CASE("providers are described by name, of a cluster, or all in pages of ten", "[capacity]") {
  ProviderWorld world;
  for (char name = 'a'; name <= 'l'; ++name) world.make(std::string(1, name));
  const auto names = [](const Json& answer) {
    std::vector<std::string> found;
    for (const Json& one : answer["capacityProviders"]) found.push_back(one["name"]);
    return found;
  };
  const Json first = world.ok("DescribeCapacityProviders", Json::object());
  CHECK(names(first) == std::vector<std::string>{"FARGATE", "FARGATE_SPOT", "a", "b", "c", "d", "e", "f", "g", "h"});
  const Json second = world.ok("DescribeCapacityProviders", {{"nextToken", first["nextToken"]}});
  CHECK(names(second) == std::vector<std::string>{"i", "j", "k", "l"});
  CHECK_FALSE(second.contains("nextToken"));
  CHECK(names(world.ok("DescribeCapacityProviders", {{"maxResults", 3}})).size() == 3);
  CHECK(world.no("DescribeCapacityProviders", {{"maxResults", 11}}).find("Exception: ") != std::string::npos);
  const Json some = world.ok("DescribeCapacityProviders",
                             {{"capacityProviders", {"c", world.arn("capacity-provider/a"), "c", "zzz"}}});
  CHECK(names(some) == std::vector<std::string>{"c", "a"});
  CHECK(some["failures"] == Json::array({{{"arn", world.arn("capacity-provider/zzz")}, {"reason", "MISSING"}}}));
  CHECK(names(world.ok("DescribeCapacityProviders", {{"cluster", "default"}})).empty());
  world.associate({"b", "FARGATE"});
  CHECK(names(world.ok("DescribeCapacityProviders", {{"cluster", "default"}})) ==
        std::vector<std::string>{"FARGATE", "b"});
  CHECK(world.no("DescribeCapacityProviders", {{"cluster", "nowhere"}}) ==
        "ClusterNotFoundException: Cluster not found.");
}

TEST_CASE("tags of a provider are shown on request", "[capacity]") {
  ProviderWorld world;
  const Json made = world.make("mine");
  const Json tags = Json::parse(R"([{"key": "a", "value": "1"}])");
  world.ok("TagResource", {{"resourceArn", made["capacityProviderArn"]}, {"tags", tags}});
  CHECK(world.ok("ListTagsForResource", {{"resourceArn", made["capacityProviderArn"]}})["tags"] == tags);
  CHECK(world.describe("mine")["tags"] == Json::array());
  CHECK(world.describe("mine", {"TAGS"})["tags"] == tags);
  world.ok("UntagResource", {{"resourceArn", made["capacityProviderArn"]}, {"tagKeys", {"a"}}});
  CHECK(world.describe("mine", {"TAGS"})["tags"] == Json::array());
}

TEST_CASE("a cluster's providers and its default strategy are replaced together", "[capacity]") {
  ProviderWorld world;
  world.make("mine", true);
  const Json strategy = Json::parse(R"([{"capacityProvider": "mine", "weight": 1}])");
  Json cluster = world.ok("PutClusterCapacityProviders", {{"cluster", "default"},
                                                          {"capacityProviders", {"mine"}},
                                                          {"defaultCapacityProviderStrategy", strategy}})["cluster"];
  CHECK(cluster["status"] == "ACTIVE");
  CHECK(cluster["capacityProviders"] == Json::array({"mine"}));
  CHECK(cluster["defaultCapacityProviderStrategy"] ==
        Json::parse(R"([{"capacityProvider": "mine", "weight": 1, "base": 0}])"));
  CHECK(cluster["attachmentsStatus"] == "UPDATE_IN_PROGRESS");
  REQUIRE(cluster["attachments"].size() == 2);
  CHECK(cluster["attachments"][0]["type"] == "as_policy");
  CHECK(cluster["attachments"][1]["type"] == "managed_draining");
  for (const Json& one : cluster["attachments"]) {
    CHECK(one["status"] == "PRECREATED");
    CHECK(one["details"][0] == Json({{"name", "capacityProviderName"}, {"value", "mine"}}));
  }
  CHECK(world.no("PutClusterCapacityProviders", world.association({})) ==
        "UpdateInProgressException: The specified cluster is in a busy state. Cluster attachments must be in "
        "UPDATE_COMPLETE or UPDATE_FAILED state before they can be updated. Wait and try again.");
  CHECK(world.no("DeleteCluster", {{"cluster", "default"}}).starts_with("UpdateInProgressException: "));
  world.settle();
  const auto shown = [&] { return world.ok("DescribeClusters", {{"include", {"ATTACHMENTS"}}})["clusters"][0]; };
  CHECK(shown()["attachmentsStatus"] == "UPDATE_COMPLETE");
  CHECK(shown()["attachments"][0]["status"] == "CREATED");
  CHECK(world.ok("DescribeClusters", Json::object())["clusters"][0].contains("attachments") == false);
  world.associate({"FARGATE"});
  CHECK(shown()["capacityProviders"] == Json::array({"FARGATE"}));
  CHECK(shown()["defaultCapacityProviderStrategy"] == Json::array());
  CHECK(shown()["attachments"] == Json::array());
  const Json again = world.ok("PutClusterCapacityProviders", world.association({"FARGATE"}))["cluster"];
  CHECK(again["attachmentsStatus"] == "UPDATE_COMPLETE");
}

TEST_CASE("PutClusterCapacityProviders is refused for what the cluster cannot have", "[capacity]") {
  ProviderWorld world;
  world.make("mine");
  const auto refused = [&](const Json& providers, const Json& strategy) {
    return world.no(
        "PutClusterCapacityProviders",
        {{"cluster", "default"}, {"capacityProviders", providers}, {"defaultCapacityProviderStrategy", strategy}});
  };
  const std::string bad = "InvalidParameterException: ";
  CHECK(refused({"other"}, Json::array()) ==
        bad + "The specified capacity provider was not found. Specify a valid name or ARN and try again.");
  CHECK(refused({"mine"}, Json::parse(R"([{"capacityProvider": "FARGATE"}])")) ==
        bad +
            "The specified capacity provider strategy cannot contain a capacity provider that is not associated with "
            "the cluster.");
  CHECK(refused({"FARGATE", "FARGATE_SPOT"}, Json::parse(R"([{"capacityProvider": "FARGATE", "base": 1, "weight": 1},
                                                              {"capacityProvider": "FARGATE_SPOT", "base": 1}])")) ==
        bad +
            "There are multiple capacity providers in the specified capacity provider strategy with a base value "
            "defined");
  CHECK(refused({"FARGATE", "FARGATE_SPOT"}, Json::parse(R"([{"capacityProvider": "FARGATE", "weight": 0},
                                                              {"capacityProvider": "FARGATE_SPOT"}])")) ==
        bad +
            "There are no capacity providers in the capacity provider strategy with a weight value greater than "
            "zero");
  CHECK(refused({"FARGATE", "mine"}, Json::parse(R"([{"capacityProvider": "FARGATE", "weight": 1},
                                                      {"capacityProvider": "mine", "weight": 1}])"))
            .starts_with(bad));
  CHECK(refused(std::vector<std::string>(21, "FARGATE"), Json::array()).starts_with(bad));
  CHECK(world.no("PutClusterCapacityProviders", with(world.association({}), {{"cluster", "nowhere"}})) ==
        "ClusterNotFoundException: Cluster not found.");
  for (const char* member : {"cluster", "capacityProviders", "defaultCapacityProviderStrategy"}) {
    CHECK(world.no("PutClusterCapacityProviders", with(world.association({}), {{member, nullptr}})).starts_with(bad));
  }
  world.ok("DeleteCluster", {{"cluster", "default"}});
  CHECK(world.no("PutClusterCapacityProviders", world.association({})) == "ClientException: Cluster was not ACTIVE.");
}

TEST_CASE("a cluster that is made with an Auto Scaling group is PROVISIONING at first", "[capacity]") {
  ProviderWorld world;
  world.make("mine");
  const Json cluster =
      world.ok("CreateCluster", {{"clusterName", "other"}, {"capacityProviders", {"mine"}}})["cluster"];
  CHECK(cluster["status"] == "PROVISIONING");
  CHECK(cluster["attachmentsStatus"] == "UPDATE_IN_PROGRESS");
  world.settle();
  CHECK(world.ok("DescribeClusters", {{"clusters", {"other"}}})["clusters"][0]["status"] == "ACTIVE");
  CHECK(world.ok("CreateCluster",
                 {{"clusterName", "fargate"}, {"capacityProviders", {"FARGATE"}}})["cluster"]["status"] == "ACTIVE");
}

TEST_CASE("operations on capacity providers are all or nothing", "[capacity]") {
  TestWorld world;
  api::CreateCapacityProviderRequest creation;
  creation.name = "mine";
  creation.autoScalingGroupProvider.emplace().autoScalingGroupArn = "group";
  CHECK(check_atomic(world, operations::create_capacity_provider, creation) == 1);
  api::UpdateCapacityProviderRequest update;
  update.name = "mine";
  update.autoScalingGroupProvider.emplace().managedDraining = "DISABLED";
  CHECK(check_atomic(world, operations::update_capacity_provider, update) == 1);
}

}  // namespace
}  // namespace drydock::test
