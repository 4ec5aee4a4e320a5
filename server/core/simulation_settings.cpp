#include "server/core/simulation_settings.hpp"

namespace drydock::server {
namespace {

// No account that a request can have: those have 12 digits.
constexpr const char* kAccount = "simulation";
constexpr const char* kRegion = "drydock";

const char* to_text(SimulationTopic topic) {
  switch (topic) {
    case SimulationTopic::kClock: return "clock";
    case SimulationTopic::kBehaviour: return "behaviour";
    case SimulationTopic::kFault: return "fault";
  }
  return "";
}

}  // namespace

std::map<std::string, std::string> simulation_settings(const model::State& state, SimulationTopic topic) {
  std::map<std::string, std::string> found;
  const model::World* world = state.world_named(kAccount, kRegion);
  if (world == nullptr) return found;
  const auto& settings = state.of(world->id).account_settings;
  const std::string name = to_text(topic);
  for (auto it = settings.lower_bound({name, ""}); it != settings.end() && it->first.first == name; ++it) {
    found[it->first.second] = state.get(it->second).value;
  }
  return found;
}

std::optional<std::string> simulation_setting(const model::State& state, SimulationTopic topic,
                                              const std::string& name) {
  const model::World* world = state.world_named(kAccount, kRegion);
  if (world == nullptr) return std::nullopt;
  const model::AccountSetting* setting = state.account_setting(world->id, to_text(topic), name);
  return setting == nullptr ? std::nullopt : std::optional(setting->value);
}

void set_simulation_setting(model::Transaction& tx, SimulationTopic topic, const std::string& name,
                            const std::optional<std::string>& text) {
  const model::World* known = tx.state().world_named(kAccount, kRegion);
  if (known == nullptr && !text) return;
  const model::WorldId world = known != nullptr ? known->id : tx.create(model::World{{}, kAccount, kRegion});
  const model::AccountSetting* setting = tx.state().account_setting(world, to_text(topic), name);
  if (setting == nullptr) {
    if (text) tx.create(model::AccountSetting{{}, world, to_text(topic), name, *text});
  } else if (!text) {
    tx.remove(setting->id);
  } else if (setting->value != *text) {
    tx.update(setting->id, [&](model::AccountSetting& entity) { entity.value = *text; });
  }
}

}  // namespace drydock::server
