#include "cli/find.hpp"

#include <set>

namespace drydock::cli {
namespace {

constexpr std::size_t kServicesAtOnce = 10;

Result<std::vector<Json>> task_arns(Connection& connection, const std::string& cluster, bool stopped_too) {
  auto arns = all_pages(connection, "ListTasks", {{"cluster", cluster}}, "taskArns");
  if (!arns || !stopped_too) return arns;
  const auto stopped =
      all_pages(connection, "ListTasks", {{"cluster", cluster}, {"desiredStatus", "STOPPED"}}, "taskArns");
  if (!stopped) return stopped;
  // One that stopped between the two is in both.
  const std::set<Json> running(arns->begin(), arns->end());
  for (const Json& arn : *stopped) {
    if (!running.contains(arn)) arns->push_back(arn);
  }
  return arns;
}

/// "task/CLUSTER/ID" of an ARN that has its cluster's name; empty otherwise.
std::string cluster_in(const std::string& arn) {
  const std::size_t end = arn.rfind('/');
  if (!arn.starts_with("arn:") || end == std::string::npos) return {};
  const std::size_t begin = arn.rfind('/', end - 1);
  return begin == std::string::npos ? std::string() : arn.substr(begin + 1, end - begin - 1);
}

Result<std::vector<std::string>> clusters_to_search(Connection& connection, const std::string& cluster,
                                                    const std::string& text) {
  const std::string named = cluster.empty() ? cluster_in(text) : cluster;
  return clusters_of(connection, named);
}

}  // namespace

Result<std::vector<std::string>> clusters_of(Connection& connection, const std::string& cluster) {
  if (!cluster.empty()) return std::vector<std::string>{cluster};
  const auto arns = all_pages(connection, "ListClusters", Json::object(), "clusterArns");
  if (!arns) return std::unexpected(arns.error());
  std::vector<std::string> names;
  for (const Json& arn : *arns) names.push_back(arn.get<std::string>());
  return names;
}

Result<std::vector<Json>> tasks_of(Connection& connection, const std::string& cluster, bool stopped_too) {
  const auto arns = task_arns(connection, cluster, stopped_too);
  if (!arns) return std::unexpected(arns.error());
  return describe_all(connection, "DescribeTasks", {{"cluster", cluster}}, "tasks", *arns, "tasks");
}

Result<std::vector<Json>> services_of(Connection& connection, const std::string& cluster) {
  const auto arns = all_pages(connection, "ListServices", {{"cluster", cluster}}, "serviceArns");
  if (!arns) return std::unexpected(arns.error());
  return describe_all(connection, "DescribeServices", {{"cluster", cluster}}, "services", *arns, "services",
                      kServicesAtOnce);
}

Result<Json> find_task(Connection& connection, const std::string& cluster, const std::string& text) {
  const auto clusters = clusters_to_search(connection, cluster, text);
  if (!clusters) return std::unexpected(clusters.error());
  const std::string id = short_name(text);
  constexpr std::size_t kWholeId = 32;
  if (clusters->size() == 1 && id.size() == kWholeId) {
    auto known =
        describe_all(connection, "DescribeTasks", {{"cluster", clusters->front()}}, "tasks", {Json(text)}, "tasks");
    if (!known) return std::unexpected(known.error());
    if (!known->empty()) return std::move(known->front());
  }
  std::vector<std::pair<std::string, Json>> found;  // its cluster and its ARN
  for (const std::string& name : *clusters) {
    const auto arns = task_arns(connection, name, true);
    if (!arns) return std::unexpected(arns.error());
    for (const Json& arn : *arns) {
      if (short_name(arn.get<std::string>()).starts_with(id)) found.emplace_back(name, arn);
    }
  }
  if (found.empty()) {
    return failed("no task " + text + (cluster.empty() ? "" : " in " + cluster),
                  "See which there are with: drydock ps --all");
  }
  if (found.size() > 1) {
    return failed(std::to_string(found.size()) + " tasks begin with " + text, "Give more of the id: drydock ps --all");
  }
  auto tasks =
      describe_all(connection, "DescribeTasks", {{"cluster", found[0].first}}, "tasks", {found[0].second}, "tasks");
  if (!tasks) return std::unexpected(tasks.error());
  if (tasks->empty()) return failed("the task " + text + " is gone");
  return std::move(tasks->front());
}

Result<Json> find_service(Connection& connection, const std::string& cluster, const std::string& text) {
  const auto clusters = clusters_to_search(connection, cluster, text);
  if (!clusters) return std::unexpected(clusters.error());
  std::vector<Json> found;
  for (const std::string& name : *clusters) {
    auto services = describe_all(connection, "DescribeServices", {{"cluster", name}}, "services",
                                 {Json(short_name(text))}, "services");
    if (!services) return std::unexpected(services.error());
    for (Json& service : *services) {
      if (text_of(service, "status") != "INACTIVE") found.push_back(std::move(service));
    }
  }
  if (found.empty()) return failed("no service " + text, "See which there are with: drydock status");
  if (found.size() > 1) {
    return failed(std::to_string(found.size()) + " clusters have a service " + text, "Name one with --cluster");
  }
  return std::move(found.front());
}

}  // namespace drydock::cli
