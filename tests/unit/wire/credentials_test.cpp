#include "server/wire/credentials.hpp"

#include "tests/support/catch.hpp"

using namespace drydock;

TEST_CASE("Credentials are read from the file that AWS's tools share", "[wire]") {
  const auto read = wire::parse_credentials(R"(# keys for tests
[default]
aws_access_key_id = AKID1
aws_secret_access_key=secret/with=equals
region = eu-west-1

[ other ]
 aws_access_key_id=AKID2
aws_secret_access_key = s2
aws_session_token = t2
aws_account_id = 123456789012
; a profile without a key
[role]
role_arn = arn:aws:iam::1:role/x)");
  REQUIRE(read);
  REQUIRE(read->size() == 2);
  CHECK(read->at("AKID1").secret == "secret/with=equals");
  CHECK(read->at("AKID1").account.empty());
  CHECK(read->at("AKID2").session_token == "t2");
  CHECK(read->at("AKID2").account == "123456789012");
  CHECK(wire::parse_credentials("")->empty());
}

TEST_CASE("A mistake in the credentials is named without a secret", "[wire]") {
  const auto mistake = [](const char* text) {
    const auto read = wire::parse_credentials(text);
    return read ? "" : read.error();
  };
  CHECK(mistake("[a]\naws_access_key_id=K\n") == "[a] has no aws_secret_access_key");
  CHECK(mistake("[a]\naws_secret_access_key=S\n[b]\n") == "[a] has no aws_access_key_id");
  CHECK(mistake("[a]\nSECRETWITHOUTKEY\n") == "line 2 is neither [name] nor a setting of one");
  CHECK(mistake("aws_access_key_id=K\n") == "line 1 is neither [name] nor a setting of one");
  CHECK(mistake("[a]\naws_access_key_id=K\naws_secret_access_key=S\naws_account_id=12\n") ==
        "[a] aws_account_id is not 12 digits");
  const std::string one = "aws_access_key_id=K\naws_secret_access_key=S\n";
  CHECK(mistake(("[a]\n" + one + "[b]\n" + one).c_str()) == "");
  CHECK(mistake(("[a]\n" + one + "[b]\naws_access_key_id=K\naws_secret_access_key=T\n").c_str()) ==
        "[b] repeats an aws_access_key_id with other values");
}

TEST_CASE("The key of a profile", "[wire]") {
  const std::string text =
      "[default]\naws_access_key_id = A\naws_secret_access_key = a\n\n[team]\naws_access_key_id = B\n"
      "aws_secret_access_key = b\naws_session_token = t\n[empty]\nregion = eu-west-1\n";
  const auto of = [&](std::string_view profile) { return wire::access_key_of_profile(text, profile); };
  REQUIRE(of("default"));
  REQUIRE(*of("default"));
  CHECK((*of("default"))->id == "A");
  CHECK((*of("default"))->secret == "a");
  CHECK((*of("default"))->session_token.empty());
  REQUIRE(*of("team"));
  CHECK((*of("team"))->id == "B");
  CHECK((*of("team"))->session_token == "t");
  CHECK(*of("empty") == std::nullopt);
  CHECK(*of("other") == std::nullopt);
  CHECK_FALSE(wire::access_key_of_profile("[a]\naws_access_key_id = A\n", "a"));
}
