#include "server/wire/aws_request.hpp"

#include "tests/support/catch.hpp"

using namespace drydock;

TEST_CASE("The target header names the operation after ECS's prefix") {
  CHECK(wire::operation_of("AmazonEC2ContainerServiceV20141113.ListClusters") == "ListClusters");
  for (const char* target :
       {"", "ListClusters", "AmazonEC2ContainerServiceV20141113", "DynamoDB_20120810.ListTables"}) {
    const auto operation = wire::operation_of(target);
    REQUIRE_FALSE(operation);
    CHECK(operation.error().code == "UnknownOperationException");
  }
}

TEST_CASE("Accounts are 12 digits, regions lower-case words") {
  CHECK(wire::is_account("210987654321"));
  for (const char* text : {"", "test", "21098765432", "2109876543210", "21098765432x"})
    CHECK_FALSE(wire::is_account(text));
  for (const char* text : {"us-east-1", "cn-north-1", "us-gov-west-1"}) CHECK(wire::is_region(text));
  for (const char* text : {"", "US-EAST-1", "us_east_1", "us-east-1/x", "a-region-that-is-longer-than-any-is"}) {
    CHECK_FALSE(wire::is_region(text));
  }
}
