#include "instances/docker/stream_frames.hpp"

namespace drydock::instances::docker {
namespace {

constexpr std::size_t kHeader = 8;
constexpr std::size_t kLongest = 64U << 20;

std::size_t payload_size(std::string_view header) {
  std::size_t size = 0;
  for (std::size_t i = 4; i < kHeader; ++i) size = size << 8U | static_cast<unsigned char>(header[i]);
  return size;
}

}  // namespace

/// Hands over complete frames; returns how many bytes they took.
std::size_t FrameParser::take(std::string_view data, const OnFrame& on_frame) {
  std::size_t at = 0;
  while (data.size() - at >= kHeader) {
    const std::string_view header = data.substr(at, kHeader);
    const auto kind = static_cast<unsigned char>(header[0]);
    const std::size_t size = payload_size(header);
    if (kind > 3 || header[1] != 0 || header[2] != 0 || header[3] != 0 || size > kLongest) {
      broken_ = true;
      break;
    }
    if (data.size() - at - kHeader < size) break;
    on_frame(static_cast<StreamKind>(kind), data.substr(at + kHeader, size));
    at += kHeader + size;
  }
  return at;
}

bool FrameParser::feed(std::string_view data, const OnFrame& on_frame) {
  if (broken_) return false;
  if (!rest_.empty()) {
    // Only what completes the frame that was begun is copied.
    while (!data.empty()) {
      const std::size_t wanted = rest_.size() < kHeader ? kHeader : kHeader + payload_size(rest_);
      const std::size_t missing = wanted > rest_.size() ? wanted - rest_.size() : 0;
      const std::size_t more = std::min(missing, data.size());
      rest_.append(data.substr(0, more));
      data.remove_prefix(more);
      const std::size_t taken = take(rest_, on_frame);
      if (broken_) return false;
      if (taken == rest_.size()) {
        rest_.clear();
        break;
      }
    }
    if (!rest_.empty()) return true;
  }
  const std::size_t taken = take(data, on_frame);
  if (!broken_) rest_.assign(data.substr(taken));
  return !broken_;
}

}  // namespace drydock::instances::docker
