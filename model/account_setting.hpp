#pragma once
// Account settings (spec/resources.md section 10): what a principal, or the account for everybody, chose for a few
// switches of ECS. An account in a region has its own.

#include <span>
#include <string>
#include <string_view>

#include "model/ids.hpp"

namespace drydock::model {

class State;

/// A value that was set. The root principal's is the account's default.
struct AccountSetting {
  AccountSettingId id;
  WorldId world;
  std::string principal;  // ARN
  std::string name;
  std::string value;
};

/// A setting that ECS knows.
struct KnownSetting {
  std::string_view name;
  std::string_view fallback;  // what counts while nobody set it
  std::span<const std::string_view> values;
};

/// In alphabetical order.
std::span<const KnownSetting> known_settings();
/// Null for a name that ECS does not know.
const KnownSetting* known_setting(std::string_view name);

/// What counts for the account: its default, else ECS's. `name` must be known.
std::string_view account_value(const State& state, WorldId world, std::string_view name);

}  // namespace drydock::model
