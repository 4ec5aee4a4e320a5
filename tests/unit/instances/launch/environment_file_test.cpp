#include "instances/launch/environment_file.hpp"

#include "tests/support/catch.hpp"

using namespace drydock;
using namespace drydock::instances;

TEST_CASE("Lines of environment files") {
  struct Row {
    std::string text;
    Variables variables;
  };
  for (const Row& row :
       {Row{"", {}}, Row{"A=1", {{"A", "1"}}}, Row{"A=1\nB=2\n", {{"A", "1"}, {"B", "2"}}}, Row{"# A=1\n#B=2\n", {}},
        Row{"A=1=2", {{"A", "1=2"}}}, Row{"A=", {{"A", ""}}}, Row{"=1\nnothing\n", {}},
        Row{"A=\"q\"", {{"A", "\"q\""}}}, Row{" A = x ", {{" A ", " x "}}}, Row{"A=$B", {{"A", "$B"}}},
        Row{"A=1\nB=2\nA=3", {{"A", "3"}, {"B", "2"}}}, Row{"A=1\r\nB=2\r\n", {{"A", "1"}, {"B", "2"}}},
        Row{"A=1 # no comment", {{"A", "1 # no comment"}}}, Row{"\n\n", {}}}) {
    CAPTURE(row.text);
    CHECK(read_environment_file(row.text) == row.variables);
  }
}

TEST_CASE("ARNs of objects") {
  const auto object = read_object_arn("arn:aws:s3:::config/shop/web.env");
  REQUIRE(object);
  CHECK(object->bucket == "config");
  CHECK(object->key == "shop/web.env");
  for (const char* arn :
       {"", "s3://config/web.env", "arn:aws:s3:::config", "arn:aws:s3:::config/", "arn:aws:s3:::/k"}) {
    CAPTURE(arn);
    const auto read = read_object_arn(arn);
    REQUIRE_FALSE(read);
    CHECK_THAT(read.error(),
               test::StartsWith("unable to parse bucket and key from s3 ARN specified in environmentFile "));
  }
}
