// What a service of N tasks costs the core alone. Prints CPU time until the service is steady, for each N given
// (default 500, 5,000 and 50,000).
#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "bench/core_bench.hpp"

namespace drydock::bench {
namespace {

constexpr int kTasksPerInstance = 10;
constexpr int kTasksPerService = 5000;  // ECS's own limit: more tasks are more services

void measure(int tasks) {
  CoreBench bench;
  for (int i = 0; i < (tasks + kTasksPerInstance - 1) / kTasksPerInstance; ++i) bench.add_instance(i);
  bench.register_definition();
  const double before = cpu_seconds();
  std::vector<model::ServiceId> services;
  for (int left = tasks; left > 0; left -= kTasksPerService) {
    const std::string name = "web-" + std::to_string(services.size());
    services.push_back(bench.create_service(name, std::min(left, kTasksPerService)));
  }
  bench.until_steady(services);
  const double seconds = cpu_seconds() - before;
  std::printf("%6d tasks: %8.3f s CPU, %7.1f us per task\n", tasks, seconds, seconds / tasks * 1e6);
  std::fflush(stdout);
}

}  // namespace
}  // namespace drydock::bench

int main(int argc, char** argv) {
  return drydock::bench::measure_sizes(argc, argv, {500, 5000, 50000}, drydock::bench::measure);
}
