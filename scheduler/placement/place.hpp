#pragma once
// Which container instance takes a task: the filters, then the strategies (spec/placement.md sections 1 and 5).
// Pure: no clock, no I/O, no ids made. Tasks of one batch are alike, so instances are looked at once per batch.

#include <array>
#include <expected>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "model/random.hpp"
#include "scheduler/placement/filters.hpp"
#include "scheduler/placement/strategies.hpp"

namespace drydock::scheduler {

/// What is to be placed: tasks that need the same and may be in the same places.
struct Demand {
  model::TaskRequirements needs;
  Constraints constraints{};
  std::vector<Rule> rules = default_rules();
  std::string group{};     // of the tasks: one more on each instance that gets one
  std::uint64_t seed = 0;  // of `random`
};

/// Places tasks one after another; each placement counts for the next. A placement costs the logarithm of the number
/// of instances, and a step for each combination of values of the attributes that are spread over.
class Batch {
 public:
  Batch(std::vector<InstanceView> instances, Demand demand);
  Batch(std::vector<InstanceView> instances, model::TaskRequirements needs)
      : Batch(std::move(instances), Demand{.needs = std::move(needs)}) {}
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
    std::set<Rank> candidates;
  };
  [[nodiscard]] Rank rank_of(std::size_t index) const;
  void draw(std::size_t index);
  void draw_again();
  [[nodiscard]] bool better(const Bucket& a, const Bucket& b) const;
  [[nodiscard]] bool fits(const InstanceView& view) const;
  void take(InstanceView& view) const;

  std::vector<InstanceView> instances_;
  Demand demand_;
  model::Random random_;
  std::vector<std::int64_t> lots_;          // by instance, when the rules have `random`
  std::map<std::string, int> task_counts_;  // by the values of spread attributes, joined
  std::map<std::string, Bucket> buckets_;
  std::vector<Bucket*> bucket_of_;  // by instance
};

}  // namespace drydock::scheduler
