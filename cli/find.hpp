#pragma once
// Finding what a person means by a few letters: tasks by the beginning of their id, services by name.

#include <string>
#include <vector>

#include "cli/connection.hpp"

namespace drydock::cli {

/// ARNs of the clusters: the one named, or all.
Result<std::vector<std::string>> clusters_of(Connection& connection, const std::string& cluster);

/// The tasks of a cluster as DescribeTasks shows them, the running ones or all that are remembered.
Result<std::vector<Json>> tasks_of(Connection& connection, const std::string& cluster, bool stopped_too);

/// The services of a cluster as DescribeServices shows them.
Result<std::vector<Json>> services_of(Connection& connection, const std::string& cluster);

/// The one task of that ARN, or whose id begins so; `cluster` empty: in any. Errors: none, several.
Result<Json> find_task(Connection& connection, const std::string& cluster, const std::string& text);

/// The one service of that name or ARN.
Result<Json> find_service(Connection& connection, const std::string& cluster, const std::string& text);

}  // namespace drydock::cli
