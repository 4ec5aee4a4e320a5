#include "tests/support/drydock_world.hpp"

using namespace drydock;
using namespace drydock::test;

namespace {

constexpr const char* kFirst = "11111111-1111-4111-8111-111111111111";
constexpr const char* kSecond = "22222222-2222-4222-8222-222222222222";

Json named(const std::string& name, const Json& more = Json::object()) { return with({{"SecretId", name}}, more); }

std::string value(DrydockWorld& world, const Json& request) {
  return world.ok("secretsmanager:GetSecretValue", request)["SecretString"];
}

Json stages(DrydockWorld& world, const std::string& name) {
  return world.ok("secretsmanager:DescribeSecret", named(name))["VersionIdsToStages"];
}

}  // namespace

TEST_CASE("A secret is found by its name and by its ARN with and without its end") {
  DrydockWorld world;
  const Json made = world.ok("secretsmanager:CreateSecret", {{"Name", "shop/db"}, {"SecretString", "p"}});
  const std::string arn = made["ARN"];
  CHECK(arn.starts_with("arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/db-"));
  const std::string partial = arn.substr(0, arn.size() - 7);
  CHECK(arn.size() == partial.size() + 7);
  for (const std::string& id : {std::string("shop/db"), arn, partial}) {
    CAPTURE(id);
    CHECK(value(world, named(id)) == "p");
  }
  std::string other = arn;
  other.back() = other.back() == 'x' ? 'y' : 'x';
  for (const std::string& id :
       {std::string("shop"), other, std::string("arn:aws:ssm:eu-west-1:123456789012:secret:shop/db")}) {
    CAPTURE(id);
    CHECK(world.no("secretsmanager:GetSecretValue", named(id)) ==
          "ResourceNotFoundException: Secrets Manager can't find the specified secret.");
  }
  CHECK(world.rows() == world.stored);
  CHECK(indexes_after_restart(world.stored) == indexes_of(world.state));
}

TEST_CASE("A new value is the current one and the old one stays the previous") {
  DrydockWorld world;
  world.ok("secretsmanager:CreateSecret", {{"Name", "s"}, {"SecretString", "one"}, {"ClientRequestToken", kFirst}});
  CHECK(stages(world, "s") == Json{{kFirst, {"AWSCURRENT"}}});
  const Json put =
      world.ok("secretsmanager:PutSecretValue", named("s", {{"SecretString", "two"}, {"ClientRequestToken", kSecond}}));
  CHECK(put["VersionId"] == kSecond);
  CHECK(put["VersionStages"] == Json{"AWSCURRENT"});
  CHECK(stages(world, "s") == Json{{kFirst, {"AWSPREVIOUS"}}, {kSecond, {"AWSCURRENT"}}});
  CHECK(value(world, named("s")) == "two");
  CHECK(value(world, named("s", {{"VersionStage", "AWSPREVIOUS"}})) == "one");
  CHECK(value(world, named("s", {{"VersionId", kFirst}})) == "one");
  const std::string third =
      world.ok("secretsmanager:UpdateSecret", named("s", {{"SecretString", "three"}}))["VersionId"];
  CHECK(stages(world, "s") == Json{{kSecond, {"AWSPREVIOUS"}}, {third, {"AWSCURRENT"}}});
  CHECK(world.ok("secretsmanager:ListSecretVersionIds", named("s"))["Versions"].size() == 2);
  CHECK(world.ok("secretsmanager:ListSecretVersionIds", named("s", {{"IncludeDeprecated", true}}))["Versions"].size() ==
        3);
  // Rolled back: the stage moves, and what loses it is the previous one.
  world.ok("secretsmanager:UpdateSecretVersionStage",
           named("s", {{"VersionStage", "AWSCURRENT"}, {"MoveToVersionId", kSecond}, {"RemoveFromVersionId", third}}));
  CHECK(stages(world, "s") == Json{{kSecond, {"AWSCURRENT"}}, {third, {"AWSPREVIOUS"}}});
}

TEST_CASE("The same request again changes nothing, another value under its token is refused") {
  DrydockWorld world;
  const Json request = {{"Name", "s"}, {"SecretString", "one"}, {"ClientRequestToken", kFirst}};
  const Json made = world.ok("secretsmanager:CreateSecret", request);
  CHECK(world.ok("secretsmanager:CreateSecret", request) == made);
  CHECK(world.ok("secretsmanager:PutSecretValue",
                 named("s", {{"SecretString", "one"}, {"ClientRequestToken", kFirst}}))["VersionId"] == kFirst);
  CHECK(stages(world, "s").size() == 1);
  CHECK_THAT(
      world.no("secretsmanager:PutSecretValue", named("s", {{"SecretString", "two"}, {"ClientRequestToken", kFirst}})),
      StartsWith("ResourceExistsException: You can't use ClientRequestToken"));
  CHECK(world.no("secretsmanager:CreateSecret", {{"Name", "s"}, {"SecretString", "one"}}) ==
        "ResourceExistsException: The operation failed because the secret s already exists.");
}

TEST_CASE("Stages of the user's own") {
  DrydockWorld world;
  world.ok("secretsmanager:CreateSecret", {{"Name", "s"}});
  CHECK(
      world.no("secretsmanager:GetSecretValue", named("s")) ==
      "ResourceNotFoundException: Secrets Manager can't find the specified secret value for staging label: AWSCURRENT");
  world.ok("secretsmanager:PutSecretValue",
           named("s", {{"SecretString", "one"}, {"ClientRequestToken", kFirst}, {"VersionStages", {"blue"}}}));
  CHECK(stages(world, "s") == Json{{kFirst, {"blue", "AWSCURRENT"}}});
  world.ok("secretsmanager:PutSecretValue",
           named("s", {{"SecretBinary", "AAE="}, {"ClientRequestToken", kSecond}, {"VersionStages", {"green"}}}));
  CHECK(stages(world, "s") == Json{{kFirst, {"blue", "AWSCURRENT"}}, {kSecond, {"green"}}});
  CHECK(world.ok("secretsmanager:GetSecretValue", named("s", {{"VersionStage", "green"}}))["SecretBinary"] == "AAE=");
  CHECK_THAT(world.no("secretsmanager:GetSecretValue", named("s", {{"VersionStage", "green"}, {"VersionId", kFirst}})),
             StartsWith("InvalidRequestException: You provided a VersionStage"));
}

TEST_CASE("A deleted secret waits, can be restored, and is gone at the end") {
  DrydockWorld world;
  world.ok("secretsmanager:CreateSecret", {{"Name", "s"}, {"SecretString", "one"}});
  const Json deleted = world.ok("secretsmanager:DeleteSecret", named("s", {{"RecoveryWindowInDays", 7}}));
  CHECK(deleted["DeletionDate"] == 1'700'000'000 + 7 * 86400);
  CHECK(world.no("secretsmanager:GetSecretValue", named("s")) ==
        "InvalidRequestException: You can't perform this operation on the secret because it was marked for deletion.");
  CHECK(world.no("secretsmanager:CreateSecret", {{"Name", "s"}}) ==
        "InvalidRequestException: You can't create this secret because a secret with this name is already scheduled "
        "for deletion.");
  CHECK(world.ok("secretsmanager:DescribeSecret", named("s")).contains("DeletedDate"));
  CHECK(world.ok("secretsmanager:ListSecrets", Json::object())["SecretList"].empty());
  CHECK(world.ok("secretsmanager:ListSecrets", {{"IncludePlannedDeletion", true}})["SecretList"].size() == 1);
  world.ok("secretsmanager:RestoreSecret", named("s"));
  CHECK(value(world, named("s")) == "one");
  world.ok("secretsmanager:DeleteSecret", named("s", {{"RecoveryWindowInDays", 7}}));
  world.clock.advance(std::chrono::days(7));
  CHECK_THAT(world.no("secretsmanager:DescribeSecret", named("s")), StartsWith("ResourceNotFoundException: "));
  CHECK_THAT(world.no("secretsmanager:RestoreSecret", named("s")), StartsWith("ResourceNotFoundException: "));
  world.ok("secretsmanager:CreateSecret", {{"Name", "s"}, {"SecretString", "again"}});
  CHECK(value(world, named("s")) == "again");
  world.ok("secretsmanager:DeleteSecret", named("s", {{"ForceDeleteWithoutRecovery", true}}));
  world.ok("secretsmanager:CreateSecret", {{"Name", "s"}});
  world.ok("secretsmanager:DeleteSecret", named("none", {{"ForceDeleteWithoutRecovery", true}}));
  CHECK(world.rows() == world.stored);
  CHECK(indexes_after_restart(world.stored) == indexes_of(world.state));
}

TEST_CASE("Secrets are listed by filters, without their values") {
  DrydockWorld world;
  world.ok("secretsmanager:CreateSecret",
           {{"Name", "shop/db"}, {"SecretString", "hidden"}, {"Description", "Database"}});
  world.ok(
      "secretsmanager:CreateSecret",
      {{"Name", "mail"}, {"SecretString", "hidden"}, {"Tags", Json::array({{{"Key", "team"}, {"Value", "post"}}})}});
  const auto list = [&](const Json& request) {
    const Json answer = world.ok("secretsmanager:ListSecrets", request);
    CHECK(answer.dump().find("hidden") == std::string::npos);
    std::vector<std::string> names;
    for (const Json& one : answer["SecretList"]) names.push_back(one["Name"]);
    return names;
  };
  const auto filter = [](const char* key, const char* value) {
    return Json{{"Filters", Json::array({{{"Key", key}, {"Values", {value}}}})}};
  };
  using Names = std::vector<std::string>;
  CHECK(list(Json::object()) == Names{"shop/db", "mail"});
  CHECK(list({{"SortOrder", "desc"}}) == Names{"mail", "shop/db"});
  CHECK(list(filter("name", "shop")) == Names{"shop/db"});
  CHECK(list(filter("description", "Data")) == Names{"shop/db"});
  CHECK(list(filter("tag-key", "team")) == Names{"mail"});
  CHECK(list(filter("tag-value", "post")) == Names{"mail"});
  CHECK(list(filter("all", "ma")) == Names{"mail"});
  const Json page = world.ok("secretsmanager:ListSecrets", {{"MaxResults", 1}});
  CHECK(list({{"NextToken", page["NextToken"]}}) == Names{"mail"});
  CHECK(world.ok("secretsmanager:GetResourcePolicy", named("mail"))["Name"] == "mail");
  world.ok("secretsmanager:UntagResource", named("mail", {{"TagKeys", {"team"}}}));
  world.ok("secretsmanager:TagResource", named("mail", {{"Tags", Json::array({{{"Key", "a"}, {"Value", "b"}}})}}));
  CHECK(world.ok("secretsmanager:DescribeSecret", named("mail"))["Tags"] ==
        Json::array({{{"Key", "a"}, {"Value", "b"}}}));
}

TEST_CASE("What Secrets Manager refuses") {
  DrydockWorld world;
  world.ok("secretsmanager:CreateSecret", {{"Name", "s"}, {"SecretString", "v"}, {"ClientRequestToken", kFirst}});
  struct Row {
    const char* operation;
    Json body;
    const char* error;
  };
  for (const Row& row : {
           Row{"CreateSecret", {{"Name", "a b"}}, "ValidationException: Invalid name."},
           Row{"CreateSecret",
               {{"Name", "n"}, {"SecretString", "v"}, {"SecretBinary", "AAE="}},
               "InvalidParameterException: You can't specify both"},
           Row{"CreateSecret", {{"Name", "n"}, {"SecretBinary", "not base64"}}, "SerializationException: "},
           Row{"CreateSecret", {{"Name", "n"}, {"ClientRequestToken", "short"}}, "ValidationException: "},
           Row{"CreateSecret", {{"Name", "n"}, {"SecretString", std::string(65537, 'x')}}, "ValidationException: "},
           Row{"PutSecretValue", named("s"), "InvalidRequestException: You must provide either"},
           Row{"PutSecretValue", named("none", {{"SecretString", "v"}}), "ResourceNotFoundException: "},
           Row{"GetSecretValue", named("s", {{"VersionId", kSecond}}),
               "ResourceNotFoundException: Secrets Manager can't find the specified secret value for VersionId: "},
           Row{"DeleteSecret", named("s", {{"RecoveryWindowInDays", 6}}),
               "InvalidParameterException: The RecoveryWindow"},
           Row{"DeleteSecret", named("s", {{"RecoveryWindowInDays", 7}, {"ForceDeleteWithoutRecovery", true}}),
               "InvalidParameterException: You can't use ForceDeleteWithoutRecovery"},
           Row{"UpdateSecretVersionStage",
               named("s", {{"VersionStage", "AWSCURRENT"}, {"RemoveFromVersionId", kFirst}}),
               "InvalidParameterException: You can only move staging label AWSCURRENT"},
           Row{"UpdateSecretVersionStage", named("s", {{"VersionStage", "x"}, {"MoveToVersionId", kSecond}}),
               "ResourceNotFoundException: "},
           Row{"ListSecrets", {{"NextToken", "x"}}, "InvalidNextTokenException: "},
       }) {
    CAPTURE(row.operation);
    const std::string told = world.no("secretsmanager:" + std::string(row.operation), row.body);
    CHECK_THAT(told, StartsWith(row.error));
    CHECK(told.find("xxxx") == std::string::npos);
  }
}
