#pragma once
// What a page has to fetch again: entities that a commit touched, without saying how they changed.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "model/transaction.hpp"

namespace drydock::server {

struct Change {
  std::string_view kind{};  // docs/events.md lists them
  std::string arn{};
  // ARNs of what it belongs to; empty if nothing of the kind.
  std::string cluster{};
  std::string service{};
  std::string container_instance{};
  std::string account{};
  std::string region{};
  bool removed = false;
};

/// Nullopt for what no page shows.
std::optional<Change> change_of(const model::State& state, const model::Touched& touched);

/// The changes that one reader was not told of yet.
class PendingChanges {
 public:
  /// Entities that are told of one by one; beyond, only kinds and clusters are.
  static constexpr std::size_t kMostSingly = 500;

  void add(const Change& change);
  [[nodiscard]] bool empty() const { return changes_.empty() && many_.empty(); }
  /// {"changes":[...]}, and forgets them.
  std::string take();

 private:
  std::map<std::pair<std::string_view, std::string>, Change> changes_;  // by kind and ARN
  std::set<std::pair<std::string_view, std::string>> many_;             // kind and cluster
};

}  // namespace drydock::server
