// spec/services.md section 7.
#include "scheduler/deployments/victims.hpp"
#include "tests/support/catch.hpp"

namespace drydock::scheduler {
namespace {

VictimView running(std::uint64_t id, std::string zone, std::uint64_t instance) {
  VictimView view;
  view.id = model::TaskId{id};
  view.running = true;
  view.zone = std::move(zone);
  view.instance = model::InstanceId{instance};
  return view;
}

std::vector<std::uint64_t> pick(const std::vector<VictimView>& candidates, int count) {
  std::vector<std::uint64_t> ids;
  for (const model::TaskId id : pick_victims(candidates, count)) ids.push_back(id.value);
  return ids;
}

TEST_CASE("tasks that do not run yet go first, newest first, then unhealthy ones and draining instances",
          "[scheduler][victims]") {
  std::vector<VictimView> tasks = {running(1, "a", 1), running(2, "a", 1), running(3, "b", 2), running(4, "b", 2),
                                   running(5, "b", 2)};
  tasks[1].running = false;
  tasks[3].running = false;
  tasks[2].unhealthy = true;
  tasks[4].on_draining_instance = true;
  CHECK(pick(tasks, 5) == std::vector<std::uint64_t>{4, 2, 3, 5, 1});
  CHECK(pick(tasks, 2) == std::vector<std::uint64_t>{4, 2});
}

TEST_CASE("the fullest zone gives first, and the oldest task of its fullest instance", "[scheduler][victims]") {
  // spec/placement.md section 5.1: i1:3 in zone a, i3:2 in zone b; five tasks become three.
  const std::vector<VictimView> tasks = {running(1, "a", 1), running(2, "b", 3), running(3, "a", 1), running(4, "b", 3),
                                         running(5, "a", 1)};
  const auto gone = pick(tasks, 2);
  CHECK(gone == std::vector<std::uint64_t>{1, 3});
}

TEST_CASE("inside a zone the instance with most tasks gives", "[scheduler][victims]") {
  CHECK(pick({running(1, "a", 1), running(2, "a", 2), running(3, "a", 2)}, 1) == std::vector<std::uint64_t>{2});
}

TEST_CASE("a protected task is never a victim, whatever its state", "[scheduler][victims]") {
  std::vector<VictimView> tasks = {running(1, "a", 1), running(2, "a", 1), running(3, "a", 1), running(4, "b", 2)};
  tasks[0].is_protected = true;
  tasks[1].is_protected = true;
  tasks[1].running = false;
  CHECK(pick(tasks, 4) == std::vector<std::uint64_t>{3, 4});
  for (VictimView& task : tasks) task.is_protected = true;
  CHECK(pick(tasks, 1).empty());
}

TEST_CASE("no more victims than candidates, and none for nothing", "[scheduler][victims]") {
  CHECK(pick({running(1, "a", 1)}, 5) == std::vector<std::uint64_t>{1});
  CHECK(pick({running(1, "a", 1)}, 0).empty());
  CHECK(pick({}, 3).empty());
}

}  // namespace
}  // namespace drydock::scheduler
