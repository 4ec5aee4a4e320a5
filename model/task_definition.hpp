#pragma once

#include <memory>
#include <string>
#include <vector>

#include "api-spec/generated/types.hpp"
#include "model/clock.hpp"
#include "model/ids.hpp"

namespace drydock::model {

/// Keeps the revision counter of a family: revisions are never reused, even after deletion.
struct Family {
  FamilyId id;
  WorldId world;
  std::string name;
  int last_revision = 0;
};

enum class TaskDefinitionStatus : std::uint8_t { kActive, kInactive, kDeleteInProgress };

/// spec/resources.md section 3. `definition` holds the registered content with ECS's defaults filled in; ARN,
/// revision, status and timestamps are added when it is shown.
struct TaskDefinition {
  TaskDefinitionId id;
  FamilyId family;
  int revision = 0;
  TaskDefinitionStatus status = TaskDefinitionStatus::kActive;
  std::shared_ptr<const api::TaskDefinition> definition;
  std::vector<api::Tag> tags;
  std::string registered_by;
  Instant registered_at{};
  Instant deregistered_at{};
  Instant delete_requested_at{};
};

}  // namespace drydock::model
