// spec/operations.md, "Account settings"; spec/resources.md section 10.
#include "server/operations/account_settings/account_settings.hpp"

#include "tests/support/drydock_world.hpp"
#include "tests/unit/operations/entities.hpp"

namespace drydock::test {
namespace {

const std::string kRoot = "arn:aws:iam::123456789012:root";
const std::string kUser = "arn:aws:iam::123456789012:user/ada";
const std::string kRole = "arn:aws:iam::123456789012:role/ci/deployer";

Json setting(const std::string& name, const std::string& value, const std::string& principal = kRoot) {
  return {{"name", name}, {"value", value}, {"principalArn", principal}, {"type", "user"}};
}

std::map<std::string, std::string> values(const Json& settings) {
  std::map<std::string, std::string> found;
  for (const Json& one : settings) found[one["name"]] = one["value"];
  return found;
}

TEST_CASE("a setting is put, listed and deleted") {
  DrydockWorld world;
  CHECK(world.ok("ListAccountSettings", Json::object())["settings"] == Json::array());
  CHECK(world.ok("PutAccountSetting", {{"name", "containerInsights"}, {"value", "enhanced"}})["setting"] ==
        setting("containerInsights", "enhanced"));
  world.ok("PutAccountSetting", {{"name", "awsvpcTrunking"}, {"value", "enabled"}});
  CHECK(world.ok("ListAccountSettings", Json::object())["settings"] ==
        Json({setting("awsvpcTrunking", "enabled"), setting("containerInsights", "enhanced")}));
  CHECK(world.ok("PutAccountSetting", {{"name", "awsvpcTrunking"}, {"value", "disabled"}})["setting"]["value"] ==
        "disabled");
  CHECK(world.ok("DeleteAccountSetting", {{"name", "containerInsights"}})["setting"] ==
        setting("containerInsights", "enhanced"));
  CHECK(world.ok("ListAccountSettings", Json::object())["settings"] ==
        Json::array({setting("awsvpcTrunking", "disabled")}));
}

TEST_CASE("deleting a setting that was never set shows the value that counts") {
  DrydockWorld world;
  CHECK(world.ok("DeleteAccountSetting", {{"name", "serviceLongArnFormat"}, {"principalArn", kUser}})["setting"] ==
        setting("serviceLongArnFormat", "enabled", kUser));
}

TEST_CASE("a principal's own value comes before the account's, and that before ECS's") {
  DrydockWorld world;
  const auto effective = [&](const std::string& principal) {
    const Json answer =
        world.ok("ListAccountSettings",
                 {{"name", "containerInsights"}, {"effectiveSettings", true}, {"principalArn", principal}});
    REQUIRE(answer["settings"].size() == 1);
    return answer["settings"][0];
  };
  CHECK(effective(kUser) == setting("containerInsights", "disabled"));
  CHECK(world.ok("PutAccountSettingDefault", {{"name", "containerInsights"}, {"value", "enabled"}})["setting"] ==
        setting("containerInsights", "enabled"));
  CHECK(effective(kUser) == setting("containerInsights", "enabled"));
  world.ok("PutAccountSetting", {{"name", "containerInsights"}, {"value", "enhanced"}, {"principalArn", kUser}});
  CHECK(effective(kUser) == setting("containerInsights", "enhanced", kUser));
  CHECK(effective(kRole) == setting("containerInsights", "enabled"));
  world.ok("DeleteAccountSetting", {{"name", "containerInsights"}, {"principalArn", kUser}});
  CHECK(effective(kUser) == setting("containerInsights", "enabled"));
}

TEST_CASE("effective settings are all that ECS knows, ten to a page") {
  DrydockWorld world;
  const Json first = world.ok("ListAccountSettings", {{"effectiveSettings", true}});
  CHECK(first["settings"].size() == 10);
  const Json second = world.ok("ListAccountSettings", {{"effectiveSettings", true}, {"nextToken", first["nextToken"]}});
  CHECK(second["settings"].size() == 1);
  CHECK_FALSE(second.contains("nextToken"));
  auto all = values(first["settings"]);
  all.merge(values(second["settings"]));
  CHECK(all == std::map<std::string, std::string>{{"awsvpcTrunking", "disabled"},
                                                  {"containerInsights", "disabled"},
                                                  {"containerInstanceLongArnFormat", "enabled"},
                                                  {"defaultLogDriverMode", "non-blocking"},
                                                  {"fargateEventWindows", "disabled"},
                                                  {"fargateFIPSMode", "disabled"},
                                                  {"fargateTaskRetirementWaitPeriod", "7"},
                                                  {"guardDutyActivate", "off"},
                                                  {"serviceLongArnFormat", "enabled"},
                                                  {"tagResourceAuthorization", "on"},
                                                  {"taskLongArnFormat", "enabled"}});
  CHECK(world.no("ListAccountSettings", {{"nextToken", first["nextToken"]}}) ==
        "InvalidParameterException: Invalid token.");
  CHECK(world.ok("ListAccountSettings", {{"effectiveSettings", true}, {"maxResults", 3}})["settings"].size() == 3);
  for (const int wrong : {0, 11, -1}) {
    CHECK(world.no("ListAccountSettings", {{"maxResults", wrong}}).starts_with("InvalidParameterException: "));
  }
}

TEST_CASE("a list can be narrowed to a name and a value") {
  DrydockWorld world;
  const auto count = [&](const Json& body) {
    return world.ok("ListAccountSettings", with(body, {{"effectiveSettings", true}}))["settings"].size();
  };
  CHECK(count({{"name", "awsvpcTrunking"}}) == 1);
  CHECK(count({{"name", "awsvpcTrunking"}, {"value", "disabled"}}) == 1);
  CHECK(count({{"name", "awsvpcTrunking"}, {"value", "enabled"}}) == 0);
  CHECK(world.no("ListAccountSettings", {{"value", "enabled"}}).starts_with("InvalidParameterException: "));
}

TEST_CASE("only known names are accepted") {
  DrydockWorld world;
  const std::string refusal = "InvalidParameterException: unknown should be one of [serviceLongArnFormat,";
  CHECK(world.no("ListAccountSettings", {{"name", "unknown"}}).starts_with(refusal));
  CHECK(world.no("DeleteAccountSetting", {{"name", "unknown"}}).starts_with(refusal));
  CHECK(world.no("PutAccountSetting", {{"name", "unknown"}, {"value", "enabled"}}).starts_with(refusal));
  CHECK(world.no("PutAccountSettingDefault", {{"name", "unknown"}, {"value", "enabled"}}).starts_with(refusal));
}

TEST_CASE("each setting has its own values") {
  DrydockWorld world;
  const std::vector<std::tuple<std::string, std::vector<std::string>, std::vector<std::string>>> rows = {
      {"containerInsights", {"enabled", "disabled", "enhanced"}, {"on", "ENABLED", ""}},
      {"awsvpcTrunking", {"enabled", "disabled"}, {"enhanced"}},
      {"fargateFIPSMode", {"enabled", "disabled"}, {"off"}},
      {"fargateEventWindows", {"enabled", "disabled"}, {"7"}},
      {"tagResourceAuthorization", {"on", "off"}, {"enabled"}},
      {"fargateTaskRetirementWaitPeriod", {"0", "7", "14"}, {"1", "21", "enabled"}},
      {"defaultLogDriverMode", {"blocking", "non-blocking"}, {"enabled"}},
      {"serviceLongArnFormat", {"enabled"}, {"disabled", "yes"}},
      {"taskLongArnFormat", {"enabled"}, {"disabled"}},
      {"containerInstanceLongArnFormat", {"enabled"}, {"disabled"}},
      {"guardDutyActivate", {}, {"on", "off"}},
  };
  for (const auto& [name, good, bad] : rows) {
    INFO(name);
    for (const std::string operation : {"PutAccountSetting", "PutAccountSettingDefault"}) {
      for (const std::string& value : good) {
        CHECK(world.ok(operation, {{"name", name}, {"value", value}})["setting"]["value"] == value);
      }
      for (const std::string& value : bad) {
        CHECK(world.no(operation, {{"name", name}, {"value", value}}).starts_with("InvalidParameterException: "));
      }
    }
  }
  CHECK(world.no("PutAccountSetting", {{"name", "taskLongArnFormat"}, {"value", "disabled"}}) ==
        "InvalidParameterException: You can no longer disable Long Arn settings");
}

TEST_CASE("a principal is the root user, a user or a role of the account") {
  DrydockWorld world;
  for (const std::string& principal : {kRoot, kUser, kRole}) {
    const Json body = {{"name", "awsvpcTrunking"}, {"value", "enabled"}, {"principalArn", principal}};
    CHECK(world.ok("PutAccountSetting", body)["setting"]["principalArn"] == principal);
  }
  for (const std::string principal :
       {"ada", "arn:aws:iam::999999999999:user/ada", "arn:aws:iam::123456789012:user/",
        "arn:aws:iam::123456789012:group/all", "arn:aws:ecs:eu-west-1:123456789012:cluster/one"}) {
    INFO(principal);
    const Json body = {{"name", "awsvpcTrunking"}, {"value", "enabled"}, {"principalArn", principal}};
    CHECK(world.no("PutAccountSetting", body).starts_with("InvalidParameterException: "));
    CHECK(world.no("ListAccountSettings", {{"principalArn", principal}}).starts_with("InvalidParameterException: "));
  }
}

TEST_CASE("containerInsights is the account's for clusters that do not say it themselves") {
  DrydockWorld world;
  const auto insights = [&](const Json& body) {
    return world.ok("CreateCluster", body)["cluster"]["settings"][0]["value"].get<std::string>();
  };
  CHECK(insights({{"clusterName", "before"}}) == "disabled");
  world.ok("PutAccountSettingDefault", {{"name", "containerInsights"}, {"value", "enhanced"}});
  CHECK(insights({{"clusterName", "after"}}) == "enhanced");
  CHECK(insights({{"clusterName", "own"},
                  {"settings", Json::parse(R"([{"name": "containerInsights", "value": "disabled"}])")}}) == "disabled");
  world.ok("ListServices", Json::object());  // makes `default`
  const Json described = world.ok("DescribeClusters", {{"include", {"SETTINGS"}}})["clusters"];
  CHECK(described[0]["settings"][0]["value"] == "enhanced");
  world.ok("PutAccountSetting", {{"name", "containerInsights"}, {"value", "enabled"}, {"principalArn", kUser}});
  CHECK(insights({{"clusterName", "callers-are-root"}}) == "enhanced");
}

TEST_CASE("settings are all or nothing and survive a restart") {
  TestWorld world;
  api::PutAccountSettingRequest put;
  put.name = "awsvpcTrunking";
  put.value = "enabled";
  CHECK(check_atomic(world, operations::put_account_setting, put) == 1);
  put.value = "disabled";
  CHECK(check_atomic(world, operations::put_account_setting, put) == 1);
  api::DeleteAccountSettingRequest removal;
  removal.name = "awsvpcTrunking";
  CHECK(check_atomic(world, operations::delete_account_setting, removal) == 1);
  CHECK(check_atomic(world, operations::delete_account_setting, removal) == 0);
}

}  // namespace
}  // namespace drydock::test
