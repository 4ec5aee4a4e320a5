#include "model/deployment_counts.hpp"

#include <algorithm>

namespace drydock::model {

TaskCounts count_tasks(const State& state, ServiceId service, std::uint64_t digits) {
  const auto& index = state.of(service).deployments;
  const auto it = index.find(digits);
  if (it == index.end()) return {};
  const DeploymentTasks& tasks = it->second;
  const auto runs = [&](TaskId id) { return state.get(id).last_status == TaskStatus::kRunning; };
  return {static_cast<int>(tasks.starting.size()),
          static_cast<int>(tasks.running()) + static_cast<int>(std::ranges::count_if(tasks.stopping, runs))};
}

DeployedRevision count_revision(const State& state, ServiceRevisionId id) {
  DeployedRevision counted;
  counted.revision = id;
  const ServiceRevision* revision = state.find(id);
  const Service* service = revision == nullptr ? nullptr : state.find(revision->service);
  if (service == nullptr) return counted;
  for (const Deployment& deployment : service->deployments) {
    if (deployment.revision == id) counted.requested = deployment.desired_count;
  }
  for (const TrafficShare& share : service->traffic) {
    if (share.revision != id) continue;
    counted.production = share.production;
    counted.test = share.test;
  }
  const TaskCounts tasks = count_tasks(state, service->id, revision->digits);
  counted.running = tasks.running;
  counted.pending = tasks.pending;
  return counted;
}

}  // namespace drydock::model
