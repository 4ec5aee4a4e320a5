// spec/operations.md, "Container instances and attributes"; spec/resources.md sections 1 and 4.
#include "server/operations/container_instances/attributes.hpp"

#include "tests/support/drydock_world.hpp"
#include "tests/unit/operations/instances.hpp"

namespace drydock::test {
namespace {

struct AttributeWorld : DrydockWorld {
  AttributeWorld() { test::add_cluster(*this, "default"); }

  std::string join(const std::string& machine) {
    auto request = registration("default");
    request.instanceIdentityDocument = identity(machine);
    return *must(operations::register_container_instance, request).containerInstance->containerInstanceArn;
  }
  static Json one(const std::string& target, const std::string& name, const Json& value = nullptr) {
    Json attribute = {{"name", name}, {"targetId", target}};
    if (!value.is_null()) attribute["value"] = value;
    return attribute;
  }
  static Json body(const Json& attributes) {
    return {{"attributes", attributes.is_array() ? attributes : Json::array({attributes})}};
  }
  Json put(const std::string& target, const std::string& name, const Json& value = nullptr) {
    return ok("PutAttributes", body(Json::array({one(target, name, value)})))["attributes"];
  }
  /// The attributes of the list that begin with "my-", as name=value.
  std::vector<std::string> mine(const std::string& instance) {
    const Json shown =
        ok("DescribeContainerInstances", {{"containerInstances", {instance}}})["containerInstances"][0]["attributes"];
    std::vector<std::string> found;
    for (const Json& attribute : shown) {
      const std::string name = attribute["name"];
      CHECK_FALSE(attribute.contains("targetId"));
      if (name.starts_with("my-")) found.push_back(name + "=" + attribute.value("value", ""));
    }
    return found;
  }
};

using Texts = std::vector<std::string>;

TEST_CASE("attributes are put, changed, shown with the instance, listed and deleted") {
  AttributeWorld world;
  const std::string arn = world.join("i-1");
  CHECK(world.put(arn, "my-stack", "production") == Json::array({world.one(arn, "my-stack", "production")}));
  CHECK(world.put(arn, "my-flag") == Json::array({world.one(arn, "my-flag")}));
  CHECK(world.mine(arn) == Texts{"my-flag=", "my-stack=production"});
  world.put(arn, "my-stack", "test");
  CHECK(world.mine(arn) == Texts{"my-flag=", "my-stack=test"});
  const Json list = {{"targetType", "container-instance"}, {"attributeName", "my-stack"}};
  CHECK(world.ok("ListAttributes", list)["attributes"] == Json::array({world.one(arn, "my-stack", "test")}));
  const Json gone = world.ok("DeleteAttributes", world.body({world.one(arn, "my-stack")}));
  CHECK(gone["attributes"] == Json::array({world.one(arn, "my-stack", "test")}));
  CHECK(world.mine(arn) == Texts{"my-flag="});
  CHECK(world.ok("ListAttributes", list)["attributes"] == Json::array());
}

TEST_CASE("a target is a full ARN, or an id together with its type") {
  AttributeWorld world;
  const std::string arn = world.join("i-1");
  const std::string id = arn.substr(arn.rfind('/') + 1);
  Json by_id = world.one(id, "my-a", "1");
  CHECK(world.no("PutAttributes", world.body({by_id})).starts_with("InvalidParameterException: "));
  by_id["targetType"] = "container-instance";
  CHECK(world.ok("PutAttributes", world.body({by_id}))["attributes"][0]["targetId"] == arn);
  by_id["targetType"] = "task";
  CHECK(world.no("PutAttributes", world.body({by_id})).starts_with("InvalidParameterException: "));
  for (const std::string operation : {"PutAttributes", "DeleteAttributes"}) {
    INFO(operation);
    const std::string missing = arn.substr(0, arn.rfind('/') + 1) + std::string(32, 'a');
    CHECK(world.no(operation, world.body({world.one(missing, "my-a")})).starts_with("TargetNotFoundException: "));
    CHECK(world.no(operation, world.body({{{"name", "my-a"}}})).starts_with("InvalidParameterException: "));
    CHECK(world.no(operation, world.body(Json::array())) == "InvalidParameterException: attributes can not be empty");
    CHECK(world.no(operation, with(world.body({world.one(arn, "my-a")}), {{"cluster", "nowhere"}})) ==
          "ClusterNotFoundException: Cluster not found.");
  }
  world.must(operations::deregister_container_instance, leaving("default", arn));
  CHECK(world.no("PutAttributes", world.body({world.one(arn, "my-a")})).starts_with("TargetNotFoundException: "));
}

TEST_CASE("names and values have rules, and ECS's own names are reserved") {
  AttributeWorld world;
  const std::string arn = world.join("i-1");
  const auto refused = [&](const std::string& name, const Json& value = nullptr) {
    return world.no("PutAttributes", world.body({world.one(arn, name, value)}))
        .starts_with("InvalidParameterException: ");
  };
  for (const std::string name : {"", "a b", "ä", "a:b", "ecs.instance-type", "com.amazonaws.ecs.capability.x"}) {
    INFO(name);
    CHECK(refused(name));
  }
  CHECK(refused(std::string(129, 'a')));
  for (const std::string value : {" a", "a ", "a=b", "ä"}) {
    INFO(value);
    CHECK(refused("my-a", value));
  }
  CHECK(refused("my-a", std::string(129, 'a')));
  world.put(arn, R"(my-a_/\.9)", R"(A-z_.@/\: 9)");
  CHECK(world.no("DeleteAttributes", world.body({world.one(arn, "ecs.os-type")}))
            .starts_with("InvalidParameterException: "));
}

TEST_CASE("ten attributes a call and ten custom ones a resource") {
  AttributeWorld world;
  const std::string arn = world.join("i-1");
  Json ten = Json::array();
  for (int i = 0; i < 10; ++i) ten.push_back(world.one(arn, "my-" + std::to_string(i), "1"));
  Json eleven = ten;
  eleven.push_back(world.one(arn, "my-x", "1"));
  for (const std::string operation : {"PutAttributes", "DeleteAttributes"}) {
    CHECK(world.no(operation, world.body(eleven)).starts_with("InvalidParameterException: "));
  }
  world.ok("PutAttributes", world.body(ten));
  CHECK(world.no("PutAttributes", world.body({world.one(arn, "my-x", "1")}))
            .starts_with("AttributeLimitExceededException: "));
  CHECK(world.mine(arn).size() == 10);
  world.put(arn, "my-0", "2");
  const std::string other = world.join("i-2");
  world.put(other, "my-x", "1");
}

TEST_CASE("a value that is given must match for an attribute to be deleted") {
  AttributeWorld world;
  const std::string arn = world.join("i-1");
  world.put(arn, "my-a", "1");
  CHECK(world.ok("DeleteAttributes", world.body({world.one(arn, "my-a", "2")}))["attributes"] == Json::array());
  CHECK(world.mine(arn) == Texts{"my-a=1"});
  CHECK(world.ok("DeleteAttributes", world.body({world.one(arn, "never")}))["attributes"] == Json::array());
  world.ok("DeleteAttributes", world.body({world.one(arn, "my-a", "1")}));
  CHECK(world.mine(arn).empty());
}

TEST_CASE("a list covers all instances, filtered by name and value, in pages") {
  AttributeWorld world;
  const std::string first = world.join("i-1");
  const std::string second = world.join("i-2");
  for (const std::string& arn : {first, second}) world.put(arn, "my-rack", arn == first ? "r1" : "r2");
  const auto list = [&](const Json& more) {
    return world.ok("ListAttributes", with({{"targetType", "container-instance"}}, more));
  };
  CHECK(list({{"attributeName", "my-rack"}})["attributes"].size() == 2);
  CHECK(list({{"attributeName", "my-rack"}, {"attributeValue", "r2"}})["attributes"] ==
        Json::array({world.one(second, "my-rack", "r2")}));
  CHECK(world.no("ListAttributes", {{"targetType", "container-instance"}, {"attributeValue", "r2"}})
            .starts_with("InvalidParameterException: "));
  CHECK(world.no("ListAttributes", Json::object()).starts_with("InvalidParameterException: "));
  CHECK(world.no("ListAttributes", {{"targetType", "task"}}).starts_with("InvalidParameterException: "));

  const std::size_t all = list(Json::object())["attributes"].size();
  CHECK(list({{"attributeName", "ecs.os-type"}})["attributes"].size() == 2);
  std::set<std::string> seen;
  Json page = list({{"maxResults", 2}});
  while (true) {
    for (const Json& one : page["attributes"]) seen.insert(one.dump());
    if (!page.contains("nextToken")) break;
    CHECK(page["attributes"].size() == 2);
    page = list({{"maxResults", 2}, {"nextToken", page["nextToken"]}});
  }
  CHECK(seen.size() == all);
  world.must(operations::deregister_container_instance, leaving("default", first));
  CHECK(list({{"attributeName", "my-rack"}})["attributes"].size() == 1);
}

TEST_CASE("an agent that registers again keeps its custom attributes") {
  AttributeWorld world;
  const std::string arn = world.join("i-1");
  world.put(arn, "my-a", "1");
  CHECK(world.join("i-1") == arn);
  CHECK(world.mine(arn) == Texts{"my-a=1"});
}

TEST_CASE("operations on attributes are all or nothing") {
  TestWorld world;
  add_cluster(world, "default");
  const auto id = add_instance(world, "default");
  api::PutAttributesRequest put;
  put.attributes.emplace().push_back(attribute("my-a", "1"));
  put.attributes->front().targetId = model::arn_of(world.state, world.state.get(id));
  CHECK(check_atomic(world, operations::put_attributes, put) == 1);
  CHECK(check_atomic(world, operations::put_attributes, put) == 0);
  api::DeleteAttributesRequest removal;
  removal.attributes = put.attributes;
  CHECK(check_atomic(world, operations::delete_attributes, removal) == 1);
}

}  // namespace
}  // namespace drydock::test
