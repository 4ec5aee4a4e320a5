#pragma once
// The engine's samples of what a container uses. Pure.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "instances/docker/engine_client.hpp"

namespace drydock::instances::docker {

struct Use {
  TimePoint read;                     // when the sample was taken
  std::uint64_t cpu_nanoseconds = 0;  // since the container's start
  std::int64_t memory_bytes = 0;      // without what is only cached from files
};

/// Absent for a text that is no sample, and for that of a container that does not run.
std::optional<Use> use_of(std::string_view sample);

/// Whether the sample tells of the moment before, too: the first of a stream does not.
bool has_predecessor(std::string_view sample);

/// The sample with "network_rate_stats" of the time since an earlier one (zeros without).
std::string with_network_rates(std::string_view sample, std::string_view earlier);

/// Turns CPU time since a container's start into CPU units (1024 are one processor) since its last sample.
class CpuMeter {
 public:
  /// The first sample of a container counts from its start when that was less than `longest` ago; else nothing is
  /// known yet.
  std::optional<double> units(const std::string& docker_id, const Use& use, TimePoint started_at,
                              std::chrono::milliseconds longest);
  /// Forgets the containers that had no sample since the last call.
  void forget_others();

 private:
  struct Mark {
    Use use;
    TimePoint started_at;
    bool fresh = true;
  };
  std::map<std::string, Mark> marks_;
};

}  // namespace drydock::instances::docker
