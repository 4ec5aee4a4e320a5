#include "server/operations/tags.hpp"

#include "server/operations/capacity_providers/capacity_providers.hpp"
#include "tests/unit/operations/entities.hpp"

namespace drydock::test {
namespace {

using namespace operations;

using Tags = std::vector<api::Tag>;
using Names = std::vector<std::string>;

/// One resource of each kind that can have tags.
struct Tagged {
  TestWorld world;
  model::ClusterId cluster = add_cluster(world, "one");
  model::InstanceId instance = add_instance(world, "one");
  model::TaskDefinitionId definition = add_definition(world, "web", R"([{"name":"c","image":"i","memory":64}])");
  model::TaskId task = add_task(world, cluster, definition, instance);
  model::ServiceId service = add_service(world, cluster, "web");
  model::CapacityProviderId provider = add_provider("own");

  model::CapacityProviderId add_provider(const std::string& name) {
    api::CreateCapacityProviderRequest request;
    request.name = name;
    request.autoScalingGroupProvider.emplace().autoScalingGroupArn = name;
    world.must(create_capacity_provider, request);
    return world.state.capacity_provider_named(world.id, name)->id;
  }

  template <class IdType>
  std::string arn(IdType id) const {
    return model::arn_of(world.state, world.state.get(id));
  }
  Tags list(const std::string& arn) {
    api::ListTagsForResourceRequest request;
    request.resourceArn = arn;
    return *world.must(list_tags_for_resource, request).tags;
  }
  static api::TagResourceRequest adding(const std::string& arn, Tags tags) {
    api::TagResourceRequest request;
    request.resourceArn = arn;
    request.tags = std::move(tags);
    return request;
  }
  static api::UntagResourceRequest removing(const std::string& arn, Names keys) {
    api::UntagResourceRequest request;
    request.resourceArn = arn;
    request.tagKeys = std::move(keys);
    return request;
  }
  /// The error of all three operations, which has to be the same.
  std::string refusal(const std::string& arn) {
    api::ListTagsForResourceRequest request;
    request.resourceArn = arn;
    const std::string error = text_of(world.refusal(list_tags_for_resource, request));
    CHECK(text_of(world.refusal(tag_resource, adding(arn, {tag("a", "1")}))) == error);
    CHECK(text_of(world.refusal(untag_resource, removing(arn, {"a"}))) == error);
    return error;
  }
};

TEST_CASE("tags of every kind of resource can be added, changed, listed and removed") {
  Tagged here;
  for (const std::string& arn : {here.arn(here.cluster), here.arn(here.instance), here.arn(here.definition),
                                 here.arn(here.task), here.arn(here.service), here.arn(here.provider)}) {
    INFO(arn);
    CHECK(here.list(arn).empty());
    api::Tag without_value;
    without_value.key = "b";
    here.world.must(tag_resource, Tagged::adding(arn, {tag("a", "1"), without_value}));
    CHECK(here.list(arn) == Tags{tag("a", "1"), tag("b", "")});
    here.world.must(tag_resource, Tagged::adding(arn, {tag("a", "2"), tag("A", "3")}));
    CHECK(here.list(arn) == Tags{tag("a", "2"), tag("b", ""), tag("A", "3")});
    here.world.must(untag_resource, Tagged::removing(arn, {"a", "never-there"}));
    CHECK(here.list(arn) == Tags{tag("b", ""), tag("A", "3")});
  }
}

TEST_CASE("a malformed ARN cannot be tagged") {
  Tagged here;
  for (const std::string& arn :
       {std::string("web"), std::string("arn:aws:ecs"), std::string(""), std::string("arn:aws:s3:::bucket/key"),
        here.world.arn("cluster/one/two"), here.world.arn("service/a/b/c"), here.world.arn("task-definition/web"),
        here.world.arn("cluster")}) {
    INFO(arn);
    CHECK(here.refusal(arn) == "InvalidParameterException: Invalid identifier: Unexpected number of separators");
  }
  CHECK(here.refusal(here.world.arn("task-definition/web:x")) ==
        "InvalidParameterException: Invalid revision number. Number: x");
}

TEST_CASE("a short ARN cannot be tagged") {
  Tagged here;
  const std::string refusal = "InvalidParameterException: Long arn format must be used for tagging operations";
  CHECK(here.refusal(here.world.arn("service/web")) == refusal);
  CHECK(here.refusal(here.world.arn("task/" + std::string(32, 'a'))) == refusal);
  CHECK(here.refusal(here.world.arn("container-instance/" + std::string(32, 'a'))) == refusal);
}

TEST_CASE("an INACTIVE cluster cannot be tagged") {
  TestWorld world;
  add_cluster(world, "gone");
  api::DeleteClusterRequest deletion;
  deletion.cluster = "gone";
  world.must(delete_cluster, deletion);
  api::ListTagsForResourceRequest request;
  request.resourceArn = world.arn("cluster/gone");
  CHECK(text_of(world.refusal(list_tags_for_resource, request)) ==
        "InvalidParameterException: The specified cluster is inactive. Specify an active cluster and try again.");
}

TEST_CASE("an unknown resource cannot be tagged") {
  Tagged here;
  const std::string id(32, 'a');
  CHECK(here.refusal(here.world.arn("cluster/two")) == "ClusterNotFoundException: Cluster not found.");
  CHECK(here.refusal(here.world.arn("service/one/other")) == "ServiceNotFoundException: Service not found.");
  CHECK(here.refusal(here.world.arn("service/two/web")) == "ServiceNotFoundException: Service not found.");
  for (const std::string& resource : {"task/one/" + id, "container-instance/one/" + id,
                                      std::string("task-definition/web:9"), std::string("task-definition/other:1"),
                                      std::string("capacity-provider/mine"), std::string("task-set/one/web/ecs-svc/1"),
                                      std::string("daemon/one/d"), std::string("daemon-task-definition/d:1")}) {
    INFO(resource);
    CHECK(here.refusal(here.world.arn(resource)).starts_with("ResourceNotFoundException: "));
  }
  CHECK(here.refusal("arn:aws:ecs:us-east-1:123456789012:cluster/one") ==
        "ClusterNotFoundException: Cluster not found.");
  std::string elsewhere = here.arn(here.task);
  elsewhere.replace(elsewhere.find("/one/"), 5, "/two/");
  CHECK(here.refusal(elsewhere).starts_with("ResourceNotFoundException: "));
}

TEST_CASE("resources that are gone have no tags") {
  Tagged here;
  here.world.edit([&](model::Transaction& tx) {
    tx.update(here.service, [](model::Service& service) { service.status = model::ServiceStatus::kInactive; });
  });
  CHECK(here.refusal(here.arn(here.service)) == "ServiceNotFoundException: Service not found.");
  api::DeregisterContainerInstanceRequest leaving;
  leaving.cluster = "one";
  leaving.containerInstance = here.arn(here.instance);
  leaving.force = true;
  here.world.must(deregister_container_instance, leaving);
  CHECK(here.refusal(here.arn(here.instance)).starts_with("ResourceNotFoundException: "));
}

TEST_CASE("the Fargate capacity providers and kinds without tags are refused") {
  Tagged here;
  for (const char* resource : {"capacity-provider/FARGATE", "capacity-provider/FARGATE_SPOT",
                               "service-deployment/one/web/x", "attachment/one/x"}) {
    INFO(resource);
    CHECK(here.refusal(here.world.arn(resource)).starts_with("InvalidParameterException: "));
  }
}

TEST_CASE("tags themselves are checked, and a resource has at most 50") {
  Tagged here;
  const std::string arn = here.arn(here.cluster);
  const auto code = [&](Tags tags) {
    return here.world.refusal(tag_resource, Tagged::adding(arn, std::move(tags))).code;
  };
  CHECK(code({tag("aws:x", "1")}) == "InvalidParameterException");
  CHECK(code({tag("a", "1"), tag("a", "2")}) == "InvalidParameterException");
  CHECK(code(many_tags(51)) == "InvalidParameterException");
  here.world.must(tag_resource, Tagged::adding(arn, many_tags(50)));
  CHECK(code({tag("one-more", "1")}) == "LimitExceededException");
  here.world.must(tag_resource, Tagged::adding(arn, {tag("key0", "changed")}));
  CHECK(here.list(arn).size() == 50);
}

TEST_CASE("tags that Drydock gave do not count and cannot be removed") {
  Tagged here;
  const std::string arn = here.arn(here.task);
  here.world.edit([&](model::Transaction& tx) {
    tx.update(here.task, [](model::Task& task) { task.tags = {tag("aws:ecs:clusterName", "one")}; });
  });
  here.world.must(tag_resource, Tagged::adding(arn, many_tags(50)));
  here.world.must(untag_resource, Tagged::removing(arn, {"aws:ecs:clusterName", "key1"}));
  CHECK(here.list(arn).size() == 50);
  CHECK(here.list(arn).front() == tag("aws:ecs:clusterName", "one"));
}

TEST_CASE("operations on tags are all or nothing") {
  Tagged here;
  const std::string arn = here.arn(here.service);
  CHECK(check_atomic(here.world, tag_resource, Tagged::adding(arn, {tag("a", "1")})) == 1);
  CHECK(check_atomic(here.world, untag_resource, Tagged::removing(arn, {"a"})) == 1);
  CHECK(check_atomic(here.world, untag_resource, Tagged::removing(arn, {"a"})) == 0);
}

}  // namespace
}  // namespace drydock::test
