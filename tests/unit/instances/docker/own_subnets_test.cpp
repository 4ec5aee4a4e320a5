// The small networks that are there for their gateway.
#include "instances/docker/own_subnets.hpp"

#include <set>

#include "tests/support/catch.hpp"

using namespace drydock::instances::docker;

TEST_CASE("Subnets follow each other without a gap, and their gateways are their first addresses", "[own subnets]") {
  struct Case {
    int number;
    const char* subnet;
    const char* gateway;
  };
  const Case cases[] = {{0, "169.254.176.0/30", "169.254.176.1"},
                        {1, "169.254.176.4/30", "169.254.176.5"},
                        {63, "169.254.176.252/30", "169.254.176.253"},
                        {64, "169.254.177.0/30", "169.254.177.1"},
                        {kOwnSubnets - 1, "169.254.191.252/30", "169.254.191.253"}};
  for (const Case& one : cases) {
    CHECK(own_subnet(one.number).subnet == one.subnet);
    CHECK(own_subnet(one.number).gateway == one.gateway);
  }
  std::set<std::string> all;
  for (int number = 0; number < kOwnSubnets; ++number) all.insert(own_subnet(number).gateway);
  CHECK(all.size() == kOwnSubnets);
}

TEST_CASE("The search for a subnet begins where it did before", "[own subnets]") {
  CHECK(first_subnet("a", "backend") == first_subnet("a", "backend"));
  CHECK(first_subnet("a", "backend") != first_subnet("b", "backend"));
  CHECK(first_subnet("a", "backend") != first_subnet("a", "orders"));
  std::set<int> numbers;
  for (int i = 0; i < 100; ++i) numbers.insert(first_subnet("a", "name-" + std::to_string(i)));
  CHECK(numbers.size() > 80);
  CHECK(*numbers.begin() >= 0);
  CHECK(*numbers.rbegin() < kOwnSubnets);
}

TEST_CASE("Networks are named for their Drydock and their name, in the engine's letters", "[own subnets]") {
  const EngineNetwork plain = own_network("0123", "orders.shop", own_subnet(0));
  CHECK(plain.name == "drydock-0123-orders.shop");
  CHECK(plain.subnet == "169.254.176.0/30");
  CHECK(plain.gateway == "169.254.176.1");
  CHECK(plain.labels.at("io.drydock.id") == "0123");
  CHECK(plain.labels.at("io.drydock.address-of") == "orders.shop");
  const std::string odd = own_network("0123", "a b", own_subnet(0)).name;
  CHECK(odd.starts_with("drydock-0123-a-b-"));
  CHECK(odd != own_network("0123", "a/b", own_subnet(0)).name);
}
