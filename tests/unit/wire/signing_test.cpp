#include "server/wire/signing.hpp"

#include "tests/support/catch.hpp"

using namespace drydock;
using namespace std::chrono_literals;

namespace {

constexpr model::Instant kNow{1'700'000'000'000ms};

wire::SignedRequest request_of(const std::string& body) {
  wire::SignedRequest request;
  request.method = "POST";
  request.target = "/";
  request.body = body;
  request.headers = {{"Host", "localhost:4566"}, {"X-Amz-Target", "AmazonEC2ContainerServiceV20141113.ListTasks"}};
  return request;
}

}  // namespace

TEST_CASE("What Drydock's programs sign is let in where signatures are verified", "[wire]") {
  const wire::AccessKey key{"AKIDEXAMPLE", "secret", GENERATE("", "a-token//==")};
  wire::Credential credential;
  credential.secret = key.secret;
  credential.session_token = key.session_token;

  const std::string body = R"({"cluster":"deepdive"})";
  const auto added = wire::signing_headers(request_of(body), key, "eu-west-1", kNow);
  REQUIRE(added.size() == (key.session_token.empty() ? 2U : 3U));
  REQUIRE(added.back().first == "Authorization");

  wire::SignedRequest sent = request_of(body);
  for (const auto& [name, value] : added) sent.headers.emplace_back(name, value);
  const auto authorization = wire::authorization_of(added.back().second, "/");
  REQUIRE(authorization);
  REQUIRE(*authorization);
  CHECK((*authorization)->access_key == "AKIDEXAMPLE");
  CHECK((*authorization)->region == "eu-west-1");
  CHECK_FALSE(wire::check_complete(**authorization, added.back().second, true));
  CHECK_FALSE(wire::check_signature(sent, **authorization, credential, kNow));

  SECTION("another secret, another body or another target are not") {
    credential.secret = "other";
    CHECK(wire::check_signature(sent, **authorization, credential, kNow));
    credential.secret = key.secret;
    sent.body = "{}";
    CHECK(wire::check_signature(sent, **authorization, credential, kNow));
    sent.body = body;
    sent.headers[1].second = "AmazonEC2ContainerServiceV20141113.StopTask";
    CHECK(wire::check_signature(sent, **authorization, credential, kNow));
  }
}

TEST_CASE("An authorization without a signature names account and region", "[wire]") {
  const auto authorization = wire::authorization_of(wire::unsigned_authorization("123456789012", "eu-west-1"), "/");
  REQUIRE(authorization);
  REQUIRE(*authorization);
  CHECK((*authorization)->access_key == "123456789012");
  CHECK((*authorization)->region == "eu-west-1");
  CHECK((*authorization)->service == "ecs");
}
