// What ECS makes in the Auto Scaling group of a provider follows the provider's settings, in every cluster that has it.

#include "tests/support/drydock_world.hpp"

using namespace drydock;
using namespace drydock::test;

namespace {

struct GroupWorld : DrydockWorld {
  GroupWorld() {
    ok("CreateCapacityProvider",
       {{"name", "group"},
        {"autoScalingGroupProvider",
         {{"autoScalingGroupArn",
           "arn:aws:autoscaling:eu-west-1:123456789012:autoScalingGroup:00000000-0000-0000-0000-000000000000:"
           "autoScalingGroupName/group"},
          {"managedScaling", {{"status", "ENABLED"}}},
          {"managedDraining", "DISABLED"}}}});
    ok("CreateCluster", {{"clusterName", "default"}, {"capacityProviders", {"group"}}});
    settle();
  }

  void change(const Json& group) {
    ok("UpdateCapacityProvider", {{"name", "group"}, {"autoScalingGroupProvider", group}});
  }

  /// "type status" of each attachment, and the status of all.
  std::vector<std::string> attachments() {
    const Json cluster =
        ok("DescribeClusters", {{"clusters", {"default"}}, {"include", {"ATTACHMENTS"}}})["clusters"][0];
    std::vector<std::string> list;
    for (const Json& one : cluster.value("attachments", Json::array())) {
      list.push_back(one["type"].get<std::string>() + " " + one["status"].get<std::string>());
    }
    list.push_back(cluster["attachmentsStatus"]);
    return list;
  }
};

}  // namespace

TEST_CASE("Switching managed scaling and draining makes and takes away attachments") {
  using List = std::vector<std::string>;
  GroupWorld world;
  CHECK(world.attachments() == List{"as_policy CREATED", "UPDATE_COMPLETE"});
  world.change({{"managedDraining", "ENABLED"}});
  CHECK(world.attachments() == List{"as_policy CREATED", "managed_draining PRECREATED", "UPDATE_IN_PROGRESS"});
  world.settle();
  CHECK(world.attachments() == List{"as_policy CREATED", "managed_draining CREATED", "UPDATE_COMPLETE"});
  world.change({{"managedScaling", {{"status", "DISABLED"}}}});
  CHECK(world.attachments() == List{"as_policy DELETING", "managed_draining CREATED", "UPDATE_IN_PROGRESS"});
  world.settle();
  CHECK(world.attachments() == List{"managed_draining CREATED", "UPDATE_COMPLETE"});
  world.change({{"managedDraining", "ENABLED"}});
  CHECK(world.attachments() == List{"managed_draining CREATED", "UPDATE_COMPLETE"});
}
