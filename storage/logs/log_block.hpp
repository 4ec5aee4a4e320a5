#pragma once
// Events of one stream as one text: rows of single lines would cost several times as much.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/log_lines.hpp"

namespace drydock::storage {

/// An event whose text is in a block, or somewhere else that lives long enough.
struct StoredEvent {
  model::LogPosition position;
  model::Instant ingested_at{};
  std::string_view text;
};

/// Bytes that an event takes besides its text, at most.
inline constexpr std::size_t kEventOverhead = 40;

void append_event(std::string& block, const StoredEvent& event);
/// The events of a block in the order they were appended; views into it. What is broken ends the list.
std::vector<StoredEvent> events_of(std::string_view block);

}  // namespace drydock::storage
