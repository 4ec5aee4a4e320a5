#include "server/http/guard.hpp"

#include "tests/support/catch.hpp"

namespace drydock::http {
namespace {

using boost::beast::http::string_to_field;
using boost::beast::http::verb;

Request request_with(verb method, std::initializer_list<std::pair<std::string_view, std::string_view>> headers) {
  Request request;
  request.method = method;
  request.target = "/";
  for (const auto& [name, value] : headers) {
    request.headers.add(string_to_field({name.data(), name.size()}), name, value);
  }
  return request;
}

bool host_passes(std::string_view host, const GuardPolicy& policy = {}) {
  return !guard(request_with(verb::post, {{"Host", host}}), policy);
}

bool origin_passes(std::string_view host, std::string_view origin, const GuardPolicy& policy = {}) {
  return !guard(request_with(verb::post, {{"Host", host}, {"Origin", origin}}), policy);
}

}  // namespace

TEST_CASE("loopback names and addresses may be addressed") {
  for (const char* host : {"localhost", "localhost:4566", "LOCALHOST:4566", "localhost.", "ecs.localhost:4566",
                           "127.0.0.1", "127.0.0.1:4566", "127.8.9.10:1", "[::1]", "[::1]:4566",
                           "[::ffff:127.0.0.1]:80", "host.docker.internal:4566", "host.containers.internal"}) {
    CAPTURE(host);
    CHECK(host_passes(host));
  }
}

TEST_CASE("other hosts are refused, whatever they look like") {
  for (const char* host :
       {"evil.example", "evil.example:4566", "localhost.evil.example", "127.0.0.1.evil.example", "notlocalhost",
        "drydock:4566", "192.168.1.7:4566", "0.0.0.0:4566", "[::2]:80", "", "localhost:4566@evil.example",
        "localhost:port", "[::1", "[localhost]", "[::1]x", "localhost/evil", "127.1.evil", "a b", "[127.0.0.1]:80"}) {
    CAPTURE(host);
    CHECK_FALSE(host_passes(host));
  }
}

TEST_CASE("a foreign host is refused on reads as well") {
  CHECK(guard(request_with(verb::get, {{"Host", "evil.example"}}), {}).has_value());
  CHECK_FALSE(guard(request_with(verb::get, {{"Host", "localhost"}}), {}).has_value());
}

TEST_CASE("hosts can be allowed by name, by domain, or all") {
  const GuardPolicy named{{"drydock", "Box.Test:4566"}, {}};
  CHECK(host_passes("drydock:4566", named));
  CHECK(host_passes("DRYDOCK", named));
  CHECK(host_passes("box.test", named));
  CHECK_FALSE(host_passes("drydock.evil.example", named));
  const GuardPolicy domain{{".corp.test"}, {}};
  CHECK(host_passes("a.b.corp.test:80", domain));
  CHECK(host_passes("corp.test", domain));
  CHECK_FALSE(host_passes("evilcorp.test", domain));
  CHECK(host_passes("anything.example", GuardPolicy{{"*"}, {}}));
}

TEST_CASE("the address bound may be addressed, and any address once a wildcard is bound") {
  const GuardPolicy one{{}, {"192.168.1.7"}};
  CHECK(host_passes("192.168.1.7:4566", one));
  CHECK_FALSE(host_passes("192.168.1.8:4566", one));
  for (const char* wildcard : {"0.0.0.0", "::"}) {
    const GuardPolicy any{{}, {wildcard}};
    CHECK(host_passes("172.17.0.2:4566", any));
    CHECK(host_passes("[fd00::2]:4566", any));
    CHECK_FALSE(host_passes("evil.example", any));
  }
}

TEST_CASE("a page may change things only from loopback, from an allowed host or from this server itself") {
  CHECK(origin_passes("localhost:4566", "http://localhost:4566"));
  CHECK(origin_passes("127.0.0.1:4566", "http://localhost:3000"));
  CHECK(origin_passes("localhost:4566", "https://[::1]:8443"));
  CHECK(origin_passes("drydock:4566", "http://drydock:4566", GuardPolicy{{"drydock"}, {}}));
  CHECK(origin_passes("192.168.1.7:4566", "http://192.168.1.7:4566", GuardPolicy{{}, {"0.0.0.0"}}));

  for (const char* origin : {"http://evil.example", "https://evil.example:4566", "null", "", "file://",
                             "chrome-extension://abcdef", "http://localhost.evil.example", "http://localhost@evil.ex",
                             "http://evil.example/http://localhost", "http://192.168.1.7"}) {
    CAPTURE(origin);
    CHECK_FALSE(origin_passes("localhost:4566", origin));
  }
  // Another service on the same address is another origin.
  CHECK_FALSE(origin_passes("192.168.1.7:4566", "http://192.168.1.7:8080", GuardPolicy{{}, {"0.0.0.0"}}));
}

TEST_CASE("a foreign origin is refused for websockets, and harmless for plain reads") {
  CHECK(guard(request_with(verb::get,
                           {{"Host", "localhost"}, {"Origin", "http://evil.example"}, {"Upgrade", "websocket"}}),
              {})
            .has_value());
  CHECK_FALSE(guard(request_with(verb::get, {{"Host", "localhost"}, {"Origin", "http://evil.example"}}), {}));
  CHECK_FALSE(guard(request_with(verb::get, {{"Host", "localhost"}, {"Upgrade", "websocket"}}), {}));
}

TEST_CASE("changes announced as cross-site without an origin are refused") {
  for (const char* site : {"cross-site", "same-site", "Cross-Site"}) {
    CHECK(guard(request_with(verb::post, {{"Host", "localhost"}, {"Sec-Fetch-Site", site}}), {}).has_value());
  }
  CHECK_FALSE(guard(request_with(verb::post, {{"Host", "localhost"}, {"Sec-Fetch-Site", "same-origin"}}), {}));
  CHECK_FALSE(guard(request_with(verb::post, {{"Host", "localhost"}, {"Sec-Fetch-Site", "none"}}), {}));
}

TEST_CASE("content types of forms are refused on every method that changes something") {
  for (const char* type : {"text/plain", "text/plain;charset=UTF-8", " TEXT/Plain ; a=b", "multipart/form-data; b=1",
                           "application/x-www-form-urlencoded", "text/plain; application/json"}) {
    for (const verb method : {verb::post, verb::put, verb::delete_, verb::patch, verb::unknown}) {
      CAPTURE(type);
      const auto refusal =
          guard(request_with(method, {{"Host", "localhost"}, {"Content-Type", type}, {"Content-Length", "2"}}), {});
      REQUIRE(refusal.has_value());
      CHECK(refusal->status == 403);
      CHECK_THAT(refusal->body, drydock::test::StartsWith("{\"__type\":\"AccessDeniedException\",\"message\":"));
    }
  }
  for (const char* type :
       {"application/json", "application/x-amz-json-1.1", "application/x-amz-json-1.0", "application/octet-stream"}) {
    CHECK_FALSE(guard(request_with(verb::post, {{"Host", "localhost"}, {"Content-Type", type}}), {}));
  }
}

TEST_CASE("what curl sends by default passes together with X-Amz-Target, unless a page is behind it") {
  const auto curl = [](std::string_view extra_name, std::string_view extra_value, std::string_view type) {
    return guard(
        request_with(
            verb::post,
            {{"Host", "localhost"}, {"X-Amz-Target", "A.B"}, {"Content-Type", type}, {extra_name, extra_value}}),
        {});
  };
  CHECK_FALSE(curl("Accept", "*/*", "application/x-www-form-urlencoded"));
  CHECK(curl("Origin", "http://localhost:3000", "application/x-www-form-urlencoded").has_value());
  CHECK(curl("Sec-Fetch-Site", "same-origin", "application/x-www-form-urlencoded").has_value());
  CHECK(curl("Accept", "*/*", "text/plain").has_value());
}

TEST_CASE("a form passes with a signature of AWS's, which no page can send without asking") {
  const auto form = [](std::string_view name, std::string_view value, std::string_view authorization) {
    return guard(request_with(verb::post, {{"Host", "localhost"},
                                           {"Authorization", authorization},
                                           {"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"},
                                           {name, value}}),
                 {});
  };
  constexpr std::string_view kSigned = "AWS4-HMAC-SHA256 Credential=test/20261123/us-east-1/monitoring/aws4_request";
  CHECK_FALSE(form("Accept", "*/*", kSigned));
  CHECK(form("Accept", "*/*", "Basic dGVzdDp0ZXN0").has_value());
  CHECK(form("Sec-Fetch-Site", "same-origin", kSigned).has_value());
}

TEST_CASE("a body without content type is refused only when a page sends it") {
  CHECK_FALSE(guard(request_with(verb::post, {{"Host", "localhost"}, {"Content-Length", "2"}}), {}));
  CHECK(
      guard(request_with(verb::post, {{"Host", "localhost"}, {"Content-Length", "2"}, {"Origin", "http://localhost"}}),
            {})
          .has_value());
  CHECK(guard(request_with(verb::post,
                           {{"Host", "localhost"}, {"Transfer-Encoding", "chunked"}, {"Origin", "http://localhost"}}),
              {})
            .has_value());
  CHECK_FALSE(guard(
      request_with(verb::post, {{"Host", "localhost"}, {"Content-Length", "0"}, {"Origin", "http://localhost"}}), {}));
}

TEST_CASE("a page that does not know the token changes nothing") {
  const GuardPolicy policy{{}, {}, "secret"};
  const auto from_page = [&](verb method, std::string_view token, std::string_view site = "same-origin") {
    return guard(request_with(method, {{"Host", "localhost:4566"},
                                       {"Origin", "http://localhost:4566"},
                                       {"Sec-Fetch-Site", site},
                                       {"Content-Type", "application/json"},
                                       {"X-Drydock-Token", token}}),
                 policy);
  };
  CHECK_FALSE(from_page(verb::post, "secret"));
  for (const verb method : {verb::post, verb::put, verb::delete_, verb::patch}) {
    CHECK(from_page(method, "").has_value());
    CHECK(from_page(method, "Secret").has_value());
  }
  // Reads cannot be read by pages of other origins, and navigations carry no headers.
  CHECK_FALSE(from_page(verb::get, ""));
  // Fetch without Origin, which browsers leave out of same-origin requests with some referrer policies.
  CHECK(
      guard(request_with(verb::post, {{"Host", "localhost"}, {"Sec-Fetch-Site", "same-origin"}}), policy).has_value());
  // SDKs, the CLI and curl are no pages, and need no token.
  CHECK_FALSE(guard(request_with(verb::post, {{"Host", "localhost"}, {"Content-Type", "application/json"}}), policy));
  // Nor do websockets, which cannot send it.
  CHECK_FALSE(guard(
      request_with(
          verb::get,
          {{"Host", "localhost"}, {"Origin", "http://localhost"}, {"Connection", "Upgrade"}, {"Upgrade", "websocket"}}),
      policy));
}

}  // namespace drydock::http
