#pragma once
// Capacity providers that users create (spec/resources.md section 9). FARGATE and FARGATE_SPOT exist everywhere and
// are not stored.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api-spec/generated/types.hpp"
#include "model/ids.hpp"

namespace drydock::model {

class State;
struct Cluster;
struct ContainerInstance;

/// The custom attribute of a container instance that says which capacity provider it belongs to. On AWS the Auto
/// Scaling group tells; here nothing else does.
inline constexpr std::string_view kCapacityProviderAttribute = "drydock.capacity-provider";

inline bool is_fargate_provider(std::string_view name) { return name == "FARGATE" || name == "FARGATE_SPOT"; }

struct CapacityProvider {
  CapacityProviderId id;
  WorldId world;
  ClusterId cluster;  // of managed instances; none for an Auto Scaling group, which any cluster may use
  std::string name;
  /// autoScalingGroupProvider or managedInstancesProvider with defaults filled in; other members stay absent.
  std::shared_ptr<const api::CapacityProvider> settings;
  std::shared_ptr<const api::CreateCapacityProviderRequest> created_with;
  /// CREATE_IN_PROGRESS, CREATE_COMPLETE, UPDATE_IN_PROGRESS, UPDATE_COMPLETE, DELETE_IN_PROGRESS, DELETE_FAILED; empty
  /// before any change.
  std::string update_status;
  std::string update_reason;
  std::vector<api::Tag> tags;

  [[nodiscard]] bool busy() const { return update_status.ends_with("_IN_PROGRESS"); }
};

/// The value of kCapacityProviderAttribute; null when the instance does not have it.
const std::string* capacity_provider_attribute(const ContainerInstance& instance);

/// Whether the cluster may use it: it is associated with the cluster, or consists of the cluster's managed instances.
bool has_capacity_provider(const State& state, const Cluster& cluster, std::string_view name);

/// The provider that the instance's attribute names and its cluster has; empty for an instance outside any.
std::string_view capacity_provider_of(const State& state, const ContainerInstance& instance);

}  // namespace drydock::model
