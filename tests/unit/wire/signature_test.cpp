#include "server/wire/signature.hpp"

#include <fstream>

#include <nlohmann/json.hpp>

#include "server/operations/digest.hpp"
#include "tests/support/catch.hpp"

using namespace drydock;
using namespace std::chrono_literals;

namespace {

/// Requests signed by botocore: make_signature_vectors.py beside this file.
struct Vectors {
  Vectors() : json(nlohmann::json::parse(std::ifstream(DRYDOCK_SOURCE_DIR "/tests/unit/wire/signature_vectors.json"))) {
    now = *wire::parse_timestamp(json["timestamp"].get_ref<const std::string&>());
    credential.secret = json["secret"];
  }
  nlohmann::json json;
  model::Instant now{};
  wire::Credential credential;
};

/// One of them, to be spoilt.
struct Signed {
  explicit Signed(const nlohmann::json& one) {
    method = one["method"];
    target = one["target"];
    body = one["body"];
    for (const auto& header : one["headers"]) headers.emplace_back(header[0], header[1]);
  }

  wire::SignedRequest request() const {
    wire::SignedRequest view;
    view.method = method;
    view.target = target;
    view.body = body;
    for (const auto& [name, value] : headers) view.headers.emplace_back(name, value);
    return view;
  }

  wire::Authorization authorization() const {
    return **wire::authorization_of(wire::header_of(request(), "Authorization"), target);
  }

  std::string& header(const std::string& name) {
    for (auto& [key, value] : headers) {
      if (key == name) return value;
    }
    return headers.emplace_back(name, "").second;
  }

  /// Signs anew what was changed.
  void sign(const std::string& secret, const std::string& timestamp) {
    wire::Authorization parts = authorization();
    parts.date = timestamp.substr(0, 8);
    header("x-amz-date") = timestamp;
    const std::string value = wire::signature_of(request(), parts, timestamp, secret);
    header("authorization") = "AWS4-HMAC-SHA256 Credential=" + parts.access_key + "/" + parts.date + "/" +
                              parts.region + "/" + parts.service + "/" + parts.terminator +
                              ", SignedHeaders=" + parts.signed_headers + ", Signature=" + value;
  }

  std::string verdict(const wire::Credential& credential, model::Instant now) const {
    const auto error = wire::check_signature(request(), authorization(), credential, now);
    return error ? error->code + ": " + error->message : "";
  }

  std::string method, target, body;
  std::vector<std::pair<std::string, std::string>> headers;
};

Signed named(const Vectors& vectors, const std::string& name) {
  for (const auto& one : vectors.json["cases"]) {
    if (one["name"] == name) return Signed(one);
  }
  FAIL("no vector " + name);
  return Signed(vectors.json["cases"][0]);
}

const std::string kMismatch =
    "InvalidSignatureException: The request signature we calculated does not match the signature you provided. Check "
    "your AWS Secret Access Key and signing method. Consult the service documentation for details.";

}  // namespace

TEST_CASE("libcrypto gives the digests of the standards", "[wire]") {
  CHECK(digest::sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(digest::sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  // RFC 4231, test case 2
  CHECK(digest::to_lower_hex(digest::hmac_sha256("Jefe", "what do ya want for nothing?")) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(digest::equal_in_constant_time("same", "same"));
  CHECK_FALSE(digest::equal_in_constant_time("same", "some"));
  CHECK_FALSE(digest::equal_in_constant_time("same", "same "));
}

TEST_CASE("What botocore signs is accepted, and its canonical request is ours", "[wire]") {
  const Vectors vectors;
  CHECK(vectors.json["cases"].size() >= 19);
  for (const auto& one : vectors.json["cases"]) {
    INFO(one["name"]);
    const Signed signed_request(one);
    CHECK(wire::canonical_request(signed_request.request(), signed_request.authorization()) ==
          one["canonical"].get<std::string>());
    CHECK(signed_request.verdict(vectors.credential, vectors.now) == "");
  }
}

TEST_CASE("Whatever is changed after signing is noticed", "[wire]") {
  const Vectors vectors;
  const auto spoilt = [&](const std::string& name, auto change) {
    Signed one = named(vectors, name);
    change(one);
    return one.verdict(vectors.credential, vectors.now);
  };
  CHECK(spoilt("plain", [](Signed& one) { one.body = "{ }"; }) == kMismatch);
  CHECK(spoilt("plain", [](Signed& one) { one.method = "PUT"; }) == kMismatch);
  CHECK(spoilt("plain", [](Signed& one) { one.target = "/other"; }) == kMismatch);
  CHECK(spoilt("plain", [](Signed& one) { one.target = "/?a=b"; }) == kMismatch);
  CHECK(spoilt("plain", [](Signed& one) { one.header("host") = "elsewhere"; }) == kMismatch);
  CHECK(spoilt("plain", [](Signed& one) {
          one.header("x-amz-target") = "AmazonEC2ContainerServiceV20141113.DeleteCluster";
        }) == kMismatch);
  CHECK(spoilt("session token", [](Signed& one) { one.header("x-amz-security-token") = "other"; }) == kMismatch);
  CHECK(spoilt("presigned", [](Signed& one) { one.target += "&a=b"; }) == kMismatch);
  CHECK(spoilt("plain", [](Signed& one) { one.header("authorization") += "0"; }) == kMismatch);
  SECTION("but not what is not signed") {
    CHECK(spoilt("plain", [](Signed& one) { one.header("user-agent") = "other"; }) == "");
  }
  SECTION("a wrong secret is one") {
    wire::Credential other = vectors.credential;
    other.secret += "x";
    CHECK(named(vectors, "plain").verdict(other, vectors.now) == kMismatch);
  }
}

TEST_CASE("Repeated headers are signed as one, joined by commas", "[wire]") {
  const Vectors vectors;
  Signed one = named(vectors, "plain");
  one.headers.emplace_back("My-Header", " a ");
  one.headers.emplace_back("my-header", "b\t c");
  wire::Authorization parts = one.authorization();
  parts.signed_headers = "host;my-header";
  CHECK(wire::canonical_request(one.request(), parts).find("\nmy-header:a,b c\n") != std::string::npos);
}

TEST_CASE("A blank in the query is signed as %20, and may be sent as '+'", "[wire]") {
  const Vectors vectors;
  Signed one = named(vectors, "plain");
  one.target = "/acs/ws?version=a+b%2Bc%20d";
  CHECK(wire::canonical_request(one.request(), one.authorization()).find("\nversion=a%20b%2Bc%20d\n") !=
        std::string::npos);
}

TEST_CASE("A signature lives five minutes either way", "[wire]") {
  const Vectors vectors;
  const Signed one = named(vectors, "plain");
  CHECK(one.verdict(vectors.credential, vectors.now + 5min) == "");
  CHECK(one.verdict(vectors.credential, vectors.now - 5min) == "");
  CHECK(one.verdict(vectors.credential, vectors.now + 5min + 1s) ==
        "InvalidSignatureException: Signature expired: 20260102T030405Z is now earlier than 20260102T030406Z "
        "(20260102T030906Z - 5 min.)");
  CHECK(one.verdict(vectors.credential, vectors.now - 5min - 1s) ==
        "InvalidSignatureException: Signature not yet current: 20260102T030405Z is still later than 20260102T030404Z "
        "(20260102T025904Z + 5 min.)");
}

TEST_CASE("A presigned request lives as long as it says", "[wire]") {
  const Vectors vectors;
  const Signed one = named(vectors, "presigned");
  CHECK(one.verdict(vectors.credential, vectors.now + 3600s) == "");
  CHECK(
      one.verdict(vectors.credential, vectors.now + 3601s).starts_with("InvalidSignatureException: Signature expired"));
  const auto with_expiry = [&](const std::string& text) {
    Signed other = one;
    const std::string given = "X-Amz-Expires=3600";
    other.target.replace(other.target.find(given), given.size(), "X-Amz-Expires=" + text);
    return other.verdict(vectors.credential, vectors.now);
  };
  CHECK(with_expiry("60") == kMismatch);
  CHECK(with_expiry("604801").starts_with("IncompleteSignatureException: X-Amz-Expires must be less than a week"));
  for (const char* text : {"x", "-1", "0"}) {
    CHECK(with_expiry(text) == "IncompleteSignatureException: X-Amz-Expires should be a number");
  }
}

TEST_CASE("The credential's scope must be this service's and this day's", "[wire]") {
  const Vectors vectors;
  const auto scoped = [&](const std::string& scope) {
    Signed one = named(vectors, "plain");
    const std::string given = "20260102/us-east-1/ecs/aws4_request";
    std::string& header = one.header("authorization");
    header.replace(header.find(given), given.size(), scope);
    return one.verdict(vectors.credential, vectors.now);
  };
  CHECK(scoped("20260102/us-east-1/ec2/aws4_request") ==
        "InvalidSignatureException: Credential should be scoped to correct service: 'ecs'.");
  CHECK(scoped("20260102/us-east-1/ecs/aws5") ==
        "InvalidSignatureException: Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5'.");
  CHECK(scoped("20260103/us-east-1/ecs/aws4_request") ==
        "InvalidSignatureException: Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date "
        "from HTTP: '20260103' != '20260102', from '20260102T030405Z'.");
  CHECK(scoped("20260102/eu-west-1/ecs/aws4_request") == kMismatch);
}

TEST_CASE("The host must be signed, and a date given", "[wire]") {
  const Vectors vectors;
  Signed one = named(vectors, "plain");
  std::string& header = one.header("authorization");
  header.replace(header.find("content-type;host;"), 18, "content-type;");
  CHECK(one.verdict(vectors.credential, vectors.now) ==
        "InvalidSignatureException: 'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  Signed undated = named(vectors, "plain");
  undated.header("x-amz-date") = "yesterday";
  CHECK(undated.verdict(vectors.credential, vectors.now).starts_with("IncompleteSignatureException: Date must be in"));
  undated.header("x-amz-date").clear();
  CHECK(undated.verdict(vectors.credential, vectors.now)
            .starts_with("IncompleteSignatureException: Authorization header requires existence of either"));
}

TEST_CASE("The Date header will do where there is no X-Amz-Date", "[wire]") {
  const Vectors vectors;
  Signed one = named(vectors, "plain");
  one.header("authorization") =
      "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260102/us-east-1/ecs/aws4_request, SignedHeaders=date;host, "
      "Signature=0";
  one.sign(vectors.credential.secret, "20260102T030405Z");
  std::erase_if(one.headers, [](const auto& entry) { return entry.first == "x-amz-date"; });
  one.header("date") = "Fri, 02 Jan 2026 03:04:05 GMT";
  const std::string value =
      wire::signature_of(one.request(), one.authorization(), "20260102T030405Z", vectors.credential.secret);
  std::string& header = one.header("authorization");
  header.replace(header.rfind('=') + 1, std::string::npos, value);
  CHECK(one.verdict(vectors.credential, vectors.now) == "");
}

TEST_CASE("A credential with a session token wants that token, and others tolerate any", "[wire]") {
  const Vectors vectors;
  wire::Credential temporary = vectors.credential;
  temporary.session_token = "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQW";
  CHECK(named(vectors, "session token").verdict(temporary, vectors.now) == "");
  CHECK(named(vectors, "plain").verdict(temporary, vectors.now) ==
        "UnrecognizedClientException: The security token included in the request is invalid.");
  CHECK(named(vectors, "session token").verdict(vectors.credential, vectors.now) == "");
}

TEST_CASE("Timestamps are read and written in one form", "[wire]") {
  const auto instant = wire::parse_timestamp("20260102T030405Z");
  REQUIRE(instant);
  CHECK(instant->time_since_epoch() == std::chrono::seconds(1767323045));
  CHECK(wire::format_timestamp(*instant) == "20260102T030405Z");
  for (const char* text : {"", "2026-01-02T03:04:05Z", "20260102T030405", "20261302T030405Z", "20260230T030405Z",
                           "20260102T250405Z", "20260102 030405Z", "2026010xT030405Z"}) {
    CHECK_FALSE(wire::parse_timestamp(text));
  }
}
