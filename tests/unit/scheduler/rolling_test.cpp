// The rolling update of spec/services.md section 3.1, row by row: tasks start and stop at once, so what remains is the
// decision alone.
#include "scheduler/deployments/rolling.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"

namespace drydock::scheduler {
namespace {

struct Row {
  int desired;
  int minimum;
  int maximum;
  int lower;
  int upper;
  std::string passes;  // "S2+X1; X1": start two and stop one in the same pass, then stop one; empty: stuck
  int peak;
  int low;
};

const std::vector<Row>& rows() {
  static const std::vector<Row> kRows = {
      {1, 100, 200, 1, 2, "S1; X1", 2, 1},
      {1, 50, 200, 1, 2, "S1; X1", 2, 1},
      {1, 0, 100, 0, 1, "X1; S1", 1, 0},
      {1, 0, 200, 0, 2, "S1+X1", 2, 0},
      {1, 100, 150, 1, 1, "", 1, 1},
      {1, 50, 100, 1, 1, "", 1, 1},
      {2, 100, 200, 2, 4, "S2; X2", 4, 2},
      {2, 50, 200, 1, 4, "S2+X1; X1", 4, 1},
      {2, 100, 150, 2, 3, "S1; X1; S1; X1", 3, 2},
      {2, 50, 100, 1, 2, "X1; S1; X1; S1", 2, 1},
      {2, 0, 100, 0, 2, "X2; S2", 2, 0},
      {2, 75, 100, 2, 2, "", 2, 2},
      {2, 66, 133, 2, 2, "", 2, 2},
      {3, 100, 200, 3, 6, "S3; X3", 6, 3},
      {3, 50, 200, 2, 6, "S3+X1; X2", 6, 2},
      {3, 100, 150, 3, 4, "S1; X1; S1; X1; S1; X1", 4, 3},
      {3, 0, 100, 0, 3, "X3; S3", 3, 0},
      {3, 100, 125, 3, 3, "", 3, 3},
      {3, 66, 133, 2, 3, "X1; S1; X1; S1; X1; S1", 3, 2},
      {4, 100, 200, 4, 8, "S4; X4", 8, 4},
      {4, 50, 200, 2, 8, "S4+X2; X2", 8, 2},
      {4, 50, 100, 2, 4, "X2; S2; X2; S2", 4, 2},
      {4, 100, 150, 4, 6, "S2; X2; S2; X2", 6, 4},
      {4, 100, 125, 4, 5, "S1; X1; S1; X1; S1; X1; S1; X1", 5, 4},
      {4, 75, 100, 3, 4, "X1; S1; X1; S1; X1; S1; X1; S1", 4, 3},
      {4, 66, 133, 3, 5, "S1+X1; S1+X1; S1+X1; S1+X1", 5, 3},
      {10, 100, 200, 10, 20, "S10; X10", 20, 10},
      {10, 50, 200, 5, 20, "S10+X5; X5", 20, 5},
      {10, 100, 150, 10, 15, "S5; X5; S5; X5", 15, 10},
      {10, 0, 100, 0, 10, "X10; S10", 10, 0},
      {10, 75, 100, 8, 10, "X2; S2; X2; S2; X2; S2; X2; S2; X2; S2", 10, 8},
      {10, 100, 110, 10, 11, "S1; X1; S1; X1; S1; X1; S1; X1; S1; X1; S1; X1; S1; X1; S1; X1; S1; X1; S1; X1", 11, 10},
      {10, 66, 133, 7, 13, "S3+X3; S3+X3; S3+X3; S1+X1", 13, 7},
      {0, 100, 200, 0, 0, "", 0, 0},
      {0, 0, 100, 0, 0, "", 0, 0},
  };
  return kRows;
}

std::string in_words(const RollingPlan& plan) {
  const int stop = plan.stop_leaving_healthy + plan.stop_leaving_unready;
  std::string text;
  if (plan.start > 0) text = "S" + std::to_string(plan.start);
  if (stop > 0) text += (text.empty() ? "X" : "+X") + std::to_string(stop);
  return text;
}

RollingView view_of(const Row& row, int fresh, int leaving) {
  RollingView view;
  view.desired = row.desired;
  view.minimum_healthy_percent = row.minimum;
  view.maximum_percent = row.maximum;
  view.fresh.healthy = fresh;
  view.leaving.healthy = leaving;
  return view;
}

TEST_CASE("a rolling update takes the passes of the worked examples", "[scheduler][rolling]") {
  for (const Row& row : rows()) {
    CAPTURE(row.desired, row.minimum, row.maximum);
    const auto [lower, upper] = rolling_bounds(row.desired, row.minimum, row.maximum);
    CHECK(lower == row.lower);
    CHECK(upper == row.upper);
    int fresh = 0;
    int leaving = row.desired;
    int peak = leaving;
    int low = leaving;
    std::string passes;
    RollingPlan plan;
    for (int pass = 0; pass < 100; ++pass) {
      plan = plan_rolling(view_of(row, fresh, leaving));
      if (plan.blocked || plan.complete) break;
      // Starts and stops of one pass overlap: new tasks are there before old ones are gone, but not yet healthy.
      peak = std::max(peak, fresh + leaving + plan.start);
      leaving -= plan.stop_leaving_healthy;
      low = std::min(low, fresh + leaving);
      fresh += plan.start;
      REQUIRE(plan.scale_in == 0);
      passes += (passes.empty() ? "" : "; ") + in_words(plan);
    }
    const bool stuck = row.passes.empty() && row.desired > 0;
    CHECK(passes == row.passes);
    CHECK(plan.blocked == stuck);
    CHECK(plan.complete == !stuck);
    CHECK(peak == row.peak);
    CHECK(low == row.low);
    CHECK(fresh == (stuck ? 0 : row.desired));
    CHECK(leaving == (stuck ? row.desired : 0));
  }
}

TEST_CASE("new tasks that are not healthy yet hold old ones back", "[scheduler][rolling]") {
  RollingView view = view_of({4, 100, 200, 4, 8, "", 8, 4}, 0, 4);
  view.fresh.starting = 4;
  CHECK(in_words(plan_rolling(view)).empty());
  CHECK_FALSE(plan_rolling(view).blocked);
  view.fresh = {2, 1, 1, 0};
  CHECK(in_words(plan_rolling(view)) == "X1");
}

TEST_CASE("old tasks that are not healthy go first and cost nothing of the lower bound", "[scheduler][rolling]") {
  RollingView view = view_of({4, 100, 200, 4, 8, "", 8, 4}, 0, 2);
  view.leaving.starting = 1;
  view.leaving.unhealthy = 1;
  const RollingPlan plan = plan_rolling(view);
  CHECK(plan.start == 4);
  CHECK(plan.stop_leaving_unready == 2);
  CHECK(plan.stop_leaving_healthy == 0);
}

TEST_CASE("scale-in stops what is too much, whatever the percentages", "[scheduler][rolling]") {
  RollingView view = view_of({2, 100, 200, 2, 4, "", 0, 0}, 5, 0);
  const RollingPlan plan = plan_rolling(view);
  CHECK(plan.scale_in == 3);
  CHECK(plan.start == 0);
  CHECK_FALSE(plan.complete);
}

TEST_CASE("a desired count that changes during a deployment moves the bounds", "[scheduler][rolling]") {
  RollingView view = view_of({4, 100, 150, 4, 6, "", 6, 4}, 2, 4);
  view.desired = 8;
  const RollingPlan plan = plan_rolling(view);
  CHECK(plan.start == 6);  // the upper bound is 12 now
  CHECK(plan.stop_leaving_healthy == 0);
}

TEST_CASE("an unhealthy task is replaced first when there is room, and stopped afterwards", "[scheduler][rolling]") {
  RollingView view = view_of({2, 100, 200, 2, 4, "", 4, 2}, 1, 0);
  view.fresh.unhealthy = 1;
  CHECK(plan_rolling(view).start == 1);
  CHECK(plan_rolling(view).stop_unhealthy == 0);
  view.fresh.starting = 1;
  CHECK(plan_rolling(view).start == 0);
  CHECK(plan_rolling(view).stop_unhealthy == 0);
  view.fresh.starting = 0;
  view.fresh.healthy = 2;
  CHECK(plan_rolling(view).stop_unhealthy == 1);
}

TEST_CASE("without room above the desired count unhealthy tasks are stopped one at a time", "[scheduler][rolling]") {
  RollingView view = view_of({3, 50, 100, 2, 3, "", 3, 2}, 1, 0);
  view.fresh.unhealthy = 2;
  CHECK(plan_rolling(view).stop_unhealthy == 1);
  CHECK(plan_rolling(view).start == 0);
}

TEST_CASE("a draining instance's tasks leave like those of an old deployment", "[scheduler][rolling]") {
  // spec/services.md section 13.3: four tasks, two on the draining host.
  const auto drained = [](int minimum, int maximum) { return view_of({4, minimum, maximum, 0, 0, "", 0, 0}, 2, 2); };
  CHECK(in_words(plan_rolling(drained(100, 200))) == "S2");
  CHECK(plan_rolling(drained(50, 200)).stop_leaving_healthy == 2);
  CHECK(in_words(plan_rolling(drained(50, 100))) == "X2");
  CHECK(plan_rolling(drained(100, 100)).blocked);
}

TEST_CASE("tasks that hold an exclusive resource keep their place until they are gone", "[scheduler][rolling]") {
  RollingView view = view_of({2, 0, 100, 0, 2, "", 2, 0}, 0, 0);
  view.stopping_of_others = 2;
  CHECK(plan_rolling(view).start == 2);
  view.stopping_exclusive = 2;
  CHECK(plan_rolling(view).start == 0);
  CHECK_FALSE(plan_rolling(view).blocked);
  view.stopping_exclusive = 1;
  CHECK(plan_rolling(view).start == 1);
}

TEST_CASE("a deployment is complete when its tasks are healthy and all others are gone", "[scheduler][rolling]") {
  RollingView view = view_of({2, 100, 200, 2, 4, "", 4, 2}, 2, 0);
  CHECK(plan_rolling(view).complete);
  view.stopping_of_others = 1;
  CHECK_FALSE(plan_rolling(view).complete);
  view.stopping_of_others = 0;
  view.fresh = {0, 1, 1, 0};
  CHECK_FALSE(plan_rolling(view).complete);
}

}  // namespace
}  // namespace drydock::scheduler
