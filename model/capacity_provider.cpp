#include "model/capacity_provider.hpp"

#include <algorithm>

#include "model/state.hpp"

namespace drydock::model {

const std::string* capacity_provider_attribute(const ContainerInstance& instance) {
  if (!instance.attributes) return nullptr;
  const auto it = std::ranges::lower_bound(*instance.attributes, kCapacityProviderAttribute, {},
                                           [](const api::Attribute& a) { return std::string_view(*a.name); });
  const bool found = it != instance.attributes->end() && *it->name == kCapacityProviderAttribute && it->value;
  return found ? &*it->value : nullptr;
}

bool has_capacity_provider(const State& state, const Cluster& cluster, std::string_view name) {
  const auto& associated = state.of(cluster.world).provider_clusters;
  if (const auto it = associated.find(name); it != associated.end() && it->second.contains(cluster.id)) return true;
  const CapacityProvider* provider = state.capacity_provider_named(cluster.world, name);
  return provider != nullptr && provider->cluster == cluster.id;
}

std::string_view capacity_provider_of(const State& state, const ContainerInstance& instance) {
  const std::string* name = capacity_provider_attribute(instance);
  if (name == nullptr || !has_capacity_provider(state, state.get(instance.cluster), *name)) return {};
  return *name;
}

}  // namespace drydock::model
