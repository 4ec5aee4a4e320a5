// Snapshots: whatever happened since, rows and indexes become again what they were, or nothing changes at all.
#include "model/snapshot.hpp"

#include <utility>
#include <vector>

#include "tests/unit/operations/entities.hpp"

namespace drydock::test {
namespace {

constexpr const char* kContainers = R"([{"name":"c","image":"i","memory":64,"portMappings":[{"containerPort":80}]}])";

/// Does one thing to the world that the dice choose, of what tests of operations do, too.
class Workload {
 public:
  Workload(TestWorld& world, std::uint64_t seed) : world_(world), dice_(seed) {}

  void steps(int count) {
    for (int i = 0; i < count; ++i) step();
  }

 private:
  void step() {
    world_.clock.advance(std::chrono::seconds(1));
    const std::string name = "n" + std::to_string(dice_.below(4));
    switch (dice_.below(9)) {
      case 0: add_cluster(world_, name); return;
      case 1: add_definition(world_, name, kContainers); return;
      case 2:
      case 3: return start_task();
      case 4:
        if (const auto task = any_task()) report(world_, task, model::TaskStatus::kRunning);
        return;
      case 5:
        if (const auto task = any_task()) report(world_, task, model::TaskStatus::kStopped);
        return;
      case 6: return forget_task();
      case 7: return change_service(name);
      default:
        if (const auto cluster = any_cluster()) add_instance(world_, world_.state.get(cluster).name);
        return;
    }
  }

  model::ClusterId any_cluster() {
    const auto& all = world_.state.clusters();
    return all.empty() ? model::ClusterId{} : *std::next(all.begin(), static_cast<int>(dice_.below(all.size())));
  }
  model::TaskId any_task() {
    const std::uint64_t last = world_.state.last_id(model::EntityKind::kTask);
    if (last == 0) return {};
    const model::Task* task = world_.state.find(model::TaskId{1 + dice_.below(last)});
    return task == nullptr || task->last_status == model::TaskStatus::kStopped ? model::TaskId{} : task->id;
  }
  void start_task() {
    const auto& instances = world_.state.instances();
    if (instances.empty()) return;
    const model::InstanceId instance = *std::next(instances.begin(), static_cast<int>(dice_.below(instances.size())));
    const model::Family* family = world_.state.family_named(world_.id, "n" + std::to_string(dice_.below(4)));
    if (family == nullptr) return;
    const bool hidden = dice_.below(3) == 0;
    add_task(world_, world_.state.get(instance).cluster, world_.state.latest_active(family->id)->id,
             hidden ? model::InstanceId{} : instance);
  }
  void forget_task() {
    const auto& stopped = world_.state.stopped_tasks();
    if (stopped.empty()) return;
    const model::TaskId id = stopped.begin()->second;
    world_.edit([&](model::Transaction& tx) { tx.remove(id); });
  }
  void change_service(const std::string& name) {
    const auto cluster = any_cluster();
    if (!cluster) return;
    const model::Service* known = world_.state.service_named(cluster, name);
    if (known == nullptr || known->status == model::ServiceStatus::kInactive) {
      add_service(world_, cluster, name);
      return;
    }
    const model::ServiceId id = known->id;
    // The name is free afterwards, for a service of another id.
    world_.edit([&](model::Transaction& tx) {
      if (dice_.below(2) == 0) return tx.remove(id);
      tx.update(id, [&](model::Service& service) {
        service.status = model::ServiceStatus::kInactive;
        service.inactive_at = tx.now();
      });
    });
  }

  TestWorld& world_;
  model::Random dice_;
};

/// Rows without the counters, which only rise.
RowMap entities(const TestWorld& world) {
  RowMap rows = world.rows();
  std::erase_if(rows, [](const auto& row) { return row.first.first == model::EntityKind::kIdCounter; });
  return rows;
}

std::vector<std::uint64_t> counters(const model::State& state) {
  std::vector<std::uint64_t> last;
  for (const model::EntityKind kind : model::kEntityKinds) last.push_back(state.last_id(kind));
  return last;
}

std::expected<void, std::string> restore(TestWorld& world, const std::string& snapshot, model::WorldId apart = {}) {
  std::expected<void, std::string> done;
  world.edit([&](model::Transaction& tx) { done = model::restore_snapshot(tx, snapshot, apart); });
  return done;
}

}  // namespace

TEST_CASE("A restored snapshot has the rows and indexes that it had, in memory and in storage") {
  const auto seed = GENERATE(range(1, 25));
  TestWorld world;
  Workload workload(world, static_cast<std::uint64_t>(seed));
  workload.steps(60);
  const RowMap rows = entities(world);
  const std::string indexes = indexes_of(world.state);
  const std::string snapshot = model::take_snapshot(world.state, world.clock.now(), {});
  workload.steps(60);
  CHECK(entities(world) != rows);
  const auto given = counters(world.state);

  REQUIRE(restore(world, snapshot));
  CHECK(entities(world) == rows);
  CHECK(indexes_of(world.state) == indexes);
  CHECK(world.rows() == world.stored);
  CHECK(indexes_after_restart(world.stored) == indexes);
  CHECK(counters(world.state) == given);

  // And life goes on, with ids that were never given before.
  workload.steps(30);
  CHECK(world.rows() == world.stored);
  CHECK(indexes_after_restart(world.stored) == indexes_of(world.state));
  REQUIRE(restore(world, snapshot));
  CHECK(entities(world) == rows);
  CHECK(indexes_of(world.state) == indexes);
}

TEST_CASE("A restore that is taken back, or cut off at any edit, leaves everything as it was") {
  TestWorld world;
  Workload workload(world, 77);
  workload.steps(40);
  const std::string snapshot = model::take_snapshot(world.state, world.clock.now(), {});
  workload.steps(40);
  const RowMap rows = world.rows();
  const std::string indexes = indexes_of(world.state);
  struct Cut {};
  int edits = 0;
  for (bool cut = true; cut;) {
    int left = ++edits;
    cut = false;
    try {
      model::Transaction tx(world.state, world.clock.now(), world.random);
      tx.after_edit = [&] {
        if (--left == 0) throw Cut{};
      };
      const bool done = model::restore_snapshot(tx, snapshot, {}).has_value();
      REQUIRE(done);
    } catch (const Cut&) {
      cut = true;
    }
    REQUIRE(world.rows() == rows);
    REQUIRE(indexes_of(world.state) == indexes);
  }
  CHECK(edits > 10);

  // Committed, and then never durable.
  model::Transaction tx(world.state, world.clock.now(), world.random);
  REQUIRE(model::restore_snapshot(tx, snapshot, {}));
  model::Commit commit = tx.commit(1);
  CHECK(indexes_of(world.state) != indexes);
  model::Transaction::undo(world.state, commit.undo);
  CHECK(world.rows() == rows);
  CHECK(indexes_of(world.state) == indexes);
}

TEST_CASE("What is the same already is not touched") {
  TestWorld world;
  Workload(world, 3).steps(40);
  const std::string snapshot = model::take_snapshot(world.state, world.clock.now(), {});
  model::Transaction same(world.state, world.clock.now(), world.random);
  REQUIRE(model::restore_snapshot(same, snapshot, {}));
  CHECK(same.empty());
  const model::ClusterId added = add_cluster(world, "added");
  model::Transaction tx(world.state, world.clock.now(), world.random);
  REQUIRE(model::restore_snapshot(tx, snapshot, {}));
  REQUIRE(tx.touched().size() == 1);
  CHECK(tx.touched().front().kind == model::EntityKind::kCluster);
  CHECK(tx.touched().front().id == added.value);
}

TEST_CASE("An entity that comes back has its id, and the next one has a new one") {
  TestWorld world;
  const model::ClusterId first = add_cluster(world, "first");
  const std::string snapshot = model::take_snapshot(world.state, world.clock.now(), {});
  world.edit([&](model::Transaction& tx) { tx.remove(first); });
  const model::ClusterId second = add_cluster(world, "first");
  REQUIRE(restore(world, snapshot));
  REQUIRE(world.state.cluster_named(world.id, "first") != nullptr);
  CHECK(world.state.cluster_named(world.id, "first")->id == first);
  CHECK(world.state.find(second) == nullptr);
  CHECK(add_cluster(world, "third").value == second.value + 1);
}

TEST_CASE("The world apart and its settings are neither in a snapshot nor changed by one") {
  TestWorld world;
  model::WorldId apart;
  world.edit([&](model::Transaction& tx) {
    apart = tx.create(model::World{{}, "apart", "r"});
    tx.create(model::AccountSetting{{}, world.id, "p", "n", "old"});
  });
  const std::string snapshot = model::take_snapshot(world.state, world.clock.now(), apart);
  world.edit([&](model::Transaction& tx) {
    tx.create(model::AccountSetting{{}, apart, "p", "n", "kept"});
    tx.update(world.state.account_setting(world.id, "p", "n")->id,
              [](model::AccountSetting& setting) { setting.value = "new"; });
  });
  CHECK(snapshot.find("apart") == std::string::npos);
  REQUIRE(restore(world, snapshot, apart));
  CHECK(world.state.account_setting(world.id, "p", "n")->value == "old");
  REQUIRE(world.state.account_setting(apart, "p", "n") != nullptr);
  CHECK(world.state.account_setting(apart, "p", "n")->value == "kept");
}

TEST_CASE("The facts of a snapshot are told, and one that is damaged changes nothing") {
  TestWorld world;
  const model::ClusterId cluster = add_cluster(world, "one");
  const model::InstanceId instance = add_instance(world, "one");
  const auto definition = add_definition(world, "app", kContainers);
  add_task(world, cluster, definition, instance);
  add_task(world, cluster, definition, instance);
  add_service(world, cluster, "web");
  const std::string snapshot = model::take_snapshot(world.state, world.clock.now(), {});
  const auto facts = model::snapshot_facts(snapshot);
  REQUIRE(facts);
  CHECK(facts->taken_at == world.clock.now());
  CHECK(std::vector{facts->clusters, facts->instances, facts->services, facts->tasks, facts->task_definitions} ==
        std::vector<std::uint64_t>{1, 1, 1, 2, 1});

  Workload(world, 9).steps(30);
  const RowMap rows = world.rows();
  for (std::size_t length = 0; length < snapshot.size(); ++length) {
    model::Transaction tx(world.state, world.clock.now(), world.random);
    const bool done = model::restore_snapshot(tx, snapshot.substr(0, length), {}).has_value();
    REQUIRE_FALSE(done);
    REQUIRE(tx.empty());
  }
  CHECK_FALSE(model::snapshot_facts("no snapshot"));
  CHECK_FALSE(restore(world, "no snapshot"));
  // Of a server whose counters are further: ids that were never given here.
  TestWorld other;
  for (int i = 0; i < 60; ++i) add_cluster(other, "c" + std::to_string(i));
  CHECK_FALSE(restore(world, model::take_snapshot(other.state, other.clock.now(), {})));
  CHECK(world.rows() == rows);
}

}  // namespace drydock::test
