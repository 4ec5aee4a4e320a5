#pragma once
// A service as it would be after a call, before anything is stored: CreateService builds one from the request,
// UpdateService from the stored service and the request. The rules look at this.

#include <string>

#include "api-spec/generated/types.hpp"
#include "server/operations/context.hpp"

namespace drydock::operations {

struct ServiceDraft {
  model::SchedulingStrategy scheduling = model::SchedulingStrategy::kReplica;
  const model::TaskDefinition* definition = nullptr;  // null with an EXTERNAL controller
  model::LaunchType launch_type = model::LaunchType::kEc2;
  std::string platform_version;  // Fargate, resolved
  int desired_count = 0;
  api::Service settings;       // as Service::settings
  api::Deployment deployment;  // as Deployment::settings
};

/// ECS, CODE_DEPLOY or EXTERNAL.
std::string_view controller_of(const api::Service& settings);
inline bool has_load_balancers(const api::Service& settings) {
  return settings.loadBalancers && !settings.loadBalancers->empty();
}
bool has_classic_load_balancer(const api::Service& settings);

/// The deployment that would carry the draft, IN_PROGRESS, with an id of its own.
model::Deployment make_deployment(model::Transaction& tx, const ServiceDraft& draft);

/// Whether `deployment` differs from what the draft asks for in anything that only a new deployment changes.
bool needs_new_deployment(const ServiceDraft& draft, const model::Deployment& deployment, const api::Service& settings);

/// Writes the draft into the service; deployments stay as they are.
void apply(const ServiceDraft& draft, model::Service& service);

}  // namespace drydock::operations
