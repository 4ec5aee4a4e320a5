#pragma once
// A line of the file that the engine's json-file driver writes:
// {"log":"text\n","stream":"stdout","time":"2026-11-22T16:10:53.832944391Z"}, perhaps with "attrs" before the time.

#include <optional>
#include <string>
#include <string_view>

#include "instances/docker/stream_frames.hpp"

namespace drydock::instances::docker {

struct FileRecord {
  std::string_view text;  // without its line end
  bool ends = false;      // it had one: the line is complete
  StreamKind stream = StreamKind::kStdout;
  std::string_view time;
};

/// `line` comes without its end. The record points into it, or into `buffer`, which is reused. Absent for anything
/// else than the driver writes.
std::optional<FileRecord> parse_file_record(std::string_view line, std::string& buffer);

}  // namespace drydock::instances::docker
