#include "scheduler/capacity_providers/reservation.hpp"

#include <algorithm>
#include <set>

namespace drydock::scheduler {
namespace {

struct Bin {
  InstanceSize left;
  std::set<model::HostPort> ports;
};

bool fits(const Bin& bin, const model::TaskRequirements& needs) {
  if (needs.cpu_units > bin.left.cpu_units || needs.memory_mib > bin.left.memory_mib || needs.gpus > 0) return false;
  if (needs.needs_eni && bin.left.interfaces < 1) return false;
  return std::ranges::none_of(needs.ports, [&](const model::HostPort& port) { return bin.ports.contains(port); });
}

void take(Bin& bin, const model::TaskRequirements& needs) {
  bin.left.cpu_units -= needs.cpu_units;
  bin.left.memory_mib -= needs.memory_mib;
  if (needs.needs_eni) --bin.left.interfaces;
  bin.ports.insert(needs.ports.begin(), needs.ports.end());
}

}  // namespace

double capacity_reservation(int needed, int running) {
  if (running == 0) return needed == 0 ? 100 : 200;
  return 100.0 * needed / running;
}

int instances_needed(const std::vector<WaitingTasks>& groups, const InstanceSize& size) {
  std::vector<Bin> bins;
  for (const WaitingTasks& group : groups) {
    if (!fits(Bin{size, {}}, group.needs)) continue;
    // What one task of the group does not fit into, the next one does not either.
    std::size_t next = 0;
    for (int left = group.count; left > 0; --left) {
      while (next < bins.size() && !fits(bins[next], group.needs)) ++next;
      if (next == bins.size()) bins.push_back({size, {}});
      take(bins[next], group.needs);
    }
  }
  return static_cast<int>(bins.size());
}

}  // namespace drydock::scheduler
