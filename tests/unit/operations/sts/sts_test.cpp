#include "server/operations/sts/sts.hpp"

#include "server/operations/sts/role_credentials.hpp"
#include "tests/support/drydock_world.hpp"

using namespace drydock;
using namespace drydock::test;
namespace sts = drydock::operations::sts;

namespace {

Json role(const std::string& arn = "arn:aws:iam::123456789012:role/deploy") {
  return {{"RoleArn", arn}, {"RoleSessionName", "ci"}};
}

std::string identity(DrydockWorld& world, const std::string& key, const std::string& token) {
  std::string arn;
  world.edit([&](model::Transaction& tx) {
    operations::Context context{tx, world.id, world.settings};
    context.caller.access_key_id = key;
    context.caller.session_token = token;
    arn = *sts::get_caller_identity({}, context)->Arn;
  });
  return arn;
}

}  // namespace

TEST_CASE("The caller is a user of the account, or the session its credentials were issued for") {
  DrydockWorld world;
  const Json who = world.ok("sts:GetCallerIdentity", Json::object());
  CHECK(who["Account"] == TestWorld::kAccount);
  CHECK(who["Arn"] == "arn:aws:iam::123456789012:user/drydock");
  CHECK(who["UserId"].get<std::string>().starts_with("AIDA"));
  const Json made = world.ok("sts:AssumeRole", role());
  const std::string key = made["Credentials"]["AccessKeyId"];
  const std::string token = made["Credentials"]["SessionToken"];
  CHECK(identity(world, key, token) == "arn:aws:sts::123456789012:assumed-role/deploy/ci");
  CHECK(identity(world, key, "") == "arn:aws:iam::123456789012:user/drydock");
  CHECK(identity(world, "ASIAOTHER", token) == "arn:aws:iam::123456789012:user/drydock");
  const Json session = world.ok("sts:GetSessionToken", {{"DurationSeconds", 900}});
  CHECK(identity(world, session["Credentials"]["AccessKeyId"], session["Credentials"]["SessionToken"]) ==
        "arn:aws:iam::123456789012:user/drydock");
}

TEST_CASE("A role's credentials belong to the role's account and end when they should") {
  DrydockWorld world;
  const Json made = world.ok("sts:AssumeRole", role("arn:aws:iam::210987654321:role/a/b/deploy"));
  CHECK(sts::account_of_temporary_key(made["Credentials"]["AccessKeyId"].get<std::string>()) == "210987654321");
  CHECK(made["AssumedRoleUser"]["Arn"] == "arn:aws:sts::210987654321:assumed-role/deploy/ci");
  CHECK(made["AssumedRoleUser"]["AssumedRoleId"].get<std::string>().ends_with(":ci"));
  CHECK(made["Credentials"]["Expiration"] == 1'700'000'000 + 3600);
  const Json longer = world.ok("sts:AssumeRole", with(role(), {{"DurationSeconds", 7200}}));
  CHECK(longer["Credentials"]["Expiration"] == 1'700'000'000 + 7200);
}

TEST_CASE("What STS refuses") {
  DrydockWorld world;
  struct Row {
    Json changes;
    const char* error;
  };
  for (const Row& row :
       {Row{{{"RoleArn", "deploy"}}, "ValidationError: "},
        Row{{{"RoleArn", "arn:aws:iam::123456789012:user/deploy"}}, "ValidationError: "},
        Row{{{"RoleArn", "arn:aws:iam::12:role/deploy-this"}}, "ValidationError: "},
        Row{{{"RoleArn", nullptr}}, "ValidationError: "}, Row{{{"RoleSessionName", "a b"}}, "ValidationError: "},
        Row{{{"RoleSessionName", "x"}}, "ValidationError: "}, Row{{{"DurationSeconds", 899}}, "ValidationError: "},
        Row{{{"DurationSeconds", 43201}}, "ValidationError: "}}) {
    CAPTURE(row.changes);
    CHECK_THAT(world.no("sts:AssumeRole", with(role(), row.changes)), StartsWith(row.error));
  }
}
