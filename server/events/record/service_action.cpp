#include "server/events/record/service_action.hpp"

#include "scheduler/events/envelope.hpp"

namespace drydock::events {

Draft action_draft(const model::State& state, const model::Service& service) {
  return service_draft(state, service, "ECS Service Action");
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
