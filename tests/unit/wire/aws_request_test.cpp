#include "server/wire/aws_request.hpp"

#include "tests/support/catch.hpp"

using namespace drydock;

namespace {

const wire::Scope kFallback{"123456789012", "us-east-1"};

std::string signature(const std::string& key, const std::string& region) {
  return "AWS4-HMAC-SHA256 Credential=" + key + "/20260101/" + region +
         "/ecs/aws4_request, SignedHeaders=host;x-amz-date, Signature=00ff";
}

}  // namespace

TEST_CASE("The target header names the operation after ECS's prefix") {
  CHECK(wire::operation_of("AmazonEC2ContainerServiceV20141113.ListClusters") == "ListClusters");
  for (const char* target :
       {"", "ListClusters", "AmazonEC2ContainerServiceV20141113", "DynamoDB_20120810.ListTables"}) {
    const auto operation = wire::operation_of(target);
    REQUIRE_FALSE(operation);
    CHECK(operation.error().code == "UnknownOperationException");
  }
}

TEST_CASE("A 12-digit access key id is the account and the credential scope names the region") {
  const wire::Scope scope = wire::scope_of(signature("210987654321", "eu-west-1"), kFallback);
  CHECK(scope.account == "210987654321");
  CHECK(scope.region == "eu-west-1");
}

TEST_CASE("An access key id of another form leaves the account as it is") {
  for (const char* key : {"AKIAIOSFODNN7EXAMPLE", "test", "21098765432", "2109876543210", "21098765432x"}) {
    const wire::Scope scope = wire::scope_of(signature(key, "eu-west-1"), kFallback);
    CHECK(scope.account == kFallback.account);
    CHECK(scope.region == "eu-west-1");
  }
}

TEST_CASE("What cannot be read as a signature tells nothing") {
  for (const char* header : {"", "Bearer token", "AWS4-HMAC-SHA256",
                             "AWS4-HMAC-SHA256 Credential=", "AWS4-HMAC-SHA256 Credential=210987654321"}) {
    const wire::Scope scope = wire::scope_of(header, kFallback);
    CHECK(scope.region == kFallback.region);
  }
  CHECK(wire::scope_of("", kFallback).account == kFallback.account);
}
