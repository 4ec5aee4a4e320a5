// Kept snapshots, and the core that goes back to one.
#include <vector>

#include "server/core/core.hpp"
#include "server/core/snapshots.hpp"
#include "server/operations/clusters/clusters.hpp"
#include "server/operations/events/events.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/index_text.hpp"

using namespace drydock;

namespace {

/// A core whose storage writes when the test says so.
struct Bench {
  Bench()
      : core(options(), clock, 1, [this](std::uint64_t, model::ChangeSet changes) {
          appended = changes.sequence;
          queue.push_back(std::move(changes));
        }) {
    core.start(0);
    world = core.world("123456789012", "eu-west-1");
    write();
  }
  static server::CoreOptions options() {
    server::CoreOptions some;
    some.kept_events = 100;
    return some;
  }
  void write() {
    for (const model::ChangeSet& changes : queue) {
      for (const model::RowChange& row : changes.rows) {
        if (row.body) {
          stored[{row.kind, row.id}] = *row.body;
        } else {
          stored.erase({row.kind, row.id});
        }
      }
    }
    queue.clear();
    core.durable(appended);
  }
  void fail() {
    queue.clear();
    core.storage_failed("disk full", core.durable_sequence());
  }
  bool create_cluster(const std::string& name) {
    api::CreateClusterRequest request;
    request.clusterName = name;
    return core.run(world, [&](operations::Context& context) { return operations::create_cluster(request, context); })
        .has_value();
  }
  void delete_cluster(const std::string& name) {
    api::DeleteClusterRequest request;
    request.cluster = name;
    REQUIRE(
        core.run(world, [&](operations::Context& context) { return operations::delete_cluster(request, context); }));
  }
  void keep(const std::string& name) {
    REQUIRE(core.change([&](model::Transaction& tx) { server::keep_snapshot(tx, name); }));
  }
  std::expected<void, std::string> restore(const std::string& name) {
    const std::string* snapshot = server::find_snapshot(core.state(), name);
    REQUIRE(snapshot != nullptr);
    return core.restore(*snapshot, server::snapshot_world(core.state()));
  }
  bool has(const std::string& name) const { return core.state().cluster_named(world, name) != nullptr; }

  model::VirtualClock clock{model::Instant{std::chrono::milliseconds{1'700'000'000'000}}};
  std::vector<model::ChangeSet> queue;
  test::RowMap stored;
  std::uint64_t appended = 0;
  server::Core core;
  model::WorldId world;
};

}  // namespace

TEST_CASE("A snapshot outlives what came after it, a reset, and a restart") {
  Bench bench;
  REQUIRE(bench.create_cluster("one"));
  bench.keep("base");
  REQUIRE(bench.create_cluster("two"));
  REQUIRE(bench.core.reset());
  CHECK_FALSE(bench.has("one"));
  REQUIRE(bench.restore("base"));
  CHECK(bench.has("one"));
  CHECK_FALSE(bench.has("two"));
  bench.write();

  model::State fresh;
  model::StateLoader loader(fresh);
  for (const auto& [key, body] : bench.stored) REQUIRE(loader.add(key.first, key.second, body));
  CHECK(test::indexes_of(fresh) == test::indexes_of(bench.core.state()));
  const auto kept = server::kept_snapshots(fresh);
  REQUIRE(kept.size() == 1);
  CHECK(kept.front().name == "base");
  CHECK(kept.front().facts.clusters == 1);
  CHECK(kept.front().bytes == server::find_snapshot(bench.core.state(), "base")->size());
}

TEST_CASE("A snapshot holds no other snapshot, and dropping one leaves the others") {
  Bench bench;
  bench.keep("empty");
  REQUIRE(bench.create_cluster("one"));
  bench.keep("one");
  REQUIRE(bench.restore("empty"));
  CHECK_FALSE(bench.has("one"));
  CHECK(server::kept_snapshots(bench.core.state()).size() == 2);
  REQUIRE(bench.restore("one"));
  CHECK(bench.has("one"));
  bench.core.change([](model::Transaction& tx) { server::drop_snapshot(tx, "empty"); });
  CHECK(server::find_snapshot(bench.core.state(), "empty") == nullptr);
  CHECK(server::find_snapshot(bench.core.state(), "one") != nullptr);
  CHECK(server::find_snapshot(bench.core.state(), "never") == nullptr);
}

TEST_CASE("A restore that storage cannot write is taken back, and none begins while it cannot") {
  Bench bench;
  REQUIRE(bench.create_cluster("one"));
  bench.keep("base");
  bench.delete_cluster("one");
  REQUIRE(bench.create_cluster("two"));
  bench.write();
  const std::string before = test::indexes_of(bench.core.state());
  REQUIRE(bench.restore("base"));
  CHECK(test::indexes_of(bench.core.state()) != before);
  std::vector<std::string> answers;
  bench.core.when_durable(bench.core.sequence(), [&](const api::ApiError* error) {
    answers.push_back(error == nullptr ? "restored" : error->message);
  });
  bench.fail();
  CHECK(test::indexes_of(bench.core.state()) == before);
  CHECK(bench.has("two"));
  REQUIRE(answers.size() == 1);
  CHECK(answers.front().find("disk full") != std::string::npos);
  const auto refused = bench.restore("base");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().find("disk full") != std::string::npos);
  bench.core.storage_recovered(2, bench.core.durable_sequence());
  REQUIRE(bench.restore("base"));
  bench.write();
  CHECK(bench.has("one"));
  CHECK_FALSE(bench.has("two"));
}

TEST_CASE("Going back makes no event, and events that come back are not handed to rules again") {
  Bench bench;
  api::events::PutRuleRequest rule;
  rule.Name = "all";
  rule.EventPattern = R"({"source":["aws.ecs"]})";
  REQUIRE(bench.core.run(bench.world,
                         [&](operations::Context& context) { return operations::events::put_rule(rule, context); }));
  api::events::PutTargetsRequest targets;
  targets.Rule = "all";
  auto& target = targets.Targets.emplace().emplace_back();
  target.Id = "t";
  target.Arn = "arn:aws:logs:eu-west-1:123456789012:log-group:g";
  REQUIRE(bench.core.run(
      bench.world, [&](operations::Context& context) { return operations::events::put_targets(targets, context); }));
  REQUIRE(bench.create_cluster("one"));
  bench.core.change([&](model::Transaction& tx) {
    model::ContainerInstance instance;
    instance.uuid = {7, 7};
    instance.cluster = tx.state().cluster_named(bench.world, "one")->id;
    tx.create(std::move(instance));
  });
  const auto events = bench.core.state().events();
  const auto deliveries = bench.core.state().event_deliveries();
  REQUIRE(events.size() == 1);
  REQUIRE(deliveries.size() == 1);
  bench.keep("base");
  bench.core.reset();
  CHECK(bench.core.state().events().empty());
  REQUIRE(bench.restore("base"));
  CHECK(bench.core.state().events() == events);
  CHECK(bench.core.state().event_deliveries() == deliveries);
}

TEST_CASE("After going back, everything is looked at again, and timers of what is gone are forgotten") {
  Bench bench;
  REQUIRE(bench.create_cluster("one"));
  bench.core.settle();
  bench.keep("base");
  bench.core.change([&](model::Transaction& tx) {
    model::Service service;
    service.cluster = tx.state().cluster_named(bench.world, "one")->id;
    service.name = "old";
    service.status = model::ServiceStatus::kInactive;
    service.inactive_at = tx.now();
    service.settings = std::make_shared<const api::Service>();
    tx.create(std::move(service));
  });
  bench.core.settle();
  CHECK(bench.core.next_timer());
  REQUIRE(bench.restore("base"));
  CHECK(bench.core.has_work());
  bench.core.settle();
  CHECK_FALSE(bench.core.next_timer());
}
