#include "scheduler/placement/room_stream.hpp"

#include <iterator>
#include <limits>

namespace drydock::scheduler {
namespace {

using model::Room;

constexpr int kMost = std::numeric_limits<int>::max();

}  // namespace

RoomStream::RoomStream(const model::InstancePool& pool, RoomOrder order, int cpu_units, int memory_mib)
    : pool_(&pool), order_(order), cpu_units_(cpu_units), memory_mib_(memory_mib) {
  advance();
}

void RoomStream::advance() {
  switch (order_) {
    case RoomOrder::kMostMemory: head_ = next_by_most_memory(); return;
    case RoomOrder::kLeastMemory: head_ = next_by_least_memory(); return;
    case RoomOrder::kLeastCpu: head_ = next_by_least_cpu(); return;
  }
}

std::optional<Room> RoomStream::next_by_most_memory() const {
  const auto& rooms = pool_->by_memory();
  auto it = head_ ? rooms.upper_bound(*head_) : rooms.begin();
  for (; it != rooms.end() && it->memory_free >= memory_mib_; ++it) {
    if (it->cpu_free >= cpu_units_) return *it;
  }
  return std::nullopt;
}

std::optional<Room> RoomStream::next_by_least_memory() const {
  const auto& rooms = pool_->by_memory();
  int memory = head_ ? head_->memory_free : memory_mib_ - 1;
  auto it = head_ ? rooms.upper_bound(*head_) : rooms.end();
  while (true) {
    for (; it != rooms.end() && it->memory_free == memory; ++it) {
      if (it->cpu_free >= cpu_units_) return *it;
    }
    // The set has most memory first: those with the next more memory end where these begin.
    it = rooms.lower_bound({0, memory, {}, {}});
    if (it == rooms.begin()) return std::nullopt;
    memory = std::prev(it)->memory_free;
    it = rooms.lower_bound({0, memory, {}, {}});
  }
}

std::optional<Room> RoomStream::next_by_least_cpu() const {
  const auto& rooms = pool_->by_cpu();
  auto it = head_ ? rooms.upper_bound(*head_) : rooms.lower_bound({cpu_units_, kMost, {}, {}});
  for (; it != rooms.end(); ++it) {
    if (it->memory_free >= memory_mib_) return *it;
  }
  return std::nullopt;
}

}  // namespace drydock::scheduler
