#pragma once
// The engine's multiplexed streams (logs, attach, exec without a terminal): frames of 8 header bytes and a payload.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace drydock::instances::docker {

enum class StreamKind : std::uint8_t { kStdin = 0, kStdout = 1, kStderr = 2, kSystemError = 3 };

class FrameParser {
 public:
  using OnFrame = std::function<void(StreamKind, std::string_view payload)>;

  /// Takes the next bytes and calls `on_frame` for every frame that is complete; payloads live during the call. False
  /// for what is no such stream: nothing more can be read from it.
  bool feed(std::string_view data, const OnFrame& on_frame);

 private:
  std::size_t take(std::string_view data, const OnFrame& on_frame);
  std::string rest_;  // the beginning of a frame
  bool broken_ = false;
};

}  // namespace drydock::instances::docker
