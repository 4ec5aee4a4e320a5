#include "server/events/record/draft.hpp"

#include "model/arn.hpp"

namespace drydock::events {

Draft cluster_draft(const model::State& state, model::ClusterId id, std::string_view detail_type) {
  const model::Cluster& cluster = state.get(id);
  Draft draft;
  draft.world = cluster.world;
  draft.detail_type = detail_type;
  draft.cluster = model::arn_of(state, cluster);
  return draft;
}

Draft service_draft(const model::State& state, const model::Service& service, std::string_view detail_type) {
  Draft draft = cluster_draft(state, service.cluster, detail_type);
  draft.service = model::arn_of(state, service);
  draft.resources = {draft.service};
  return draft;
}

}  // namespace drydock::events
