#include "instances/docker/metadata/usage_reports.hpp"

#include <spdlog/spdlog.h>

#include "instances/docker/metadata/stats.hpp"

namespace drydock::instances::docker {

namespace {

constexpr double kMiB = 1024.0 * 1024.0;

struct Running {
  RunPtr run;
  std::size_t index;
};

std::vector<Running> running_containers(const AgentCore& core) {
  std::vector<Running> out;
  for (const auto& [arn, run] : core.tasks) {
    if (run->task.payload.service_name.empty() || run->abandoned) continue;
    for (std::size_t i = 0; i < run->task.containers.size(); ++i) {
      if (run->task.containers[i].stage == Stage::kRunning) out.push_back({run, i});
    }
  }
  return out;
}

}  // namespace

asio::awaitable<void> report_usage(CorePtr core) {
  CpuMeter meter;
  while (!core->closing) {
    co_await pause(core, core->options.usage_interval);
    if (core->closing || !core->engine_up || !core->control_plane.publish_metrics) continue;
    std::vector<ContainerUsage> report;
    const std::vector<Running> running = running_containers(*core);
    for (const Running& one : running) {
      const std::string id = one.run->task.containers[one.index].docker_id;
      const auto sample = co_await core->engine->container_stats(id);
      if (core->closing) co_return;
      const TaskContainer& container = one.run->task.containers[one.index];
      if (!sample || container.stage != Stage::kRunning || !container.started_at) continue;
      const auto use = use_of(*sample);
      if (!use) continue;
      const auto units = meter.units(id, *use, *container.started_at, core->options.usage_interval * 2);
      if (!units) continue;
      ContainerUsage& usage = report.emplace_back();
      usage.task_arn = one.run->task.payload.task_arn;
      usage.container_name = container.name;
      usage.cpu_units = *units;
      usage.memory_mib = static_cast<double>(use->memory_bytes) / kMiB;
    }
    meter.forget_others();
    if (!report.empty()) core->control_plane.publish_metrics(std::move(report));
  }
}

}  // namespace drydock::instances::docker
