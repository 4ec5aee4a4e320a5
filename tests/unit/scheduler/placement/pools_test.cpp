// What placement finds through the pools of a cluster is what it finds by looking at every instance.
#include <algorithm>

#include "model/gpus.hpp"
#include "scheduler/placement/views.hpp"
#include "tests/support/world.hpp"
#include "tests/unit/scheduler/placement/placement_fixture.hpp"

namespace drydock::scheduler {
namespace {

using namespace test;

constexpr const char* kGroups[] = {"service:a", "service:b", "family:c"};
constexpr const char* kExpressions[] = {
    "attribute:rack == 1",     "attribute:rack exists", "not(attribute:rack == 2) and attribute:disk != hdd",
    "task:group == service:a", "runningTasksCount < 2", "agentConnected == true or attribute:rack == 1",
    "agentVersion > 1.2.3"};
constexpr const char* kStrategies[] = {"spread:attribute:ecs.availability-zone",
                                       "spread:attribute:rack",
                                       "spread:instanceId",
                                       "binpack:cpu",
                                       "binpack:memory",
                                       "random"};

/// A cluster in which anything may happen.
struct Fleet : drydock::test::TestWorld {
  explicit Fleet(std::uint64_t seed) : dice(seed) {
    edit([&](model::Transaction& tx) {
      api::Cluster settings_of_cluster;
      settings_of_cluster.capacityProviders = {"p1", "p2"};
      model::Cluster made;
      made.world = id;
      made.name = "default";
      made.settings = std::make_shared<const api::Cluster>(settings_of_cluster);
      cluster = tx.create(std::move(made));
      if (dice.below(4) == 0) {
        model::Daemon daemon;
        daemon.cluster = cluster;
        daemon.name = "logs";
        daemon.capacity_providers = {"p1"};
        tx.create(std::move(daemon));
      }
      for (std::uint64_t i = 2 + dice.below(10); i > 0; --i) tx.create(random_instance());
    });
  }

  bool one_in(std::uint64_t n) { return dice.below(n) == 0; }

  std::shared_ptr<const std::vector<api::Attribute>> random_attributes() {
    auto made = std::make_shared<std::vector<api::Attribute>>();
    if (one_in(3)) made->push_back(attribute("disk", one_in(2) ? "ssd" : "hdd"));
    if (one_in(2)) made->push_back(attribute("drydock.capacity-provider", one_in(2) ? "p1" : "p2"));
    if (one_in(8)) made->push_back(attribute("drydock.eni-slots", "1"));
    if (!one_in(3)) made->push_back(attribute("rack", std::to_string(dice.below(3))));
    return made;
  }

  model::ContainerInstance random_instance() {
    model::ContainerInstance made;
    made.uuid = dice.uuid();
    made.cluster = cluster;
    made.agent_connected = !one_in(6);
    made.availability_zone = std::string(1, static_cast<char>('a' + dice.below(3)));
    // Few sizes, so that many are equal.
    made.cpu_units = 256 * static_cast<int>(1 + dice.below(4));
    made.memory_mib = 256 * static_cast<int>(1 + dice.below(4));
    if (one_in(3)) made.reserved_ports = {{22, false}};
    made.attributes = random_attributes();
    if (one_in(3)) {
      api::Resource gpus;
      gpus.name = "GPU";
      gpus.stringSetValue = {"gpu-1", "gpu-2"};
      made.other_resources = std::make_shared<const std::vector<api::Resource>>(1, gpus);
    }
    return made;
  }

  Demand random_demand() {
    Demand demand;
    demand.needs.cpu_units = 32 * static_cast<int>(dice.below(5));
    demand.needs.memory_mib = 32 * static_cast<int>(1 + dice.below(5));
    if (one_in(4)) demand.needs.ports = {{80, one_in(2)}};
    if (one_in(6)) demand.needs.gpus = 1;
    demand.needs.needs_eni = one_in(5);
    if (one_in(5)) demand.needs.attributes.push_back(attribute("disk", "ssd"));
    if (one_in(8)) demand.needs.attributes.push_back(attribute("rack", std::nullopt));
    std::vector<api::PlacementConstraint> constraints;
    if (one_in(6)) constraints.emplace_back().type = "distinctInstance";
    for (std::uint64_t i = one_in(2) ? dice.below(3) : 0; i > 0; --i) {
      api::PlacementConstraint& one = constraints.emplace_back();
      one.type = "memberOf";
      one.expression = one_in(20) ? "attribute:" : kExpressions[dice.below(std::size(kExpressions))];
    }
    demand.constraints = constraints_of({}, constraints);
    std::vector<std::string> chain;
    for (std::uint64_t i = dice.below(4); i > 0; --i)
      chain.emplace_back(kStrategies[dice.below(std::size(kStrategies))]);
    demand.rules = rules(chain);
    demand.group = kGroups[dice.below(std::size(kGroups))];
    demand.seed = dice.next();
    return demand;
  }

  model::Task task_on(model::InstanceId instance, const Demand& demand) {
    model::Task task;
    task.uuid = dice.uuid();
    task.cluster = cluster;
    task.instance = instance;
    task.group = demand.group;
    task.reservation = {demand.needs.cpu_units, demand.needs.memory_mib, demand.needs.ports};
    if (demand.needs.needs_eni) task.network.emplace().id = dice.uuid();
    const auto free = model::free_gpu_ids(state, state.get(instance));
    task.containers.emplace_back();
    for (int i = 0; i < demand.needs.gpus; ++i)
      task.containers.front().gpu_ids.push_back(free.at(static_cast<std::size_t>(i)));
    return task;
  }

  template <class Ids>
  auto any_of(const Ids& ids) {
    return *std::next(ids.begin(), static_cast<std::ptrdiff_t>(dice.below(ids.size())));
  }

  /// Tasks start, run and end; instances come, go, and are not what they were.
  void something_happens(model::Transaction& tx) {
    for (std::uint64_t i = dice.below(6); i > 0; --i) {
      const auto& tasks = state.of(cluster).wanted;
      if (tasks.empty()) break;
      tx.update(any_of(tasks), [&](model::Task& task) {
        task.last_status = one_in(2) ? model::TaskStatus::kStopped : model::TaskStatus::kRunning;
        task.stop_wanted = task.last_status == model::TaskStatus::kStopped || one_in(4);
      });
    }
    for (std::uint64_t i = dice.below(4); i > 0; --i) {
      tx.update(any_of(state.of(cluster).instances), [&](model::ContainerInstance& instance) {
        constexpr model::InstanceStatus kStatuses[] = {model::InstanceStatus::kActive, model::InstanceStatus::kDraining,
                                                       model::InstanceStatus::kInactive};
        if (one_in(4)) instance.status = kStatuses[dice.below(3)];
        if (one_in(4)) instance.agent_connected = !instance.agent_connected;
        if (one_in(4)) instance.attributes = random_attributes();
        if (one_in(4)) instance.memory_mib += 64;
      });
    }
    if (one_in(3)) tx.create(random_instance());
  }

  model::Random dice;
  model::ClusterId cluster;
};

/// Places tasks both ways, and launches what was placed.
void compare(Fleet& fleet, int most) {
  const Demand demand = fleet.random_demand();
  const std::string provider = fleet.one_in(3) ? "p1" : "";
  fleet.edit([&](model::Transaction& tx) {
    Batch all(views_of(fleet.state, fleet.cluster, view_options(demand, provider)), demand);
    Batch found(fleet.state, fleet.cluster, demand, provider);
    for (int i = 0; i < most; ++i) {
      INFO("placement " << i);
      const auto expected = all.place_next();
      const auto chosen = found.place_next();
      REQUIRE(chosen.has_value() == expected.has_value());
      if (!expected) {
        REQUIRE(chosen.error() == expected.error());
        break;
      }
      REQUIRE(*chosen == *expected);
      tx.create(fleet.task_on(*chosen, demand));
    }
  });
}

TEST_CASE("pools lead to the same instances as looking at all of them", "[scheduler][placement]") {
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    INFO("seed " << seed);
    Fleet fleet(seed);
    for (int round = 0; round < 6; ++round) {
      INFO("round " << round);
      compare(fleet, 1 + static_cast<int>(fleet.dice.below(8)));
      {
        model::Transaction taken_back(fleet.state, fleet.clock.now(), fleet.random);
        fleet.something_happens(taken_back);
      }
      fleet.edit([&](model::Transaction& tx) { fleet.something_happens(tx); });
    }
    REQUIRE(drydock::test::indexes_after_restart(fleet.stored) == drydock::test::indexes_of(fleet.state));
  }
}

model::ClusterId cluster_of(drydock::test::TestWorld& world, const std::vector<model::ContainerInstance>& instances) {
  model::ClusterId id;
  world.edit([&](model::Transaction& tx) {
    model::Cluster cluster;
    cluster.world = world.id;
    cluster.name = "default";
    id = tx.create(std::move(cluster));
    for (model::ContainerInstance instance : instances) {
      instance.cluster = id;
      instance.agent_connected = true;
      instance.uuid = world.random.uuid();
      tx.create(std::move(instance));
    }
  });
  return id;
}

TEST_CASE("instances share a pool when only their room differs", "[scheduler][placement]") {
  model::ContainerInstance plain;
  plain.availability_zone = "a";
  plain.memory_mib = 512;
  model::ContainerInstance larger = plain;
  larger.memory_mib = 1024;
  larger.attributes = std::make_shared<std::vector<api::Attribute>>();
  model::ContainerInstance elsewhere = plain;
  elsewhere.availability_zone = "b";
  model::ContainerInstance marked = plain;
  marked.attributes = std::make_shared<std::vector<api::Attribute>>(1, attribute("rack", "1"));
  model::ContainerInstance marked_again = plain;
  marked_again.attributes = std::make_shared<std::vector<api::Attribute>>(1, attribute("rack", "1"));

  drydock::test::TestWorld world;
  const auto& pools = world.state.of(cluster_of(world, {plain, larger, elsewhere, marked, marked_again})).pools;
  std::vector<std::vector<std::uint64_t>> found;
  for (const auto& [key, pool] : pools) {
    auto& ids = found.emplace_back();
    for (const model::Room& room : pool.by_memory()) ids.push_back(room.id.value);
    if (ids.size() == 2) CHECK(std::ranges::is_sorted(pool.by_memory(), std::greater{}, &model::Room::memory_free));
    std::ranges::sort(ids);
  }
  std::ranges::sort(found);
  CHECK(found == std::vector<std::vector<std::uint64_t>>{{1, 2}, {3}, {4, 5}});
}

}  // namespace
}  // namespace drydock::scheduler
