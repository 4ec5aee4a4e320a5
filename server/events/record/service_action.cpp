#include "server/events/record/service_action.hpp"

#include "model/arn.hpp"
#include "scheduler/events/envelope.hpp"

namespace drydock::events {

Draft service_draft(const model::State& state, const model::Service& service) {
  const model::Cluster& cluster = state.get(service.cluster);
  Draft draft;
  draft.world = cluster.world;
  draft.detail_type = "ECS Service Action";
  draft.cluster = model::arn_of(state, cluster);
  draft.service = model::arn_of(state, service);
  draft.resources = {draft.service};
  return draft;
}

Object head(const Draft& draft, const Action& action) {
  Object object;
  object.text("eventType", action.type).text("eventName", action.name).text("clusterArn", draft.cluster);
  return object;
}

Draft finish(Draft draft, Object detail, model::Instant at) {
  detail.text("createdAt", scheduler::detail_time(at));
  draft.detail = detail.done();
  return draft;
}

}  // namespace drydock::events
