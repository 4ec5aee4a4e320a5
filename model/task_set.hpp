#pragma once

#include <memory>
#include <string>
#include <vector>

#include "api-spec/generated/types.hpp"
#include "model/ids.hpp"
#include "model/service.hpp"

namespace drydock::model {

/// A set of tasks of a service with an EXTERNAL deployment controller (spec/resources.md section 8, spec/services.md
/// section 10). Its tasks belong to `deployment`, whose desired count follows from the service's and the scale.
struct TaskSet {
  TaskSetId id;
  ServiceId service;
  Deployment deployment;
  bool draining = false;  // deleted; goes when its last task is STOPPED
  /// What is shown as the caller gave it: scale, load balancers, registries, external id, platform. Counts, ids and
  /// what `deployment` holds stay absent here.
  std::shared_ptr<const api::TaskSet> settings;
  std::shared_ptr<const api::CreateTaskSetRequest> created_with;  // for a repeated clientToken
  std::vector<api::Tag> tags;
};

/// How many tasks a set of this scale should have: the service's desired count times the scale, rounded up.
int computed_desired_count(const Service& service, const TaskSet& set);

}  // namespace drydock::model
