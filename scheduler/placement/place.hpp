#pragma once
// Which container instance takes a task: the filters, then the strategies (spec/placement.md sections 1 and 5).
// Pure: no clock, no I/O, no ids made. Instances are looked at only as far as the decision needs it.

#include <array>
#include <expected>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/random.hpp"
#include "model/state.hpp"
#include "scheduler/placement/demand.hpp"
#include "scheduler/placement/room_stream.hpp"

namespace drydock::scheduler {

/// Places tasks one after another; each placement counts for the next. A placement costs the logarithm of the number
/// of instances, and a step for each combination of values of the attributes that are spread over. To begin costs a
/// step for each pool of the cluster, for `random` one for each instance. Where the number of tasks of the scope
/// decides before anything else of an instance, those that have some are looked at once no other takes the task.
class Batch {
 public:
  /// Among these instances.
  Batch(std::vector<InstanceView> instances, Demand demand);
  Batch(std::vector<InstanceView> instances, model::TaskRequirements needs)
      : Batch(std::move(instances), Demand{.needs = std::move(needs)}) {}
  /// Among a cluster's instances that are not INACTIVE; if a capacity provider is named, among its own. As long as the
  /// batch is used, the only changes in the cluster are that what was placed is launched.
  Batch(const model::State& state, model::ClusterId cluster, Demand demand, std::string_view capacity_provider = {});
  /// The chosen instance; when none fits, why each of them refuses.
  std::expected<model::InstanceId, std::vector<model::Refusal>> place_next();

 private:
  static constexpr std::size_t kMostRules = 5;
  /// The order of preference inside a bucket: what the rules say of the instance alone, then fewest tasks of the
  /// scope, most memory left, lowest id.
  struct Rank {
    std::array<std::int64_t, kMostRules> own{};
    int tasks_in_scope;
    int memory_free_negated;
    model::Uuid uuid;
    std::size_t index;
    friend auto operator<=>(const Rank&, const Rank&) = default;
  };
  /// The instances that have the same values of all attributes that are spread over.
  struct Bucket {
    std::vector<int*> tasks_in_scope;  // by spread rule: with the same values up to and including this rule's
    std::vector<Rank> candidates;   // a heap with the best at the front; whether they fit is seen when they get there
    std::vector<RoomStream> pools;  // instances that are no candidates yet
  };
  struct Instance {
    model::InstanceId id;
    Bucket* bucket = nullptr;
    std::int64_t lot = 0;                // when the rules have `random`
    std::unique_ptr<InstanceView> view;  // once it was looked at
    bool fits = false;                   // as far as is known
  };

  /// A pool of the cluster that is asked.
  struct Pool {
    Bucket* bucket;
    bool useful;  // an instance of it could take a task if it had the room
  };

  Bucket& bucket_at(const std::vector<api::Attribute>* attributes, const std::string& zone);
  void set_order();
  void add_pools();
  void count_scope();
  void add_those_in_scope();
  void add_all();
  std::size_t add(model::InstanceId id, Bucket& bucket);
  void add_candidate(std::size_t index, const model::Room& room, int tasks_in_scope);
  void take_from_pools(Bucket& bucket);
  bool find_best(Bucket& bucket);
  [[nodiscard]] int tasks_in_scope(model::InstanceId id) const;
  [[nodiscard]] std::unique_ptr<InstanceView> look_at(model::InstanceId id) const;
  [[nodiscard]] std::vector<model::Refusal> refusals() const;

  [[nodiscard]] Rank rank_of(std::size_t index, const model::Room& room, int tasks_in_scope) const;
  /// Nothing that is still to come from a pool ranks before this.
  [[nodiscard]] Rank bound_of(const model::Room& next) const;
  void draw(Instance& instance);
  void draw_again();
  [[nodiscard]] bool better(const Bucket& a, const Bucket& b) const;
  [[nodiscard]] bool fits(const InstanceView& view) const;
  void take(InstanceView& view) const;

  Demand demand_;
  model::Random random_;
  bool has_lots_;
  std::vector<Instance> instances_;         // those that were given, or had to be looked at
  std::map<std::string, int> task_counts_;  // by the values of spread attributes, joined
  std::map<std::string, Bucket> buckets_;

  // Where instances come from that were not given.
  const model::State* state_ = nullptr;
  model::ClusterId cluster_;
  std::string capacity_provider_;
  RoomOrder order_ = RoomOrder::kMostMemory;
  std::size_t first_binpack_ = kMostRules;
  bool scope_first_ = true;   // how many tasks of the scope an instance has comes before what it has left
  bool scope_added_ = false;  // those that had some before this batch are candidates
  const model::GroupIndex* group_ = nullptr;  // the scope as it was; null: no task was in it
  std::unordered_map<const model::InstancePool*, Pool> pools_;
  std::unordered_map<model::InstanceId, std::size_t> index_of_;
};

}  // namespace drydock::scheduler
