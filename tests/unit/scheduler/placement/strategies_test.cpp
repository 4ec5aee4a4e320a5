// spec/placement.md section 5.
#include <algorithm>
#include <map>
#include <tuple>

#include "scheduler/deployments/victims.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/scheduler/placement/placement_fixture.hpp"

namespace drydock::scheduler {
namespace {

using namespace test;
using Ids = std::vector<std::uint64_t>;

constexpr const char* kZones = "spread:attribute:ecs.availability-zone";

Batch batch_of(std::vector<InstanceView> instances, const std::vector<std::string>& strategies, int cpu = 128,
               int memory = 256, std::uint64_t seed = 1) {
  Demand demand{.needs = needs(cpu, memory)};
  demand.rules = rules(strategies);
  demand.seed = seed;
  return {std::move(instances), std::move(demand)};
}

Ids places(std::vector<InstanceView> instances, const std::vector<std::string>& strategies, int count) {
  Batch batch = batch_of(std::move(instances), strategies);
  return place(batch, count);
}

TEST_CASE("the worked example of each strategy", "[scheduler][placement]") {
  // i1 and i2 in zone a, i3 in zone b, 1024 MiB each; tasks of 256 MiB.
  const std::vector<InstanceView> world = {instance(1, "a"), instance(2, "a"), instance(3, "b")};
  CHECK(places(world, {kZones, "binpack:memory"}, 5) == Ids{1, 3, 1, 3, 1});
  CHECK(places(world, {kZones, "spread:instanceId"}, 5) == Ids{1, 3, 2, 3, 1});
  CHECK(places(world, {"binpack:memory"}, 5) == Ids{1, 1, 1, 1, 2});
  CHECK(places(world, {"spread:instanceId"}, 5) == Ids{1, 2, 3, 1, 2});
  CHECK(places(world, {"spread:host"}, 5) == Ids{1, 2, 3, 1, 2});
  CHECK(places(world, {}, 5) == Ids{1, 3, 2, 3, 1});
}

TEST_CASE("the worked example's service scales in against its strategy", "[scheduler][victims]") {
  // i1 with three tasks in zone a, i3 with two in zone b; 5 becomes 3: i1 keeps one, i3 two.
  std::vector<VictimView> tasks;
  const std::uint64_t on[] = {1, 3, 1, 3, 1};
  for (std::uint64_t i = 0; i < 5; ++i) {
    VictimView& view = tasks.emplace_back();
    view.id = model::TaskId{i + 1};
    view.running = true;
    view.instance = model::InstanceId{on[i]};
    view.zone = on[i] == 1 ? "a" : "b";
    view.memory_mib = 256;
    view.memory_free = on[i] == 1 ? 256 : 512;
  }
  const auto left_on = [&](const std::vector<std::string>& strategies, int count) {
    std::map<std::uint64_t, int> left;
    for (const VictimView& view : tasks) ++left[view.instance.value];
    for (const model::TaskId id : pick_victims(tasks, count, rules(strategies))) {
      --left[tasks[id.value - 1].instance.value];
    }
    return Ids{static_cast<std::uint64_t>(left[1]), static_cast<std::uint64_t>(left[3])};
  };
  CHECK(left_on({kZones, "binpack:memory"}, 2) == Ids{1, 2});
  // Binpack alone empties the instance with most left, which then has still more left.
  CHECK(left_on({"binpack:memory"}, 1) == Ids{3, 1});
  CHECK(left_on({"binpack:memory"}, 2) == Ids{3, 0});
  CHECK(left_on({"spread:instanceId"}, 1) == Ids{2, 2});
  CHECK(left_on({"spread:instanceId"}, 3) == Ids{1, 1});
}

TEST_CASE("protected tasks count for the spread that others leave", "[scheduler][victims]") {
  std::vector<VictimView> tasks;
  for (std::uint64_t i = 1; i <= 5; ++i) {
    VictimView& view = tasks.emplace_back();
    view.id = model::TaskId{i};
    view.running = true;
    view.instance = model::InstanceId{i};
    view.zone = i <= 3 ? "a" : "b";
    view.is_protected = i <= 2;
  }
  // Zone a has three, two of them protected: the third goes first.
  CHECK(pick_victims(tasks, 1) == std::vector{model::TaskId{3}});
  CHECK(pick_victims(tasks, 3) == std::vector{model::TaskId{3}, model::TaskId{4}, model::TaskId{5}});
}

TEST_CASE("spread over a custom attribute, where instances without it are a bucket of their own",
          "[scheduler][placement]") {
  const std::vector<api::Attribute> one = {attribute("rack", "1")};
  const std::vector<api::Attribute> two = {attribute("rack", "2")};
  const std::vector<api::Attribute> blank = {attribute("rack", std::nullopt)};
  std::vector<InstanceView> world;
  for (const auto* attributes : {&one, &one, &two, static_cast<decltype(&one)>(nullptr)}) {
    world.push_back(instance(world.size() + 1, "a"));
    world.back().attributes = attributes;
  }
  CHECK(places(world, {"spread:attribute:rack"}, 4) == Ids{1, 3, 4, 2});
  world[3].attributes = &blank;
  CHECK(places(world, {"spread:attribute:rack"}, 4) == Ids{1, 3, 4, 2});
}

TEST_CASE("a spread inside a spread counts inside the outer bucket", "[scheduler][placement]") {
  const std::vector<api::Attribute> one = {attribute("rack", "1")};
  const std::vector<api::Attribute> two = {attribute("rack", "2")};
  std::vector<InstanceView> world = {instance(1, "a"), instance(2, "a"), instance(3, "b"), instance(4, "b")};
  world[0].attributes = world[2].attributes = &one;
  world[1].attributes = world[3].attributes = &two;
  world[0].tasks_in_scope = 1;
  CHECK(places(world, {kZones, "spread:attribute:rack"}, 3) == Ids{3, 2, 4});
}

TEST_CASE("binpack goes by CPU or memory and leaves what is too full", "[scheduler][placement]") {
  const std::vector<InstanceView> world = {instance(1, "a", 300, 1024), instance(2, "a", 200, 2048)};
  CHECK(places(world, {"binpack:cpu"}, 4) == Ids{2, 1, 1, 0});
  CHECK(places(world, {"binpack:CPU"}, 1) == Ids{2});
  CHECK(places(world, {"binpack:memory"}, 4) == Ids{1, 1, 2, 0});
}

TEST_CASE("the first rule of a chain wins over the next", "[scheduler][placement]") {
  const std::vector<InstanceView> world = {instance(1, "a", 1024, 512), instance(2, "b", 1024, 512),
                                           instance(3, "b", 512, 1024)};
  CHECK(places(world, {"binpack:cpu", kZones}, 5) == Ids{3, 3, 3, 3, 1});
  CHECK(places(world, {"binpack:memory", kZones}, 4) == Ids{1, 1, 2, 2});
  CHECK(places(world, {kZones, "binpack:cpu"}, 4) == Ids{3, 1, 3, 1});
}

TEST_CASE("random choices repeat under a seed, differ under others, and reach every instance evenly",
          "[scheduler][placement]") {
  std::vector<InstanceView> world;
  for (std::uint64_t i = 1; i <= 5; ++i) world.push_back(instance(i, i <= 2 ? "a" : "b", 1 << 20, 1 << 20));
  const auto choices = [&](std::uint64_t seed, const std::vector<std::string>& strategies) {
    Batch batch = batch_of(world, strategies, 1, 1, seed);
    return place(batch, 1000);
  };
  CHECK(choices(1, {"random"}) == choices(1, {"random"}));
  CHECK(choices(1, {"random"}) != choices(2, {"random"}));
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const Ids chosen = choices(seed, {"random"});
    for (std::uint64_t i = 1; i <= 5; ++i) {
      const auto count = std::ranges::count(chosen, i);
      CHECK(count > 140);
      CHECK(count < 260);
    }
  }
  // Rules after `random` have nothing left to decide.
  CHECK(choices(1, {"random", "spread:instanceId"}) == choices(1, {"random"}));
  const Ids zones = choices(3, {kZones, "random"});
  CHECK(std::ranges::count_if(zones, [](std::uint64_t i) { return i <= 2; }) == 500);
}

/// Each rule applied as the specification says it: keep the best of what the rules before left.
std::uint64_t by_the_book(const std::vector<InstanceView>& world, const std::vector<Rule>& chain,
                          const model::TaskRequirements& task) {
  std::vector<const InstanceView*> left;
  for (const InstanceView& view : world) {
    if (!refuse(view, task)) left.push_back(&view);
  }
  if (left.empty()) return 0;
  std::vector<std::string> paths(world.size());
  for (const Rule& rule : chain) {
    if (rule.kind == Rule::Kind::kSpreadAttribute) {
      for (std::size_t i = 0; i < world.size(); ++i) {
        paths[i] += bucket_of(world[i].attributes, world[i].zone, rule) + "/";
      }
    }
    const auto score = [&](const InstanceView* view) -> int {
      switch (rule.kind) {
        case Rule::Kind::kSpreadInstances: return view->tasks_in_scope;
        case Rule::Kind::kBinpackCpu: return view->cpu_free;
        case Rule::Kind::kBinpackMemory: return view->memory_free;
        default: break;
      }
      int tasks = 0;
      for (std::size_t i = 0; i < world.size(); ++i) {
        if (paths[i] == paths[static_cast<std::size_t>(view - world.data())]) tasks += world[i].tasks_in_scope;
      }
      return tasks;
    };
    const int best = score(*std::ranges::min_element(left, {}, score));
    std::erase_if(left, [&](const InstanceView* view) { return score(view) != best; });
  }
  const auto rest = [](const InstanceView* view) {
    return std::tuple(view->tasks_in_scope, -view->memory_free, view->uuid.low);
  };
  return (*std::ranges::min_element(left, {}, rest))->id.value;
}

TEST_CASE("a batch chooses what the rules say, whatever the chain", "[scheduler][placement]") {
  const char* const kStrategies[] = {kZones, "spread:attribute:rack", "spread:instanceId", "binpack:cpu",
                                     "binpack:memory"};
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    model::Random dice(seed);
    std::vector<api::Attribute> racks[] = {{attribute("rack", "1")}, {attribute("rack", "2")}, {}};
    std::vector<InstanceView> world;
    for (std::uint64_t i = 1 + dice.below(8); i > 0; --i) {
      world.push_back(instance(100 - i, std::string(1, static_cast<char>('a' + dice.below(3))),
                               static_cast<int>(dice.below(5)) * 100, static_cast<int>(dice.below(5)) * 100));
      world.back().attributes = &racks[dice.below(3)];
      world.back().tasks_in_scope = static_cast<int>(dice.below(3));
    }
    std::vector<std::string> strategies;
    for (std::uint64_t i = 1 + dice.below(4); i > 0; --i) strategies.emplace_back(kStrategies[dice.below(5)]);
    const auto task = needs(static_cast<int>(dice.below(3)) * 50, 1 + static_cast<int>(dice.below(3)) * 50);
    Demand demand{.needs = task};
    demand.rules = rules(strategies);
    Batch batch(world, demand);
    for (int i = 0; i < 12; ++i) {
      const std::uint64_t expected = by_the_book(world, demand.rules, task);
      const auto chosen = batch.place_next();
      INFO("seed " << seed << " placement " << i);
      REQUIRE((chosen ? chosen->value : 0) == expected);
      if (!chosen) break;
      InstanceView& view = *std::ranges::find(world, *chosen, &InstanceView::id);
      view.cpu_free -= task.cpu_units;
      view.memory_free -= task.memory_mib;
      ++view.tasks_in_scope;
    }
  }
}

}  // namespace
}  // namespace drydock::scheduler
