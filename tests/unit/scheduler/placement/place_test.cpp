// spec/placement.md sections 1, 2 and 5.
#include <memory>

#include "tests/support/catch.hpp"
#include "tests/unit/scheduler/placement/placement_fixture.hpp"

namespace drydock::scheduler {
namespace {

using namespace test;

std::string reason(const InstanceView& view, const model::TaskRequirements& task) {
  const auto refusal = refuse(view, task);
  return refusal ? refusal->reason : "";
}

TEST_CASE("eight tasks fit an instance by CPU and the ninth is refused for it", "[scheduler][placement]") {
  // The containers' 256 and 0 CPU units, 128 MiB reserved and 256 MiB.
  Batch batch({instance(1, "a", 2048, 3767)}, needs(256, 384));
  CHECK(place(batch, 9) == std::vector<std::uint64_t>{1, 1, 1, 1, 1, 1, 1, 1, 0});
  const auto last = batch.place_next();
  REQUIRE_FALSE(last.has_value());
  REQUIRE(last.error().size() == 1);
  CHECK(last.error()[0].reason == "RESOURCE:CPU");
  CHECK(last.error()[0].wanted == "256 CPU units");
  CHECK(last.error()[0].available == "0 of 2048 left");
}

TEST_CASE("what is left may be used up exactly", "[scheduler][placement]") {
  CHECK(reason(instance(1, "a", 256, 384), needs(256, 384)).empty());
  CHECK(reason(instance(1, "a", 255, 384), needs(256, 384)) == "RESOURCE:CPU");
  CHECK(reason(instance(1, "a", 256, 383), needs(256, 384)) == "RESOURCE:MEMORY");
}

TEST_CASE("a fixed host port is taken once per instance and protocol", "[scheduler][placement]") {
  InstanceView view = instance(1, "a");
  for (const int port : {22, 2375, 2376, 51678, 51679}) view.ports_used.insert({port, false});
  model::TaskRequirements task = needs(0, 0);
  task.ports = {{53, true}, {80, false}};
  Batch batch({view}, task);
  CHECK(place(batch, 2) == std::vector<std::uint64_t>{1, 0});
  CHECK(batch.place_next().error()[0].reason == "RESOURCE:PORTS");
  view.ports_used.insert({53, true});
  CHECK(reason(view, task) == "RESOURCE:PORTS_UDP");
  view.ports_used.erase({53, true});

  task.ports = {{80, false}};
  view.ports_used.insert({80, true});
  CHECK(reason(view, task).empty());
  view.ports_used.insert({80, false});
  CHECK(reason(view, task) == "RESOURCE:PORTS");
  task.ports = {{22, false}};
  CHECK(reason(instance(1, "a"), task).empty());
  CHECK(reason(view, task) == "RESOURCE:PORTS");
}

TEST_CASE("an instance has at most a hundred reserved and fixed host ports", "[scheduler][placement]") {
  InstanceView view = instance(1, "a");
  view.fixed_ports = 98;
  model::TaskRequirements task = needs(0, 0);
  task.ports = {{80, false}, {443, false}};
  CHECK(reason(view, task).empty());
  ++view.fixed_ports;
  CHECK(reason(view, task) == "RESOURCE:PORTS");
  task.ports = {{53, true}, {54, true}};
  CHECK(reason(view, task) == "RESOURCE:PORTS_UDP");
  task.ports.clear();
  CHECK(reason(view, task).empty());
}

TEST_CASE("GPUs and network interfaces are counted like the rest", "[scheduler][placement]") {
  InstanceView view = instance(1, "a");
  model::TaskRequirements task = needs(1, 1);
  task.gpus = 2;
  CHECK(reason(view, task) == "RESOURCE:GPU");
  view.gpus_registered = view.gpus_free = 5;
  Batch gpus({view}, task);
  CHECK(place(gpus, 3) == std::vector<std::uint64_t>{1, 1, 0});
  CHECK(gpus.place_next().error()[0].available == "1 of 5 left");

  task.gpus = 0;
  task.needs_eni = true;
  view.interfaces = view.interfaces_free = 2;
  Batch interfaces({view}, task);
  CHECK(place(interfaces, 3) == std::vector<std::uint64_t>{1, 1, 0});
  CHECK(interfaces.place_next().error()[0].reason == "RESOURCE:ENI");
}

TEST_CASE("the first filter that refuses is the reason", "[scheduler][placement]") {
  // Each step mends what the one before refused.
  Constraints constraints;
  constraints.member_of.push_back({"attribute:a exists", query::parse("attribute:a exists")});
  constraints.distinct_instance = true;
  InstanceView view = instance(1, "a", 0, 0);
  view.active = view.connected = false;
  view.missing_daemon = "logs";
  view.ports_used = {{80, false}, {53, true}};
  view.interfaces_free = 0;
  view.wanted_in_scope = 1;
  model::TaskRequirements task = needs(1, 1);
  task.attributes = {attribute("a", std::nullopt)};
  task.ports = {{53, true}, {80, false}};
  task.gpus = 1;
  task.needs_eni = true;
  const std::vector<api::Attribute> attributes = {attribute("a", "b")};
  const auto why = [&] {
    const auto refusal = refuse(view, task, constraints);
    return refusal ? refusal->reason : "";
  };
  CHECK(why() == "DRAINING");
  view.active = true;
  CHECK(why() == "AGENT");
  view.connected = true;
  CHECK(why() == "ATTRIBUTE");
  view.attributes = &attributes;
  CHECK(why() == "DAEMON");
  view.missing_daemon.clear();
  CHECK(why() == "RESOURCE:CPU");
  view.cpu_free = 1;
  CHECK(why() == "RESOURCE:MEMORY");
  view.memory_free = 1;
  CHECK(why() == "RESOURCE:PORTS");
  view.ports_used.erase({80, false});
  CHECK(why() == "RESOURCE:PORTS_UDP");
  view.ports_used.clear();
  CHECK(why() == "RESOURCE:GPU");
  view.gpus_free = 1;
  CHECK(why() == "RESOURCE:ENI");
  view.interfaces_free = 1;
  CHECK(why() == "MemberOf placement constraint unsatisfied.");
  view.facts.attributes = &attributes;
  CHECK(why() == "DistinctInstance placement constraint unsatisfied.");
  view.wanted_in_scope = 0;
  CHECK(why().empty());
}

TEST_CASE("draining and disconnected instances take nothing", "[scheduler][placement]") {
  InstanceView view = instance(1, "a");
  view.connected = false;
  CHECK(reason(view, needs(1, 1)) == "AGENT");
  view.active = false;
  CHECK(reason(view, needs(1, 1)) == "DRAINING");
}

TEST_CASE("a required attribute must be there, with the value when one is asked for", "[scheduler][placement]") {
  const std::vector<api::Attribute> registered = {attribute("ecs.capability.task-eni", std::nullopt),
                                                  attribute("ecs.cpu-architecture", "x86_64")};
  InstanceView view = instance(1, "a");
  view.attributes = &registered;
  model::TaskRequirements task = needs(1, 1);
  task.attributes = {attribute("ecs.capability.task-eni", std::nullopt), attribute("ecs.cpu-architecture", "x86_64")};
  CHECK(reason(view, task).empty());
  task.attributes[1].value = "arm64";
  CHECK(reason(view, task) == "ATTRIBUTE");
  task.attributes[1] = attribute("ecs.capability.efs", std::nullopt);
  CHECK(reason(view, task) == "ATTRIBUTE");
  view.attributes = nullptr;
  CHECK(reason(view, task) == "ATTRIBUTE");
}

TEST_CASE("without a strategy tasks spread over zones, then over instances", "[scheduler][placement]") {
  // Section 5.1: i1 and i2 in zone a, i3 in zone b, 1024 MiB each, tasks of 256 MiB.
  Batch batch({instance(1, "a"), instance(2, "a"), instance(3, "b")}, needs(128, 256));
  CHECK(place(batch, 5) == std::vector<std::uint64_t>{1, 3, 2, 3, 1});
}

TEST_CASE("tasks that are there already count for the spread", "[scheduler][placement]") {
  InstanceView busy = instance(1, "a");
  busy.tasks_in_scope = 2;
  InstanceView other = instance(2, "b");
  other.tasks_in_scope = 1;
  Batch batch({busy, other, instance(3, "b")}, needs(1, 1));
  CHECK(place(batch, 3) == std::vector<std::uint64_t>{3, 2, 1});
}

TEST_CASE("a zone without room is passed over", "[scheduler][placement]") {
  Batch batch({instance(1, "a", 4096, 256), instance(2, "b", 4096, 1024)}, needs(1, 256));
  CHECK(place(batch, 6) == std::vector<std::uint64_t>{2, 1, 2, 2, 2, 0});
}

TEST_CASE("between equal instances the one with more memory left wins", "[scheduler][placement]") {
  Batch batch({instance(1, "a", 4096, 512), instance(2, "a", 4096, 1024)}, needs(1, 1));
  CHECK(place(batch, 1) == std::vector<std::uint64_t>{2});
}

TEST_CASE("many placements never overload an instance", "[scheduler][placement]") {
  std::vector<InstanceView> instances;
  for (std::uint64_t i = 1; i <= 20; ++i) {
    instances.push_back(instance(i, std::string(1, static_cast<char>('a' + i % 3)), 1000, 1000));
  }
  Batch batch(instances, needs(300, 240));
  std::map<std::uint64_t, int> count;
  for (auto place = batch.place_next(); place; place = batch.place_next()) ++count[place->value];
  CHECK(count.size() == 20);
  for (const auto& [id, tasks] : count) CHECK(tasks == 3);
}

TEST_CASE("the closest match is the instance that got furthest", "[scheduler][placement]") {
  const auto refusal = [](std::uint64_t id, const char* why) {
    return model::Refusal{model::InstanceId{id}, why, "", ""};
  };
  CHECK(closest({}) == nullptr);
  const std::vector<model::Refusal> refusals = {refusal(1, "DRAINING"), refusal(2, "RESOURCE:MEMORY"),
                                                refusal(3, "RESOURCE:CPU"), refusal(4, "RESOURCE:MEMORY")};
  REQUIRE(closest(refusals) != nullptr);
  CHECK(closest(refusals)->instance == model::InstanceId{2});
  // Resources come before constraints.
  const std::vector<model::Refusal> constrained = {refusal(1, "RESOURCE:ENI"), refusal(2, kMemberOfUnsatisfied),
                                                   refusal(3, "RESOURCE:GPU")};
  CHECK(closest(constrained)->instance == model::InstanceId{2});
}

}  // namespace
}  // namespace drydock::scheduler
