#pragma once
// What must hold in every world at every moment.

#include <map>
#include <set>
#include <span>
#include <stdexcept>
#include <string>

#include "api-spec/generated/types.hpp"
#include "model/rows.hpp"
#include "model/transaction.hpp"
#include "scheduler/pace.hpp"
#include "tests/simulation/event_invariants.hpp"
#include "tests/simulation/lifecycle_invariants.hpp"
#include "tests/support/index_text.hpp"

namespace drydock::simulation {

struct Violation : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Invariants {
 public:
  Invariants(const scheduler::Pace& pace, const model::Clock& clock) : pace_(pace), clock_(clock) {}

  /// State was loaded, or changes were taken back: what is compared with later is what is there now.
  void restart(const model::State& state);
  /// Bounds that hold at the moment tasks are started and stopped.
  void committed(const model::State& state, std::span<const model::Touched> touched);
  /// Histories: only what is durable was ever shown to anybody.
  void writing(const model::RowChange& row, const std::string* before);
  /// What a machine says about a task: containers start once and end with one code.
  void reported(const api::SubmitTaskStateChangeRequest& request);
  /// Sums over all tasks, not from the indexes.
  void check_capacity(const model::State& state) const;
  /// The indexes are those of a State loaded from the rows; memory is what is stored when nothing is under way.
  void check_rows(const model::State& state, const test::RowMap* stored) const;

  [[nodiscard]] test::RowMap rows_of(const model::State& state) const;

 private:
  struct SeenTask {
    bool live = false;  // not stopping
    bool healthy = false;
    model::Instant protected_until{};
  };
  struct SeenService {
    int live = 0;
    int healthy = 0;
  };
  void check_service(const model::State& state, model::ServiceId id, int created, int healthy_stopped);
  void check_deployment(const model::State& state, const model::Service& service) const;
  void deployment_written(const model::ServiceDeployment& before, const model::ServiceDeployment* after) const;
  /// Scaling in and deployments leave a protected task alone.
  void check_protection(const model::State& state, const model::Task& task, const SeenTask& before) const;
  void check_daemon(const model::State& state, const model::Task& created) const;
  void check_managed_daemon(const model::State& state, const model::Task& task) const;
  /// The constraints of a task held where it was placed.
  void check_placement(const model::State& state, const model::Task& created) const;
  void task_written(std::uint64_t id, const model::Task* before, const model::Task* after) const;

  const scheduler::Pace& pace_;
  const model::Clock& clock_;
  std::map<model::TaskId, SeenTask> tasks_;
  std::map<model::ServiceId, SeenService> services_;
  std::map<model::EntityKind, std::uint64_t> highest_;
  std::set<model::InstanceId> lost_;  // deregistered, maybe with tasks on them
  std::map<std::pair<std::string, std::string>, std::set<std::string>> runtime_ids_;
  LifecycleInvariants lifecycle_;
  EventInvariants events_;
  std::map<std::pair<std::string, std::string>, int> exits_;  // (task id, container id's place) -> code
};

}  // namespace drydock::simulation
