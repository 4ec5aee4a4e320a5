#include "server/throttling/categories.hpp"

#include <map>

namespace drydock::throttling {
namespace {

const std::vector<Category>& table() {
  static const std::vector<Category> kTable = {
      {"Cluster modify",
       {"CreateCluster", "DeleteCluster", "PutClusterCapacityProviders", "UpdateCluster", "UpdateClusterSettings"},
       {20, 1}},
      {"Cluster read", {"DescribeClusters", "ListClusters"}, {50, 20}},
      {"Task definition modify", {"RegisterTaskDefinition", "DeregisterTaskDefinition"}, {20, 1}},
      {"Task definition read",
       {"DescribeTaskDefinition", "ListTaskDefinitions", "ListTaskDefinitionFamilies"},
       {50, 20}},
      {"Task definition deletion", {"DeleteTaskDefinitions"}, {5, 1}},
      {"Capacity provider modify",
       {"CreateCapacityProvider", "DeleteCapacityProvider", "UpdateCapacityProvider"},
       {10, 1}},
      {"Capacity provider read", {"DescribeCapacityProviders"}, {50, 20}},
      {"Tag modify", {"TagResource", "UntagResource"}, {20, 10}},
      {"Tag read", {"ListTagsForResource"}, {50, 20}},
      {"Setting modify", {"DeleteAccountSetting", "PutAccountSetting", "PutAccountSettingDefault"}, {10, 1}},
      {"Setting read", {"ListAccountSettings"}, {50, 20}},
      {"Cluster resource modify",
       {"DeleteAttributes", "DeregisterContainerInstance", "ExecuteCommand", "PutAttributes", "RunTask", "StartTask",
        "StopTask", "UpdateContainerAgent", "UpdateContainerInstancesState"},
       {100, 40}},
      {"Cluster resource read",
       {"DescribeContainerInstances", "DescribeTasks", "ListAttributes", "ListContainerInstances", "ListTasks"},
       {100, 20}},
      {"Agent modify",
       {"RegisterContainerInstance", "SubmitAttachmentStateChanges", "SubmitContainerStateChange",
        "SubmitTaskStateChange"},
       {200, 120}},
      {"Service modify", {"CreateService", "DeleteService", "UpdateService"}, {50, 5}},
      {"Service read", {"DescribeServices", "ListServices"}, {100, 20}},
      {"Service deployment", {"DescribeServiceDeployments", "ListServiceDeployments"}, {50, 20}},
      {"Service revision", {"DescribeServiceRevisions"}, {50, 20}},
      {"Task set modify",
       {"CreateTaskSet", "DeleteTaskSet", "UpdateTaskSet", "UpdateServicePrimaryTaskSet"},
       {100, 20}},
      {"Task protection", {"UpdateTaskProtection", "GetTaskProtection"}, {200, 80}},
      {"Cluster service resource read", {"ListServicesByNamespace"}, {10, 1}},
  };
  return kTable;
}

std::map<std::string_view, const Category*> by_operation() {
  std::map<std::string_view, const Category*> found;
  for (const Category& category : table()) {
    for (const std::string_view operation : category.operations) found.emplace(operation, &category);
  }
  return found;
}

}  // namespace

std::span<const Category> categories() { return table(); }

const Category* category_of(std::string_view operation) {
  static const auto kByOperation = by_operation();
  const auto it = kByOperation.find(operation);
  return it == kByOperation.end() ? nullptr : it->second;
}

}  // namespace drydock::throttling
