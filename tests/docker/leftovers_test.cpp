// Machines of instance groups that are switched off, and what the engine still has of them.

#include "instances/docker/leftovers.hpp"

#include <set>

#include "tests/docker/bench.hpp"
#include "tests/docker/fake_engine.hpp"
#include "tests/support/catch.hpp"

using namespace drydock;
using namespace drydock::test;

namespace {

/// Machines that are switched on and off by name, on an engine without containers of its own making.
struct Machines {
  Machines() : bench(engine.socket()) {}

  /// The create of a container of this machine, as its agent asked for it.
  std::string begin_create(const docker::Owner& owner) {
    const auto task = bench.task({container("main", {"true"})});
    return engine.begin_create(docker::docker_name(task, "main"), docker::container_labels(owner, task, "main"));
  }
  std::string running(const docker::Owner& owner) {
    const std::string id = begin_create(owner);
    engine.finish_create(id);
    engine.finish_start(id);
    return id;
  }
  docker::Owner machine(const std::string& instance) const { return {bench.owner().drydock_id, instance, "web"}; }
  void watch() {
    docker::LeftoversOptions options;
    options.socket_path = engine.socket();
    options.drydock_id = bench.owner().drydock_id;
    options.present = [this](const std::string& instance) { return present.contains(instance); };
    leftovers.emplace(bench.executor(), std::move(options));
  }
  void until_gone(const std::string& id) {
    bench.until("removal of " + id, [&] { return engine.state(id).empty(); }, std::chrono::seconds(20));
  }

  FakeEngine engine;
  AgentBench bench;
  std::set<std::string> present;
  std::optional<docker::Leftovers> leftovers;
};

}  // namespace

TEST_CASE("What a machine left before a restart is removed, and nothing else is touched") {
  Machines all;
  all.present = {"i-here"};
  const std::string left = all.running(all.machine("i-gone"));
  const std::string created = all.begin_create(all.machine("i-gone"));
  all.engine.finish_create(created);
  const std::string of_another = all.running({"another-drydock", "i-gone", "web"});
  const std::string of_no_group = all.running({all.bench.owner().drydock_id, "i-gone"});
  const std::string wanted = all.running(all.machine("i-here"));
  all.watch();
  all.until_gone(left);
  all.until_gone(created);
  for (const std::string& id : {of_another, of_no_group, wanted}) CHECK(all.engine.state(id) == "running");
}

TEST_CASE("A machine that is switched off leaves nothing, not even what its agent asked for last") {
  Machines all;
  all.present = {"i-1", "i-2"};
  const std::string first = all.running(all.machine("i-1"));
  const std::string second = all.running(all.machine("i-2"));
  const std::string left = all.running(all.machine("i-0"));
  all.watch();
  // Everything has been looked at when this one is gone.
  all.until_gone(left);
  CHECK(all.engine.state(first) == "running");
  const std::string late = all.begin_create(all.machine("i-1"));
  all.present.erase("i-1");
  all.leftovers->look();
  all.until_gone(first);
  all.engine.finish_create(late);
  all.until_gone(late);
  CHECK(all.engine.state(second) == "running");
}
