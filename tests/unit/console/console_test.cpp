#include "server/console/console.hpp"

#include <algorithm>

#include "server/console/assets.hpp"
#include "tests/support/catch.hpp"

namespace drydock::server::console {
namespace {

using boost::beast::http::string_to_field;
using boost::beast::http::verb;
using Fields = std::initializer_list<std::pair<std::string_view, std::string_view>>;

PageFacts facts() {
  PageFacts facts;
  facts.token = "a\"b<c>&";
  facts.nonce = "n0nce";
  facts.account = "123456789012";
  return facts;
}

std::optional<http::Response> get(std::string target, Fields headers = {}, verb method = verb::get) {
  http::Request request;
  request.method = method;
  request.target = std::move(target);
  for (const auto& [name, value] : headers) {
    request.headers.add(string_to_field({name.data(), name.size()}), name, value);
  }
  return Console(facts()).answer(request);
}

std::string header(const http::Response& response, std::string_view name) {
  const auto found = std::ranges::find(response.headers, name, [](const auto& field) { return field.first; });
  return found == response.headers.end() ? "" : found->second;
}

}  // namespace

TEST_CASE("the console's page is at the root and at every path of its own") {
  for (const char* path : {"/", "/?x=1", "/console", "/console/", "/console/clusters/a/services/b"}) {
    CAPTURE(path);
    const auto page = get(path);
    REQUIRE(page);
    CHECK(page->status == 200);
    CHECK(page->content_type == "text/html; charset=utf-8");
    CHECK(header(*page, "Cache-Control") == "no-store");
    CHECK(page->body.find("/console/assets/console.js") != std::string::npos);
  }
}

TEST_CASE("the console takes no other paths and no other methods") {
  CHECK_FALSE(get("/_drydock/health"));
  CHECK_FALSE(get("/consoles"));
  CHECK_FALSE(get("/", {}, verb::post));
  CHECK_FALSE(get("/console/", {}, verb::put));
  CHECK_FALSE(get("/", {{"X-Amz-Target", "AmazonEC2ContainerServiceV20141113.ListClusters"}}));
}

TEST_CASE("the page carries the token in such a way that it cannot break out of its attribute") {
  const auto page = get("/");
  REQUIRE(page);
  CHECK(page->body.find(R"(&quot;token&quot;:&quot;a\&quot;b&lt;c&gt;&amp;&quot;)") != std::string::npos);
  CHECK(page->body.find("@DRYDOCK@") == std::string::npos);
}

TEST_CASE("the page may load nothing from elsewhere and run nothing inline") {
  const auto page = get("/");
  REQUIRE(page);
  const std::string policy = header(*page, "Content-Security-Policy");
  CHECK(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self' 'nonce-n0nce'; "));
  CHECK(policy.find("unsafe") == std::string::npos);
  CHECK(policy.find("http") == std::string::npos);
  CHECK(page->body.find("<style") == std::string::npos);
  CHECK(page->body.find("//") == std::string::npos);  // neither http:// nor //host
}

TEST_CASE("the console's files are compressed, typed, and known by their content") {
  const Asset* script = find_asset("console.js");
  REQUIRE(script != nullptr);
  const auto answer = get("/console/assets/console.js", {{"Accept-Encoding", "gzip, br"}});
  REQUIRE(answer);
  CHECK(answer->status == 200);
  CHECK(answer->content_type == "text/javascript; charset=utf-8");
  CHECK(header(*answer, "Content-Encoding") == "gzip");
  CHECK(header(*answer, "ETag") == script->etag);
  CHECK(header(*answer, "X-Content-Type-Options") == "nosniff");
  CHECK(answer->body.starts_with("\x1f\x8b"));

  const auto again = get("/console/assets/console.js", {{"Accept-Encoding", "gzip"}, {"If-None-Match", script->etag}});
  CHECK(again->status == 304);
  CHECK(again->body.empty());
  CHECK(get("/console/assets/console.js")->status == 406);
  CHECK(get("/console/assets/console.js", {{"Accept-Encoding", "gzip;q=0"}})->status == 406);
}

TEST_CASE("what the console does not have is not found, and its page is not among its files") {
  CHECK(get("/console/assets/nothing.js")->status == 404);
  CHECK(get("/console/assets/../console.js")->status == 404);
  CHECK(get("/console/assets/index.html")->status == 404);
}

}  // namespace drydock::server::console
