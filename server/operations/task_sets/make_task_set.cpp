#include "server/operations/task_sets/make_task_set.hpp"

namespace drydock::operations {

model::TaskSet make_task_set(Context& context, model::ServiceId service, const ServiceDraft& draft, double scale) {
  api::TaskSet settings;
  settings.launchType = draft.settings.launchType;
  settings.capacityProviderStrategy = draft.settings.capacityProviderStrategy;
  settings.platformVersion = draft.settings.platformVersion;
  settings.platformFamily = draft.settings.platformFamily;
  settings.networkConfiguration = draft.settings.networkConfiguration;
  settings.loadBalancers = draft.settings.loadBalancers;
  settings.serviceRegistries = draft.settings.serviceRegistries;
  settings.scale.emplace();
  settings.scale->value = scale;
  settings.scale->unit = "PERCENT";
  model::TaskSet set;
  set.service = service;
  set.deployment = make_deployment(context.tx, draft);
  set.settings = std::make_shared<api::TaskSet>(std::move(settings));
  set.deployment.desired_count = model::computed_desired_count(context.state().get(service), set);
  return set;
}

void start_first_task_set(Context& context, model::ServiceId service, const ServiceDraft& draft) {
  model::TaskSet set = make_task_set(context, service, draft, 100);
  auto settings = std::make_shared<api::TaskSet>(*set.settings);
  settings->startedBy = "CODE_DEPLOY";
  set.settings = std::move(settings);
  const model::TaskSetId id = context.tx.create(std::move(set));
  context.tx.update(service, [&](model::Service& entity) { entity.primary_task_set = id; });
}

}  // namespace drydock::operations
