#include "server/virtual_time/virtual_time.hpp"

#include <deque>
#include <string>
#include <vector>

#include "server/core/simulation_settings.hpp"
#include "server/operations/clusters/clusters.hpp"
#include "tests/support/catch.hpp"

using namespace drydock;
using std::chrono::seconds;

namespace {

const model::Instant kStart{std::chrono::milliseconds{1'735'689'600'000}};

/// Virtual time over a core whose disk writes when the test says so.
struct Bench {
  Bench()
      : core(server::CoreOptions{}, clock, 1,
             [this](std::uint64_t, const model::ChangeSet& changes) { appended = changes.sequence; }),
        time(clock, core, [this](std::function<void()> then) { posted.push_back(std::move(then)); }) {
    core.on_work = [this] { time.wake(); };
    core.start(0);
    time.restore();
  }

  /// Everything that needs neither the disk nor the passing of time.
  void work() {
    while (!posted.empty()) {
      const auto next = std::move(posted.front());
      posted.pop_front();
      next();
    }
  }
  void write() {
    time.durable(appended);
    work();
  }
  void say(const std::string& what) { said.push_back(at() + what); }
  std::string at() const { return std::to_string((clock.now() - kStart).count()) + " "; }
  void later(model::Duration delay, const std::string& what) {
    time.after(delay, [this, what] { say(what); });
  }
  void run(server::Run run) {
    run.done = [this](server::RunEnd end) { say("ended " + std::to_string(static_cast<int>(end))); };
    time.run(std::move(run));
    work();
    write();
  }
  bool create_cluster(const std::string& name) {
    api::CreateClusterRequest request;
    request.clusterName = name;
    const auto world = core.world("123456789012", "eu-west-1");
    return core.run(world, [&](operations::Context& context) { return operations::create_cluster(request, context); })
        .has_value();
  }

  model::VirtualClock clock{kStart};
  std::deque<std::function<void()>> posted;
  std::vector<std::string> said;
  std::uint64_t appended = 0;
  server::Core core;
  server::VirtualTime time;
};

using Said = std::vector<std::string>;

}  // namespace

TEST_CASE("Time stands still until it is moved, and what is due happens in the order it was asked for") {
  Bench bench;
  bench.later(seconds(2), "c");
  bench.later(seconds(1), "a");
  bench.later(seconds(1), "b");
  bench.later(seconds(0), "now");
  bench.work();
  CHECK(bench.said == Said{"0 now"});
  CHECK(bench.time.next_event() == kStart + seconds(1));
  server::Run run;
  run.limit = kStart + seconds(1);
  bench.run(std::move(run));
  CHECK(bench.said == Said{"0 now", "1000 a", "1000 b", "1000 ended 0"});
}

TEST_CASE(
    "A run ends when nothing is left to happen, at its limit, or when what it waits for is so or can no longer be") {
  Bench bench;
  bench.later(seconds(5), "five");
  server::Run idle;
  idle.limit = kStart + seconds(100);
  idle.until_idle = true;
  bench.run(std::move(idle));
  CHECK(bench.said == Said{"5000 five", "5000 ended 1"});
  bench.said.clear();
  bench.later(seconds(5), "ten");
  server::Run limited;
  limited.limit = kStart + seconds(7);
  limited.until_idle = true;
  bench.run(std::move(limited));
  CHECK(bench.said == Said{"7000 ended 2"});
  bench.said.clear();
  server::Run reached;
  reached.limit = kStart + seconds(100);
  reached.goal = [&](const model::State&) {
    return bench.said.empty() ? server::Progress::kGoesOn : server::Progress::kReached;
  };
  bench.run(std::move(reached));
  CHECK(bench.said == Said{"10000 ten", "10000 ended 0"});
  bench.said.clear();
  server::Run gone;
  gone.limit = kStart + seconds(100);
  gone.goal = [](const model::State&) { return server::Progress::kGone; };
  bench.run(std::move(gone));
  CHECK(bench.said == Said{"10000 ended 3"});
}

TEST_CASE("A request begins when all that is due has happened and is durable, and answers wait for the disk") {
  Bench bench;
  bench.time.when_idle([&] {
    REQUIRE(bench.create_cluster("one"));
    bench.core.when_durable(bench.core.sequence(), [&](const api::ApiError*) {
      bench.say("answered");
      bench.later(seconds(0), "follows");
    });
  });
  bench.time.when_idle([&] { bench.say("second"); });
  bench.work();
  CHECK(bench.said.empty());
  bench.write();
  CHECK(bench.said == Said{"0 answered", "0 follows", "0 second"});
}

TEST_CASE("Time does not pass while an answer waits for the disk") {
  Bench bench;
  bench.later(seconds(1), "event");
  REQUIRE(bench.create_cluster("one"));
  bench.core.when_durable(bench.core.sequence(), [&](const api::ApiError*) { bench.say("durable"); });
  server::Run run;
  run.limit = kStart + seconds(1);
  run.done = [](server::RunEnd) {};
  bench.time.run(std::move(run));
  bench.work();
  CHECK(bench.said.empty());
  bench.write();
  CHECK(bench.said == Said{"0 durable", "1000 event"});
}

TEST_CASE("An instant that does not end is left after a while") {
  Bench bench;
  int rounds = 0;
  std::function<void()> again = [&] {
    ++rounds;
    bench.time.after(model::Duration{0}, again);
  };
  bench.time.after(model::Duration{0}, again);
  bench.time.when_idle([&] { bench.say("request"); });
  bench.work();
  CHECK(bench.said == Said{"0 request"});
  CHECK(rounds > 1000);
  const int before = rounds;
  server::Run run;
  run.limit = kStart + model::Duration{1};
  bench.run(std::move(run));
  CHECK(bench.said == Said{"0 request", "1 ended 0"});
  CHECK(rounds > before);
}

TEST_CASE("The time is stored with every change, and at the end of every run") {
  Bench bench;
  const auto stored = [&] {
    return server::simulation_setting(bench.core.state(), server::SimulationTopic::kClock, "now").value_or("");
  };
  CHECK(stored() == "");
  REQUIRE(bench.create_cluster("one"));
  CHECK(stored() == "1735689600000");
  server::Run run;
  run.limit = kStart + seconds(3);
  bench.run(std::move(run));
  CHECK(stored() == "1735689603000");
  model::VirtualClock clock{kStart};
  server::Core& core = bench.core;
  server::VirtualTime again(clock, core, [](const std::function<void()>&) {});
  again.restore();
  CHECK(clock.now() == kStart + seconds(3));
}

TEST_CASE("While storage cannot write, a run ends when nothing else is to happen, and says so") {
  Bench bench;
  bench.later(seconds(1), "event");
  bench.core.storage_failed("full", 0);
  server::Run run;
  run.limit = kStart + seconds(5);
  bench.run(std::move(run));
  CHECK(bench.said == Said{"1000 event", "1000 ended 4"});
}

TEST_CASE("Going back keeps the distance to what is still to happen, and forgets what instances were about to do") {
  Bench bench;
  bench.time.after_of_instance(seconds(2), [&] { bench.say("an instance"); });
  bench.later(seconds(3), "a fault ends");
  server::Run run;
  run.limit = kStart + seconds(1);
  bench.run(std::move(run));
  bench.time.jump_to(kStart - seconds(10));
  CHECK(bench.clock.now() == kStart - seconds(10));
  CHECK(bench.time.next_event() == kStart - seconds(9));
  bench.time.forget_instances();
  CHECK(bench.time.next_event() == kStart - seconds(8));
  server::Run on;
  on.limit = kStart;
  on.until_idle = true;
  bench.run(std::move(on));
  CHECK(bench.said == Said{"1000 ended 0", "-8000 a fault ends", "-8000 ended 1"});
}

TEST_CASE("Neither a request nor the passing of time comes before what is about to arrive from outside") {
  Bench bench;
  bool soon = true;
  bench.time.answers_soon = [&] { return soon; };
  bench.later(seconds(0), "now");
  bench.later(seconds(1), "later");
  bench.time.when_idle([&] { bench.say("request"); });
  server::Run run;
  run.limit = kStart + seconds(1);
  bench.run(std::move(run));
  CHECK(bench.said == Said{"0 now"});
  soon = false;
  bench.time.wake();
  bench.work();
  bench.write();
  CHECK(bench.said == Said{"0 now", "0 request", "1000 later", "1000 ended 0"});
}
