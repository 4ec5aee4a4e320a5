#include "server/operations/registry.hpp"

#include <set>
#include <string>

#include "tests/support/catch.hpp"

using namespace drydock;

TEST_CASE("All 77 operations of the API are routed, each by its own name") {
  std::set<std::string> names;
#define DRYDOCK_OPERATION(Name, function) names.insert(#Name);
#include "api-spec/generated/operations.inc"
#undef DRYDOCK_OPERATION
  CHECK(names.size() == 77);
  for (const std::string& name : names) {
    const operations::Operation* operation = operations::find(name);
    REQUIRE(operation != nullptr);
    CHECK(operation->info->name == name);
  }
  CHECK(operations::find("CreateClusters") == nullptr);
  CHECK(operations::find("") == nullptr);
  CHECK(operations::find("createcluster") == nullptr);
}
