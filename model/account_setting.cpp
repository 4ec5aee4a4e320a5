#include "model/account_setting.hpp"

#include <algorithm>

#include "model/arn.hpp"
#include "model/state.hpp"

namespace drydock::model {
namespace {

constexpr std::string_view kSwitch[] = {"enabled", "disabled"};
constexpr std::string_view kInsights[] = {"enabled", "disabled", "enhanced"};
constexpr std::string_view kLogMode[] = {"blocking", "non-blocking"};
constexpr std::string_view kWaitDays[] = {"0", "7", "14"};
constexpr std::string_view kOnOff[] = {"on", "off"};

constexpr KnownSetting kSettings[] = {
    {"awsvpcTrunking", "disabled", kSwitch},
    {"containerInsights", "disabled", kInsights},
    {"containerInstanceLongArnFormat", "enabled", kSwitch},
    {"defaultLogDriverMode", "non-blocking", kLogMode},
    {"fargateEventWindows", "disabled", kSwitch},
    {"fargateFIPSMode", "disabled", kSwitch},
    {"fargateTaskRetirementWaitPeriod", "7", kWaitDays},
    {"guardDutyActivate", "off", kOnOff},
    {"serviceLongArnFormat", "enabled", kSwitch},
    {"tagResourceAuthorization", "on", kOnOff},
    {"taskLongArnFormat", "enabled", kSwitch},
};

}  // namespace

std::span<const KnownSetting> known_settings() { return kSettings; }

const KnownSetting* known_setting(std::string_view name) {
  const auto* it = std::ranges::find(kSettings, name, &KnownSetting::name);
  return it == std::end(kSettings) ? nullptr : it;
}

std::string_view account_value(const State& state, WorldId world, std::string_view name) {
  const AccountSetting* set = state.account_setting(world, root_principal(state.get(world)), name);
  return set != nullptr ? std::string_view(set->value) : known_setting(name)->fallback;
}

}  // namespace drydock::model
