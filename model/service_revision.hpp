#pragma once

#include <memory>
#include <string>

#include "api-spec/generated/types.hpp"
#include "model/clock.hpp"
#include "model/ids.hpp"
#include "model/task.hpp"

namespace drydock::model {

/// What one deployment of a service fixes, kept to be shown and to be rolled back to (spec/resources.md section 7).
/// Nothing in it changes but the image digests, which are known only once its tasks run.
struct ServiceRevision {
  ServiceRevisionId id;
  ServiceId service;
  std::uint64_t digits = 0;  // of the deployment's id, and the last part of the ARN
  TaskDefinitionId task_definition;
  LaunchType launch_type = LaunchType::kEc2;
  bool alternate = false;        // its targets belong to the alternate target groups of its load balancers
  std::string platform_version;  // Fargate, as asked for: LATEST or a version
  /// The members as the API shows them, but for ARNs and createdAt.
  std::shared_ptr<const api::ServiceRevision> definition;
  /// Null but for a revision of an Express service. Every member is there but the revision's own ARN and createdAt.
  std::shared_ptr<const api::ExpressGatewayServiceConfiguration> express;
  Instant created_at{};
};

}  // namespace drydock::model
