// Faults as the admin API puts them in force: the same code decides here when they strike, and keeps them over crashes.
#include "tests/simulation/world.hpp"

namespace drydock::simulation {

/// For a core that has just been made.
void World::make_faults() {
  faults_ =
      std::make_unique<server::Faults>(*core_, [this, life = life_](model::Duration delay, std::function<void()> then) {
        events_.after(delay, "fault", [this, life, then = std::move(then)] {
          if (life == life_) then();
        });
      });
  faults_->restore();
}

instances::simulated::Surroundings World::surroundings() {
  instances::simulated::Surroundings around;
  around.pull_failure = [this](const instances::TaskPayload& task, const std::string& image) {
    return faults_->pull_failure(task, image);
  };
  around.stop_delay = [this](const instances::TaskPayload& task) { return faults_->stop_delay(task); };
  around.stop_fails = [this](const instances::TaskPayload& task) {
    return sabotage_ == Sabotage::kNeverStop || faults_->stop_fails(task);
  };
  return around;
}

void World::inject_fault() {
  const std::vector<server::FaultKind> kinds = {server::FaultKind::kPullFailure, server::FaultKind::kSlowStop,
                                                server::FaultKind::kStopFailure};
  server::Fault fault;
  fault.kind = pick(kinds);
  if (dice_.below(2) == 0) fault.scope.cluster = pick(clusters_);
  fault.until = clock_.now() + model::Duration{static_cast<std::int64_t>(dice_.below(30'000))};
  fault.seed = dice_.next();
  if (fault.kind == server::FaultKind::kPullFailure) fault.rate = dice_.below(2) == 0 ? 1 : 0.3;
  if (fault.kind == server::FaultKind::kSlowStop) fault.delay = std::chrono::seconds(1 + dice_.below(60));
  if (fault.kind != server::FaultKind::kStopFailure && dice_.below(3) == 0) {
    fault.left = 1 + static_cast<std::int64_t>(dice_.below(3));
  }
  const bool added = faults_->add(fault);
  note("fault " + std::string(server::to_text(fault.kind)) + (added ? " " + fault.id : " refused"));
}

}  // namespace drydock::simulation
