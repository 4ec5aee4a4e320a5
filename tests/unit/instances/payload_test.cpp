#include "instances/payload.hpp"

#include "model/arn.hpp"
#include "server/operations/account_settings/account_settings.hpp"
#include "tests/unit/operations/entities.hpp"

namespace drydock::test {
namespace {

using Options = std::vector<std::pair<std::string, std::string>>;

Options log_options(TestWorld& world, const std::string& log_configuration) {
  const auto cluster = add_cluster(world, "one");
  const auto instance = add_instance(world, "one");
  const auto definition = add_definition(
      world, "web", R"([{"name":"c","image":"i","memory":64,"logConfiguration":)" + log_configuration + "}]");
  const auto task = add_task(world, cluster, definition, instance);
  const auto payload = instances::payload_of(world.state, world.state.get(task), 1);
  return payload.containers.at(0).definition->logConfiguration->options.value_or(Options{});
}

void put_mode(TestWorld& world, const std::string& mode) {
  api::PutAccountSettingRequest request;
  request.name = "defaultLogDriverMode";
  request.value = mode;
  world.must(operations::put_account_setting, request);
}

TEST_CASE("a log configuration without a mode gets the account's") {
  TestWorld world;
  SECTION("which is ECS's while nobody set it") {
    CHECK(log_options(world, R"({"logDriver":"json-file"})") == Options{{"mode", "non-blocking"}});
  }
  SECTION("as it was set") {
    put_mode(world, "blocking");
    CHECK(log_options(world, R"({"logDriver":"json-file","options":{"tag":"x"}})") ==
          Options{{"tag", "x"}, {"mode", "blocking"}});
  }
  SECTION("but keeps its own") {
    CHECK(log_options(world, R"({"logDriver":"json-file","options":{"mode":"blocking"}})") ==
          Options{{"mode", "blocking"}});
  }
  SECTION("unless its driver delivers nothing by itself") {
    CHECK(log_options(world, R"({"logDriver":"none"})").empty());
    TestWorld other;
    CHECK(log_options(other, R"({"logDriver":"awsfirelens"})").empty());
  }
}

}  // namespace
}  // namespace drydock::test
