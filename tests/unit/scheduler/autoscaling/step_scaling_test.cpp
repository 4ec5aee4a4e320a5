// The tables of Application Auto Scaling's user guide, "How step scaling works".

#include "scheduler/autoscaling/step_scaling.hpp"

#include "scheduler/autoscaling/target_tracking.hpp"
#include "tests/support/catch.hpp"

using namespace drydock;
using scheduler::Breach;

namespace {

using Bound = std::optional<double>;

struct Step {
  Bound lower;
  Bound upper;
  int adjustment;
};

api::autoscaling::StepScalingPolicyConfiguration policy(const char* type, const std::vector<Step>& steps,
                                                        std::optional<int> magnitude = std::nullopt) {
  api::autoscaling::StepScalingPolicyConfiguration made;
  made.AdjustmentType = type;
  made.MinAdjustmentMagnitude = magnitude;
  made.StepAdjustments.emplace();
  for (const Step& step : steps) {
    auto& one = made.StepAdjustments->emplace_back();
    one.MetricIntervalLowerBound = step.lower;
    one.MetricIntervalUpperBound = step.upper;
    one.ScalingAdjustment = step.adjustment;
  }
  return made;
}

}  // namespace

TEST_CASE("Above the threshold a step has its lower end, below it its upper end") {
  const auto out = policy("ChangeInCapacity", {{0, 10, 1}, {10, 20, 2}, {20, std::nullopt, 3}});
  CHECK(scheduler::step_capacity(out, 10, 0, Breach::kAbove) == 11);
  CHECK(scheduler::step_capacity(out, 10, 9.99, Breach::kAbove) == 11);
  CHECK(scheduler::step_capacity(out, 10, 10, Breach::kAbove) == 12);
  CHECK(scheduler::step_capacity(out, 10, 500, Breach::kAbove) == 13);
  CHECK(scheduler::step_capacity(out, 10, -1, Breach::kAbove) == std::nullopt);

  const auto in = policy("ChangeInCapacity", {{-10, 0, -1}, {std::nullopt, -10, -2}});
  CHECK(scheduler::step_capacity(in, 10, 0, Breach::kBelow) == 9);
  CHECK(scheduler::step_capacity(in, 10, -9.99, Breach::kBelow) == 9);
  CHECK(scheduler::step_capacity(in, 10, -10, Breach::kBelow) == 8);
  CHECK(scheduler::step_capacity(in, 1, -500, Breach::kBelow) == 0);
}

TEST_CASE("Each type of adjustment changes a capacity in its own way") {
  const std::vector<Step> step = {{0, std::nullopt, 30}};
  CHECK(scheduler::step_capacity(policy("ChangeInCapacity", step), 10, 1, Breach::kAbove) == 40);
  CHECK(scheduler::step_capacity(policy("ExactCapacity", step), 10, 1, Breach::kAbove) == 30);
  CHECK(scheduler::step_capacity(policy("PercentChangeInCapacity", step), 10, 1, Breach::kAbove) == 13);
}

TEST_CASE("Percentages are cut toward zero but change something, by at least the minimum") {
  struct Row {
    int capacity;
    int percent;
    std::optional<int> magnitude;
    int result;
  };
  for (const Row& row : {
           Row{5, 25, std::nullopt, 6},    // 1.25
           Row{10, 25, std::nullopt, 12},  // 2.5
           Row{3, 10, std::nullopt, 4},    // 0.3
           Row{3, -10, std::nullopt, 2},   // -0.3
           Row{7, -25, std::nullopt, 6},   // -1.75
           Row{4, 25, 2, 6},               // 1, but at least 2
           Row{4, -25, 2, 2},
           Row{100, 25, 2, 125},
           Row{0, 50, 3, 0},
           Row{4, 0, 2, 4},
       }) {
    CAPTURE(row.capacity, row.percent);
    const auto made = policy("PercentChangeInCapacity", {{std::nullopt, std::nullopt, row.percent}}, row.magnitude);
    CHECK(scheduler::step_capacity(made, row.capacity, 1, Breach::kAbove) == row.result);
  }
}

TEST_CASE("Target tracking asks for the count that brings the metric to its target, rounded up") {
  CHECK(scheduler::tracked_capacity(2, 100, 50) == 4);
  CHECK(scheduler::tracked_capacity(2, 76, 75) == 3);
  CHECK(scheduler::tracked_capacity(10, 45, 50) == 9);
  CHECK(scheduler::tracked_capacity(3, 50, 50) == 3);
  CHECK(scheduler::tracked_capacity(3, 0, 50) == 0);
  CHECK(scheduler::tracked_capacity(0, 90, 50) == 0);
  // 0.1 + 0.2 is not more than 0.3 of a task.
  CHECK(scheduler::tracked_capacity(10, 0.1 + 0.2, 0.3) == 10);
}
