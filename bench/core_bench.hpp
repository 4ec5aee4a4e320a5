#pragma once
// The core alone, under virtual time: simulated instances, storage that is durable at once.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "instances/simulated/simulated_instance.hpp"
#include "server/core/core.hpp"

namespace drydock::bench {

/// CPU time of this process so far, in seconds.
double cpu_seconds();

class CoreBench {
 public:
  CoreBench();

  /// One with 4 CPUs and 16 GiB, in one of three zones.
  void add_instance(int number);
  /// The task definition `web`: one container with 32 CPU units, 64 MiB and a dynamic port.
  void register_definition();
  model::ServiceId create_service(const std::string& name, int tasks);
  void force_new_deployment(model::ServiceId service);
  void stop_task(model::TaskId task);
  /// Lets everything happen until these services are steady; ends the program when they never are.
  void until_steady(const std::vector<model::ServiceId>& services);

  /// CPU seconds that reconciling alone took so far, with its commits; the rest is requests, agents and this bench.
  [[nodiscard]] double reconciling_seconds() const { return reconciling_seconds_; }
  [[nodiscard]] const model::State& state() const { return core_.state(); }

 private:
  template <class Request, class Response>
  void run(operations::Result<Response> (*operation)(const Request&, operations::Context&), const Request& request);
  void work();
  instances::ControlPlane control_plane();

  model::VirtualClock clock_{model::Instant{std::chrono::milliseconds{1'700'000'000'000}}};
  std::map<std::pair<model::Instant, std::uint64_t>, std::function<void()>> events_;
  std::vector<std::shared_ptr<instances::simulated::SimulatedInstance>> links_;
  server::Core core_;
  model::WorldId world_;
  std::uint64_t asked_ = 0;
  std::uint64_t burst_ = 0;
  std::uint64_t appended_ = 0;
  double reconciling_seconds_ = 0;
};

/// The main() of a benchmark that is measured at several sizes: those of the command line, or these.
int measure_sizes(int argc, char** argv, std::vector<int> sizes, void (*measure)(int));

}  // namespace drydock::bench
