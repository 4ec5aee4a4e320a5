// --strict: the cluster `default` is there only when somebody created it. Without it, it comes on demand, for every
// operation that takes a cluster and may be called without one.

#include <map>

#include "api-spec/generated/operations.hpp"
#include "server/operations/registry.hpp"
#include "tests/unit/operations/services/service_fixture.hpp"

namespace drydock::test {
namespace {

enum class Unnamed {
  kOnDemand,      // makes `default`; when strict: Cluster not found.
  kNeverMade,     // Cluster not found. in both modes
  kNothingAsked,  // does not look the cluster up
  kAlwaysMade,    // makes `default` in both modes, as ECS does
};

struct Case {
  Json body;
  Unnamed expected = Unnamed::kOnDemand;
};

/// Every operation whose request has an optional member `cluster`, with an otherwise acceptable body.
const std::map<std::string, Case>& cases() {
  static const std::string id(32, 'a');
  static const std::map<std::string, Case> kCases = {
      {"CreateCapacityProvider", {{{"name", "p"}}, Unnamed::kNothingAsked}},
      {"CreateExpressGatewayService",
       {{{"executionRoleArn", "arn:aws:iam::123456789012:role/e"},
         {"infrastructureRoleArn", "arn:aws:iam::123456789012:role/i"},
         {"primaryContainer", {{"image", "busybox"}}}},
        Unnamed::kAlwaysMade}},
      {"CreateService", {{{"serviceName", "web"}, {"taskDefinition", "web"}, {"desiredCount", 1}}}},
      {"DeleteAttributes",
       {{{"attributes", {{{"name", "a"}, {"targetId", id}, {"targetType", "container-instance"}}}}}}},
      {"DeleteCapacityProvider", {{{"capacityProvider", "p"}}, Unnamed::kNothingAsked}},
      {"DeleteService", {{{"service", "web"}}}},
      {"DeregisterContainerInstance", {{{"containerInstance", id}}}},
      {"DescribeCapacityProviders", {Json::object(), Unnamed::kNothingAsked}},
      {"DescribeContainerInstances", {{{"containerInstances", {id}}}}},
      {"DescribeServices", {{{"services", {"web"}}}}},
      {"DescribeTasks", {{{"tasks", {id}}}}},
      {"DiscoverPollEndpoint", {Json::object(), Unnamed::kNothingAsked}},
      {"ExecuteCommand", {{{"task", id}, {"command", "sh"}, {"interactive", true}}}},
      {"ListAttributes", {{{"targetType", "container-instance"}}}},
      {"ListContainerInstances", {Json::object()}},
      {"ListServiceDeployments", {{{"service", "web"}}}},
      {"ListServices", {Json::object()}},
      {"ListTasks", {Json::object()}},
      {"PutAttributes", {{{"attributes", {{{"name", "a"}, {"targetId", id}, {"targetType", "container-instance"}}}}}}},
      {"RegisterContainerInstance", {Json::object(), Unnamed::kNeverMade}},
      {"RunTask", {{{"taskDefinition", "web"}}}},
      {"StartTask", {{{"taskDefinition", "web"}, {"containerInstances", {id}}}}},
      {"StopTask", {{{"task", id}}}},
      {"SubmitAttachmentStateChanges", {{{"attachments", Json::array()}}, Unnamed::kNothingAsked}},
      {"SubmitContainerStateChange", {Json::object(), Unnamed::kNothingAsked}},
      {"SubmitTaskStateChange", {Json::object(), Unnamed::kNothingAsked}},
      {"UpdateCapacityProvider",
       {{{"name", "p"}, {"autoScalingGroupProvider", Json::object()}}, Unnamed::kNothingAsked}},
      {"UpdateContainerAgent", {{{"containerInstance", id}}}},
      {"UpdateContainerInstancesState", {{{"containerInstances", {id}}, {"status", "DRAINING"}}}},
      {"UpdateService", {{{"service", "web"}, {"desiredCount", 1}}}},
  };
  return kCases;
}

const std::string kNotFound = "ClusterNotFoundException: Cluster not found.";

struct Outcome {
  std::string error;  // empty: success
  bool made = false;  // the cluster `default` was there after it, in the operation's own transaction
};

Outcome outcome(const std::string& operation, const Json& body, bool strict) {
  DrydockWorld world;
  world.settings.strict = strict;
  world.ok("RegisterTaskDefinition", ServiceWorld::definition("web"));
  const auto answer = world.api(operation, body);
  Outcome found;
  if (!answer) found.error = answer.error().code + ": " + answer.error().message;
  found.made = world.state.cluster_named(world.id, "default") != nullptr;
  return found;
}

bool unsupported(const Outcome& found) { return found.error.starts_with("UnsupportedFeatureException: "); }

}  // namespace

TEST_CASE("Every operation that may be called without a cluster is in the table", "[strict]") {
  std::size_t found = 0;
  for (const api::OperationInfo& operation : api::operations()) {
    const auto members = operation.input->members;
    const auto cluster = std::ranges::find(members, "cluster", &api::MemberInfo::name);
    if (cluster == members.end() || cluster->required) continue;
    INFO(operation.name);
    CHECK(cases().contains(std::string(operation.name)));
    ++found;
  }
  CHECK(found == cases().size());
}

TEST_CASE("strict: the cluster `default` is not made on demand", "[strict]") {
  for (const auto& [operation, one] : cases()) {
    INFO(operation);
    const Outcome found = outcome(operation, one.body, true);
    if (one.expected == Unnamed::kAlwaysMade) {
      CHECK(found.made);
      continue;
    }
    CHECK_FALSE(found.made);
    if (one.expected == Unnamed::kNothingAsked || unsupported(found)) continue;
    CHECK(found.error == kNotFound);
  }
}

TEST_CASE("not strict: the cluster `default` comes when it is needed", "[strict]") {
  for (const auto& [operation, one] : cases()) {
    INFO(operation);
    const Outcome found = outcome(operation, one.body, false);
    if (one.expected == Unnamed::kNothingAsked || unsupported(found)) continue;
    if (one.expected == Unnamed::kNeverMade) {
      CHECK(found.error == kNotFound);
    } else {
      CHECK(found.error != kNotFound);
      // A refusal takes everything back, the cluster too.
      CHECK(found.made == found.error.empty());
    }
  }
}

TEST_CASE("strict: a cluster that somebody created is found by all of them", "[strict]") {
  for (const auto& [operation, one] : cases()) {
    INFO(operation);
    DrydockWorld world;
    world.settings.strict = true;
    world.ok("RegisterTaskDefinition", ServiceWorld::definition("web"));
    world.ok("CreateCluster", Json::object());
    const auto answer = world.api(operation, one.body);
    if (!answer) CHECK(answer.error().code != "ClusterNotFoundException");
  }
}

TEST_CASE("DescribeClusters never makes a cluster", "[strict]") {
  for (const bool strict : {false, true}) {
    DrydockWorld world;
    world.settings.strict = strict;
    const Json answer = world.ok("DescribeClusters", Json::object());
    CHECK(answer["clusters"].empty());
    CHECK(answer["failures"][0]["reason"] == "MISSING");
    CHECK(world.state.cluster_named(world.id, "default") == nullptr);
  }
}

}  // namespace drydock::test
