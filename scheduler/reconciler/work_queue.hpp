#pragma once
// What is to be looked at again: keys, never events, and each key once. A key says what, not why.

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>

#include "model/transaction.hpp"

namespace drydock::scheduler {

struct WorkKey {
  /// In the order in which they are looked at: daemons before the services that wait for them.
  enum class Kind : std::uint8_t {
    kDaemon,
    kTask,
    kWaitingTasks,  // of a cluster, for instances: before services start more
    kService,
    kExpiry,
    kCluster,
    kCapacityProvider,
    kDaemonDefinition,
    kAlarm,
    kScheduledAction,
    kInstanceGroup,
    kProviderMetric,
    kEventRule
  };
  Kind kind = Kind::kTask;
  std::uint64_t id = 0;
  friend auto operator<=>(const WorkKey&, const WorkKey&) = default;
};

/// Instances that are ACTIVE and connected, by Availability Zone.
using ZoneInstances = std::map<std::string, std::set<model::InstanceId>>;

class WorkQueue {
 public:
  /// Maps what a commit touched to the keys that may have to act on it.
  void touched(const model::State& state, std::span<const model::Touched> entities);
  /// Everything there is: at start, since nothing is known about what was going on.
  void everything(const model::State& state);
  void add(WorkKey key) { ready_.insert(key); }
  void at(model::Instant when, WorkKey key);
  /// A service that found no room is looked at again when its cluster has more.
  void wants_capacity(const model::State& state, model::ServiceId service, bool wants);
  void wants_capacity(const model::State& state, model::DaemonId daemon, bool wants);
  /// A service whose placement constraints ask for an instance's tasks is looked at again when these change.
  void watches_tasks(const model::State& state, model::ServiceId service, bool watches);

  /// A cluster has more room, or may have.
  void capacity_changed(const model::State& state, model::ClusterId cluster);

  /// A service that may be rebalanced is looked at again when its cluster has instances in one more zone.
  void watches_zones(const model::State& state, model::ServiceId service, bool watches);
  /// The zones in which the cluster has instances that are ACTIVE and connected.
  [[nodiscard]] const ZoneInstances& zones_of(model::ClusterId cluster) const;

  /// Moves keys whose time has come to the front.
  void wake(model::Instant now);
  std::optional<WorkKey> pop();
  [[nodiscard]] bool empty() const { return ready_.empty(); }
  [[nodiscard]] std::optional<model::Instant> next_timer() const;
  /// The same without the timers that only forget what is old or measure: when something may happen by itself.
  [[nodiscard]] std::optional<model::Instant> next_action() const;

 private:
  void task_touched(const model::State& state, const model::Task& task);
  /// What has to do with the capacity provider that has this name in the cluster.
  void provider_touched(const model::State& state, model::ClusterId cluster, std::string_view name);
  void look_at_zone(const model::State& state, model::InstanceId id);
  void all_groups(const model::State& state, model::WorldId world);

  std::set<WorkKey> ready_;
  std::map<WorkKey, model::Instant> timer_of_;
  std::set<std::pair<model::Instant, WorkKey>> timers_;
  /// In no order that means anything: what is ready is in its own.
  template <class IdType>
  using Waiting = std::map<model::ClusterId, std::unordered_set<IdType>>;
  template <class IdType>
  static void keep_waiting(Waiting<IdType>& waiting, model::ClusterId cluster, IdType id, bool wants);
  Waiting<model::ServiceId> waiting_for_capacity_;
  Waiting<model::DaemonId> waiting_daemons_;
  Waiting<model::ServiceId> watching_tasks_;
  Waiting<model::ServiceId> watching_zones_;
  std::map<model::ClusterId, ZoneInstances> zones_;
  std::map<model::InstanceId, std::pair<model::ClusterId, std::string>> zone_of_;
};

}  // namespace drydock::scheduler
