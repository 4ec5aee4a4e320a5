#include "storage/logs/log_block.hpp"

namespace drydock::storage {
namespace {

void put(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out += static_cast<char>(value | 0x80);
    value >>= 7;
  }
  out += static_cast<char>(value);
}

bool take(std::string_view& in, std::uint64_t& value) {
  value = 0;
  for (unsigned shift = 0; shift < 64 && !in.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(in.front());
    in.remove_prefix(1);
    value |= std::uint64_t{byte & 0x7fU} << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

std::uint64_t number(model::Instant instant) { return static_cast<std::uint64_t>(instant.time_since_epoch().count()); }
model::Instant instant(std::uint64_t number) {
  return model::Instant{model::Duration{static_cast<std::int64_t>(number)}};
}

}  // namespace

void append_event(std::string& block, const StoredEvent& event) {
  put(block, number(event.position.at));
  put(block, event.position.id);
  put(block, number(event.ingested_at));
  put(block, event.text.size());
  block += event.text;
}

std::vector<StoredEvent> events_of(std::string_view block) {
  std::vector<StoredEvent> events;
  while (!block.empty()) {
    std::uint64_t at = 0;
    std::uint64_t id = 0;
    std::uint64_t ingested = 0;
    std::uint64_t size = 0;
    if (!take(block, at) || !take(block, id) || !take(block, ingested) || !take(block, size)) break;
    if (size > block.size()) break;
    events.push_back({{instant(at), id}, instant(ingested), block.substr(0, size)});
    block.remove_prefix(size);
  }
  return events;
}

}  // namespace drydock::storage
