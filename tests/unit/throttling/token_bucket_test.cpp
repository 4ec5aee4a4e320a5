#include "server/throttling/token_bucket.hpp"

#include "server/throttling/categories.hpp"
#include "server/throttling/throttle.hpp"

#include <set>

#include "api-spec/generated/operations.hpp"
#include "tests/support/catch.hpp"

using namespace drydock;
using namespace std::chrono_literals;
using throttling::Rate;
using throttling::Throttle;
using throttling::TokenBucket;

namespace {

constexpr model::Instant kStart{std::chrono::milliseconds{1'700'000'000'000}};

int passed(TokenBucket& bucket, model::Instant at, int calls) {
  int count = 0;
  for (int i = 0; i < calls; ++i) count += bucket.take(at) ? 1 : 0;
  return count;
}

}  // namespace

TEST_CASE("A bucket passes its burst, then what is refilled", "[throttling]") {
  TokenBucket bucket(Rate{50, 20}, kStart);
  CHECK(passed(bucket, kStart, 51) == 50);
  CHECK(passed(bucket, kStart + 1s, 30) == 20);
  SECTION("idle from empty it is full after 2.5 s, and never more than full") {
    CHECK(passed(bucket, kStart + 3500ms, 60) == 50);
    CHECK(passed(bucket, kStart + 1h, 60) == 50);
  }
  SECTION("half a second gives half of it") { CHECK(passed(bucket, kStart + 1500ms, 60) == 10); }
  SECTION("a token is there when it is due and not a millisecond before") {
    CHECK(passed(bucket, kStart + 1049ms, 1) == 0);
    CHECK(passed(bucket, kStart + 1050ms, 2) == 1);
  }
}

TEST_CASE("A steady rate is never throttled", "[throttling]") {
  TokenBucket bucket(Rate{50, 20}, kStart);
  for (int i = 0; i < 2000; ++i) CHECK(bucket.take(kStart + i * 50ms));
}

TEST_CASE("Registering task definitions: 20 at once, then one a second", "[throttling]") {
  TokenBucket bucket(Rate{20, 1}, kStart);
  CHECK(passed(bucket, kStart, 25) == 20);
  for (int second = 1; second <= 5; ++second) CHECK(passed(bucket, kStart + second * 1s, 5) == 1);
}

TEST_CASE("Time that goes backwards or leaps refills nothing and never too much", "[throttling]") {
  TokenBucket bucket(Rate{5, 1}, kStart);
  CHECK(passed(bucket, kStart, 9) == 5);
  CHECK(passed(bucket, kStart - 10s, 9) == 0);
  CHECK(passed(bucket, kStart + 2s, 9) == 2);
  CHECK(passed(bucket, model::Instant::max(), 9) == 5);
}

TEST_CASE("The operations of a category share a bucket, others do not", "[throttling]") {
  Throttle throttle;
  const auto admitted = [&](const char* operation, int calls) {
    int count = 0;
    for (int i = 0; i < calls; ++i) count += throttle.admit("123456789012", "eu-west-1", operation, kStart) ? 1 : 0;
    return count;
  };
  CHECK(admitted("DescribeClusters", 25) == 25);
  CHECK(admitted("ListClusters", 26) == 25);
  CHECK(admitted("ListTasks", 101) == 100);
  SECTION("another account and another region have buckets of their own") {
    CHECK(throttle.admit("210987654321", "eu-west-1", "ListClusters", kStart));
    CHECK(throttle.admit("123456789012", "us-east-1", "ListClusters", kStart));
    CHECK_FALSE(throttle.admit("123456789012", "eu-west-1", "ListClusters", kStart));
  }
  SECTION("what AWS's table does not name has a bucket of its own for each operation") {
    CHECK(admitted("DescribeTaskSets", 60) == 50);
    CHECK(admitted("DiscoverPollEndpoint", 60) == 50);
  }
}

TEST_CASE("AWS's table names operations of the API, each once", "[throttling]") {
  std::set<std::string_view> named;
  for (const throttling::Category& category : throttling::categories()) {
    CHECK(category.rate.burst >= category.rate.per_second);
    for (const std::string_view operation : category.operations) {
      INFO(operation);
      CHECK(api::find_operation(operation) != nullptr);
      CHECK(named.insert(operation).second);
      CHECK(throttling::category_of(operation) == &category);
    }
  }
  CHECK(throttling::categories().size() == 21);
}
