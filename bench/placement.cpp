// What one placement decision costs among 5,000 container instances, with the chain spread over zones, then binpack by
// memory. Prints JSON: the median of a decision in a batch, and of a batch for one task from State on.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

#include "model/transaction.hpp"
#include "scheduler/placement/place.hpp"

namespace drydock::bench {
namespace {

constexpr int kInstances = 5000;
constexpr int kDecisions = 5000;
constexpr int kBatches = 51;

model::ClusterId fill(model::State& state) {
  model::Random random(1);
  model::Transaction tx(state, model::Instant{}, random);
  model::World world;
  world.region = "eu-west-1";
  model::Cluster cluster;
  cluster.world = tx.create(std::move(world));
  cluster.name = "default";
  const model::ClusterId id = tx.create(std::move(cluster));
  for (int i = 0; i < kInstances; ++i) {
    model::ContainerInstance instance;
    instance.uuid = random.uuid();
    instance.cluster = id;
    instance.agent_connected = true;
    instance.availability_zone = std::string("eu-west-1") + static_cast<char>('a' + i % 3);
    instance.cpu_units = 65536;
    instance.memory_mib = 16384 + static_cast<int>(random.below(64)) * 256;
    instance.reserved_ports = {{22, false}, {2375, false}, {2376, false}, {51678, false}, {51679, false}};
    auto attributes = std::make_shared<std::vector<api::Attribute>>(2);
    (*attributes)[0].name = "ecs.availability-zone";
    (*attributes)[0].value = instance.availability_zone;
    (*attributes)[1].name = "ecs.os-type";
    (*attributes)[1].value = "linux";
    instance.attributes = std::move(attributes);
    tx.create(std::move(instance));
  }
  tx.commit(1);
  return id;
}

scheduler::Demand demand() {
  scheduler::Demand demand;
  demand.needs.cpu_units = 16;
  demand.needs.memory_mib = 256;
  demand.group = "service:web";
  demand.rules = {{scheduler::Rule::Kind::kSpreadAttribute, scheduler::kZoneAttribute},
                  {scheduler::Rule::Kind::kBinpackMemory, {}}};
  return demand;
}

double median_us(std::vector<double> times) {
  std::ranges::sort(times);
  return times[times.size() / 2];
}

template <class Work>
double timed_us(Work work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count();
}

bool run() {
  model::State state;
  const model::ClusterId cluster = fill(state);
  const scheduler::Demand wanted = demand();
  bool placed = true;
  scheduler::Batch batch(state, cluster, wanted);
  std::vector<double> decisions;
  for (int i = 0; i < kDecisions; ++i) {
    decisions.push_back(timed_us([&] { placed = batch.place_next().has_value() && placed; }));
  }
  std::vector<double> batches;
  for (int i = 0; i < kBatches; ++i) {
    batches.push_back(
        timed_us([&] { placed = scheduler::Batch(state, cluster, wanted).place_next().has_value() && placed; }));
  }
  std::printf("{\"decision_us\": %.2f, \"batch_of_one_us\": %.0f}\n", median_us(std::move(decisions)),
              median_us(std::move(batches)));
  return placed;
}

}  // namespace
}  // namespace drydock::bench

int main() { return drydock::bench::run() ? 0 : 1; }
