// A fleet in the core alone: instances full of small services beside a large one. Prints the memory of a running task,
// what replacing one task costs (one after the other among the same 20 services, and each time of another service: what
// a small fleet touches is then all in the processor's caches; and alone, after other work has had them), and what a
// rollout of the large service costs, for each number of tasks given (default 1,000, 6,000 and 250,000; a fiftieth as
// many instances, services of 50 tasks, the large one of at most 5,000).
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <vector>

#include "bench/core_bench.hpp"

namespace drydock::bench {
namespace {

constexpr int kTasksPerInstance = 50;
constexpr int kSmall = 50;
constexpr int kLarge = 5000;
constexpr int kReplaced = 500;
constexpr int kRounds = 10;
constexpr std::size_t kFewServices = 20;
constexpr int kMostInstances = 5000;  // of a cluster
constexpr int kReplacedAlone = 100;
constexpr std::size_t kOtherWork = std::size_t{64} << 20U;  // bytes; more than caches hold
constexpr std::size_t kCacheLine = 64;

/// Memory of this process that is resident, in KiB.
double resident_kib() {
  std::ifstream file("/proc/self/statm");
  long total = 0;
  long resident = 0;
  file >> total >> resident;
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1024;
}

/// CPU seconds, the mean of many.
struct Replaced {
  double all;
  double reconciling;  // of that
};

void replace(CoreBench& bench, model::ServiceId service) {
  const auto& tasks = bench.state().of(service).deployments.begin()->second;
  bench.stop_task(*tasks.healthy.begin());
  bench.until_steady({service});
}

/// Of one task of a small service. `bench/run --only work` counts the instructions between its beginning and end.
[[gnu::noinline]] Replaced replace_one(CoreBench& bench, const std::vector<model::ServiceId>& services) {
  const double before = cpu_seconds();
  const double reconciling_before = bench.reconciling_seconds();
  for (int i = 0; i < kReplaced; ++i) {
    replace(bench, services[static_cast<std::size_t>(i) % services.size()]);
  }
  return {(cpu_seconds() - before) / kReplaced, (bench.reconciling_seconds() - reconciling_before) / kReplaced};
}

/// The best of several: what else runs on the machine only ever makes it slower.
Replaced best_replacing(CoreBench& bench, const std::vector<model::ServiceId>& services) {
  Replaced best = replace_one(bench, services);
  for (int round = 1; round < kRounds; ++round) {
    const Replaced next = replace_one(bench, services);
    best = {std::min(best.all, next.all), std::min(best.reconciling, next.reconciling)};
  }
  return best;
}

/// Each time of another service, and each time after other work that leaves nothing of the fleet in the caches: as a
/// change comes to a control plane that waits for it.
[[gnu::noinline]] Replaced replace_alone(CoreBench& bench, const std::vector<model::ServiceId>& services) {
  std::vector<unsigned char> other(kOtherWork);
  std::vector<double> all;
  std::vector<double> reconciling;
  for (int i = 0; i < kReplacedAlone; ++i) {
    for (std::size_t at = 0; at < other.size(); at += kCacheLine) ++other[at];
    const double before = cpu_seconds();
    const double reconciling_before = bench.reconciling_seconds();
    replace(bench, services[static_cast<std::size_t>(i) * 7 % services.size()]);
    all.push_back(cpu_seconds() - before);
    reconciling.push_back(bench.reconciling_seconds() - reconciling_before);
  }
  std::ranges::sort(all);
  std::ranges::sort(reconciling);
  return {all[all.size() / 2], reconciling[reconciling.size() / 2]};
}

void measure(int tasks) {
  const double memory_before = resident_kib();
  CoreBench bench;
  const int instances = std::min(tasks / kTasksPerInstance + 5 + tasks / 1000, kMostInstances);
  for (int i = 0; i < instances; ++i) bench.add_instance(i);
  bench.register_definition();
  const double before = cpu_seconds();
  std::vector<model::ServiceId> services;
  const int large_tasks = std::min(kLarge, tasks * 5 / 6);
  for (int left = tasks - large_tasks; left > 0; left -= kSmall) {
    const std::string name = "small-" + std::to_string(services.size());
    services.push_back(bench.create_service(name, std::min(left, kSmall)));
  }
  const model::ServiceId large = bench.create_service("large", large_tasks);
  auto all = services;
  all.push_back(large);
  bench.until_steady(all);
  const double filled = cpu_seconds() - before;
  const double memory = resident_kib() - memory_before;
  const auto few = static_cast<std::ptrdiff_t>(std::min(services.size(), kFewServices));
  const Replaced replaced = best_replacing(bench, {services.begin(), services.begin() + few});
  const Replaced anywhere = best_replacing(bench, services);
  const Replaced alone = replace_alone(bench, services);
  const double rollout_before = cpu_seconds();
  bench.force_new_deployment(large);
  bench.until_steady({large});
  std::printf(
      "%7d tasks of %5zu services on %5d instances: filled in %.3f s CPU, %.2f KiB per task, "
      "one task replaced in %.1f us CPU, %.1f of them reconciling (each time of another service: %.1f, %.1f, alone: "
      "%.1f, "
      "%.1f), rollout of %d tasks in %.3f s CPU\n",
      tasks, all.size(), instances, filled, memory / tasks, replaced.all * 1e6, replaced.reconciling * 1e6,
      anywhere.all * 1e6, anywhere.reconciling * 1e6, alone.all * 1e6, alone.reconciling * 1e6, large_tasks,
      cpu_seconds() - rollout_before);
  std::fflush(stdout);
}

}  // namespace
}  // namespace drydock::bench

int main(int argc, char** argv) {
  return drydock::bench::measure_sizes(argc, argv, {1000, 6000, 250000}, drydock::bench::measure);
}
