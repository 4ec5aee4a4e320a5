#pragma once
// Availability Zone rebalancing as a pure decision (spec/services.md section 13.1).

#include <map>
#include <string>
#include <vector>

namespace drydock::scheduler {

/// Tasks of a service by zone; zones where tasks can be started are there even without any.
using ZoneCounts = std::map<std::string, int>;

/// The zones in which tasks are to be started so that, with as many stopped in the fullest ones, no two zones differ
/// by more than one task. `open` says where tasks can be started; at most `room` of them, the emptiest zone first.
std::vector<std::string> zones_to_fill(const ZoneCounts& counts, const std::vector<std::string>& open, int room);

/// The first of the zones with most tasks; empty when there is none.
std::string fullest_zone(const ZoneCounts& counts);

/// "2 tasks in a, 1 tasks in b"
std::string describe(const ZoneCounts& counts);

}  // namespace drydock::scheduler
