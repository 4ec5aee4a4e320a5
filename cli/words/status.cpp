#include <cstdio>

#include "cli/find.hpp"
#include "cli/output.hpp"
#include "cli/word.hpp"

namespace drydock::cli {
namespace {

std::string rollout_of(const Json& service) {
  if (!service.contains("deployments") || service["deployments"].empty()) return "-";
  std::string state = text_of(service["deployments"][0], "rolloutState");
  return state.empty() ? "-" : state;
}

std::string last_event(const Json& service) {
  if (!service.contains("events") || service["events"].empty()) return {};
  return text_of(service["events"][0], "message");
}

Result<int> status(Connection& connection, const Shared& shared, const std::string& only) {
  const auto health = connection.get("health");
  if (!health) return std::unexpected(health.error());
  const auto names = clusters_of(connection, only);
  if (!names) return std::unexpected(names.error());
  std::vector<Json> asked(names->begin(), names->end());
  auto clusters = describe_all(connection, "DescribeClusters", Json::object(), "clusters", asked, "clusters");
  if (!clusters) return std::unexpected(clusters.error());
  if (!only.empty() && clusters->empty()) return failed("no cluster " + only, "drydock status names those there are");
  std::vector<Json> services;
  for (const std::string& name : *names) {
    auto some = services_of(connection, name);
    if (!some) return std::unexpected(some.error());
    services.insert(services.end(), some->begin(), some->end());
  }
  if (shared.json()) {
    print_json({{"health", *health}, {"clusters", *clusters}, {"services", services}});
    return kDone;
  }

  std::printf("Drydock %s at %s: %s, runtime %s\n", text_of(*health, "version").c_str(),
              connection.endpoint().url().c_str(), text_of(*health, "status").c_str(),
              text_of(*health, "runtime").c_str());
  if (health->contains("storage")) std::printf("Storage: %s\n", text_of(*health, "storage").c_str());
  if (clusters->empty()) {
    std::printf("\nNo clusters yet: aws ecs create-cluster --cluster-name default\n");
    return kDone;
  }
  Table table({"CLUSTER", "STATUS", "INSTANCES", "SERVICES", "RUNNING", "PENDING"});
  for (const Json& cluster : *clusters) {
    table.add({text_of(cluster, "clusterName"), text_of(cluster, "status"),
               text_of(cluster, "registeredContainerInstancesCount"), text_of(cluster, "activeServicesCount"),
               text_of(cluster, "runningTasksCount"), text_of(cluster, "pendingTasksCount")});
  }
  std::printf("\n");
  table.print();
  Table list({"SERVICE", "CLUSTER", "DESIRED", "RUNNING", "PENDING", "ROLLOUT", "LAST EVENT"});
  for (const Json& service : services) {
    list.add({text_of(service, "serviceName"), short_name(text_of(service, "clusterArn")),
              text_of(service, "desiredCount"), text_of(service, "runningCount"), text_of(service, "pendingCount"),
              rollout_of(service), last_event(service)});
  }
  if (!list.empty()) {
    std::printf("\n");
    list.print();
  }
  return kDone;
}

}  // namespace

void add_status(Words& words) {
  auto cluster = std::make_shared<std::string>();
  CLI::App* word = words.add(
      "status", "Clusters and services, and whether all is well",
      [cluster](Connection& connection, const Shared& shared) { return status(connection, shared, *cluster); });
  cluster_option(word, *cluster, "otherwise all");
  word->footer("Example: drydock status --output json | jq .health.status");
}

}  // namespace drydock::cli
