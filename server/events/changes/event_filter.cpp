#include "server/events/changes/event_filter.hpp"

#include <algorithm>

namespace drydock::server {

bool EventFilter::wants_cluster(std::string_view arn) const {
  if (clusters.empty()) return true;
  return std::ranges::any_of(clusters, [&](const std::string& cluster) {
    return arn == cluster ||
           (arn.ends_with(cluster) && arn.size() > cluster.size() && arn[arn.size() - cluster.size() - 1] == '/');
  });
}

bool EventFilter::wants(const model::State& state, const model::Event& event) const {
  if (!detail_types.empty() && std::ranges::find(detail_types, event.detail_type) == detail_types.end()) return false;
  if (!wants_cluster(event.cluster)) return false;
  if (!account.empty() || !region.empty()) {
    const model::World* world = state.find(event.world);
    if (world == nullptr || (!account.empty() && world->account != account)) return false;
    if (!region.empty() && world->region != region) return false;
  }
  return resources.empty() || std::ranges::any_of(resources, [&](const std::string& arn) {
           return arn == event.service || arn == event.cluster ||
                  event.json.find("\"" + arn + "\"") != std::string::npos;
         });
}

bool EventFilter::wants(const Change& change) const {
  if (!wants_cluster(change.kind == "cluster" ? change.arn : change.cluster)) return false;
  if (!account.empty() && change.account != account) return false;
  if (!region.empty() && change.region != region) return false;
  return resources.empty() || std::ranges::any_of(resources, [&](const std::string& arn) {
           return arn == change.arn || arn == change.service || arn == change.cluster ||
                  arn == change.container_instance;
         });
}

bool take_filter(EventFilter& filter, const std::string& name, const std::string& value) {
  if (name == "detail-type") {
    filter.detail_types.push_back(value);
  } else if (name == "resource") {
    filter.resources.push_back(value);
  } else if (name == "cluster") {
    filter.clusters.push_back(value);
  } else if (name == "account") {
    filter.account = value;
  } else if (name == "region") {
    filter.region = value;
  } else {
    return false;
  }
  return true;
}

}  // namespace drydock::server
