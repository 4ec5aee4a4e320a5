#pragma once
// Who gets a service's traffic: the shares of its revisions, and what follows from them for the rules and target groups
// of its load balancers (spec/load-balancing.md section 7.1).

#include <string>
#include <vector>

#include "model/transaction.hpp"

namespace drydock::scheduler {

/// Gives the new revision these shares of production and test traffic and the old one the rest; without an old one the
/// new one has them alone.
void set_traffic(model::Transaction& tx, model::ServiceId service, model::ServiceRevisionId old_revision,
                 model::ServiceRevisionId new_revision, int production, int test);

/// All traffic goes to the revision.
void set_all_traffic(model::Transaction& tx, model::ServiceId service, model::ServiceRevisionId revision);

model::TrafficShare share_of(const model::Service& service, model::ServiceRevisionId revision);

/// Whether a revision that starts now belongs to the alternate target groups: with a strategy that shifts traffic it
/// takes those that the revision with the production traffic has not, otherwise the same.
bool takes_alternate_groups(const model::State& state, const model::Service& service, bool shifts);

/// The target group that tasks of the revision register with; empty for a Classic Load Balancer.
std::string target_group_of(const api::LoadBalancer& balancer, bool alternate);

struct GroupWeight {
  std::string target_group_arn;
  double percent = 0;
  friend bool operator==(const GroupWeight&, const GroupWeight&) = default;
};

/// What one listener rule (of a Network Load Balancer: listener) is to forward where.
struct RuleTraffic {
  std::string rule_arn;
  bool test = false;
  std::vector<GroupWeight> groups;
};

/// For every rule of the service's load balancers that have an advancedConfiguration, as things stand.
std::vector<RuleTraffic> rule_traffic(const model::State& state, const model::Service& service);

}  // namespace drydock::scheduler
