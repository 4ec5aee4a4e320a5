#pragma once
// The stored fields of every entity, in ascending order. A number once used keeps its meaning for ever: new fields
// get new numbers, dropped ones leave a gap.

#include "model/account_setting.hpp"
#include "model/adjunct_fields.hpp"
#include "model/capacity_provider.hpp"
#include "model/cluster.hpp"
#include "model/container_instance.hpp"
#include "model/daemon.hpp"
#include "model/daemon_task_definition.hpp"
#include "model/instance_group.hpp"
#include "model/service.hpp"
#include "model/service_deployment.hpp"
#include "model/service_revision.hpp"
#include "model/task.hpp"
#include "model/task_definition.hpp"
#include "model/task_set.hpp"

namespace drydock::model {

template <class Visit>
void list_fields(World& e, Visit&& visit) {
  visit(1, e.account);
  visit(2, e.region);
}

template <class Visit>
void list_fields(Cluster& e, Visit&& visit) {
  visit(1, e.world);
  visit(2, e.name);
  visit(3, e.status);
  visit(4, e.settings);
  visit(5, e.created_with);
  visit(6, e.tags);
}

template <class Visit>
void list_fields(Family& e, Visit&& visit) {
  visit(1, e.world);
  visit(2, e.name);
  visit(3, e.last_revision);
}

template <class Visit>
void list_fields(TaskDefinition& e, Visit&& visit) {
  visit(1, e.family);
  visit(2, e.revision);
  visit(3, e.status);
  visit(4, e.definition);
  visit(5, e.tags);
  visit(6, e.registered_by);
  visit(7, e.registered_at);
  visit(8, e.deregistered_at);
  visit(9, e.delete_requested_at);
}

template <class Visit>
void list_fields(Deployment& e, Visit&& visit) {
  visit(1, e.digits);
  visit(2, e.task_definition);
  visit(3, e.launch_type);
  visit(4, e.rollout);
  visit(5, e.rollout_reason);
  visit(6, e.desired_count);
  visit(7, e.failed_tasks);
  visit(8, e.platform_version);
  visit(9, e.network);
  visit(10, e.last_failure_at);
  visit(11, e.created_at);
  visit(12, e.updated_at);
  visit(13, e.settings);
  visit(14, e.revision);
  visit(15, e.health_failures);
  visit(16, e.ever_running);
}

template <class Visit>
void list_fields(TrafficShare& e, Visit&& visit) {
  visit(1, e.revision);
  visit(2, e.production);
  visit(3, e.test);
}

template <class Visit>
void list_fields(LocalPort& e, Visit&& visit) {
  visit(1, e.container);
  visit(2, e.container_port);
  visit(3, e.port);
}

template <class Visit>
void list_fields(SuppressedMessage& e, Visit&& visit) {
  visit(1, e.text);
  visit(2, e.said_at);
}

template <class Visit>
void list_fields(Service& e, Visit&& visit) {
  visit(1, e.cluster);
  visit(2, e.name);
  visit(3, e.status);
  visit(4, e.strategy);
  visit(5, e.launch_type);
  visit(6, e.desired_count);
  visit(7, e.minimum_healthy_percent);
  visit(8, e.maximum_percent);
  visit(9, e.task_definition);
  visit(10, e.settings);
  visit(11, e.created_with);
  visit(12, e.tags);
  visit(13, e.deployments);
  visit(14, e.suppressed);
  visit(15, e.steady);
  visit(16, e.created_by);
  visit(17, e.created_at);
  visit(18, e.inactive_at);
  visit(19, e.deploying);
  visit(20, e.last_completed);
  visit(21, e.primary_task_set);
  visit(22, e.infrastructure_role);
  visit(70, e.traffic);
  visit(100, e.rebalancing);
  visit(101, e.unbalanced);
  visit(102, e.launch_minute);
  visit(103, e.launches);
  visit(150, e.local_ports);
}

template <class Visit>
void list_fields(ServiceRevision& e, Visit&& visit) {
  visit(1, e.service);
  visit(2, e.digits);
  visit(3, e.task_definition);
  visit(4, e.launch_type);
  visit(5, e.platform_version);
  visit(6, e.definition);
  visit(7, e.created_at);
  visit(8, e.express);
  visit(70, e.alternate);
}

template <class Visit>
void list_fields(DeployedRevision& e, Visit&& visit) {
  visit(1, e.revision);
  visit(2, e.requested);
  visit(3, e.running);
  visit(4, e.pending);
  visit(70, e.production);
  visit(71, e.test);
}

template <class Visit>
void list_fields(HookRun& e, Visit&& visit) {
  visit(1, e.id);
  visit(2, e.hook);
  visit(3, e.pause);
  visit(4, e.status);
  visit(5, e.calling);
  visit(6, e.attempt);
  visit(7, e.call_at);
  visit(8, e.expires_at);
  visit(9, e.failure);
}

template <class Visit>
void list_fields(HookMemory& e, Visit&& visit) {
  visit(1, e.hook);
  visit(2, e.details);
}

template <class Visit>
void list_fields(ServiceDeployment& e, Visit&& visit) {
  visit(1, e.service);
  visit(2, e.name);
  visit(3, e.status);
  visit(4, e.status_reason);
  visit(5, e.target);
  visit(6, e.sources);
  visit(7, e.configuration);
  visit(8, e.breaker);
  visit(9, e.breaker_failures);
  visit(10, e.breaker_threshold);
  visit(11, e.rollback_to);
  visit(12, e.rollback_reason);
  visit(13, e.rollback_at);
  visit(14, e.created_at);
  visit(15, e.started_at);
  visit(16, e.finished_at);
  visit(17, e.updated_at);
  visit(70, e.stage);
  visit(71, e.stage_at);
  visit(72, e.step);
  visit(73, e.blue);
  visit(74, e.hooks);
  visit(75, e.hook_memory);
  visit(76, e.alarms);
  visit(77, e.triggered_alarms);
  visit(78, e.bake_until);
}

template <class Visit>
void list_fields(TaskSet& e, Visit&& visit) {
  visit(1, e.service);
  visit(2, e.deployment);
  visit(3, e.draining);
  visit(4, e.settings);
  visit(5, e.created_with);
  visit(6, e.tags);
}

template <class Visit>
void list_fields(ServiceEvent& e, Visit&& visit) {
  visit(1, e.service);
  visit(2, e.uuid);
  visit(3, e.created_at);
  visit(4, e.message);
}

template <class Visit>
void list_fields(HostPort& e, Visit&& visit) {
  visit(1, e.port);
  visit(2, e.udp);
}

template <class Visit>
void list_fields(ContainerInstance& e, Visit&& visit) {
  visit(1, e.uuid);
  visit(2, e.cluster);
  visit(3, e.status);
  visit(4, e.agent_connected);
  visit(5, e.ec2_instance_id);
  visit(6, e.availability_zone);
  visit(7, e.cpu_units);
  visit(8, e.memory_mib);
  visit(9, e.reserved_ports);
  visit(10, e.other_resources);
  visit(11, e.attributes);
  visit(12, e.version_info);
  visit(13, e.tags);
  visit(14, e.version);
  visit(15, e.agent_update_status);
  visit(16, e.registered_at);
  visit(17, e.inactive_at);
}

template <class Visit>
void list_fields(NetworkBinding& e, Visit&& visit) {
  visit(1, e.bind_ip);
  visit(2, e.container_port);
  visit(3, e.host_port);
  visit(4, e.udp);
  visit(5, e.container_port_range);
  visit(6, e.host_port_range);
}

template <class Visit>
void list_fields(TaskContainer& e, Visit&& visit) {
  visit(1, e.id);
  visit(2, e.status);
  visit(3, e.health);
  visit(4, e.exit_code);
  visit(5, e.reason);
  visit(6, e.runtime_id);
  visit(7, e.image_digest);
  visit(8, e.bindings);
  visit(9, e.bindings_known);
  visit(60, e.gpu_ids);
}

template <class Visit>
void list_fields(NetworkAttachment& e, Visit&& visit) {
  visit(1, e.id);
  visit(2, e.status);
  visit(3, e.subnet_id);
  visit(4, e.interface_id);
  visit(5, e.mac_address);
  visit(6, e.private_ipv4);
}

template <class Visit>
void list_fields(Reservation& e, Visit&& visit) {
  visit(1, e.cpu_units);
  visit(2, e.memory_mib);
  visit(3, e.ports);
}

template <class Visit>
void list_fields(Task& e, Visit&& visit) {
  visit(1, e.uuid);
  visit(2, e.cluster);
  visit(3, e.task_definition);
  visit(4, e.service);
  visit(5, e.deployment);
  visit(6, e.instance);
  visit(7, e.launch_type);
  visit(8, e.last_status);
  visit(9, e.stop_wanted);
  visit(10, e.connected);
  visit(11, e.ever_running);
  visit(12, e.health_checked);
  visit(13, e.execute_command);
  visit(14, e.health);
  visit(15, e.stop_code);
  visit(16, e.version);
  visit(17, e.stopped_reason);
  visit(18, e.group);
  visit(19, e.started_by);
  visit(20, e.availability_zone);
  visit(21, e.platform_version);
  visit(22, e.client_token);
  visit(23, e.request_fingerprint);
  visit(24, e.overrides);
  visit(25, e.tags);
  visit(26, e.containers);
  visit(27, e.network);
  visit(28, e.reservation);
  visit(29, e.created_at);
  visit(30, e.connectivity_at);
  visit(31, e.pull_started_at);
  visit(32, e.pull_stopped_at);
  visit(33, e.started_at);
  visit(34, e.stopping_at);
  visit(35, e.execution_stopped_at);
  visit(36, e.stopped_at);
  visit(37, e.capacity_provider);
  visit(38, e.protected_until);
  visit(50, e.daemon);
  visit(51, e.daemon_definition);
  visit(52, e.daemon_revision);
  visit(100, e.daemonic);
  visit(101, e.placement);
  visit(150, e.host_ipv4);
}

template <class Visit>
void list_fields(AccountSetting& e, Visit&& visit) {
  visit(1, e.world);
  visit(2, e.principal);
  visit(3, e.name);
  visit(4, e.value);
}

template <class Visit>
void list_fields(CapacityProvider& e, Visit&& visit) {
  visit(1, e.world);
  visit(2, e.cluster);
  visit(3, e.name);
  visit(4, e.settings);
  visit(5, e.created_with);
  visit(6, e.update_status);
  visit(7, e.update_reason);
  visit(8, e.tags);
}

template <class Visit>
void list_fields(GroupMachine& e, Visit&& visit) {
  visit(1, e.instance_id);
  visit(2, e.zone);
  visit(3, e.launched_at);
  visit(4, e.registered);
  visit(5, e.terminating_since);
}

template <class Visit>
void list_fields(InstanceGroup& e, Visit&& visit) {
  visit(1, e.world);
  visit(2, e.name);
  visit(3, e.minimum);
  visit(4, e.maximum);
  visit(5, e.desired);
  visit(6, e.cpu_units);
  visit(7, e.memory_mib);
  visit(8, e.zones);
  visit(9, e.startup_seconds);
  visit(10, e.provider);
  visit(11, e.cluster);
  visit(12, e.machines);
  visit(13, e.launched);
  visit(14, e.scaled_out_at);
  visit(15, e.scaled_in_at);
  visit(16, e.surplus_since);
}

template <class Visit>
void list_fields(DaemonFamily& e, Visit&& visit) {
  visit(1, e.world);
  visit(2, e.name);
  visit(3, e.last_revision);
}

template <class Visit>
void list_fields(DaemonTaskDefinition& e, Visit&& visit) {
  visit(1, e.family);
  visit(2, e.revision);
  visit(3, e.status);
  visit(4, e.definition);
  visit(5, e.tags);
  visit(6, e.registered_by);
  visit(7, e.registered_at);
  visit(8, e.delete_requested_at);
}

template <class Visit>
void list_fields(Daemon& e, Visit&& visit) {
  visit(1, e.cluster);
  visit(2, e.name);
  visit(3, e.status);
  visit(4, e.capacity_providers);
  visit(5, e.revision);
  visit(6, e.last_good);
  visit(7, e.definition);
  visit(8, e.deployment);
  visit(9, e.created_with);
  visit(10, e.tags);
  visit(11, e.created_at);
  visit(12, e.updated_at);
  visit(13, e.gone_at);
}

template <class Visit>
void list_fields(DaemonRevision& e, Visit&& visit) {
  visit(1, e.daemon);
  visit(2, e.digits);
  visit(3, e.definition);
  visit(4, e.propagate_tags);
  visit(5, e.managed_tags);
  visit(6, e.execute_command);
  visit(7, e.created_at);
}

template <class Visit>
void list_fields(DaemonRefusal& e, Visit&& visit) {
  visit(1, e.instance);
  visit(2, e.reason);
}

template <class Visit>
void list_fields(DaemonDeployment& e, Visit&& visit) {
  visit(1, e.daemon);
  visit(2, e.name);
  visit(3, e.status);
  visit(4, e.status_reason);
  visit(5, e.target);
  visit(6, e.sources);
  visit(7, e.configuration);
  visit(8, e.failed_tasks);
  visit(9, e.last_failure_at);
  visit(10, e.breaker_threshold);
  visit(11, e.breaker_failures);
  visit(12, e.rollback_to);
  visit(13, e.rollback_at);
  visit(14, e.stepping);
  visit(15, e.bake_until);
  visit(16, e.created_at);
  visit(17, e.started_at);
  visit(18, e.stopped_at);
  visit(19, e.finished_at);
  visit(20, e.refused);
}

}  // namespace drydock::model
