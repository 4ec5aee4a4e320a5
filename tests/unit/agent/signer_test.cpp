#include "agent/signer.hpp"

#include "server/wire/authorization.hpp"
#include "server/wire/signature.hpp"
#include "tests/support/catch.hpp"

namespace drydock::agent {
namespace {

const model::Instant kNow{std::chrono::milliseconds{1'795'363'839'000}};

ToSign request() {
  ToSign made;
  made.method = "POST";
  made.target = "/";
  made.host = "10.0.0.5:4566";
  made.headers = {{"Content-Type", "application/x-amz-json-1.1"}, {"X-Amz-Target", "Service.Operation"}};
  made.body = R"({"cluster":"web"})";
  return made;
}

/// As the server sees it.
wire::SignedRequest received(const ToSign& sent, const HeaderList& added) {
  wire::SignedRequest made;
  made.method = sent.method;
  made.target = sent.target;
  made.body = sent.body;
  made.headers.emplace_back("Host", sent.host);
  for (const auto& [name, value] : sent.headers) made.headers.emplace_back(name, value);
  for (const auto& [name, value] : added) made.headers.emplace_back(name, value);
  return made;
}

}  // namespace

TEST_CASE("The server takes the agent's signatures, and only with the right secret") {
  const ToSign sent = request();
  wire::AccessKey key{"AKIDEXAMPLE", "pearl", ""};
  key.session_token = GENERATE("", "token");
  const HeaderList added = sign(sent, key, "eu-west-1", kNow);
  const wire::SignedRequest seen = received(sent, added);
  const auto authorization = wire::authorization_of(wire::header_of(seen, "Authorization"), seen.target);
  REQUIRE(authorization);
  REQUIRE(*authorization);
  CHECK((*authorization)->access_key == "AKIDEXAMPLE");
  CHECK((*authorization)->region == "eu-west-1");
  wire::Credential credential;
  credential.secret = "pearl";
  credential.session_token = key.session_token;
  CHECK_FALSE(wire::check_signature(seen, **authorization, credential, kNow));
  credential.secret = "mud";
  CHECK(wire::check_signature(seen, **authorization, credential, kNow));
  credential.secret = "pearl";
  wire::SignedRequest changed = seen;
  changed.body = R"({"cluster":"other"})";
  CHECK(wire::check_signature(changed, **authorization, credential, kNow));
}

TEST_CASE("The query of a websocket's address is signed, too") {
  const ToSign sent{"GET", "/acs/ws?agentVersion=1&containerInstanceArn=arn%3Aaws%2F1", "10.0.0.5:4566", {}, {}};
  const HeaderList added = sign(sent, {"AKIDEXAMPLE", "pearl", ""}, "us-east-1", kNow);
  wire::SignedRequest seen = received(sent, added);
  const auto authorization = wire::authorization_of(wire::header_of(seen, "Authorization"), seen.target);
  REQUIRE(authorization);
  wire::Credential credential;
  credential.secret = "pearl";
  CHECK_FALSE(wire::check_signature(seen, **authorization, credential, kNow));
  seen.target = "/acs/ws?agentVersion=1&containerInstanceArn=arn%3Aaws%2F2";
  CHECK(wire::check_signature(seen, **authorization, credential, kNow));
}

TEST_CASE("Without a secret a call names account and region alone") {
  const HeaderList added = sign(request(), {"123456789012", "", ""}, "eu-west-1", kNow);
  const auto authorization = wire::authorization_of(added.back().second, "/");
  REQUIRE(authorization);
  REQUIRE(*authorization);
  CHECK((*authorization)->access_key == "123456789012");
  CHECK((*authorization)->region == "eu-west-1");
  CHECK((*authorization)->signature == "0");
}

}  // namespace drydock::agent
