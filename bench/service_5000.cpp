// What a service of N tasks costs the core alone: virtual time, simulated instances, storage that is durable at once.
// Prints CPU time until the service is steady, for each N given (default 500, 5,000 and 50,000).
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "instances/fingerprint.hpp"
#include "instances/simulated/simulated_instance.hpp"
#include "model/arn.hpp"
#include "server/core/core.hpp"
#include "server/operations/clusters/clusters.hpp"
#include "server/operations/container_instances/agent_reports.hpp"
#include "server/operations/container_instances/container_instances.hpp"
#include "server/operations/container_instances/instance_session.hpp"
#include "server/operations/services/services.hpp"
#include "server/operations/task_definitions/task_definitions.hpp"

namespace drydock::bench {
namespace {

constexpr int kTasksPerInstance = 10;
constexpr int kTasksPerService = 5000;  // ECS's own limit: more tasks are more services

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

class Bench {
 public:
  Bench()
      : core_(server::CoreOptions{}, clock_, 1, [this](std::uint64_t, const model::ChangeSet& changes) {
          stored_rows_ += changes.rows.size();
          appended_ = changes.sequence;
        }) {
    core_.start(0);
    world_ = core_.world("123456789012", "eu-west-1");
    api::CreateClusterRequest cluster;
    cluster.clusterName = "default";
    run(operations::create_cluster, cluster);
  }

  void add_instance(int number) {
    instances::InstanceIdentity identity;
    identity.instance_id = "i-" + std::to_string(number);
    identity.region = "eu-west-1";
    identity.availability_zone = std::string("eu-west-1") + static_cast<char>('a' + number % 3);
    instances::MachineFacts facts;
    facts.cpus = 4;
    facts.memory_mib = 16384;
    const auto request = instances::make_registration(identity, facts, instances::AgentConfig{}, "");
    run(operations::register_container_instance, request);
    const model::InstanceId id = *core_.state().instances().rbegin();
    links_.push_back(std::make_shared<instances::simulated::SimulatedInstance>(
        identity.instance_id, clock_,
        [this](model::Duration delay, std::function<void()> then) {
          events_.emplace(std::pair(clock_.now() + delay, ++asked_), std::move(then));
        },
        control_plane()));
    core_.change([&](model::Transaction& tx) { operations::set_agent_connected(tx, id, true); });
    core_.attach(id, links_.back());
    work();
  }

  /// CPU seconds until every service is steady.
  double deploy(int tasks) {
    api::RegisterTaskDefinitionRequest definition;
    definition.family = "web";
    api::ContainerDefinition& container = definition.containerDefinitions.emplace().emplace_back();
    container.name = "web";
    container.image = "web";
    container.memory = 64;
    container.cpu = 32;
    container.portMappings.emplace().emplace_back().containerPort = 80;
    run(operations::register_task_definition, definition);
    const double before = cpu_seconds();
    std::vector<model::ServiceId> services;
    for (int left = tasks, number = 0; left > 0; left -= kTasksPerService, ++number) {
      api::CreateServiceRequest service;
      service.serviceName = "web-" + std::to_string(number);
      service.taskDefinition = "web";
      service.desiredCount = std::min(left, kTasksPerService);
      run(operations::create_service, service);
      services.push_back(*core_.state().services().rbegin());
    }
    const auto steady = [&](model::ServiceId id) { return core_.state().get(id).steady; };
    work();
    while (!std::ranges::all_of(services, steady)) {
      if (events_.empty()) {
        std::fprintf(stderr, "nothing is left to happen and the service is not steady\n");
        std::exit(1);
      }
      auto event = events_.extract(events_.begin());
      clock_.advance_to(event.key().first);
      event.mapped()();
      // A burst of reports is settled together, as the server does it.
      if (events_.empty() || events_.begin()->first.first > clock_.now() || ++burst_ % 64 == 0) work();
    }
    return cpu_seconds() - before;
  }

 private:
  template <class Request, class Response>
  void run(operations::Result<Response> (*operation)(const Request&, operations::Context&), const Request& request) {
    const auto result = core_.run(world_, [&](operations::Context& context) { return operation(request, context); });
    if (!result) {
      std::fprintf(stderr, "refused: %s\n", result.error().message.c_str());
      std::exit(1);
    }
    core_.durable(appended_);
  }

  void work() {
    do {
      core_.settle();
      core_.durable(appended_);
    } while (core_.has_work());
  }

  instances::ControlPlane control_plane() {
    instances::ControlPlane plane;
    plane.submit_task_state = [this](const api::SubmitTaskStateChangeRequest& request, const auto& reply) {
      reply(core_.run(world_, [&](operations::Context& context) {
        return operations::submit_task_state_change(request, context);
      }));
    };
    plane.publish_health = [](const auto&) {};
    return plane;
  }

  model::VirtualClock clock_{model::Instant{std::chrono::milliseconds{1'700'000'000'000}}};
  std::map<std::pair<model::Instant, std::uint64_t>, std::function<void()>> events_;
  std::vector<std::shared_ptr<instances::simulated::SimulatedInstance>> links_;
  server::Core core_;
  model::WorldId world_;
  std::uint64_t asked_ = 0;
  std::uint64_t burst_ = 0;
  std::uint64_t appended_ = 0;
  std::size_t stored_rows_ = 0;
};

void measure(int tasks) {
  Bench bench;
  for (int i = 0; i < (tasks + kTasksPerInstance - 1) / kTasksPerInstance; ++i) bench.add_instance(i);
  const double seconds = bench.deploy(tasks);
  std::printf("%6d tasks: %8.3f s CPU, %7.1f us per task\n", tasks, seconds, seconds / tasks * 1e6);
  std::fflush(stdout);
}

}  // namespace
}  // namespace drydock::bench

int main(int argc, char** argv) {
  std::vector<int> sizes;
  for (int i = 1; i < argc; ++i) sizes.push_back(std::atoi(argv[i]));
  if (sizes.empty()) sizes = {500, 5000, 50000};
  for (const int tasks : sizes) drydock::bench::measure(tasks);
  return 0;
}
