// ListContainerInstances with a filter (spec/placement.md section 6).
#include "tests/unit/operations/placement_fixture.hpp"

namespace drydock::test {
namespace {

TEST_CASE("ListContainerInstances lists what satisfies the filter and the status", "[operations][placement]") {
  PlacementWorld world;
  const std::string prod = world.instance("a", {{"stack", "prod"}});
  const std::string test = world.instance("b", {{"stack", "test"}});
  const std::string plain = world.instance("b");
  world.ok("StartTask", {{"taskDefinition", "web"}, {"containerInstances", {plain}}});
  const auto list = [&](const Json& request) {
    return world.ok("ListContainerInstances", request)["containerInstanceArns"];
  };
  CHECK(list({{"filter", "attribute:stack == prod"}}) == Json{prod});
  CHECK(list({{"filter", "attribute:stack != prod"}}) == Json{test});
  CHECK(list({{"filter", "attribute:stack !exists"}}) == Json{plain});
  CHECK(list({{"filter", "task:group == family:web"}}) == Json{plain});
  CHECK(list({{"filter", "not(task:group == family:web)"}}) == Json{prod, test});
  CHECK(list({{"filter", "runningTasksCount == 0 and agentConnected == true"}}) == Json{prod, test, plain});
  CHECK(list({{"filter", "agentConnected == false"}}) == Json::array());
  CHECK(list({{"filter", ""}}) == Json{prod, test, plain});
  world.ok("UpdateContainerInstancesState", {{"containerInstances", {prod}}, {"status", "DRAINING"}});
  CHECK(list({{"filter", "attribute:stack exists"}, {"status", "DRAINING"}}) == Json{prod});
  CHECK(list({{"filter", "attribute:stack exists"}, {"status", "ACTIVE"}}) == Json{test});
}

TEST_CASE("a page of filtered instances goes on with the same filter only", "[operations][placement]") {
  PlacementWorld world;
  for (int i = 0; i < 4; ++i) world.instance("a", {{"stack", i % 2 == 0 ? "prod" : "test"}});
  const Json first = world.ok("ListContainerInstances", {{"filter", "attribute:stack == prod"}, {"maxResults", 1}});
  CHECK(first["containerInstanceArns"].size() == 1);
  const Json& token = first["nextToken"];
  const Json second = world.ok("ListContainerInstances",
                               {{"filter", "attribute:stack == prod"}, {"maxResults", 1}, {"nextToken", token}});
  CHECK(second["containerInstanceArns"].size() == 1);
  CHECK(second["containerInstanceArns"] != first["containerInstanceArns"]);
  CHECK(world.no("ListContainerInstances", {{"filter", "attribute:stack == test"}, {"nextToken", token}}) ==
        "InvalidParameterException: Invalid token.");
}

}  // namespace
}  // namespace drydock::test
