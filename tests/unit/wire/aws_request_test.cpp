#include "server/wire/aws_request.hpp"

#include "tests/support/catch.hpp"

using namespace drydock;

TEST_CASE("The target header names the service and its operation") {
  struct Row {
    const char* target;
    operations::Service service;
    const char* operation;
  };
  for (const Row& row : {
           Row{"AmazonEC2ContainerServiceV20141113.ListClusters", operations::Service::kEcs, "ListClusters"},
           Row{"AnyScaleFrontendService.PutScalingPolicy", operations::Service::kAutoscaling, "PutScalingPolicy"},
           Row{"GraniteServiceVersion20100801.PutMetricData", operations::Service::kCloudwatch, "PutMetricData"},
       }) {
    const auto target = wire::target_of(row.target);
    REQUIRE(target);
    CHECK(target->service == row.service);
    CHECK(target->operation == row.operation);
  }
  for (const char* text : {"", "ListClusters", "AmazonEC2ContainerServiceV20141113", "DynamoDB_20120810.ListTables"}) {
    const auto target = wire::target_of(text);
    REQUIRE_FALSE(target);
    CHECK(target.error().code == "UnknownOperationException");
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
