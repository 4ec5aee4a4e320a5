#pragma once
// The kept snapshots. Like the settings of simulations they are account settings of a world that no request can name,
// so that they are stored and undone like everything else; no snapshot holds that world, and no reset empties it.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/snapshot.hpp"

namespace drydock::server {

/// So many can be kept at a time.
inline constexpr std::size_t kMostSnapshots = 100;

bool holds_snapshots(const model::World& world);
/// The world that holds them; none before the first.
model::WorldId snapshot_world(const model::State& state);

struct KeptSnapshot {
  std::string name;
  std::size_t bytes = 0;
  model::SnapshotFacts facts;
};

/// By name.
std::vector<KeptSnapshot> kept_snapshots(const model::State& state);
/// Null when there is none of that name.
const std::string* find_snapshot(const model::State& state, std::string_view name);
/// Keeps what is there now. The name must be free.
void keep_snapshot(model::Transaction& tx, const std::string& name);
/// There must be one of that name.
void drop_snapshot(model::Transaction& tx, std::string_view name);

}  // namespace drydock::server
