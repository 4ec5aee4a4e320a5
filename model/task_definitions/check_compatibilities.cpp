// requiresCompatibilities: each launch type named must be able to run the task definition.

#include <string>
#include <string_view>

#include "model/task_definitions/members.hpp"
#include "model/task_definitions/rules.hpp"

namespace drydock::model::task_definitions {

bool requires_compatibility(const Request& request, std::string_view compatibility) {
  return contains(request.requiresCompatibilities, compatibility);
}

Verdict check_compatibilities(const Request& request) {
  const std::string_view mode = network_mode(request);
  if (requires_compatibility(request, "FARGATE")) {
    if (auto no = check_fargate(request)) return no;
  }
  if (requires_compatibility(request, "EXTERNAL") && mode == "awsvpc") {
    return refuse("Tasks using the External launch type do not support network mode 'awsvpc'.");
  }
  if (requires_compatibility(request, "MANAGED_INSTANCES")) {
    if (mode != "awsvpc" && mode != "host") {
      return refuse("Managed Instances only support network modes 'awsvpc' and 'host'.");
    }
    if (is_windows(request)) return refuse("Managed Instances only support the LINUX operating system family.");
  }
  return std::nullopt;
}

}  // namespace drydock::model::task_definitions
