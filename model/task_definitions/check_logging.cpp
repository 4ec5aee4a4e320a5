// Log drivers and the FireLens router.

#include <algorithm>
#include <string>
#include <string_view>

#include "model/task_definitions/members.hpp"
#include "model/task_definitions/rules.hpp"

namespace drydock::model::task_definitions {
namespace {

Verdict check_awslogs(const api::LogConfiguration& log) {
  std::string missing;
  for (const std::string_view option : {"awslogs-group", "awslogs-region"}) {
    if (!lookup(log.options, option).empty()) continue;
    if (!missing.empty()) missing += ", ";
    missing += option;
  }
  if (missing.empty()) return std::nullopt;
  return refuse("Log driver awslogs requires options: " + missing);
}

}  // namespace

Verdict check_logging(const Request& request) {
  const auto& containers = items(request.containerDefinitions);
  const bool has_router = std::any_of(containers.begin(), containers.end(), [](const auto& container) {
    return container.firelensConfiguration.has_value();
  });
  for (const auto& container : containers) {
    if (!container.logConfiguration) continue;
    const std::string_view driver = text(container.logConfiguration->logDriver);
    if (driver == "awslogs") {
      if (auto no = check_awslogs(*container.logConfiguration)) return no;
    }
    if (driver == "awsfirelens" && !has_router) {
      return refuse(
          "When awsfirelens log driver is specified in log configuration, a firelens configuration object "
          "must be specified");
    }
  }
  return std::nullopt;
}

}  // namespace drydock::model::task_definitions
