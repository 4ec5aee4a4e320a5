#pragma once
// Carries out the lifecycle hooks that deployments wait for: the scheduler records in State which are to be called, and
// the answers come back as transactions. Runs on the core thread.

#include <set>
#include <span>
#include <string>
#include <tuple>

#include <boost/asio/io_context.hpp>

#include "model/random.hpp"
#include "scheduler/deployments/hooks.hpp"
#include "server/core/core.hpp"
#include "server/hooks/hook_targets.hpp"

namespace drydock::server {

class HookRunner {
 public:
  HookRunner(boost::asio::io_context& io, Core& core, HookTargets targets, std::uint64_t seed)
      : io_(io), core_(core), targets_(std::move(targets)), random_(seed) {}

  /// Calls what a former run did not get an answer to, or what was refused while storage could not write.
  void call_all();
  /// Looks for hooks that a commit put up.
  void committed(std::span<const model::Touched> touched);

  [[nodiscard]] HookTargets& targets() { return targets_; }

 private:
  using Call = std::tuple<model::ServiceDeploymentId, std::string, int>;  // hook id and attempt

  void look_at(model::ServiceDeploymentId id);
  void begin(const Call& call);
  void end(const Call& call, const scheduler::HookAnswer& answer);

  boost::asio::io_context& io_;
  Core& core_;
  HookTargets targets_;
  model::Random random_;
  std::set<Call> under_way_;
};

}  // namespace drydock::server
