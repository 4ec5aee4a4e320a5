#pragma once

#include <memory>
#include <string>
#include <vector>

#include "api-spec/generated/types.hpp"
#include "model/clock.hpp"
#include "model/ids.hpp"

namespace drydock::model {

/// An account in a region: names are unique inside it, and nothing of one world is visible in another.
struct World {
  WorldId id;
  std::string account;
  std::string region;
};

enum class ClusterStatus : std::uint8_t { kActive, kInactive };

/// spec/resources.md section 2. Counters are derived from tasks, services and instances, not stored.
struct Cluster {
  ClusterId id;
  WorldId world;
  std::string name;
  ClusterStatus status = ClusterStatus::kActive;
  /// What the user configured, in the wire's form: settings, configuration, serviceConnectDefaults,
  /// capacityProviders, defaultCapacityProviderStrategy; and what follows from it: attachments, attachmentsStatus, and
  /// the status PROVISIONING while a new cluster's attachments are made. Other members stay absent.
  std::shared_ptr<const api::Cluster> settings;
  /// The arguments of CreateCluster, for its idempotency rule.
  std::shared_ptr<const api::CreateClusterRequest> created_with;
  std::vector<api::Tag> tags;
};

}  // namespace drydock::model
