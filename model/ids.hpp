#pragma once
// Strong identifiers. Entities refer to each other by these, never by pointer.

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace drydock::model {

/// Row number of one kind of entity: given in order of creation, never shown to users. Zero means none.
template <class Tag>
struct Id {
  std::uint64_t value = 0;
  friend auto operator<=>(const Id&, const Id&) = default;
  explicit operator bool() const { return value != 0; }
};

using WorldId = Id<struct WorldTag>;
using ClusterId = Id<struct ClusterTag>;
using FamilyId = Id<struct FamilyTag>;
using TaskDefinitionId = Id<struct TaskDefinitionTag>;
using ServiceId = Id<struct ServiceTag>;
using ServiceEventId = Id<struct ServiceEventTag>;
using InstanceId = Id<struct InstanceTag>;
using TaskId = Id<struct TaskTag>;
using AccountSettingId = Id<struct AccountSettingTag>;
using CapacityProviderId = Id<struct CapacityProviderTag>;
using ServiceRevisionId = Id<struct ServiceRevisionTag>;
using ServiceDeploymentId = Id<struct ServiceDeploymentTag>;
using TaskSetId = Id<struct TaskSetTag>;
using DaemonFamilyId = Id<struct DaemonFamilyTag>;
using DaemonTaskDefinitionId = Id<struct DaemonTaskDefinitionTag>;
using DaemonId = Id<struct DaemonTag>;
using DaemonRevisionId = Id<struct DaemonRevisionTag>;
using DaemonDeploymentId = Id<struct DaemonDeploymentTag>;
using ScalableTargetId = Id<struct ScalableTargetTag>;
using ScalingPolicyId = Id<struct ScalingPolicyTag>;
using ScheduledActionId = Id<struct ScheduledActionTag>;
using ScalingActivityId = Id<struct ScalingActivityTag>;
using AlarmId = Id<struct AlarmTag>;
using MetricHourId = Id<struct MetricHourTag>;
using LogGroupId = Id<struct LogGroupTag>;
using LogStreamId = Id<struct LogStreamTag>;
using ParameterId = Id<struct ParameterTag>;
using SecretId = Id<struct SecretTag>;
using InstanceGroupId = Id<struct InstanceGroupTag>;
using EventId = Id<struct EventTag>;
using EventRuleId = Id<struct EventRuleTag>;
using EventDeliveryId = Id<struct EventDeliveryTag>;
using NamespaceId = Id<struct NamespaceTag>;
using DiscoveryServiceId = Id<struct DiscoveryServiceTag>;
using DiscoveryInstanceId = Id<struct DiscoveryInstanceTag>;
using DiscoveryOperationId = Id<struct DiscoveryOperationTag>;

/// The 128-bit public id of a task, container instance, container, attachment or event.
struct Uuid {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend auto operator<=>(const Uuid&, const Uuid&) = default;
  explicit operator bool() const { return (high | low) != 0; }
};

/// 32 lower-case hex digits, the form of task and container instance ids.
std::string to_hex(const Uuid& id);
/// The same, behind a prefix.
std::string to_hex(std::string_view prefix, const Uuid& id);
/// 8-4-4-4-12 form, used for containers, attachments and events.
std::string to_dashed(const Uuid& id);
/// Accepts both forms; nullopt for anything else.
std::optional<Uuid> parse_uuid(std::string_view text);

}  // namespace drydock::model

template <class Tag>
struct std::hash<drydock::model::Id<Tag>> {
  std::size_t operator()(const drydock::model::Id<Tag>& id) const noexcept { return id.value; }
};

template <>
struct std::hash<drydock::model::Uuid> {
  std::size_t operator()(const drydock::model::Uuid& id) const noexcept {
    return id.high ^ (id.low * 0x9E3779B97F4A7C15U);
  }
};
