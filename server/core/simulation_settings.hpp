#pragma once
// What the admin API was told about the simulated world, and must still know after a restart: where the virtual clock
// stands, behaviours of simulated containers, faults. They belong to no account: they are kept as the account settings
// of a world that no request can name, so that they are stored, undone and reset like everything else.

#include <map>
#include <optional>
#include <string>

#include "model/transaction.hpp"

namespace drydock::server {

/// What a setting is about: the topics of their readers (server/virtual_time, server/behaviours, server/faults).
enum class SimulationTopic : std::uint8_t { kClock, kBehaviour, kFault };

/// By name.
std::map<std::string, std::string> simulation_settings(const model::State& state, SimulationTopic topic);
std::optional<std::string> simulation_setting(const model::State& state, SimulationTopic topic,
                                              const std::string& name);
/// Changes one, or removes it (none). Does nothing when it is so already.
void set_simulation_setting(model::Transaction& tx, SimulationTopic topic, const std::string& name,
                            const std::optional<std::string>& text);

}  // namespace drydock::server
