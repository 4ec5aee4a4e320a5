#include "server/events/targets/run_task_target.hpp"

#include <nlohmann/json.hpp>

#include "api-spec/generated/tables.hpp"
#include "api-spec/runtime/decode.hpp"

namespace drydock::server {
namespace {

constexpr std::size_t kStartedByLength = 36;

void set_network(const api::events::EcsParameters& parameters, api::RunTaskRequest& request) {
  if (!parameters.NetworkConfiguration || !parameters.NetworkConfiguration->awsvpcConfiguration) return;
  const auto& given = *parameters.NetworkConfiguration->awsvpcConfiguration;
  auto& network = request.networkConfiguration.emplace().awsvpcConfiguration.emplace();
  network.subnets = given.Subnets;
  network.securityGroups = given.SecurityGroups;
  network.assignPublicIp = given.AssignPublicIp;
}

void set_placement(const api::events::EcsParameters& parameters, api::RunTaskRequest& request) {
  if (parameters.CapacityProviderStrategy) {
    auto& strategy = request.capacityProviderStrategy.emplace();
    for (const auto& given : *parameters.CapacityProviderStrategy) {
      auto& item = strategy.emplace_back();
      item.capacityProvider = given.capacityProvider;
      item.weight = given.weight;
      item.base = given.base;
    }
  }
  if (parameters.PlacementConstraints) {
    auto& constraints = request.placementConstraints.emplace();
    for (const auto& given : *parameters.PlacementConstraints) {
      auto& constraint = constraints.emplace_back();
      constraint.type = given.type;
      constraint.expression = given.expression;
    }
  }
  if (parameters.PlacementStrategy) {
    auto& strategy = request.placementStrategy.emplace();
    for (const auto& given : *parameters.PlacementStrategy) {
      auto& item = strategy.emplace_back();
      item.type = given.type;
      item.field = given.field;
    }
  }
}

void set_tags(const api::events::EcsParameters& parameters, api::RunTaskRequest& request) {
  request.enableECSManagedTags = parameters.EnableECSManagedTags;
  request.propagateTags = parameters.PropagateTags;
  if (!parameters.Tags) return;
  auto& tags = request.tags.emplace();
  for (const auto& given : *parameters.Tags) {
    auto& tag = tags.emplace_back();
    tag.key = given.Key;
    tag.value = given.Value;
  }
}

}  // namespace

std::expected<api::RunTaskRequest, std::string> run_task_request(const api::events::Target& target,
                                                                 const std::string& rule, const std::string& input) {
  const api::events::EcsParameters parameters = target.EcsParameters.value_or(api::events::EcsParameters{});
  api::RunTaskRequest request;
  request.cluster = target.Arn;
  request.taskDefinition = parameters.TaskDefinitionArn;
  request.count = parameters.TaskCount.value_or(1);
  request.launchType = parameters.LaunchType;
  request.platformVersion = parameters.PlatformVersion;
  request.group = parameters.Group;
  request.referenceId = parameters.ReferenceId;
  request.enableExecuteCommand = parameters.EnableExecuteCommand;
  request.startedBy = ("events-rule/" + rule).substr(0, kStartedByLength);
  set_network(parameters, request);
  set_placement(parameters, request);
  set_tags(parameters, request);
  // A whole event has nothing in it that a TaskOverride has.
  const nlohmann::json document = nlohmann::json::parse(input, nullptr, false);
  if (!document.is_object() || document.contains("detail-type")) return request;
  auto overrides = api::decode<api::TaskOverride>(input);
  if (!overrides) return std::unexpected("the input is no TaskOverride: " + overrides.error().message);
  request.overrides = std::move(*overrides);
  return request;
}

}  // namespace drydock::server
