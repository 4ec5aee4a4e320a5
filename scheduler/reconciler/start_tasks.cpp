#include "scheduler/reconciler/start_tasks.hpp"

#include <map>
#include <set>

#include "scheduler/capacity_providers/fargate_quota.hpp"
#include "scheduler/capacity_providers/groups.hpp"
#include "scheduler/capacity_providers/waiting_tasks.hpp"
#include "scheduler/placement/views.hpp"
#include "scheduler/reconciler/launch_rate.hpp"

namespace drydock::scheduler {
namespace {

constexpr const char* kTooManyWait =
    "was unable to place tasks in your cluster because the tasks provisioning capacity limit was exceeded.";

/// How many wanted tasks of the PRIMARY deployment each provider of the strategy has.
std::vector<int> counts_by_provider(const ServicePass& pass, const Strategy& strategy) {
  std::vector<int> counts(strategy.size(), 0);
  const auto& deployments = pass.tx.state().of(pass.id).deployments;
  const auto tasks = deployments.find(pass.primary().digits);
  if (tasks == deployments.end()) return counts;
  for (std::size_t i = 0; i < strategy.size(); ++i) {
    const auto it = tasks->second.by_provider.find(*strategy[i].capacityProvider);
    if (it != tasks->second.by_provider.end()) counts[i] = it->second;
  }
  return counts;
}

/// One batch of tasks on its way.
class Starting {
 public:
  Starting(ServicePass& pass, const std::string& zone)
      : pass_(pass),
        zone_(zone),
        request_(next_launch(pass)),
        demand_(next_demand(pass)),
        strategy_(strategy_of(pass.primary())),
        counts_(counts_by_provider(pass, strategy_)) {}

  Started run(int wanted) {
    for (int i = 0; i < wanted && more_; ++i) {
      choose_provider();
      if (request_.launch_type == model::LaunchType::kFargate) {
        start_on_fargate();
      } else {
        start_on_instance();
      }
    }
    if (!started_.refusals && started_.limit.empty() && zone_.empty()) placement_succeeded(pass_);
    return std::move(started_);
  }

 private:
  [[nodiscard]] model::WorldId world() const { return pass_.tx.state().get(request_.cluster).world; }

  void choose_provider() {
    if (strategy_.empty()) return;
    const std::size_t next = next_provider(strategy_, counts_);
    ++counts_[next];
    request_.capacity_provider = *strategy_[next].capacityProvider;
  }

  void start() { started_.tasks.push_back(launch(pass_.tx, request_, demand_.needs)); }

  void start_on_fargate() {
    if (fargate_vcpus_left(pass_.tx.state(), world(), request_.capacity_provider, demand_.needs.cpu_units,
                           pass_.pace.limits)) {
      return start();
    }
    started_.limit = std::string("was unable to place a task. Reason: ") + kVcpuLimitReached;
    started_.limit_next_step =
        "Stop other Fargate tasks, or raise the quota: --quota fargate-vcpus=N, or "
        "fargate-spot-vcpus=N for tasks of FARGATE_SPOT.";
  }

  void start_on_instance() {
    const std::string& provider = request_.capacity_provider;
    request_.instance = {};
    // What one provider has no room for is not the next one's task: its share waits.
    if (!full_.contains(provider)) {
      auto place = batch_of(provider).place_next();
      if (place) {
        request_.instance = *place;
        return start();
      }
      full_.insert(provider);
      if (!waits(provider)) note_refusals(std::move(place.error()));
    }
    if (waits(provider)) start_waiting();
  }

  /// Whether an instance may come that takes the task.
  [[nodiscard]] bool waits(const std::string& provider) const {
    return zone_.empty() && !provider.empty() && brings_instances(pass_.tx.state(), world(), provider);
  }

  void start_waiting() {
    if (room_to_wait(pass_.tx.state(), request_.cluster, pass_.pace.limits)) return start();
    started_.limit = kTooManyWait;
    started_.limit_next_step = "At most " + std::to_string(pass_.pace.limits.provisioning_tasks) +
                               " tasks of a cluster wait for instances at once; explain one of them to see what it "
                               "waits for.";
  }

  Batch& batch_of(const std::string& provider) {
    const auto known = batches_.find(provider);
    if (known != batches_.end()) return known->second;
    if (zone_.empty()) {
      return batches_.try_emplace(provider, pass_.tx.state(), request_.cluster, demand_, provider).first->second;
    }
    auto views = views_of(pass_.tx.state(), request_.cluster, view_options(demand_, provider));
    std::erase_if(views, [&](const InstanceView& view) { return view.zone != zone_; });
    return batches_.try_emplace(provider, std::move(views), demand_).first->second;
  }

  void note_refusals(std::vector<model::Refusal> refusals) {
    if (strategy_.size() <= 1) more_ = false;
    if (started_.refusals) return;
    started_.starved = request_.capacity_provider;
    pass_.outcome.watches_tasks = demand_.constraints.look_at_tasks();
    started_.refusals = std::move(refusals);
  }

  ServicePass& pass_;
  const std::string& zone_;
  LaunchRequest request_;
  Demand demand_;
  Strategy strategy_;
  std::vector<int> counts_;               // of tasks, by item of the strategy
  std::map<std::string, Batch> batches_;  // by provider; without a strategy one for all instances
  std::set<std::string> full_;            // providers that refused a task
  bool more_ = true;
  Started started_;
};

}  // namespace

const Strategy& strategy_of(const model::Deployment& deployment) {
  static const Strategy kNone;
  const bool has = deployment.settings && deployment.settings->capacityProviderStrategy;
  return has ? *deployment.settings->capacityProviderStrategy : kNone;
}

Started start_tasks(ServicePass& pass, int wanted, const std::string& zone) {
  if (throttled(pass)) return {};
  const int now = launches_left(pass, wanted);
  if (now == 0) return {};
  Started started = Starting(pass, zone).run(now);
  count_launches(pass, static_cast<int>(started.tasks.size()));
  return started;
}

void report_unstarted(ServicePass& pass, const Started& started) {
  if (started.refusals) report_no_placement(pass, *started.refusals, started.starved);
  if (!started.limit.empty()) report_limit(pass, started.limit, started.limit_next_step);
}

}  // namespace drydock::scheduler
