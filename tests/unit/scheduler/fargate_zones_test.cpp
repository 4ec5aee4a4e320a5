// Fargate tasks are spread over their subnets' zones (spec/services.md section 7).
#include <map>

#include "tests/unit/operations/services/service_fixture.hpp"

namespace drydock::test {
namespace {

TEST_CASE("Fargate tasks take their subnets in turn, each in a zone of its own", "[scheduler][fargate]") {
  for (const int subnets : {1, 2, 3}) {
    CAPTURE(subnets);
    ServiceWorld world;
    Json body = with(ServiceWorld::fargate(), {{"desiredCount", 6}});
    Json& names = body["networkConfiguration"]["awsvpcConfiguration"]["subnets"];
    names = Json::array();
    for (int i = 1; i <= subnets; ++i) names.push_back("subnet-" + std::to_string(i));
    world.create(body);
    world.settle();
    std::map<std::string, std::set<std::string>> zones;  // by subnet
    std::map<std::string, int> counts;
    for (const model::TaskId id : world.tasks("web", &model::DeploymentTasks::starting)) {
      const model::Task& task = world.state.get(id);
      zones[task.network->subnet_id].insert(task.availability_zone);
      ++counts[task.availability_zone];
    }
    REQUIRE(zones.size() == static_cast<std::size_t>(subnets));
    CHECK(zones["subnet-1"] == std::set<std::string>{"eu-west-1a"});
    if (subnets > 1) CHECK(zones["subnet-2"] == std::set<std::string>{"eu-west-1b"});
    for (const auto& [zone, count] : counts) CHECK(count == 6 / subnets);
  }
}

}  // namespace
}  // namespace drydock::test
