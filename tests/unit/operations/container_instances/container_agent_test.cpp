// spec/operations.md, UpdateContainerAgent.
#include "tests/unit/operations/instances.hpp"

namespace drydock::test {
namespace {

using namespace operations;

struct AgentWorld : TestWorld {
  AgentWorld() { add_cluster(*this, "default"); }
  std::string join(const std::optional<std::string>& version) {
    auto request = registration("default");
    request.instanceIdentityDocument = identity("i-1");
    if (version) request.versionInfo.emplace().agentVersion = version;
    return *must(register_container_instance, request).containerInstance->containerInstanceArn;
  }
  static api::UpdateContainerAgentRequest update(const std::string& instance) {
    api::UpdateContainerAgentRequest request;
    request.containerInstance = instance;
    return request;
  }
  std::optional<std::string> status(const std::string& arn) {
    api::DescribeContainerInstancesRequest request;
    request.containerInstances = {arn};
    return must(describe_container_instances, request).containerInstances->front().agentUpdateStatus;
  }
};

TEST_CASE("an old agent is asked to update, once, until a new one registers") {
  AgentWorld world;
  const std::string arn = world.join("1.40.0");
  CHECK_FALSE(world.status(arn));
  const auto answer = world.must(update_container_agent, AgentWorld::update(arn));
  CHECK(answer.containerInstance->agentUpdateStatus == "PENDING");
  CHECK(world.refusal(update_container_agent, AgentWorld::update(arn)).code == "UpdateInProgressException");
  world.join("1.41.0");
  CHECK(world.status(arn) == "PENDING");
  world.join("1.105.1");
  CHECK(world.status(arn) == "UPDATED");
  CHECK(world.refusal(update_container_agent, AgentWorld::update(arn)).code == "NoUpdateAvailableException");
}

TEST_CASE("the agent's version must be known and must not be the newest") {
  AgentWorld world;
  const auto code = [&](const std::optional<std::string>& version) {
    AgentWorld fresh;
    const std::string arn = fresh.join(version);
    return fresh.refusal(update_container_agent, AgentWorld::update(arn)).code;
  };
  CHECK(code(std::nullopt) == "MissingVersionException");
  CHECK(code("latest") == "MissingVersionException");
  CHECK(code("1.2") == "MissingVersionException");
  CHECK(code("1.105.1") == "NoUpdateAvailableException");
  CHECK(code("2.0.0") == "NoUpdateAvailableException");
}

TEST_CASE("UpdateContainerAgent is for instances of the cluster") {
  AgentWorld world;
  const auto refusal = [&](const api::UpdateContainerAgentRequest& request) {
    return text_of(world.refusal(update_container_agent, request));
  };
  CHECK(refusal(AgentWorld::update(std::string(32, 'a'))) ==
        "InvalidParameterException: The referenced container instance was not found.");
  CHECK(refusal(AgentWorld::update("short")) ==
        "InvalidParameterException: containerInstanceId length should be one of [32,36]");
  auto elsewhere = AgentWorld::update(std::string(32, 'a'));
  elsewhere.cluster = "nowhere";
  CHECK(refusal(elsewhere) == "ClusterNotFoundException: Cluster not found.");
  const std::string arn = world.join("1.40.0");
  world.must(deregister_container_instance, leaving("default", arn));
  CHECK(refusal(AgentWorld::update(arn)) ==
        "InvalidParameterException: The referenced container instance was not found.");
}

}  // namespace
}  // namespace drydock::test
