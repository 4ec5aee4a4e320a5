#include "server/core/snapshots.hpp"

namespace drydock::server {
namespace {

// No account that a request can have: those have 12 digits.
constexpr const char* kAccount = "snapshots";
constexpr const char* kRegion = "drydock";
constexpr const char* kTopic = "snapshot";

const model::AccountSetting* setting_of(const model::State& state, std::string_view name) {
  const model::WorldId world = snapshot_world(state);
  return world ? state.account_setting(world, kTopic, name) : nullptr;
}

}  // namespace

bool holds_snapshots(const model::World& world) { return world.account == kAccount && world.region == kRegion; }

model::WorldId snapshot_world(const model::State& state) {
  const model::World* world = state.world_named(kAccount, kRegion);
  return world == nullptr ? model::WorldId{} : world->id;
}

std::vector<KeptSnapshot> kept_snapshots(const model::State& state) {
  std::vector<KeptSnapshot> kept;
  const model::WorldId world = snapshot_world(state);
  if (!world) return kept;
  for (const auto& [key, id] : state.of(world).account_settings) {
    const std::string& snapshot = state.get(id).value;
    kept.push_back({key.second, snapshot.size(), model::snapshot_facts(snapshot).value_or(model::SnapshotFacts{})});
  }
  return kept;
}

const std::string* find_snapshot(const model::State& state, std::string_view name) {
  const model::AccountSetting* setting = setting_of(state, name);
  return setting == nullptr ? nullptr : &setting->value;
}

void keep_snapshot(model::Transaction& tx, const std::string& name) {
  model::WorldId world = snapshot_world(tx.state());
  if (!world) world = tx.create(model::World{{}, kAccount, kRegion});
  tx.create(model::AccountSetting{{}, world, kTopic, name, model::take_snapshot(tx.state(), tx.now(), world)});
}

void drop_snapshot(model::Transaction& tx, std::string_view name) { tx.remove(setting_of(tx.state(), name)->id); }

}  // namespace drydock::server
