#include "scheduler/capacity_providers/reservation_metric.hpp"

#include "model/metric_key.hpp"
#include "scheduler/capacity_providers/groups.hpp"
#include "scheduler/capacity_providers/reservation.hpp"
#include "scheduler/capacity_providers/scale_group.hpp"
#include "scheduler/metrics/statistics.hpp"

namespace drydock::scheduler {
namespace {

constexpr model::Duration kMinute = std::chrono::minutes(1);

void publish(model::Transaction& tx, const model::CapacityProvider& provider, model::ClusterId cluster) {
  const std::string metric =
      model::metric_key({"AWS/ECS/ManagedScaling",
                         "CapacityProviderReservation",
                         {{"CapacityProviderName", provider.name}, {"ClusterName", tx.state().get(cluster).name}}});
  if (has_samples_since(tx.state(), provider.world, metric, period_start(tx.now(), kMinute))) return;
  const ProviderLoad load = load_of(tx.state(), provider, cluster);
  record(tx, provider.world, metric, "Percent", tx.now(), Samples::of(capacity_reservation(load.needed, load.running)));
}

}  // namespace

std::optional<model::Instant> publish_reservation(model::Transaction& tx, model::CapacityProviderId id) {
  const model::CapacityProvider* provider = tx.state().find(id);
  // AWS has the metric for Auto Scaling groups only.
  if (provider == nullptr || provider->cluster || !scaling_rules(*provider).enabled) return std::nullopt;
  const auto& clusters = tx.state().of(provider->world).provider_clusters;
  if (const auto used = clusters.find(provider->name); used != clusters.end()) {
    for (const model::ClusterId cluster : used->second) publish(tx, *provider, cluster);
  }
  return period_start(tx.now(), kMinute) + kMinute;
}

}  // namespace drydock::scheduler
