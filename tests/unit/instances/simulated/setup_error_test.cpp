#include "instances/simulated/simulated_instance.hpp"
#include "tests/support/catch.hpp"

using namespace drydock;
using namespace drydock::instances;
using namespace drydock::instances::simulated;

namespace {

struct Reports {
  std::vector<api::SubmitTaskStateChangeRequest> all;
  model::VirtualClock clock{model::Instant{std::chrono::milliseconds{1'700'000'000'000}}};
  std::shared_ptr<SimulatedInstance> instance;

  Reports() {
    ControlPlane plane;
    plane.submit_task_state = [this](const api::SubmitTaskStateChangeRequest& request, const auto&) {
      all.push_back(request);
    };
    // Everything happens at once.
    const auto after = [](model::Duration, const std::function<void()>& then) { then(); };
    instance = std::make_shared<SimulatedInstance>("i-1", clock, after, std::move(plane), Surroundings{});
  }
};

TaskPayload failing() {
  api::ContainerDefinition definition;
  definition.name = "main";
  TaskPayload payload;
  payload.task_arn = "arn:task/1";
  payload.desired_status = "RUNNING";
  payload.setup_error = "ResourceInitializationError: invalid parameters: /none";
  ContainerPayload container;
  container.definition = std::make_shared<const api::ContainerDefinition>(std::move(definition));
  payload.containers.push_back(std::move(container));
  return payload;
}

}  // namespace

TEST_CASE("A simulated task whose resources could not be had ends with the reason and without having run") {
  Reports reports;
  reports.instance->send(failing());
  REQUIRE(reports.all.size() == 1);
  const auto& report = reports.all.front();
  CHECK(report.status == "STOPPED");
  CHECK(report.reason == "ResourceInitializationError: invalid parameters: /none");
  CHECK_FALSE(report.pullStartedAt);
  REQUIRE(report.containers);
  CHECK(report.containers->front().status == "STOPPED");
  CHECK_FALSE(report.containers->front().exitCode);
  CHECK_FALSE(report.containers->front().reason);
}

TEST_CASE("A simulated task that runs already goes on whatever its payload says after a restart") {
  Reports reports;
  reports.instance->remember("arn:task/1", reports.clock.now(), {});
  reports.instance->send(failing());
  CHECK(reports.all.empty());
}
