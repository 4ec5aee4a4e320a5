#include "server/admin/alarms.hpp"

#include <nlohmann/json.hpp>

#include "server/operations/alarms/alarms.hpp"
#include "server/wire/aws_request.hpp"

namespace drydock::server {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMaxName = 255;

Json show(const model::State& state, const model::Alarm& alarm) {
  const model::World& world = state.get(alarm.world);
  return {{"account", world.account},
          {"region", world.region},
          {"name", alarm.name},
          {"state", model::to_text(alarm.state)},
          {"updatedAt", static_cast<double>(alarm.updated_at.time_since_epoch().count()) / 1000}};
}

std::string text(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace

std::expected<AlarmChange, std::string> parse_alarm_change(std::string_view body, const std::string& account,
                                                           const std::string& region) {
  const Json parsed = Json::parse(body, nullptr, false);
  if (!parsed.is_object()) return std::unexpected(R"(The body should be like {"name": "errors", "state": "ALARM"}.)");
  AlarmChange change{account, region, {}, {}};
  std::string state;
  for (const auto& [name, value] : parsed.items()) {
    if (!value.is_string()) return std::unexpected(name + " should be a string.");
    const auto given = value.get<std::string>();
    if (name == "name") {
      change.name = given;
    } else if (name == "state") {
      state = given;
    } else if (name == "account" && wire::is_account(given)) {
      change.account = given;
    } else if (name == "region" && wire::is_region(given)) {
      change.region = given;
    } else {
      return std::unexpected("An alarm has name, state, account (12 digits) and region, not " + name + ".");
    }
  }
  if (change.name.empty() || change.name.size() > kMaxName) {
    return std::unexpected("The name of an alarm has 1 to 255 characters.");
  }
  const auto known = operations::parse_alarm_state(state);
  if (!known) return std::unexpected("state should be OK, ALARM or INSUFFICIENT_DATA.");
  change.state = *known;
  return change;
}

std::string alarm_json(const model::State& state, const model::Alarm& alarm) { return text(show(state, alarm)); }

std::string alarms_json(const model::State& state) {
  Json alarms = Json::array();
  for (const model::WorldId world : state.worlds()) {
    for (const auto& [name, id] : state.of(world).alarms) alarms.push_back(show(state, state.get(id)));
  }
  return text({{"alarms", alarms}});
}

}  // namespace drydock::server
