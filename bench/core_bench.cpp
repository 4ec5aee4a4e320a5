#include "bench/core_bench.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "instances/fingerprint.hpp"
#include "model/arn.hpp"
#include "server/memory/huge_pages.hpp"
#include "server/operations/clusters/clusters.hpp"
#include "server/operations/container_instances/agent_reports.hpp"
#include "server/operations/container_instances/container_instances.hpp"
#include "server/operations/container_instances/instance_session.hpp"
#include "server/operations/services/services.hpp"
#include "server/operations/task_definitions/task_definitions.hpp"
#include "server/operations/tasks/tasks.hpp"

namespace drydock::bench {
namespace {

/// Finer than cpu_seconds(), which counts microseconds.
double thread_seconds() {
  timespec spent{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
  return static_cast<double>(spent.tv_sec) + static_cast<double>(spent.tv_nsec) / 1e9;
}

}  // namespace

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

CoreBench::CoreBench()
    : core_(server::CoreOptions{}, clock_, 1,
            [this](std::uint64_t, const model::ChangeSet& changes) { appended_ = changes.sequence; }) {
  static const bool kOnce = (server::use_huge_pages_when_large(), true);
  (void)kOnce;
  core_.start(0);
  world_ = core_.world("123456789012", "eu-west-1");
  api::CreateClusterRequest cluster;
  cluster.clusterName = "default";
  run(operations::create_cluster, cluster);
}

template <class Request, class Response>
void CoreBench::run(operations::Result<Response> (*operation)(const Request&, operations::Context&),
                    const Request& request) {
  const auto result = core_.run(world_, [&](operations::Context& context) { return operation(request, context); });
  if (!result) {
    std::fprintf(stderr, "refused: %s\n", result.error().message.c_str());
    std::exit(1);
  }
  core_.durable(appended_);
}

void CoreBench::add_instance(int number) {
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

void CoreBench::register_definition() {
  api::RegisterTaskDefinitionRequest definition;
  definition.family = "web";
  api::ContainerDefinition& container = definition.containerDefinitions.emplace().emplace_back();
  container.name = "web";
  container.image = "web";
  container.memory = 64;
  container.cpu = 32;
  container.portMappings.emplace().emplace_back().containerPort = 80;
  run(operations::register_task_definition, definition);
}

model::ServiceId CoreBench::create_service(const std::string& name, int tasks) {
  api::CreateServiceRequest service;
  service.serviceName = name;
  service.taskDefinition = "web";
  service.desiredCount = tasks;
  run(operations::create_service, service);
  return *core_.state().services().rbegin();
}

void CoreBench::force_new_deployment(model::ServiceId service) {
  api::UpdateServiceRequest request;
  request.service = core_.state().get(service).name;
  request.forceNewDeployment = true;
  run(operations::update_service, request);
}

void CoreBench::stop_task(model::TaskId task) {
  api::StopTaskRequest request;
  request.task = model::arn_of(core_.state(), core_.state().get(task));
  run(operations::stop_task, request);
}

void CoreBench::until_steady(const std::vector<model::ServiceId>& services) {
  const auto steady = [&](model::ServiceId id) { return core_.state().get(id).steady; };
  // Asking each service after each event would cost more than what is measured.
  auto unsteady = services.begin();
  const auto all_steady = [&] {
    unsteady = std::find_if_not(unsteady, services.end(), steady);
    if (unsteady == services.end()) unsteady = std::ranges::find_if_not(services, steady);
    return unsteady == services.end();
  };
  work();
  while (!all_steady()) {
    if (events_.empty()) {
      std::fprintf(stderr, "nothing is left to happen and the services are not steady\n");
      std::exit(1);
    }
    auto event = events_.extract(events_.begin());
    clock_.advance_to(event.key().first);
    event.mapped()();
    // A burst of reports is settled together, as the server does it.
    if (events_.empty() || events_.begin()->first.first > clock_.now() || ++burst_ % 64 == 0) work();
  }
}

void CoreBench::work() {
  do {
    const double before = thread_seconds();
    core_.settle();
    reconciling_seconds_ += thread_seconds() - before;
    core_.durable(appended_);
  } while (core_.has_work());
}

instances::ControlPlane CoreBench::control_plane() {
  instances::ControlPlane plane;
  plane.submit_task_state = [this](const api::SubmitTaskStateChangeRequest& request, const auto& reply) {
    reply(core_.run(
        world_, [&](operations::Context& context) { return operations::submit_task_state_change(request, context); }));
  };
  plane.publish_health = [](const auto&) {};
  return plane;
}

int measure_sizes(int argc, char** argv, std::vector<int> sizes, void (*measure)(int)) {
  if (argc > 1) sizes.clear();
  for (int i = 1; i < argc; ++i) sizes.push_back(std::atoi(argv[i]));
  for (const int size : sizes) measure(size);
  return 0;
}

}  // namespace drydock::bench
