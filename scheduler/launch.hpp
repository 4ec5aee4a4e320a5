#pragma once
// Making a task: the record that says it is wanted, with its resources reserved. Instances learn of it afterwards.

#include <memory>
#include <string>
#include <vector>

#include "model/task_definitions/requirements.hpp"
#include "model/transaction.hpp"

namespace drydock::scheduler {

struct LaunchRequest {
  model::ClusterId cluster;
  model::TaskDefinitionId task_definition;
  model::LaunchType launch_type = model::LaunchType::kEc2;
  model::InstanceId instance;  // none for Fargate
  model::ServiceId service;
  model::DaemonId daemon;  // with its definition and revision instead of a task definition
  model::DaemonTaskDefinitionId daemon_definition;
  model::DaemonRevisionId daemon_revision;
  std::uint64_t deployment = 0;
  std::string group;
  std::string started_by;
  std::string client_token;
  std::uint64_t request_fingerprint = 0;
  std::string platform_version;
  std::string capacity_provider;
  bool execute_command = false;
  std::shared_ptr<const api::TaskOverride> overrides;
  std::shared_ptr<const api::NetworkConfiguration> network;
  std::shared_ptr<const api::RunTaskRequest> placement;  // Task::placement
  std::vector<api::Tag> tags;
};

/// The task is PENDING, or PROVISIONING without an instance when it is to wait for one, or PROVISIONING when it needs a
/// network interface or Fargate capacity.
model::TaskId launch(model::Transaction& tx, const LaunchRequest& request, const model::TaskRequirements& needs);

/// A task that waits for an instance has got this one: it is PENDING, or PROVISIONING until its network interface is
/// there.
void assign(model::Transaction& tx, model::TaskId id, model::InstanceId instance, const model::TaskRequirements& needs);

}  // namespace drydock::scheduler
