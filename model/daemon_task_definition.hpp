#pragma once

#include <memory>
#include <string>
#include <vector>

#include "api-spec/generated/types.hpp"
#include "model/clock.hpp"
#include "model/ids.hpp"

namespace drydock::model {

/// Keeps the revision counter of a family of daemon task definitions. Task definitions have families of their own.
struct DaemonFamily {
  DaemonFamilyId id;
  WorldId world;
  std::string name;
  int last_revision = 0;
};

enum class DaemonTaskDefinitionStatus : std::uint8_t { kActive, kDeleteInProgress, kDeleted };

/// spec/resources.md section 12. `definition` is what its tasks run: the registered content as a task definition, with
/// ECS's defaults filled in. A deleted one stays, for what still runs it and for whoever asks.
struct DaemonTaskDefinition {
  DaemonTaskDefinitionId id;
  DaemonFamilyId family;
  int revision = 0;
  DaemonTaskDefinitionStatus status = DaemonTaskDefinitionStatus::kActive;
  std::shared_ptr<const api::TaskDefinition> definition;
  std::vector<api::Tag> tags;
  std::string registered_by;
  Instant registered_at{};
  Instant delete_requested_at{};
};

const char* to_text(DaemonTaskDefinitionStatus status);

}  // namespace drydock::model
