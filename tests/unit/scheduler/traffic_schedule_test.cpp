// How production traffic moves: the table of spec/services.md section 8.2.
#include "scheduler/deployments/traffic_schedule.hpp"

#include "tests/support/catch.hpp"

namespace drydock::scheduler {
namespace {

api::DeploymentConfiguration linear(std::optional<double> percent, std::optional<int> minutes) {
  api::DeploymentConfiguration configuration;
  configuration.strategy = "LINEAR";
  auto& steps = configuration.linearConfiguration.emplace();
  steps.stepPercent = percent;
  steps.stepBakeTimeInMinutes = minutes;
  return configuration;
}

api::DeploymentConfiguration canary(std::optional<double> percent, std::optional<int> minutes) {
  api::DeploymentConfiguration configuration;
  configuration.strategy = "CANARY";
  auto& steps = configuration.canaryConfiguration.emplace();
  steps.canaryPercent = percent;
  steps.canaryBakeTimeInMinutes = minutes;
  return configuration;
}

TEST_CASE("the steps of production traffic and the waits between them", "[scheduler][traffic]") {
  struct Row {
    const char* what;
    api::DeploymentConfiguration configuration;
    std::vector<int> first;  // in tenths of a percent
    std::size_t steps;
    int minutes;
  };
  api::DeploymentConfiguration bare;
  bare.strategy = "LINEAR";
  const std::vector<Row> rows = {
      {"LINEAR 10 / 6", linear(10.0, 6), {100, 200, 300}, 10, 54},
      {"LINEAR by default", linear({}, {}), {100, 200, 300}, 10, 54},
      {"LINEAR without configuration", bare, {100, 200, 300}, 10, 54},
      {"LINEAR 25 / 5", linear(25.0, 5), {250, 500, 750, 1000}, 4, 15},
      {"LINEAR 30 / 2", linear(30.0, 2), {300, 600, 900, 1000}, 4, 6},
      {"LINEAR 33.3 / 1", linear(33.3, 1), {333, 666, 999, 1000}, 4, 3},
      {"LINEAR 3 / 1", linear(3.0, 1), {30, 60}, 34, 33},
      {"LINEAR 100 / 10", linear(100.0, 10), {1000}, 1, 0},
      {"CANARY 5 / 10", canary(5.0, 10), {50, 1000}, 2, 10},
      {"CANARY by default", canary({}, {}), {50, 1000}, 2, 10},
      {"CANARY 100 / 10", canary(100.0, 10), {1000}, 1, 0},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    const std::vector<int> steps = production_steps(row.configuration);
    REQUIRE(steps.size() == row.steps);
    CHECK(std::vector<int>(steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(row.first.size())) == row.first);
    CHECK(steps.back() == model::kAllTraffic);
    CHECK(step_bake_time(row.configuration) * static_cast<int>(steps.size() - 1) == std::chrono::minutes(row.minutes));
  }
  api::DeploymentConfiguration at_once;
  at_once.strategy = "BLUE_GREEN";
  CHECK(production_steps(at_once) == std::vector<int>{1000});
  CHECK(shifts_traffic(at_once));
  at_once.strategy = "ROLLING";
  CHECK_FALSE(shifts_traffic(at_once));
}

}  // namespace
}  // namespace drydock::scheduler
