#pragma once
// The time of a log record: most are of the same second as the one before.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace drydock::instances::docker {

class RecordTime {
 public:
  /// Nanoseconds since 1970 of "2026-11-22T16:10:53.832944391Z"; absent for what is no time.
  std::optional<std::int64_t> nanoseconds(std::string_view text);

 private:
  std::string second_;  // the time up to the second that was read last, and what it means
  std::int64_t second_nanoseconds_ = 0;
};

}  // namespace drydock::instances::docker
