#include "cli/output.hpp"

#include <nlohmann/json.hpp>

#include "cli/connection.hpp"
#include "tests/support/catch.hpp"

namespace drydock::cli {

TEST_CASE("A table's columns are as wide as their widest cell, and the last has no padding", "[cli]") {
  Table table({"TASK", "STATUS"});
  CHECK(table.empty());
  table.add({"1", "RUNNING"});
  table.add({"größer", "X"});
  CHECK(table.text() == "TASK    STATUS\n1       RUNNING\ngrößer  X\n");
  CHECK(table.text(10) == "TASK    S…\n1       R…\ngrößer  X\n");
}

TEST_CASE("Ages are short", "[cli]") {
  const nlohmann::json task = {{"createdAt", 1000.0}};
  CHECK(age(task, "createdAt", 1119) == "119s");
  CHECK(age(task, "createdAt", 1120) == "2m");
  CHECK(age(task, "createdAt", 1000 + 3 * 3600) == "3h");
  CHECK(age(task, "createdAt", 1000 + 50 * 3600) == "2d");
  CHECK(age(task, "createdAt", 900) == "0s");
  CHECK(age(task, "stoppedAt", 1120) == "-");
}

TEST_CASE("Endpoints have a host and perhaps a port", "[cli]") {
  const auto usual = parse_endpoint("http://localhost:4566");
  REQUIRE(usual);
  CHECK((usual->host == "localhost" && usual->port == "4566"));
  CHECK(parse_endpoint("http://drydock")->port == "4566");
  CHECK(parse_endpoint("http://[::1]:80/")->host == "::1");
  CHECK(parse_endpoint("http://[::1]")->host == "::1");
  for (const char* wrong : {"", "localhost:4566", "https://localhost", "http://", "http://x:", "http://x:y"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_endpoint(wrong));
  }
}

TEST_CASE("Names are the last part of an ARN", "[cli]") {
  CHECK(short_name("arn:aws:ecs:us-east-1:000000000000:task/default/abc") == "abc");
  CHECK(short_name("arn:aws:ecs:us-east-1:000000000000:task-definition/web:1") == "web:1");
  CHECK(short_name("web") == "web");
}

}  // namespace drydock::cli
