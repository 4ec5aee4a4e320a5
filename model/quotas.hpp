#pragma once
// How much ECS allows of everything (spec/quotas.md section 1): the one table of names, defaults and who refuses more.
// docs/quotas.md shows it; a test holds the two together.

#include <array>
#include <expected>
#include <span>
#include <string>
#include <string_view>

namespace drydock::model {

enum class Quota {
  kClusters,
  kInstancesPerCluster,
  kServicesPerCluster,
  kServicesPerNamespace,
  kTasksPerService,
  kTasksPerServiceWithDiscovery,
  kRevisionsPerFamily,
  kTagsPerResource,
  kContainersPerTaskDefinition,
  kTaskDefinitionBytes,
  kTargetGroupsPerService,
  kClassicLoadBalancersPerService,
  kSubnets,
  kSecurityGroups,
  kPlacementConstraints,
  kPlacementStrategies,
  kTasksPerRunTask,
  kInstancesPerStartTask,
  kCapacityProvidersPerCluster,
  kProvisioningTasks,
  kExecSessions,
  kFargateVcpus,
  kFargateSpotVcpus,
  kTaskLaunches,
};

struct QuotaRow {
  Quota quota;
  std::string_view name;
  int value;        // AWS's default
  bool changeable;  // how many things may exist can be changed; how large one request may be cannot
  std::string_view limits;
  std::string_view error;  // of what exceeds it
  /// The source file that refuses more, or the member whose rule in api-spec/rules.json does.
  std::string_view enforced_by;
};

inline constexpr auto kQuotas = std::to_array<QuotaRow>({
    {Quota::kClusters, "clusters", 10000, true, "ACTIVE clusters in an account and region", "ClientException",
     "server/operations/clusters/cluster_defaults.cpp"},
    {Quota::kInstancesPerCluster, "container-instances-per-cluster", 5000, true,
     "container instances of a cluster that are not INACTIVE", "ClientException",
     "server/operations/container_instances/container_instances.cpp"},
    {Quota::kServicesPerCluster, "services-per-cluster", 5000, true, "services of a cluster that are not INACTIVE",
     "InvalidParameterException", "server/operations/services/create_service.cpp"},
    {Quota::kServicesPerNamespace, "services-per-namespace", 300, true,
     "services that use one Service Connect namespace", "InvalidParameterException",
     "server/operations/services/service_connect_rules.cpp"},
    {Quota::kTasksPerService, "tasks-per-service", 5000, true, "desired count of a service",
     "InvalidParameterException", "server/operations/services/service_rules.cpp"},
    {Quota::kTasksPerServiceWithDiscovery, "tasks-per-service-with-discovery", 1000, true,
     "desired count of a service with service discovery or Service Connect", "InvalidParameterException",
     "server/operations/services/service_rules.cpp"},
    {Quota::kRevisionsPerFamily, "revisions-per-family", 1000000, true,
     "revisions ever registered in a task definition family", "LimitExceededException",
     "server/operations/task_definitions/task_definitions.cpp"},
    {Quota::kTagsPerResource, "tags-per-resource", 50, false, "tags of a resource", "InvalidParameterException",
     "server/operations/values.cpp"},
    {Quota::kContainersPerTaskDefinition, "containers-per-task-definition", 10, false,
     "containers of a task definition", "ClientException", "model/task_definitions/check_task.cpp"},
    {Quota::kTaskDefinitionBytes, "task-definition-bytes", 65536, false, "bytes of a RegisterTaskDefinition request",
     "ClientException", "model/task_definitions/validate.cpp"},
    {Quota::kTargetGroupsPerService, "target-groups-per-service", 5, false, "target groups of a service",
     "InvalidParameterException", "server/operations/services/load_balancer_rules.cpp"},
    {Quota::kClassicLoadBalancersPerService, "classic-load-balancers-per-service", 1, false,
     "Classic Load Balancers of a service", "InvalidParameterException",
     "server/operations/services/load_balancer_rules.cpp"},
    {Quota::kSubnets, "subnets-per-awsvpc-configuration", 16, false, "subnets of an awsvpcConfiguration",
     "InvalidParameterException", "model/task_definitions/network_configuration.cpp"},
    {Quota::kSecurityGroups, "security-groups-per-awsvpc-configuration", 5, false,
     "security groups of an awsvpcConfiguration", "InvalidParameterException",
     "model/task_definitions/network_configuration.cpp"},
    {Quota::kPlacementConstraints, "placement-constraints", 10, false,
     "placement constraints of a task, its definition's included", "InvalidParameterException",
     "server/operations/services/placement_rules.cpp"},
    {Quota::kPlacementStrategies, "placement-strategies", 5, false, "placement strategy rules of a task or service",
     "InvalidParameterException", "server/operations/services/placement_rules.cpp"},
    {Quota::kTasksPerRunTask, "tasks-per-run-task", 10, false, "tasks of one RunTask", "InvalidParameterException",
     "RunTaskRequest.count"},
    {Quota::kInstancesPerStartTask, "container-instances-per-start-task", 10, false,
     "container instances of one StartTask", "ClientException", "StartTaskRequest.containerInstances"},
    {Quota::kCapacityProvidersPerCluster, "capacity-providers-per-cluster", 20, false,
     "capacity providers of a cluster", "InvalidParameterException",
     "PutClusterCapacityProvidersRequest.capacityProviders"},
    {Quota::kProvisioningTasks, "provisioning-tasks-per-cluster", 500, true,
     "tasks of a cluster that wait for an instance of their capacity provider", "ClientException",
     "server/operations/tasks/run_task.cpp"},
    {Quota::kExecSessions, "exec-sessions-per-container", 1000, false, "ECS Exec sessions of a container",
     "ClientException", "server/operations/sessions/session_target.cpp"},
    {Quota::kFargateVcpus, "fargate-vcpus", 6, true,
     "vCPUs of an account's Fargate tasks; not limited unless it is set here or Drydock is --strict", "ClientException",
     "server/operations/tasks/run_task.cpp"},
    {Quota::kFargateSpotVcpus, "fargate-spot-vcpus", 6, true, "the same for tasks of FARGATE_SPOT", "ClientException",
     "server/operations/tasks/run_task.cpp"},
    {Quota::kTaskLaunches, "task-launches-per-minute", 500, true,
     "tasks that a service starts in a minute; not limited unless it is set here or with --pace aws",
     "none: the service waits", "scheduler/reconciler/launch_rate.cpp"},
});

constexpr const QuotaRow& row_of(Quota quota) { return kQuotas[static_cast<std::size_t>(quota)]; }
constexpr int default_of(Quota quota) { return row_of(quota).value; }

/// The values in force: AWS's defaults, some of them changed.
class Quotas {
 public:
  Quotas();

  [[nodiscard]] int operator[](Quota quota) const { return values_[static_cast<std::size_t>(quota)]; }
  /// Whether it was set, to whatever value.
  [[nodiscard]] bool is_set(Quota quota) const { return set_[static_cast<std::size_t>(quota)]; }
  /// Takes "name=value". The error says what is wrong with it: no such name, not changeable, or no number from 0 on.
  std::expected<void, std::string> set(std::string_view assignment);

 private:
  std::array<int, kQuotas.size()> values_{};
  std::array<bool, kQuotas.size()> set_{};
};

}  // namespace drydock::model
