#include "scheduler/deployments/traffic.hpp"

#include <algorithm>

namespace drydock::scheduler {
namespace {

using model::TrafficShare;

void replace(model::Transaction& tx, model::ServiceId service, std::vector<TrafficShare> traffic) {
  if (tx.state().get(service).traffic == traffic) return;
  tx.update(service, [&](model::Service& entity) { entity.traffic = std::move(traffic); });
}

/// The revision that most production traffic goes to, or that was deployed last.
const model::ServiceRevision* in_production(const model::State& state, const model::Service& service) {
  const auto most = std::ranges::max_element(service.traffic, {}, &TrafficShare::production);
  if (most != service.traffic.end() && most->production > 0) return state.find(most->revision);
  if (const model::ServiceRevision* completed = state.find(service.last_completed)) return completed;
  return service.deployments.empty() ? nullptr : state.find(service.deployments.front().revision);
}

RuleTraffic traffic_of_rule(const model::State& state, const model::Service& service, const api::LoadBalancer& balancer,
                            bool test) {
  const api::AdvancedConfiguration& advanced = *balancer.advancedConfiguration;
  RuleTraffic rule;
  rule.rule_arn = (test ? advanced.testListenerRule : advanced.productionListenerRule).value_or("");
  rule.test = test;
  for (const bool alternate : {false, true}) {
    GroupWeight& group = rule.groups.emplace_back();
    group.target_group_arn = target_group_of(balancer, alternate);
    int share = 0;
    for (const TrafficShare& one : service.traffic) {
      const model::ServiceRevision* revision = state.find(one.revision);
      if (revision != nullptr && revision->alternate == alternate) share += test ? one.test : one.production;
    }
    group.percent = share / 10.0;
  }
  return rule;
}

}  // namespace

void set_traffic(model::Transaction& tx, model::ServiceId service, model::ServiceRevisionId old_revision,
                 model::ServiceRevisionId new_revision, int production, int test) {
  std::vector<TrafficShare> traffic = {{new_revision, production, test}};
  if (old_revision) traffic.push_back({old_revision, model::kAllTraffic - production, model::kAllTraffic - test});
  replace(tx, service, std::move(traffic));
}

void set_all_traffic(model::Transaction& tx, model::ServiceId service, model::ServiceRevisionId revision) {
  replace(tx, service, {{revision, model::kAllTraffic, model::kAllTraffic}});
}

TrafficShare share_of(const model::Service& service, model::ServiceRevisionId revision) {
  const auto share = std::ranges::find(service.traffic, revision, &TrafficShare::revision);
  return share == service.traffic.end() ? TrafficShare{revision, 0, 0} : *share;
}

bool takes_alternate_groups(const model::State& state, const model::Service& service, bool shifts) {
  const model::ServiceRevision* current = in_production(state, service);
  if (current == nullptr) return false;
  return shifts ? !current->alternate : current->alternate;
}

std::string target_group_of(const api::LoadBalancer& balancer, bool alternate) {
  if (alternate && balancer.advancedConfiguration && balancer.advancedConfiguration->alternateTargetGroupArn) {
    return *balancer.advancedConfiguration->alternateTargetGroupArn;
  }
  return balancer.targetGroupArn.value_or("");
}

std::vector<RuleTraffic> rule_traffic(const model::State& state, const model::Service& service) {
  std::vector<RuleTraffic> rules;
  if (!service.settings->loadBalancers) return rules;
  for (const api::LoadBalancer& balancer : *service.settings->loadBalancers) {
    if (!balancer.advancedConfiguration) continue;
    rules.push_back(traffic_of_rule(state, service, balancer, false));
    if (balancer.advancedConfiguration->testListenerRule) {
      rules.push_back(traffic_of_rule(state, service, balancer, true));
    }
  }
  return rules;
}

}  // namespace drydock::scheduler
