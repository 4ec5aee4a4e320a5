#pragma once
// Which events and changes a reader asked for (docs/events.md).

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "model/state.hpp"
#include "server/events/changes/change.hpp"

namespace drydock::server {

/// Empty lists and texts: any.
struct EventFilter {
  std::vector<std::string> detail_types;
  std::vector<std::string> resources;  // ARNs
  std::vector<std::string> clusters;   // names or ARNs
  std::string account;
  std::string region;

  [[nodiscard]] bool wants(const model::State& state, const model::Event& event) const;
  [[nodiscard]] bool wants(const Change& change) const;

 private:
  [[nodiscard]] bool wants_cluster(std::string_view arn) const;
};

/// Takes a parameter of the query that is a filter's; false for another.
bool take_filter(EventFilter& filter, const std::string& name, const std::string& value);

}  // namespace drydock::server
