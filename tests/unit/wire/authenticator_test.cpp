#include "server/wire/authenticator.hpp"

#include "server/operations/sts/role_credentials.hpp"
#include "tests/support/catch.hpp"

using namespace drydock;

namespace {

constexpr model::Instant kNow{std::chrono::milliseconds{1767323045000}};

wire::AuthenticationPolicy policy() {
  wire::AuthenticationPolicy made;
  made.defaults = {"000000000000", "us-east-1"};
  return made;
}

std::string header_with(const std::string& key, const std::string& region) {
  return "AWS4-HMAC-SHA256 Credential=" + key + "/20260102/" + region +
         "/ecs/aws4_request, SignedHeaders=host;x-amz-date, Signature=00ff";
}

wire::SignedRequest request_with(std::string_view header) {
  wire::SignedRequest request;
  request.method = "POST";
  request.target = "/";
  request.headers.emplace_back("Host", "localhost");
  request.headers.emplace_back("X-Amz-Date", "20260102T030405Z");
  if (!header.empty()) request.headers.emplace_back("authorization", header);
  return request;
}

/// account/region, or the error's code.
std::string identified(const wire::AuthenticationPolicy& with, const std::string& header) {
  const auto scope = wire::authenticate(request_with(header), with, kNow);
  return scope ? scope->account + "/" + scope->region : scope.error().code;
}

}  // namespace

TEST_CASE("A 12-digit access key id is the account and the credential scope names the region", "[wire]") {
  CHECK(identified(policy(), header_with("210987654321", "eu-west-1")) == "210987654321/eu-west-1");
}

TEST_CASE("An access key id of another form leaves the account as it is", "[wire]") {
  for (const char* key : {"AKIAIOSFODNN7EXAMPLE", "test", "21098765432", "2109876543210", "21098765432x"}) {
    CHECK(identified(policy(), header_with(key, "eu-west-1")) == "000000000000/eu-west-1");
  }
}

TEST_CASE("An unsigned request belongs to the defaults", "[wire]") {
  CHECK(identified(policy(), "") == "000000000000/us-east-1");
}

TEST_CASE("A presigned request tells its account and region in the query", "[wire]") {
  wire::SignedRequest request = request_with("");
  request.target =
      "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=210987654321%2F20260102%2Feu-west-1%2Fecs%2Faws4_request";
  const auto scope = wire::authenticate(request, policy(), kNow);
  REQUIRE(scope);
  CHECK(scope->account == "210987654321");
  CHECK(scope->region == "eu-west-1");
}

TEST_CASE("A region that is none is refused, not replaced", "[wire]") {
  for (const char* region : {"", "EU-WEST-1", "eu_west_1", "eu west", "../../etc"}) {
    const auto code = identified(policy(), header_with("test", region));
    CHECK((code == "InvalidSignatureException" || code == "IncompleteSignatureException"));
  }
}

TEST_CASE("A header that cannot be read is refused", "[wire]") {
  CHECK(identified(policy(), "Bearer token") == "IncompleteSignatureException");
  CHECK(identified(policy(), "AWS4-HMAC-SHA256") == "IncompleteSignatureException");
}

TEST_CASE("A known key may name its account", "[wire]") {
  auto with = policy();
  with.credentials["AKID"].account = "111122223333";
  with.credentials["210987654321"].secret = "s";
  CHECK(identified(with, header_with("AKID", "us-east-1")) == "111122223333/us-east-1");
  CHECK(identified(with, header_with("210987654321", "us-east-1")) == "210987654321/us-east-1");
  CHECK(identified(with, header_with("other", "us-east-1")) == "000000000000/us-east-1");
}

TEST_CASE("Where signatures are required, one must be there and complete", "[wire]") {
  auto with = policy();
  with.require_signature = true;
  CHECK(identified(with, "") == "MissingAuthenticationTokenException");
  CHECK(identified(with, "AWS4-HMAC-SHA256 Credential=a/20260102/us-east-1/ecs/aws4_request") ==
        "IncompleteSignatureException");
  CHECK(identified(with, header_with("anybody", "us-east-1")) == "000000000000/us-east-1");
}

TEST_CASE("Where signatures are verified, only known keys with their secrets pass", "[wire]") {
  auto with = policy();
  with.verify = true;
  with.credentials["AKID"].secret = "secret";
  CHECK(identified(with, "") == "MissingAuthenticationTokenException");
  CHECK(identified(with, header_with("210987654321", "us-east-1")) == "UnrecognizedClientException");
  CHECK(identified(with, header_with("AKID", "us-east-1")) == "InvalidSignatureException");
  const std::string blank = header_with("AKID", "us-east-1");
  const auto parts = wire::authorization_of(blank, "/");
  const std::string value = wire::signature_of(request_with(blank), **parts, "20260102T030405Z", "secret");
  const std::string header = blank.substr(0, blank.rfind('=') + 1) + value;
  CHECK(identified(with, header) == "000000000000/us-east-1");
}

namespace {

/// A request signed with temporary credentials, its secret being made with `seed`.
std::string signed_with(const operations::sts::RoleCredentials& made, const wire::AuthenticationPolicy& with,
                        model::Instant now) {
  wire::SignedRequest request;
  request.method = "POST";
  request.target = "/";
  request.headers.emplace_back("Host", "localhost");
  request.headers.emplace_back("X-Amz-Date", "20260102T030405Z");
  request.headers.emplace_back("X-Amz-Security-Token", made.session_token);
  const std::string start = "AWS4-HMAC-SHA256 Credential=" + made.access_key_id +
                            "/20260102/eu-west-1/ecs/aws4_request, SignedHeaders=host;x-amz-date;x-amz-security-token, "
                            "Signature=";
  const auto unsigned_one = wire::authorization_of(start + "00", "/");
  const std::string header =
      start + wire::signature_of(request, **unsigned_one, "20260102T030405Z", made.secret_access_key);
  request.headers.emplace_back("Authorization", header);
  const auto scope = wire::authenticate(request, with, now);
  return scope ? scope->account + "/" + scope->access_key_id : scope.error().code;
}

}  // namespace

TEST_CASE("Temporary credentials belong to the account they were issued for", "[wire]") {
  const auto made = operations::sts::issue_role_credentials("arn:aws:iam::210987654321:role/app", "s", kNow);
  CHECK(identified(policy(), header_with(made.access_key_id, "eu-west-1")) == "210987654321/eu-west-1");
}

TEST_CASE("Where signatures are verified, temporary credentials are good until they expire", "[wire]") {
  wire::AuthenticationPolicy with = policy();
  with.verify = true;
  with.credential_seed = "seed";
  const auto issue = [](model::Duration lifetime, const char* seed) {
    return operations::sts::issue_role_credentials("arn:aws:iam::210987654321:role/app", "s", kNow, lifetime, seed);
  };
  const auto made = issue(std::chrono::hours(1), "seed");
  CHECK(signed_with(made, with, kNow) == "210987654321/" + made.access_key_id);
  CHECK(signed_with(issue(std::chrono::hours(1), "other"), with, kNow) == "InvalidSignatureException");
  CHECK(signed_with(issue(std::chrono::minutes(-1), "seed"), with, kNow) == "ExpiredTokenException");
}
