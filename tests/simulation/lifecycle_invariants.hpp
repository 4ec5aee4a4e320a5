#pragma once
// What must hold of deployments that shift traffic (spec/services.md section 8), at every commit.

#include <map>
#include <span>
#include <utility>

#include "model/transaction.hpp"

namespace drydock::simulation {

class LifecycleInvariants {
 public:
  /// State was loaded, or changes were taken back.
  void restart(const model::State& state);
  /// Stages follow each other, each run of them once; shares of traffic add up; breakers trip at their threshold.
  void committed(const model::State& state, std::span<const model::Touched> touched);

  /// Both revisions of such a service are at full scale: bounds go for each of them.
  static bool shifts(const model::State& state, const model::Service& service);

 private:
  struct Seen {
    model::LifecycleStage stage = model::LifecycleStage::kNone;
    int step = 0;
    bool back = false;
  };
  void check_stage(const model::ServiceDeployment& record);
  static void check_rolling_stage(const model::ServiceDeployment& record, model::LifecycleStage before);
  static void check_traffic(const model::Service& service);

  std::map<model::ServiceDeploymentId, Seen> seen_;
};

}  // namespace drydock::simulation
