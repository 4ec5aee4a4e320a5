#include "model/task_definitions/network_configuration.hpp"

#include <algorithm>
#include <cctype>
#include <string>
#include <vector>

#include "model/quotas.hpp"
#include "model/task_definitions/members.hpp"

namespace drydock::model {
namespace {

using namespace task_definitions;

constexpr std::size_t kMaxSubnets = default_of(Quota::kSubnets);
constexpr std::size_t kMaxSecurityGroups = default_of(Quota::kSecurityGroups);

std::optional<api::ApiError> refuse(std::string message) {
  return api::ApiError::invalid_parameter(std::move(message));
}

bool is_id(std::string_view id, std::string_view prefix) {
  if (!id.starts_with(prefix) || id.size() == prefix.size()) return false;
  return std::all_of(id.begin(), id.end(),
                     [](unsigned char c) { return c < 128 && (std::isalnum(c) != 0 || c == '-'); });
}

std::string joined(const std::vector<std::string>& ids) {
  std::string list;
  for (const auto& id : ids) list += (list.empty() ? "" : ", ") + id;
  return list;
}

std::optional<api::ApiError> check_subnets(const api::AwsVpcConfiguration& vpc) {
  const auto& subnets = items(vpc.subnets);
  if (subnets.empty()) return refuse("subnets can not be empty.");
  if (subnets.size() > kMaxSubnets) return refuse("subnets can have at most 16 items");
  for (const auto& id : subnets) {
    if (is_id(id, "subnet-")) continue;
    return refuse("Error retrieving subnet information for [" + joined(subnets) + "]: The subnet ID '" + id +
                  "' does not exist (ErrorCode: InvalidSubnetID.NotFound)");
  }
  return std::nullopt;
}

std::optional<api::ApiError> check_security_groups(const api::AwsVpcConfiguration& vpc) {
  const auto& groups = items(vpc.securityGroups);
  if (groups.size() > kMaxSecurityGroups) return refuse("security groups can have at most 5 items");
  for (const auto& id : groups) {
    if (is_id(id, "sg-")) continue;
    return refuse("Error retrieving security group information for [" + joined(groups) + "]: The security group '" +
                  id + "' does not exist (ErrorCode: InvalidGroup.NotFound)");
  }
  return std::nullopt;
}

}  // namespace

std::optional<api::ApiError> check_network_configuration(const api::TaskDefinition& definition,
                                                         const api::NetworkConfiguration* network,
                                                         std::string_view launch_type) {
  // An empty object says as little as none.
  const bool present = network != nullptr && network->awsvpcConfiguration.has_value();
  if (network_mode(definition) != "awsvpc") {
    if (!present) return std::nullopt;
    return refuse("Network Configuration is not valid for the given networkMode of this task definition.");
  }
  if (!present) {
    return refuse("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  }
  const api::AwsVpcConfiguration& vpc = *network->awsvpcConfiguration;
  if (auto no = check_subnets(vpc)) return no;
  if (auto no = check_security_groups(vpc)) return no;
  if (launch_type == "EC2" && text(vpc.assignPublicIp) == "ENABLED") {
    return refuse("Assign public IP is not supported for this launch type.");
  }
  return std::nullopt;
}

}  // namespace drydock::model
