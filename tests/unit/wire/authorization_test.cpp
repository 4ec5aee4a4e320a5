#include "server/wire/authorization.hpp"

#include "tests/support/catch.hpp"

using namespace drydock;

namespace {

std::string refusal(const std::string& header, const std::string& target = "/") {
  const auto found = wire::authorization_of(header, target);
  if (found) FAIL("not refused: " + header + target);
  return found.error().code + ": " + found.error().message;
}

const std::string kCredential = "Credential=AKID/20260102/eu-west-1/ecs/aws4_request";

}  // namespace

TEST_CASE("The Authorization header names key, scope, signed headers and signature", "[wire]") {
  for (const std::string separator : {", ", ",", " ,  "}) {
    const auto found = wire::authorization_of(
        "AWS4-HMAC-SHA256 " + kCredential + separator + "SignedHeaders=host;x-amz-date" + separator + "Signature=00ff",
        "/");
    REQUIRE(found);
    REQUIRE(*found);
    CHECK((*found)->access_key == "AKID");
    CHECK((*found)->date == "20260102");
    CHECK((*found)->region == "eu-west-1");
    CHECK((*found)->service == "ecs");
    CHECK((*found)->terminator == "aws4_request");
    CHECK((*found)->signed_headers == "host;x-amz-date");
    CHECK((*found)->signature == "00ff");
    CHECK_FALSE((*found)->presigned);
    CHECK_FALSE(wire::check_complete(**found, "", true));
  }
}

TEST_CASE("A request without a header or a presigned query is unsigned", "[wire]") {
  for (const char* target : {"/", "/?", "/?a=b&X-Amz-Date=20260102T030405Z"}) {
    const auto found = wire::authorization_of("", target);
    REQUIRE(found);
    CHECK_FALSE(found->has_value());
  }
}

TEST_CASE("A presigned query says the same as a header", "[wire]") {
  const auto found = wire::authorization_of(
      "",
      "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKID%2F20260102%2Feu-west-1%2Fecs%2Faws4_request&X-Amz-Date="
      "20260102T030405Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host%3Bx-amz-target&X-Amz-Security-Token=a%2Bb"
      "&X-Amz-Signature=00ff");
  REQUIRE(found);
  REQUIRE(*found);
  CHECK((*found)->presigned);
  CHECK((*found)->region == "eu-west-1");
  CHECK((*found)->signed_headers == "host;x-amz-target");
  CHECK((*found)->timestamp == "20260102T030405Z");
  CHECK((*found)->expires == "60");
  CHECK((*found)->security_token == "a+b");
  CHECK_FALSE(wire::check_complete(**found, "", false));
}

TEST_CASE("A malformed Authorization is refused as ECS refuses it", "[wire]") {
  CHECK(refusal("Bearer token") ==
        "IncompleteSignatureException: 'token' not a valid key=value pair (missing equal-sign) in Authorization "
        "header: 'Bearer token'.");
  CHECK(refusal("AWS4-HMAC-SHA256 " + kCredential + ", SignedHeaders")
            .starts_with(
                "IncompleteSignatureException: 'SignedHeaders' not a valid key=value pair (missing equal-sign)"));
  for (const char* header : {"AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256 ",
                             "AWS4-HMAC-SHA256 Credential=", "AWS4-HMAC-SHA256 SignedHeaders=host", "Basic a=b"}) {
    CHECK(refusal(header).starts_with(
        "IncompleteSignatureException: Authorization header requires 'Credential' parameter. Authorization="));
  }
  for (const char* credential : {"AKID", "AKID/20260102/eu-west-1/ecs", "AKID/20260102/eu-west-1/ecs/aws4_request/x",
                                 "/20260102/eu-west-1/ecs/aws4_request"}) {
    CHECK(refusal("AWS4-HMAC-SHA256 Credential=" + std::string(credential)) ==
          "IncompleteSignatureException: Credential must have exactly 5 slash-delimited elements, e.g. "
          "keyid/date/region/service/term, got '" +
              std::string(credential) + "'");
  }
  CHECK(refusal("", "/?X-Amz-Credential=AKID").starts_with("IncompleteSignatureException: "));
  CHECK(refusal("", "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKID")
            .starts_with("IncompleteSignatureException: Credential must have"));
}

TEST_CASE("A signature that is needed must be complete", "[wire]") {
  const auto missing = [](const std::string& header, bool has_date) {
    const auto error = wire::check_complete(**wire::authorization_of(header, "/"), header, has_date);
    return error ? error->code + ": " + error->message : "";
  };
  const std::string bare = "AWS4-HMAC-SHA256 " + kCredential;
  CHECK(missing(bare, false) ==
        "IncompleteSignatureException: Authorization header requires 'Signature' parameter. Authorization header "
        "requires 'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a "
        "'Date' header. Authorization=" +
            bare);
  CHECK(missing(bare + ", SignedHeaders=host, Signature=0", true) == "");
  CHECK(missing(bare + ", SignedHeaders=host, Signature=0", false)
            .starts_with("IncompleteSignatureException: Authorization header requires existence of either"));
  const auto presigned = wire::authorization_of(
      "", "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKID%2F20260102%2Feu-west-1%2Fecs%2Faws4_request");
  CHECK(wire::check_complete(**presigned, "", true)->message ==
        "AWS query-string parameters must include 'X-Amz-Date', 'X-Amz-Expires', 'X-Amz-SignedHeaders', "
        "'X-Amz-Signature'.");
}
