// spec/placement.md section 4.
#include "scheduler/placement/constraints.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/scheduler/placement/placement_fixture.hpp"

namespace drydock::scheduler {
namespace {

using namespace test;

Constraints member_of(const std::vector<std::string>& expressions, bool distinct = false) {
  std::vector<api::PlacementConstraint> list;
  for (const std::string& expression : expressions) {
    api::PlacementConstraint& one = list.emplace_back();
    one.type = "memberOf";
    one.expression = expression;
  }
  if (distinct) list.emplace_back().type = "distinctInstance";
  return constraints_of({}, list);
}

TEST_CASE("a refusal says which expression and what the instance has", "[scheduler][placement]") {
  const std::vector<api::Attribute> attributes = {attribute("stack", "test")};
  InstanceView view = instance(1, "a");
  view.facts.attributes = &attributes;
  CHECK_FALSE(refuse_by_constraints(view, member_of({"attribute:stack == test"})));
  const auto no = refuse_by_constraints(view, member_of({"attribute:stack exists", "attribute:stack == prod"}));
  REQUIRE(no.has_value());
  CHECK(no->reason == "MemberOf placement constraint unsatisfied.");
  CHECK(no->wanted == "attribute:stack == prod");
  CHECK(no->available == "attribute:stack is 'test'");
}

TEST_CASE("the task definition's constraints come before the others", "[scheduler][placement]") {
  api::TaskDefinition definition;
  auto& own = definition.placementConstraints.emplace().emplace_back();
  own.type = "memberOf";
  own.expression = "attribute:first exists";
  std::vector<api::PlacementConstraint> others(1);
  others[0].type = "memberOf";
  others[0].expression = "attribute:second exists";
  const auto no = refuse_by_constraints(instance(1, "a"), constraints_of(definition, others));
  REQUIRE(no.has_value());
  CHECK(no->wanted == "attribute:first exists");
}

TEST_CASE("an expression that cannot be read satisfies nobody", "[scheduler][placement]") {
  const auto no = refuse_by_constraints(instance(1, "a"), member_of({"nonsense"}));
  REQUIRE(no.has_value());
  CHECK(no->available == "Invalid expression: unknown subject 'nonsense'.");
}

TEST_CASE("distinctInstance holds inside a batch", "[scheduler][placement]") {
  InstanceView busy = instance(1, "a");
  busy.tasks_in_scope = 2;  // one of them is stopping: it does not count
  busy.wanted_in_scope = 1;
  InstanceView leaving = instance(2, "a");
  leaving.tasks_in_scope = 1;
  Demand demand{.needs = needs(1, 1), .constraints = member_of({}, true)};
  Batch batch({busy, leaving, instance(3, "a")}, demand);
  CHECK(place(batch, 3) == std::vector<std::uint64_t>{3, 2, 0});
  const auto last = batch.place_next();
  REQUIRE_FALSE(last.has_value());
  CHECK(last.error().size() == 3);
  for (const model::Refusal& refusal : last.error()) {
    CHECK(refusal.reason == "DistinctInstance placement constraint unsatisfied.");
  }
}

TEST_CASE("an affinity to the own group counts what the batch has placed", "[scheduler][placement]") {
  Demand demand{.needs = needs(1, 1), .constraints = member_of({"not(task:group == family:web)"})};
  demand.group = "family:web";
  Batch batch({instance(1, "a"), instance(2, "a")}, demand);
  CHECK(place(batch, 3) == std::vector<std::uint64_t>{1, 2, 0});
}

TEST_CASE("constraints tell whether tasks have to be looked at", "[scheduler][placement]") {
  CHECK(member_of({}, true).look_at_tasks());
  CHECK(member_of({"attribute:a exists", "task:group == x"}).look_at_tasks());
  CHECK_FALSE(member_of({"attribute:a exists"}).look_at_tasks());
  CHECK(member_of({}).empty());
}

}  // namespace
}  // namespace drydock::scheduler
