#include "server/operations/container_instances/usage_reports.hpp"

#include <map>

#include "model/arn.hpp"
#include "model/metric_key.hpp"
#include "scheduler/metrics/statistics.hpp"

namespace drydock::operations {
namespace {

const model::Task* task_of(const model::State& state, std::string_view arn) {
  const auto parsed = model::parse_arn(arn);
  if (!parsed || parsed->type != "task" || parsed->path.empty()) return nullptr;
  const auto uuid = model::parse_uuid(parsed->path.back());
  return uuid ? state.task_with(*uuid) : nullptr;
}

void record(model::Transaction& tx, const model::Service& service, const char* name, double used, int reserved) {
  if (reserved <= 0) return;
  const model::Cluster& cluster = tx.state().get(service.cluster);
  const std::string metric =
      model::metric_key({"AWS/ECS", name, {{"ClusterName", cluster.name}, {"ServiceName", service.name}}});
  scheduler::record(tx, cluster.world, metric, "Percent", tx.now(), scheduler::Samples::of(100.0 * used / reserved));
}

}  // namespace

void publish_usage(model::Transaction& tx, const std::vector<ContainerUse>& report) {
  std::map<model::TaskId, ContainerUse> tasks;
  for (const ContainerUse& one : report) {
    const model::Task* task = task_of(tx.state(), one.task_arn);
    if (task == nullptr || !task->service || task->last_status == model::TaskStatus::kStopped) continue;
    ContainerUse& sum = tasks[task->id];
    sum.cpu_units += one.cpu_units;
    sum.memory_mib += one.memory_mib;
  }
  for (const auto& [id, use] : tasks) {
    const model::Task& task = tx.state().get(id);
    const model::Service& service = tx.state().get(task.service);
    record(tx, service, "CPUUtilization", use.cpu_units, task.reservation.cpu_units);
    record(tx, service, "MemoryUtilization", use.memory_mib, task.reservation.memory_mib);
  }
}

}  // namespace drydock::operations
