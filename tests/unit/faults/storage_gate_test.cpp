#include "server/faults/storage_gate.hpp"

#include <deque>
#include <vector>

#include "server/operations/clusters/clusters.hpp"
#include "tests/support/catch.hpp"

using namespace drydock;
using std::chrono::seconds;

namespace {

struct Bench {
  Bench()
      : core(server::CoreOptions{}, clock, 1,
             [this](std::uint64_t epoch, model::ChangeSet changes) { gate.append(epoch, std::move(changes)); }),
        gate(
            core, [this](model::Duration, std::function<void()> then) { later.push_back(std::move(then)); },
            [this](std::uint64_t, const model::ChangeSet& changes) { written.push_back(changes.sequence); }) {
    core.start(0);
    gate.start(0);
    world = core.world("123456789012", "eu-west-1");
    core.durable(1);
  }

  bool create(const std::string& name) {
    api::CreateClusterRequest request;
    request.clusterName = name;
    const auto made =
        core.run(world, [&](operations::Context& context) { return operations::create_cluster(request, context); });
    if (!made) return false;
    core.when_durable(core.sequence(), [this, name](const api::ApiError* error) {
      answers.push_back(name + (error == nullptr ? "" : " refused"));
    });
    return true;
  }
  void pass_time() {
    const auto due = std::move(later);
    later.clear();
    for (const auto& then : due) then();
  }
  void write() { core.durable(gate.forwarded()); }

  model::VirtualClock clock{model::Instant{std::chrono::milliseconds{1'735'689'600'000}}};
  std::deque<std::function<void()>> later;
  std::vector<std::uint64_t> written;
  std::vector<std::string> answers;
  server::Core core;
  server::StorageGate gate;
  model::WorldId world;
};

using Answers = std::vector<std::string>;

}  // namespace

TEST_CASE("Slow storage gets changes later, in order, and answers wait") {
  Bench bench;
  bench.gate.set_delay(seconds(1));
  REQUIRE(bench.create("one"));
  bench.gate.set_delay(seconds(0));
  REQUIRE(bench.create("two"));
  CHECK(bench.written == std::vector<std::uint64_t>{1});
  bench.write();
  CHECK(bench.answers.empty());
  bench.pass_time();
  CHECK(bench.written == std::vector<std::uint64_t>{1, 2, 3});
  bench.write();
  CHECK(bench.answers == Answers{"one", "two"});
  REQUIRE(bench.create("three"));
  CHECK(bench.written.back() == 4);
}

TEST_CASE("Storage that fails keeps what it has, loses the rest, and works again") {
  Bench bench;
  REQUIRE(bench.create("kept"));
  bench.gate.set_failure("full");
  REQUIRE(bench.create("lost"));
  CHECK(bench.later.empty());  // "kept" is under way
  bench.write();
  bench.pass_time();
  CHECK(bench.answers == Answers{"kept", "lost refused"});
  CHECK(!bench.create("refused"));
  CHECK(bench.core.state().cluster_named(bench.world, "lost") == nullptr);
  bench.gate.set_failure(std::nullopt);
  REQUIRE(bench.create("again"));
  bench.write();
  CHECK(bench.answers == Answers{"kept", "lost refused", "again"});
  CHECK(bench.written == std::vector<std::uint64_t>{1, 2, 3});
}

TEST_CASE("A failure that ends before anything failed loses nothing") {
  Bench bench;
  REQUIRE(bench.create("kept"));
  bench.gate.set_failure("full");
  REQUIRE(bench.create("held"));
  bench.gate.set_failure(std::nullopt);
  bench.write();
  bench.pass_time();
  CHECK(bench.answers == Answers{"kept", "held"});
  CHECK(!bench.core.storage_error());
}

TEST_CASE("A real failure under a failure made on purpose ends when both have") {
  Bench bench;
  bench.gate.set_failure("on purpose");
  bench.pass_time();
  REQUIRE(bench.core.storage_error());
  bench.gate.failed("really", 1);
  bench.gate.set_failure(std::nullopt);
  CHECK(bench.core.storage_error());
  bench.gate.recovered(2, 1);
  CHECK(!bench.core.storage_error());
  bench.gate.set_failure("again");
  bench.pass_time();
  bench.gate.failed("really", 1);
  bench.gate.recovered(3, 1);
  CHECK(bench.core.storage_error());
  bench.gate.set_failure(std::nullopt);
  CHECK(!bench.core.storage_error());
}
