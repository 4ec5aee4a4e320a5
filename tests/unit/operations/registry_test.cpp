#include "server/operations/registry.hpp"

#include <algorithm>
#include <set>
#include <string>

#include "tests/support/catch.hpp"
#include "tests/support/world.hpp"

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

TEST_CASE("Operations without behaviour are listed once each, in alphabetical order, and exist") {
  const auto names = operations::without_behaviour();
  CHECK(std::ranges::is_sorted(names));
  CHECK(std::set(names.begin(), names.end()).size() == names.size());
  CHECK(names.empty());
  for (const std::string_view name : names) CHECK(operations::find(name) != nullptr);
}

TEST_CASE("An operation without behaviour says so for a valid request, whatever it is") {
  for (const std::string_view name : operations::without_behaviour()) {
    const operations::Operation* operation = operations::find(name);
    REQUIRE(operation != nullptr);
    test::TestWorld world;
    model::Transaction tx(world.state, world.clock.now(), world.random);
    operations::Context context{tx, world.id, world.settings};
    INFO(name);
    auto call = operation->prepare(*operation->info, "{}");
    if (!call) {
      // Required members: the model's own refusal comes first.
      CHECK(call.error().http_status == 400);
      CHECK(call.error().code != "UnsupportedFeatureException");
      continue;
    }
    const auto answer = (*call)(context);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().code == "UnsupportedFeatureException");
    CHECK(answer.error().message.find(name) != std::string::npos);
    CHECK(tx.empty());
  }
}
