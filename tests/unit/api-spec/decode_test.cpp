#include "api-spec/runtime/decode.hpp"

#include "api-spec/generated/operations.hpp"
#include "api-spec/runtime/encode.hpp"
#include "tests/support/catch.hpp"

using namespace drydock::api;

TEST_CASE("An empty body decodes as an empty object") {
  REQUIRE(decode<ListClustersRequest>("") == ListClustersRequest{});
  REQUIRE(decode<ListClustersRequest>(" {} ") == ListClustersRequest{});
}

TEST_CASE("Members keep the wire's spelling") {
  const auto request = decode<RunTaskRequest>(R"({"cluster":"c","count":2.0,"tags":[{"key":"a","value":"b"}]})");
  REQUIRE(request.has_value());
  CHECK(request->cluster == "c");
  CHECK(request->count == 2);
  CHECK(encode(*request) == R"({"cluster":"c","count":2,"tags":[{"key":"a","value":"b"}]})");
}
