#pragma once
// The reasons of one entity of each kind. Internal to explain.

#include "server/explain/explain.hpp"

namespace drydock::server {

Reasons reasons_of(const model::State& state, const model::Task& task, model::Instant now);
Reasons reasons_of(const model::State& state, const model::ContainerInstance& instance, model::Instant now);
Reasons reasons_of(const model::State& state, const model::Cluster& cluster, model::Instant now);
Reasons reasons_of(const model::State& state, const model::Service& service, model::Instant now);
Reasons reasons_of(const model::State& state, const model::TaskDefinition& definition, model::Instant now);
Reasons reasons_of(const model::State& state, const model::ServiceDeployment& record, model::Instant now);
Reasons reasons_of(const model::State& state, const model::TaskSet& set, model::Instant now);
Reasons reasons_of(const model::State& state, const model::CapacityProvider& provider, model::Instant now);
Reasons reasons_of(const model::State& state, const model::Daemon& daemon, model::Instant now);
Reasons reasons_of(const model::State& state, const model::DaemonDeployment& deployment, model::Instant now);

/// Why Application Auto Scaling leaves the desired count as it is (spec/adjuncts.md section 4).
Reasons scaling_reasons(const model::State& state, const model::Service& service, model::Instant now);

/// Adds what the scheduler recorded about it, if it did.
template <class Map, class Key>
void add_recorded(Reasons& reasons, const Map& explanations, Key key) {
  const auto known = explanations.find(key);
  if (known != explanations.end()) reasons.push_back(known->second);
}

/// 2025-01-01T00:10:00Z
std::string instant_text(model::Instant at);

/// "1 task", "2 tasks"
std::string counted(std::size_t count, const char* noun);

}  // namespace drydock::server
