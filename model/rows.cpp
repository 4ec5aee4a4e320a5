#include "model/rows.hpp"

#include "model/codec.hpp"
#include "model/fields.hpp"

namespace drydock::model {
namespace {

template <class T>
RowChange encode_row(const T* entity, std::uint64_t id) {
  RowChange row{EntityTraits<T>::kKind, id, std::nullopt};
  if (entity == nullptr) return row;
  row.body.emplace();
  codec::Writer writer(*row.body);
  // The field lists are shared by reading and writing; Writer only looks.
  list_fields(const_cast<T&>(*entity), writer);
  return row;
}

/// The body of a counter's row.
struct IdCounter {
  std::uint64_t last_id = 0;
};

template <class Codec>
void list_fields(IdCounter& counter, Codec&& codec) {
  codec(1, counter.last_id);
}

RowChange encode_counter(const State& state, std::uint64_t kind) {
  RowChange row{EntityKind::kIdCounter, kind, std::nullopt};
  IdCounter counter{state.last_id(static_cast<EntityKind>(kind))};
  if (counter.last_id == 0) return row;
  row.body.emplace();
  codec::Writer writer(*row.body);
  list_fields(counter, writer);
  return row;
}

}  // namespace

RowChange row_of(const State& state, EntityKind kind, std::uint64_t id) {
  switch (kind) {
    case EntityKind::kWorld: return encode_row(state.find(WorldId{id}), id);
    case EntityKind::kCluster: return encode_row(state.find(ClusterId{id}), id);
    case EntityKind::kTaskDefinitionFamily: return encode_row(state.find(FamilyId{id}), id);
    case EntityKind::kTaskDefinition: return encode_row(state.find(TaskDefinitionId{id}), id);
    case EntityKind::kService: return encode_row(state.find(ServiceId{id}), id);
    case EntityKind::kServiceEvent: return encode_row(state.find(ServiceEventId{id}), id);
    case EntityKind::kContainerInstance: return encode_row(state.find(InstanceId{id}), id);
    case EntityKind::kTask: return encode_row(state.find(TaskId{id}), id);
    case EntityKind::kAccountSetting: return encode_row(state.find(AccountSettingId{id}), id);
    case EntityKind::kCapacityProvider: return encode_row(state.find(CapacityProviderId{id}), id);
    case EntityKind::kIdCounter: return encode_counter(state, id);
    case EntityKind::kServiceRevision: return encode_row(state.find(ServiceRevisionId{id}), id);
    case EntityKind::kServiceDeployment: return encode_row(state.find(ServiceDeploymentId{id}), id);
    case EntityKind::kTaskSet: return encode_row(state.find(TaskSetId{id}), id);
    case EntityKind::kDaemonFamily: return encode_row(state.find(DaemonFamilyId{id}), id);
    case EntityKind::kDaemonTaskDefinition: return encode_row(state.find(DaemonTaskDefinitionId{id}), id);
    case EntityKind::kDaemon: return encode_row(state.find(DaemonId{id}), id);
    case EntityKind::kDaemonRevision: return encode_row(state.find(DaemonRevisionId{id}), id);
    case EntityKind::kDaemonDeployment: return encode_row(state.find(DaemonDeploymentId{id}), id);
    case EntityKind::kInstanceGroup: return encode_row(state.find(InstanceGroupId{id}), id);
    case EntityKind::kScalableTarget: return encode_row(state.find(ScalableTargetId{id}), id);
    case EntityKind::kScalingPolicy: return encode_row(state.find(ScalingPolicyId{id}), id);
    case EntityKind::kScheduledAction: return encode_row(state.find(ScheduledActionId{id}), id);
    case EntityKind::kScalingActivity: return encode_row(state.find(ScalingActivityId{id}), id);
    case EntityKind::kAlarm: return encode_row(state.find(AlarmId{id}), id);
    case EntityKind::kMetricHour: return encode_row(state.find(MetricHourId{id}), id);
    case EntityKind::kLogGroup: return encode_row(state.find(LogGroupId{id}), id);
    case EntityKind::kLogStream: return encode_row(state.find(LogStreamId{id}), id);
    case EntityKind::kParameter: return encode_row(state.find(ParameterId{id}), id);
    case EntityKind::kSecret: return encode_row(state.find(SecretId{id}), id);
    case EntityKind::kEvent: return encode_row(state.find(EventId{id}), id);
    case EntityKind::kEventRule: return encode_row(state.find(EventRuleId{id}), id);
    case EntityKind::kEventDelivery: return encode_row(state.find(EventDeliveryId{id}), id);
    case EntityKind::kNamespace: return encode_row(state.find(NamespaceId{id}), id);
    case EntityKind::kDiscoveryService: return encode_row(state.find(DiscoveryServiceId{id}), id);
    case EntityKind::kDiscoveryInstance: return encode_row(state.find(DiscoveryInstanceId{id}), id);
    case EntityKind::kDiscoveryOperation: return encode_row(state.find(DiscoveryOperationId{id}), id);
  }
  return {kind, id, std::nullopt};
}

template <class T>
std::expected<void, std::string> StateLoader::add_row(std::uint64_t id, std::string_view body) {
  T entity;
  codec::Reader reader(body);
  list_fields(entity, reader);
  if (reader.failed()) {
    return std::unexpected("row " + std::to_string(id) + " of table " + table_name(EntityTraits<T>::kKind) +
                           " cannot be read");
  }
  entity.id = KeyOf<T>{id};
  auto& table = std::get<Rows<T>>(state_.tables_);
  table.last_id = std::max(table.last_id, id);
  const T& row = table.rows.emplace(id, std::move(entity)).first->second;
  state_.index(row, true);
  state_.settle_rooms();
  return {};
}

std::expected<void, std::string> StateLoader::add_counter(std::uint64_t kind, std::string_view body) {
  IdCounter counter;
  codec::Reader reader(body);
  list_fields(counter, reader);
  if (reader.failed()) return std::unexpected("row " + std::to_string(kind) + " of table id_counters cannot be read");
  const auto raise = [&](auto& table) {
    if (static_cast<std::uint64_t>(table.kKind) == kind) table.last_id = std::max(table.last_id, counter.last_id);
  };
  std::apply([&](auto&... tables) { (raise(tables), ...); }, state_.tables_);
  return {};
}

std::expected<void, std::string> StateLoader::add(EntityKind kind, std::uint64_t id, std::string_view body) {
  switch (kind) {
    case EntityKind::kWorld: return add_row<World>(id, body);
    case EntityKind::kCluster: return add_row<Cluster>(id, body);
    case EntityKind::kTaskDefinitionFamily: return add_row<Family>(id, body);
    case EntityKind::kTaskDefinition: return add_row<TaskDefinition>(id, body);
    case EntityKind::kService: return add_row<Service>(id, body);
    case EntityKind::kServiceEvent: return add_row<ServiceEvent>(id, body);
    case EntityKind::kContainerInstance: return add_row<ContainerInstance>(id, body);
    case EntityKind::kTask: return add_row<Task>(id, body);
    case EntityKind::kAccountSetting: return add_row<AccountSetting>(id, body);
    case EntityKind::kCapacityProvider: return add_row<CapacityProvider>(id, body);
    case EntityKind::kIdCounter: return add_counter(id, body);
    case EntityKind::kServiceRevision: return add_row<ServiceRevision>(id, body);
    case EntityKind::kServiceDeployment: return add_row<ServiceDeployment>(id, body);
    case EntityKind::kTaskSet: return add_row<TaskSet>(id, body);
    case EntityKind::kDaemonFamily: return add_row<DaemonFamily>(id, body);
    case EntityKind::kDaemonTaskDefinition: return add_row<DaemonTaskDefinition>(id, body);
    case EntityKind::kDaemon: return add_row<Daemon>(id, body);
    case EntityKind::kDaemonRevision: return add_row<DaemonRevision>(id, body);
    case EntityKind::kDaemonDeployment: return add_row<DaemonDeployment>(id, body);
    case EntityKind::kInstanceGroup: return add_row<InstanceGroup>(id, body);
    case EntityKind::kScalableTarget: return add_row<ScalableTarget>(id, body);
    case EntityKind::kScalingPolicy: return add_row<ScalingPolicy>(id, body);
    case EntityKind::kScheduledAction: return add_row<ScheduledAction>(id, body);
    case EntityKind::kScalingActivity: return add_row<ScalingActivity>(id, body);
    case EntityKind::kAlarm: return add_row<Alarm>(id, body);
    case EntityKind::kMetricHour: return add_row<MetricHour>(id, body);
    case EntityKind::kLogGroup: return add_row<LogGroup>(id, body);
    case EntityKind::kLogStream: return add_row<LogStream>(id, body);
    case EntityKind::kParameter: return add_row<Parameter>(id, body);
    case EntityKind::kSecret: return add_row<Secret>(id, body);
    case EntityKind::kEvent: return add_row<Event>(id, body);
    case EntityKind::kEventRule: return add_row<EventRule>(id, body);
    case EntityKind::kEventDelivery: return add_row<EventDelivery>(id, body);
    case EntityKind::kNamespace: return add_row<Namespace>(id, body);
    case EntityKind::kDiscoveryService: return add_row<DiscoveryService>(id, body);
    case EntityKind::kDiscoveryInstance: return add_row<DiscoveryInstance>(id, body);
    case EntityKind::kDiscoveryOperation: return add_row<DiscoveryOperation>(id, body);
  }
  return std::unexpected("unknown kind of row");
}

}  // namespace drydock::model
