#include "scheduler/capacity_providers/fargate_quota.hpp"

namespace drydock::scheduler {
namespace {

constexpr std::string_view kSpot = "FARGATE_SPOT";
constexpr std::int64_t kUnitsPerVcpu = 1024;

}  // namespace

bool fargate_vcpus_left(const model::State& state, model::WorldId world, std::string_view provider, int cpu_units,
                        const Limits& limits) {
  const bool spot = provider == kSpot;
  const std::optional<int> limit = spot ? limits.fargate_spot_vcpus : limits.fargate_vcpus;
  if (!limit) return true;
  // Not indexed: few tasks fit a quota that somebody set.
  std::int64_t used = cpu_units;
  for (const model::TaskId id : state.fargate_tasks()) {
    const model::Task& task = state.get(id);
    if ((task.capacity_provider == kSpot) != spot || state.get(task.cluster).world != world) continue;
    used += task.reservation.cpu_units;
  }
  return used <= *limit * kUnitsPerVcpu;
}

}  // namespace drydock::scheduler
