// How many instances are needed, and how many a group is to have: spec/services.md section 14.
#include "scheduler/capacity_providers/managed_scaling.hpp"

#include "scheduler/capacity_providers/reservation.hpp"
#include "tests/support/catch.hpp"

using namespace drydock;
using namespace drydock::scheduler;
using namespace std::chrono_literals;

namespace {

constexpr model::Instant kNow{std::chrono::hours(1000)};

WaitingTasks waiting(int cpu, int memory, int count) {
  WaitingTasks tasks;
  tasks.needs.cpu_units = cpu;
  tasks.needs.memory_mib = memory;
  tasks.count = count;
  return tasks;
}

ScalingRules managed() {
  ScalingRules rules;
  rules.enabled = true;
  rules.starts_with_two = true;
  rules.warmup = 300s;
  return rules;
}

GroupView group(int desired, int needed, int maximum = 100) {
  GroupView view;
  view.maximum = maximum;
  view.desired = desired;
  view.needed = needed;
  return view;
}

int desired_of(const GroupView& view, const ScalingRules& rules = managed(), const Pace& pace = fast_pace()) {
  return plan_group(view, rules, pace, kNow).desired;
}

}  // namespace

TEST_CASE("CapacityProviderReservation has the values of the published table", "[capacity]") {
  CHECK(capacity_reservation(0, 0) == 100);
  CHECK(capacity_reservation(3, 0) == 200);
  CHECK(capacity_reservation(5, 5) == 100);
  CHECK(capacity_reservation(7, 5) == 140);
  CHECK(capacity_reservation(4, 5) == 80);
  CHECK(capacity_reservation(0, 5) == 0);
}

TEST_CASE("waiting tasks are packed into as few empty instances as hold them", "[capacity]") {
  const InstanceSize size{1024, 2048, 2};
  CHECK(instances_needed({}, size) == 0);
  CHECK(instances_needed({waiting(256, 512, 4)}, size) == 1);
  CHECK(instances_needed({waiting(256, 512, 5)}, size) == 2);
  CHECK(instances_needed({waiting(0, 1024, 5)}, size) == 3);
  CHECK(instances_needed({waiting(768, 512, 2), waiting(256, 512, 2)}, size) == 2);
  // What does not fit an empty instance is left out.
  CHECK(instances_needed({waiting(2048, 512, 7), waiting(256, 512, 1)}, size) == 1);
  WaitingTasks with_port = waiting(1, 1, 3);
  with_port.needs.ports = {{80, false}};
  CHECK(instances_needed({with_port}, size) == 3);
  WaitingTasks with_interface = waiting(1, 1, 3);
  with_interface.needs.needs_eni = true;
  CHECK(instances_needed({with_interface}, size) == 2);
  WaitingTasks with_gpu = waiting(1, 1, 3);
  with_gpu.needs.gpus = 1;
  CHECK(instances_needed({with_gpu}, size) == 0);
}

TEST_CASE("a group is scaled out to its target, from nothing to two instances first", "[capacity]") {
  CHECK(desired_of(group(0, 0)) == 0);
  CHECK(desired_of(group(0, 1)) == 2);
  CHECK(desired_of(group(0, 7)) == 2);
  CHECK(desired_of(group(2, 7)) == 7);
  CHECK(desired_of(group(2, 7, 5)) == 5);
  CHECK(plan_group(group(5, 7, 5), managed(), fast_pace(), kNow).held_back ==
        "7 instances are needed; the group has at most 5.");
  ScalingRules half = managed();
  half.target_capacity = 50;
  CHECK(desired_of(group(2, 3), half) == 6);
  ScalingRules managed_instances = managed();
  managed_instances.starts_with_two = false;
  CHECK(desired_of(group(0, 1), managed_instances) == 1);
  ScalingRules off = managed();
  off.enabled = false;
  CHECK(desired_of(group(1, 9), off) == 1);
  GroupView raised = group(1, 0);
  raised.minimum = 3;
  CHECK(desired_of(raised) == 3);
  // Instances of the provider that are not the group's count as running.
  GroupView others = group(2, 5);
  others.others = 2;
  CHECK(desired_of(others) == 3);
}

TEST_CASE("steps keep to minimumScalingStepSize and maximumScalingStepSize", "[capacity]") {
  ScalingRules rules = managed();
  rules.minimum_step = 3;
  rules.maximum_step = 4;
  CHECK(desired_of(group(2, 3), rules) == 5);
  CHECK(desired_of(group(2, 5), rules) == 5);
  CHECK(desired_of(group(2, 50), rules) == 6);
  rules.maximum_step = 1;
  rules.minimum_step = 1;
  CHECK(desired_of(group(0, 5), rules) == 1);
}

TEST_CASE("at AWS's pace the next scale-out waits for instanceWarmupPeriod", "[capacity]") {
  GroupView view = group(2, 7);
  view.scaled_out_at = kNow - 100s;
  CHECK(desired_of(view) == 7);
  const GroupPlan plan = plan_group(view, managed(), aws_pace(), kNow);
  CHECK(plan.desired == 2);
  CHECK(plan.again_at == kNow + 200s);
  CHECK_FALSE(plan.held_back.empty());
  view.scaled_out_at = kNow - 300s;
  CHECK(desired_of(view, managed(), aws_pace()) == 7);
}

TEST_CASE("instances that are not needed go after a while, by at most half of the group a minute", "[capacity]") {
  const Pace pace = aws_pace();
  GroupView view = group(10, 2);
  GroupPlan plan = plan_group(view, managed(), pace, kNow);
  CHECK(plan.desired == 10);
  CHECK(plan.surplus_since == kNow);
  CHECK(plan.again_at == kNow + 15min);
  view.surplus_since = kNow - 15min;
  plan = plan_group(view, managed(), pace, kNow);
  CHECK(plan.desired == 6);
  CHECK(plan.again_at == kNow + 1min);
  view.desired = 6;
  view.scaled_in_at = kNow - 30s;
  CHECK(plan_group(view, managed(), pace, kNow).again_at == kNow + 30s);
  view.scaled_in_at = kNow - 1min;
  CHECK(desired_of(view, managed(), pace) == 4);
  view.desired = 3;
  CHECK(desired_of(view, managed(), pace) == 2);
  // 15 minutes also after a scale-out.
  view.scaled_out_at = kNow - 5min;
  CHECK(plan_group(view, managed(), pace, kNow).again_at == kNow + 10min);
  // It is counted anew when all were needed in between.
  view.needed = 3;
  CHECK(plan_group(view, managed(), pace, kNow).surplus_since == model::Instant{});
  view.needed = 0;
  view.minimum = 3;
  CHECK(plan_group(view, managed(), pace, kNow).surplus_since == model::Instant{});
  ScalingRules never = managed();
  never.scales_in = false;
  view = group(10, 2);
  view.surplus_since = kNow - 24h;
  CHECK(desired_of(view, never, pace) == 10);
}
