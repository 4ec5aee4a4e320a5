#include "scheduler/reconciler/rebalance.hpp"

#include <algorithm>

#include "model/arn.hpp"
#include "model/task_transitions.hpp"
#include "scheduler/deployments/rolling.hpp"
#include "scheduler/deployments/zone_balance.hpp"
#include "scheduler/reconciler/service_events.hpp"
#include "scheduler/reconciler/start_tasks.hpp"

namespace drydock::scheduler {
namespace {

constexpr const char* kStopped = "stopped AZ Rebalancing.";
constexpr const char* kConstrainedZone = "attribute:ecs.availability-zone";

bool constrains_zones(const std::optional<std::vector<api::PlacementConstraint>>& constraints) {
  return constraints && std::ranges::any_of(*constraints, [](const api::PlacementConstraint& one) {
           return one.expression && one.expression->find(kConstrainedZone) != std::string::npos;
         });
}

bool has_classic_load_balancer(const api::Service& settings) {
  return settings.loadBalancers && std::ranges::any_of(*settings.loadBalancers, [](const api::LoadBalancer& one) {
           return one.loadBalancerName && !one.loadBalancerName->empty();
         });
}

bool spreads_zones_first(const api::Service& settings) {
  const std::vector<Rule> rules = rules_of(settings.placementStrategy);
  return !rules.empty() && rules.front().kind == Rule::Kind::kSpreadAttribute &&
         rules.front().attribute == kZoneAttribute;
}

/// What does not change while the service stays as it is configured.
bool may_rebalance(const ServicePass& pass) {
  const model::Service& service = pass.service();
  const api::Service& settings = *service.settings;
  return settings.availabilityZoneRebalancing == "ENABLED" && service.strategy == model::SchedulingStrategy::kReplica &&
         (service.launch_type == model::LaunchType::kEc2 ||
          service.launch_type == model::LaunchType::kManagedInstances) &&
         service.maximum_percent > 100 && service.desired_count > 1 && spreads_zones_first(settings) &&
         !constrains_zones(settings.placementConstraints) && !has_classic_load_balancer(settings);
}

bool is_steady(const model::Service& service) {
  return service.deployments.size() == 1 && service.deployments.front().rollout == model::RolloutState::kCompleted;
}

void set_rebalancing(ServicePass& pass, std::vector<model::TaskId> tasks) {
  if (pass.service().rebalancing == tasks) return;
  pass.tx.update(pass.id, [&](model::Service& service) { service.rebalancing = std::move(tasks); });
}

void stop_rebalancing(ServicePass& pass) {
  if (pass.service().rebalancing.empty()) return;
  set_rebalancing(pass, {});
  say(pass.tx, pass.id, kStopped);
}

const model::DeploymentTasks& tasks_of(const ServicePass& pass) {
  static const model::DeploymentTasks kNone;
  const auto& deployments = pass.tx.state().of(pass.id).deployments;
  const auto it = deployments.find(pass.service().deployments.front().digits);
  return it == deployments.end() ? kNone : it->second;
}

/// The wanted tasks that are neither starting nor rebalancing's own, by zone.
std::map<std::string, std::vector<model::TaskId>> settled_tasks(const ServicePass& pass) {
  std::map<std::string, std::vector<model::TaskId>> zones;
  const auto& own = pass.service().rebalancing;
  for (const model::TaskId id : tasks_of(pass).healthy) {
    if (std::ranges::find(own, id) != own.end()) continue;
    zones[pass.tx.state().get(id).availability_zone].push_back(id);
  }
  return zones;
}

/// How many those are.
ZoneCounts settled_counts(const ServicePass& pass) {
  ZoneCounts counts;
  for (const auto& [zone, instances] : *pass.zones) counts[zone] = 0;
  const model::DeploymentTasks& tasks = tasks_of(pass);
  for (const auto& [zone, count] : tasks.healthy_by_zone) counts[zone] = count;
  for (const model::TaskId id : pass.service().rebalancing) {
    if (tasks.healthy.contains(id)) --counts[pass.tx.state().get(id).availability_zone];
  }
  return counts;
}

/// The oldest task of the zone that no protection keeps; none when all are kept.
model::TaskId replaceable(const ServicePass& pass, const std::vector<model::TaskId>& tasks) {
  for (const model::TaskId id : tasks) {
    if (!pass.tx.state().get(id).is_protected(pass.tx.now())) return id;
  }
  return {};
}

bool is_healthy(ServicePass& pass, model::TaskId id) {
  if (!tasks_of(pass).healthy.contains(id)) return false;
  const model::Task& task = pass.tx.state().get(id);
  const model::Instant mature = task.started_at + pass.pace.healthy_after;
  if (task.health_checked || mature <= pass.tx.now()) return true;
  pass.again_at(mature);
  return false;
}

/// One task of the fullest zone goes. False when protection keeps all of them.
bool stop_one(ServicePass& pass) {
  const auto tasks = settled_tasks(pass);
  const std::string zone = fullest_zone(settled_counts(pass));
  const auto there = tasks.find(zone);
  const model::TaskId victim = there == tasks.end() ? model::TaskId{} : replaceable(pass, there->second);
  if (!victim) return false;
  model::request_stop(pass.tx, victim, model::StopCode::kServiceSchedulerInitiated,
                      "Scaling activity initiated by (deployment " +
                          model::deployment_id(pass.service().deployments.front().digits) + ")");
  say(pass.tx, pass.id,
      "has stopped 1 running tasks in " + zone + " due to AZ rebalancing: (task " +
          model::to_hex(pass.tx.state().get(victim).uuid) + ").");
  return true;
}

void say_protected(ServicePass& pass, std::size_t kept) {
  const std::string text =
      "was unable to AZ Rebalance because (taskSet " + model::deployment_id(pass.service().deployments.front().digits) +
      ") was unable to scale in due to (reason " + std::to_string(kept) + " tasks under protection).";
  say_unless_said(pass.tx, pass.id, text, pass.pace);
  pass.tx.explanations().services[pass.id] = {
      pass.tx.now(), "AZ_REBALANCING", text, "The tasks may be replaced when their protection expires.", {}};
}

/// Starts a task in each of these zones; false when one of them has no room for it.
bool fill(ServicePass& pass, const std::vector<std::string>& zones) {
  std::vector<model::TaskId> all;
  bool filled = true;
  ZoneCounts wanted;
  for (const std::string& zone : zones) ++wanted[zone];
  for (const auto& [zone, count] : wanted) {
    const Started started = start_tasks(pass, count, zone);
    all.insert(all.end(), started.tasks.begin(), started.tasks.end());
    if (!started.tasks.empty()) {
      say_tasks(pass.tx, pass.id, "started # tasks in " + zone + " to AZ Rebalance:", started.tasks);
    }
    if (!started.refusals) continue;
    filled = false;
    pass.outcome.wants_capacity = true;
    const std::string text =
        "is unable to place a task in " + zone + " because no container instance met all of its requirements.";
    say_unless_said(pass.tx, pass.id, text, pass.pace);
    pass.tx.explanations().services[pass.id] = {pass.tx.now(), "AZ_REBALANCING", text,
                                                "Give the zone an instance with room for the task.", *started.refusals};
  }
  set_rebalancing(pass, std::move(all));
  return filled;
}

void begin(ServicePass& pass) {
  const ZoneCounts counts = settled_counts(pass);
  std::vector<std::string> open;
  for (const auto& [zone, instances] : *pass.zones) open.push_back(zone);
  const model::Service& service = pass.service();
  const int room =
      rolling_bounds(service.desired_count, service.minimum_healthy_percent, service.maximum_percent).upper -
      service.desired_count;
  const auto zones = zones_to_fill(counts, open, room);
  if (zones.empty()) {
    if (!service.unbalanced || room == 0) return;
    pass.tx.update(pass.id, [](model::Service& entity) { entity.unbalanced = false; });
    say(pass.tx, pass.id, "is AZ balanced with " + describe(counts) + ".");
    return;
  }
  if (!service.unbalanced) {
    pass.tx.update(pass.id, [](model::Service& entity) { entity.unbalanced = true; });
    say(pass.tx, pass.id, "is not AZ balanced with " + describe(counts) + ". AZ Rebalancing in progress.");
  }
  const auto tasks = settled_tasks(pass);
  const auto fullest = tasks.find(fullest_zone(counts));
  if (fullest != tasks.end() && !replaceable(pass, fullest->second)) return say_protected(pass, fullest->second.size());
  fill(pass, zones);
}

}  // namespace

void check_rebalancing(ServicePass& pass) {
  if (pass.task_set || pass.service().rebalancing.empty()) return;
  if (pass.only != 0 || pass.zones == nullptr || !is_steady(pass.service()) || !may_rebalance(pass)) {
    return stop_rebalancing(pass);
  }
  std::vector<model::TaskId> left;
  const std::vector<model::TaskId> own = pass.service().rebalancing;
  for (const model::TaskId id : own) {
    const model::Task* task = pass.tx.state().find(id);
    if (task == nullptr || task->stop_wanted) continue;
    // A replacement that is no good is the deployment's business, as any other task.
    if (tasks_of(pass).unhealthy.contains(id)) return stop_rebalancing(pass);
    if (!is_healthy(pass, id) || !stop_one(pass)) left.push_back(id);
  }
  set_rebalancing(pass, std::move(left));
}

void rebalance(ServicePass& pass, bool complete) {
  if (pass.zones == nullptr || !may_rebalance(pass)) return;
  pass.outcome.watches_zones = true;
  if (!complete || !is_steady(pass.service())) return stop_rebalancing(pass);
  if (pass.service().rebalancing.empty() && pass.zones->size() > 1) begin(pass);
}

}  // namespace drydock::scheduler
