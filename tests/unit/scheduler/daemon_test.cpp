// spec/services.md section 13.2.
#include "scheduler/deployments/daemon.hpp"

#include <algorithm>

#include "tests/support/catch.hpp"

namespace drydock::scheduler {
namespace {

DaemonSlot empty_slot(std::uint64_t id) {
  DaemonSlot slot;
  slot.instance = model::InstanceId{id};
  slot.eligible = true;
  return slot;
}

DaemonSlot current(std::uint64_t id) {
  DaemonSlot slot = empty_slot(id);
  slot.fresh = model::TaskId{id * 10};
  slot.fresh_healthy = true;
  return slot;
}

DaemonSlot outdated(std::uint64_t id) {
  DaemonSlot slot = empty_slot(id);
  slot.others = {model::TaskId{id * 10 + 1}};
  slot.others_healthy = true;
  return slot;
}

/// The number of tasks stopped in each pass until nothing is left to do; every pass's starts are healthy at once.
std::vector<std::size_t> roll(int instances, int minimum, int& fewest, bool& blocked) {
  std::vector<DaemonSlot> slots;
  for (int i = 1; i <= instances; ++i) slots.push_back(outdated(static_cast<std::uint64_t>(i)));
  fewest = instances;
  std::vector<std::size_t> stopped;
  for (int pass = 0; pass < 50; ++pass) {
    const DaemonPlan plan = plan_daemon(slots, minimum);
    blocked = plan.blocked;
    if (plan.blocked || plan.complete) break;
    if (!plan.stop.empty()) stopped.push_back(plan.stop.size());
    for (DaemonSlot& slot : slots) {
      if (std::ranges::find(plan.start, slot.instance) != plan.start.end()) slot = current(slot.instance.value);
      if (slot.others.empty()) continue;
      if (std::ranges::find(plan.stop, slot.others.front()) != plan.stop.end()) slot = empty_slot(slot.instance.value);
    }
    int healthy = 0;
    for (const DaemonSlot& slot : slots) healthy += slot.fresh_healthy || slot.others_healthy ? 1 : 0;
    fewest = std::min(fewest, healthy);
  }
  return stopped;
}

TEST_CASE("a protected daemon task stays, and its instance gets no new one", "[scheduler][daemon]") {
  DaemonSlot held = empty_slot(1);
  held.held = true;
  held.others_healthy = true;
  const DaemonPlan plan = plan_daemon({held, outdated(2)}, 0);
  CHECK(plan.stop == std::vector<model::TaskId>{model::TaskId{21}});
  CHECK(plan.start.empty());
  CHECK_FALSE(plan.complete);
  CHECK_FALSE(plan_daemon({held, current(2)}, 0).blocked);
}

TEST_CASE("a daemon service starts one task on every eligible instance", "[scheduler][daemon]") {
  std::vector<DaemonSlot> slots = {empty_slot(1), empty_slot(2), empty_slot(3)};
  slots[1].eligible = false;
  const DaemonPlan plan = plan_daemon(slots, 0);
  CHECK(plan.desired == 2);
  CHECK(plan.start == std::vector<model::InstanceId>{model::InstanceId{1}, model::InstanceId{3}});
  CHECK(plan.stop.empty());
  CHECK_FALSE(plan.complete);
  CHECK(plan_daemon({current(1), current(2)}, 0).complete);
  CHECK(plan_daemon({}, 0).complete);
}

TEST_CASE("a daemon deployment stops as many tasks at once as the lower bound lets go", "[scheduler][daemon]") {
  int fewest = 0;
  bool blocked = false;
  CHECK(roll(5, 0, fewest, blocked) == std::vector<std::size_t>{5});
  CHECK(fewest == 0);
  CHECK(roll(5, 50, fewest, blocked) == std::vector<std::size_t>{2, 2, 1});
  CHECK(fewest == 3);
  CHECK(roll(5, 80, fewest, blocked) == std::vector<std::size_t>{1, 1, 1, 1, 1});
  CHECK(fewest == 4);
  CHECK_FALSE(blocked);
  CHECK(roll(5, 100, fewest, blocked).empty());
  CHECK(blocked);
}

TEST_CASE("the new daemon task waits until the old one is gone", "[scheduler][daemon]") {
  DaemonSlot slot = empty_slot(1);
  slot.stopping = true;
  const DaemonPlan plan = plan_daemon({slot}, 0);
  CHECK(plan.start.empty());
  CHECK_FALSE(plan.blocked);
}

TEST_CASE("a draining instance gives up its daemon task and a disconnected one keeps it", "[scheduler][daemon]") {
  DaemonSlot slot = current(1);
  slot.eligible = false;
  CHECK(plan_daemon({slot}, 0).stop.empty());
  slot.draining = true;
  CHECK(plan_daemon({slot}, 0).stop == std::vector<model::TaskId>{model::TaskId{10}});
  CHECK(plan_daemon({slot}, 0).desired == 0);
}

}  // namespace
}  // namespace drydock::scheduler
