#include "server/faults/fault.hpp"

#include "tests/support/catch.hpp"

using namespace drydock;
using nlohmann::json;

namespace {

const model::Instant kNow{std::chrono::milliseconds{1'735'689'600'000}};

}  // namespace

TEST_CASE("A fault is shown in the form in which it can be given again") {
  const json body = GENERATE(values<json>(
      {{{"id", "a"}, {"kind", "instance-lost"}, {"scope", {{"cluster", "c"}, {"zone", "us-east-1a"}}}},
       {{"id", "b"}, {"kind", "agent-disconnected"}, {"scope", json::object()}, {"until", "2025-01-01T01:00:00.000Z"}},
       {{"id", "c"},
        {"kind", "pull-failure"},
        {"scope", {{"image", "x*"}}},
        {"count", 3},
        {"rate", 0.25},
        {"seed", 9},
        {"message", "m"}},
       {{"id", "d"}, {"kind", "slow-stop"}, {"scope", {{"service", "s"}}}, {"delay", 2.5}},
       {{"id", "e"},
        {"kind", "api-error"},
        {"scope", {{"operation", "Run*"}, {"account", "123456789012"}, {"region", "eu-west-1"}}},
        {"code", "ClientException"}},
       {{"id", "f"}, {"kind", "storage-slow"}, {"scope", json::object()}, {"delay", 1.0}}}));
  const auto fault = server::parse_fault(body, kNow);
  REQUIRE(fault);
  CHECK(json::parse(server::show(*fault).dump()) == body);
}

TEST_CASE("Names may be given as ARNs, and ends as durations") {
  const auto fault = server::parse_fault({{"kind", "pull-failure"},
                                          {"for", "2m"},
                                          {"scope",
                                           {{"cluster", "arn:aws:ecs:us-east-1:123456789012:cluster/prod"},
                                            {"service", "arn:aws:ecs:us-east-1:123456789012:service/prod/web"}}}},
                                         kNow);
  REQUIRE(fault);
  CHECK(fault->scope.cluster == "prod");
  CHECK(fault->scope.service == "web");
  CHECK(fault->until == kNow + std::chrono::minutes(2));
}
