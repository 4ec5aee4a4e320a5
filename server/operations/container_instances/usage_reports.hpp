#pragma once
// What tasks use, as their instances report it: the metrics CPUUtilization and MemoryUtilization of services
// (spec/adjuncts.md section 5).

#include <string>
#include <vector>

#include "model/transaction.hpp"

namespace drydock::operations {

struct ContainerUse {
  std::string task_arn;
  double cpu_units = 0;
  double memory_mib = 0;
};

/// One report, of one moment: each task of a service gives one sample, its use in percent of what it has reserved.
/// Tasks that are unknown or belong to no service are left out; so is a resource of which the task reserves nothing.
void publish_usage(model::Transaction& tx, const std::vector<ContainerUse>& report);

}  // namespace drydock::operations
