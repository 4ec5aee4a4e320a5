#include "server/operations/daemons/daemon_deployment.hpp"

#include <algorithm>
#include <set>

#include "scheduler/daemons/history.hpp"
#include "server/operations/capacity_providers/capacity_strategy.hpp"
#include "server/operations/resolve.hpp"

namespace drydock::operations {
namespace {

using api::ApiError;
using model::DaemonDeployment;
using model::DaemonDeploymentStatus;

constexpr double kDefaultDrainPercent = 25.0;
constexpr int kLongestBakeMinutes = 1440;

std::unexpected<ApiError> refuse(std::string message) {
  return std::unexpected(ApiError::invalid_parameter(std::move(message)));
}

/// What the daemon's instances run now.
std::vector<model::DaemonRevisionId> deployed_revisions(const model::State& state, const model::Daemon& daemon) {
  std::set<model::DaemonRevisionId> found;
  for (const auto& [instance, tasks] : state.of(daemon.id).tasks) {
    for (const model::TaskId task : tasks) found.insert(state.get(task).daemon_revision);
  }
  if (found.empty() && daemon.revision) found.insert(daemon.revision);
  return {found.begin(), found.end()};
}

}  // namespace

Result<DaemonConfiguration> checked_configuration(const std::optional<api::DaemonDeploymentConfiguration>& given) {
  api::DaemonDeploymentConfiguration configuration = given.value_or(api::DaemonDeploymentConfiguration{});
  if (!configuration.drainPercent) configuration.drainPercent = kDefaultDrainPercent;
  if (!configuration.bakeTimeInMinutes) configuration.bakeTimeInMinutes = 0;
  if (*configuration.bakeTimeInMinutes < 0 || *configuration.bakeTimeInMinutes > kLongestBakeMinutes) {
    return refuse("bakeTimeInMinutes must be between 0 and 1440.");
  }
  if (!configuration.alarms) configuration.alarms.emplace();
  if (!configuration.alarms->enable) configuration.alarms->enable = false;
  if (!configuration.alarms->alarmNames) configuration.alarms->alarmNames.emplace();
  if (*configuration.alarms->enable && configuration.alarms->alarmNames->empty()) {
    return refuse("At least one alarm name is required when deployment alarms are enabled.");
  }
  return std::make_shared<const api::DaemonDeploymentConfiguration>(std::move(configuration));
}

Result<std::vector<std::string>> checked_daemon_providers(const Context& context, model::ClusterId cluster,
                                                          const std::vector<std::string>& given) {
  std::vector<std::string> names;
  for (const std::string& text : given) {
    std::string name = provider_name_here(context, text);
    const auto* provider = context.state().capacity_provider_named(context.world, name);
    const bool fargate = model::is_fargate_provider(name);
    if (!fargate && (provider == nullptr || provider->update_status == "DELETE_IN_PROGRESS")) {
      return refuse("The specified capacity provider was not found. Specify a valid name or ARN and try again.");
    }
    if (fargate || !provider->cluster) {
      return refuse("Daemons are only supported for Amazon ECS Managed Instances capacity providers: " + name +
                    " is not one.");
    }
    if (provider->cluster != cluster) {
      return refuse("The capacity provider " + name + " belongs to another cluster.");
    }
    if (std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
  }
  return names;
}

Result<model::DaemonTaskDefinitionId> runnable_daemon_definition(const Context& context, const std::string& text) {
  const auto found = find_daemon_task_definition(context, text);
  if (!found) return std::unexpected(found.error());
  if (*found == nullptr) return std::unexpected(ApiError::client("Daemon task definition not found."));
  if ((*found)->status != model::DaemonTaskDefinitionStatus::kActive) {
    return std::unexpected(ApiError::client("Daemon task definition is not in ACTIVE status."));
  }
  return (*found)->id;
}

void start_deployment(Context& context, model::DaemonId id, model::DaemonRevisionId target,
                      DaemonConfiguration configuration) {
  const model::Daemon& daemon = context.state().get(id);
  const DaemonDeployment* before = context.state().find(daemon.deployment);
  if (before != nullptr && (before->under_way() || before->status == DaemonDeploymentStatus::kPending)) {
    context.tx.update(before->id, [&](DaemonDeployment& entity) {
      entity.status = DaemonDeploymentStatus::kStopRequested;
      entity.status_reason = "Replaced by a new deployment.";
    });
  }
  DaemonDeployment deployment;
  deployment.daemon = id;
  deployment.name = context.tx.random().service_deployment_name();
  deployment.target = target;
  deployment.sources = deployed_revisions(context.state(), daemon);
  deployment.configuration = std::move(configuration);
  deployment.created_at = context.tx.now();
  const model::DaemonDeploymentId started = context.tx.create(std::move(deployment));
  context.tx.update(id, [&](model::Daemon& entity) {
    entity.deployment = started;
    if (!target) return;
    entity.revision = target;
    entity.definition = context.state().get(target).definition;
  });
  scheduler::forget_old_deployments(context.tx, id);
}

}  // namespace drydock::operations
