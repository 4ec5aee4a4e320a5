#pragma once
// A world of services whose events are recorded as the core does it.

#include <string>
#include <vector>

#include "server/events/record/recorder.hpp"
#include "tests/unit/operations/services/service_fixture.hpp"

namespace drydock::test {

struct EventWorld : ServiceWorld {
  explicit EventWorld(std::size_t kept = 1000) : recorder(kept) {
    before_commit = [this](model::Transaction& tx) { recorder.record(tx); };
  }

  /// The kept events after that sequence, of one detail-type or of all.
  std::vector<Json> sent(const std::string& detail_type = {}, std::uint64_t after = 0) const {
    std::vector<Json> found;
    for (auto it = state.events().upper_bound(model::EventId{after}); it != state.events().end(); ++it) {
      const model::Event& event = state.get(*it);
      if (detail_type.empty() || event.detail_type == detail_type) found.push_back(Json::parse(event.json));
    }
    return found;
  }
  std::uint64_t latest() const { return state.last_id(model::EntityKind::kEvent); }

  /// eventName of each.
  static std::vector<std::string> names(const std::vector<Json>& events) {
    std::vector<std::string> all;
    for (const Json& event : events) all.push_back(event["detail"]["eventName"]);
    return all;
  }

  events::Recorder recorder;
};

}  // namespace drydock::test
