#include "instances/launch/value_from.hpp"

#include "tests/support/catch.hpp"

using namespace drydock;
using namespace drydock::instances;

TEST_CASE("The forms of valueFrom") {
  using Store = ValueFrom::Store;
  struct Row {
    std::string text;
    Store store;
    std::string id;
    std::string selectors;  // key/stage/version
  };
  const std::string secret = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/db-AbCdEf";
  for (const Row& row :
       {Row{"name", Store::kParameter, "name", "//"}, Row{"/path/name", Store::kParameter, "/path/name", "//"},
        Row{"arn:aws:ssm:eu-west-1:123456789012:parameter/path/name", Store::kParameter,
            "arn:aws:ssm:eu-west-1:123456789012:parameter/path/name", "//"},
        Row{secret, Store::kSecret, secret, "//"}, Row{secret + ":username::", Store::kSecret, secret, "username//"},
        Row{secret + "::AWSPREVIOUS:", Store::kSecret, secret, "/AWSPREVIOUS/"},
        Row{secret + ":::1234", Store::kSecret, secret, "//1234"},
        Row{secret + ":a:b:c", Store::kSecret, secret, "a/b/c"}, Row{secret + ":::", Store::kSecret, secret, "//"}}) {
    CAPTURE(row.text);
    const auto read = read_value_from(row.text);
    REQUIRE(read);
    CHECK(read->store == row.store);
    CHECK(read->id == row.id);
    CHECK(read->json_key.value_or("") + "/" + read->version_stage.value_or("") + "/" + read->version_id.value_or("") ==
          row.selectors);
  }
  for (const char* rest : {":username", ":username:", ":a:b:c:d"}) {
    const auto read = read_value_from(secret + rest);
    REQUIRE_FALSE(read);
    CHECK(read.error() ==
          "an invalid ARN format for the AWS Secrets Manager secret was specified. Specify a valid ARN and try again.");
  }
}

TEST_CASE("A member of a JSON secret is written as Go writes it") {
  const std::string json =
      R"({"s":"te\"xt","n":5432,"f":1.5,"big":1e21,"small":0.00001,"neg":-7,"zero":0,"t":true,"o":{"a":[1]},"nil":null})";
  struct Row {
    const char* key;
    const char* text;
  };
  for (const Row& row :
       {Row{"s", "te\"xt"}, Row{"n", "5432"}, Row{"f", "1.5"}, Row{"big", "1e+21"}, Row{"small", "1e-05"},
        Row{"neg", "-7"}, Row{"zero", "0"}, Row{"t", "true"}, Row{"o", R"({"a":[1]})"}, Row{"nil", "<nil>"}}) {
    CAPTURE(row.key);
    CHECK(json_member(json, row.key) == std::string(row.text));
  }
  CHECK(json_member(json, "none").error() == "retrieved secret from Secrets Manager did not contain json key none");
  for (const char* text : {"hidden", "[\"hidden\"]", "\"hidden\"", ""}) {
    const auto read = json_member(text, "a");
    REQUIRE_FALSE(read);
    CHECK(read.error().find("hidden") == std::string::npos);
  }
}
