#include "server/events/record/task_service_events.hpp"

#include "model/arn.hpp"
#include "scheduler/deployments/daemon_constraints.hpp"
#include "server/events/record/service_action.hpp"

namespace drydock::events {
namespace {

bool violates_constraint(const model::State& state, const model::Service& service, const model::Task& task) {
  if (service.strategy != model::SchedulingStrategy::kDaemon) return false;
  const model::ContainerInstance* instance = state.find(task.instance);
  if (instance == nullptr || instance->status != model::InstanceStatus::kActive) return false;
  return scheduler::refuse_daemon(state, service, task.task_definition, *instance).has_value();
}

std::vector<std::string> registries_of(const model::Service& service) {
  std::vector<std::string> arns;
  for (const api::ServiceRegistry& registry :
       service.settings->serviceRegistries.value_or(std::vector<api::ServiceRegistry>{})) {
    if (registry.registryArn) arns.push_back(*registry.registryArn);
  }
  return arns;
}

}  // namespace

Drafts task_service_events(const model::State& state, const model::Task* before, const model::Task& after,
                           model::Instant now) {
  const model::Service* service = after.service ? state.find(after.service) : nullptr;
  if (before == nullptr || service == nullptr || service->status != model::ServiceStatus::kActive) return {};
  Drafts drafts;
  const std::vector<std::string> task = {model::arn_of(state, after)};
  if (after.stop_wanted && !before->stop_wanted && violates_constraint(state, *service, after)) {
    const Draft draft = action_draft(state, *service);
    Object detail = head(draft, {"ERROR", "SERVICE_DAEMON_PLACEMENT_CONSTRAINT_VIOLATED"});
    drafts.push_back(finish(draft, std::move(detail.texts("taskArns", task)), now));
  }
  const bool fell_ill = after.health == model::Health::kUnhealthy && before->health != model::Health::kUnhealthy;
  if (const auto registries = registries_of(*service); fell_ill && !registries.empty()) {
    const Draft draft = action_draft(state, *service);
    Object detail = head(draft, {"WARN", "SERVICE_DISCOVERY_INSTANCE_UNHEALTHY"});
    detail.texts("serviceRegistryArns", registries).texts("taskArns", task);
    drafts.push_back(finish(draft, std::move(detail), now));
  }
  return drafts;
}

}  // namespace drydock::events
