#include "server/admin/instance_groups.hpp"

#include <algorithm>

#include "model/arn.hpp"
#include "scheduler/capacity_providers/put_group.hpp"
#include "server/admin/durable_replies.hpp"
#include "server/virtual_time/time_values.hpp"
#include "server/wire/aws_request.hpp"

namespace drydock::server {
namespace {

using boost::beast::http::verb;
using Json = nlohmann::ordered_json;

struct PutRequest {
  std::string account;
  std::string region;
  scheduler::GroupSettings settings;
};

Json show(const model::State& state, const model::InstanceGroup& group, const model::GroupMachine& machine) {
  Json shown = {{"instanceId", machine.instance_id},
                {"zone", machine.zone},
                {"launchedAt", to_iso(machine.launched_at)},
                {"status", machine.terminating() ? "TERMINATING"
                           : machine.registered  ? "REGISTERED"
                                                 : "LAUNCHED"}};
  for (const model::InstanceId id : state.instances_on(machine.instance_id)) {
    if (state.get(id).cluster == group.cluster) shown["containerInstanceArn"] = model::arn_of(state, state.get(id));
  }
  return shown;
}

Json show(const model::State& state, const model::InstanceGroup& group) {
  const model::World& world = state.get(group.world);
  Json shown = {{"name", group.name},       {"account", world.account},   {"region", world.region},
                {"minimum", group.minimum}, {"maximum", group.maximum},   {"desired", group.desired},
                {"cpu", group.cpu_units},   {"memory", group.memory_mib}, {"startup", group.startup_seconds},
                {"zones", group.zones}};
  if (const auto* provider = state.find(group.provider)) shown["capacityProvider"] = provider->name;
  if (const auto* cluster = state.find(group.cluster)) shown["cluster"] = cluster->name;
  shown["machines"] = Json::array();
  for (const model::GroupMachine& machine : group.machines) shown["machines"].push_back(show(state, group, machine));
  return shown;
}

std::expected<PutRequest, std::string> parse_put(const std::string& body, PutRequest request) {
  const Json parsed = Json::parse(body, nullptr, false);
  if (!parsed.is_object()) {
    return std::unexpected(R"(The body should be like {"minimum": 0, "maximum": 10, "cpu": 2048, "memory": 3884}.)");
  }
  auto& settings = request.settings;
  const std::pair<const char*, std::optional<int>*> numbers[] = {
      {"minimum", &settings.minimum}, {"maximum", &settings.maximum},   {"desired", &settings.desired},
      {"cpu", &settings.cpu_units},   {"memory", &settings.memory_mib}, {"startup", &settings.startup_seconds}};
  for (const auto& [name, value] : parsed.items()) {
    const auto* number = std::ranges::find(numbers, name, [](const auto& entry) { return entry.first; });
    if (number != std::end(numbers)) {
      if (!value.is_number_integer() || value < 0 || value > 1'000'000'000) {
        return std::unexpected(name + " should be a whole number.");
      }
      *number->second = value.get<int>();
    } else if (name == "zones") {
      const auto is_text = [](const Json& zone) { return zone.is_string(); };
      if (!value.is_array() || !std::ranges::all_of(value, is_text)) {
        return std::unexpected("zones should be a list of strings.");
      }
      settings.zones = value.get<std::vector<std::string>>();
    } else if (name == "account" && value.is_string() && wire::is_account(value.get<std::string>())) {
      request.account = value.get<std::string>();
    } else if (name == "region" && value.is_string() && wire::is_region(value.get<std::string>())) {
      request.region = value.get<std::string>();
    } else {
      return std::unexpected(
          "A group has minimum, maximum, desired, cpu, memory, startup, zones, account (12 digits) and region, not " +
          name + ".");
    }
  }
  return request;
}

void put(Core& core, PutRequest request, const std::string& name, http::ReplyFn reply) {
  const model::WorldId world = core.world(request.account, request.region);
  if (!world) return reply(storage_fails(core));
  std::expected<model::InstanceGroupId, std::string> done;
  const bool stored =
      core.change([&](model::Transaction& tx) { done = scheduler::put_group(tx, world, name, request.settings); });
  if (!stored) return reply(storage_fails(core));
  if (!done) return reply(message_reply(400, done.error()));
  reply_when_durable(core, std::move(reply), json_reply(200, show(core.state(), core.state().get(*done))));
}

http::Response all_groups(const model::State& state) {
  Json list = Json::array();
  for (const model::WorldId world : state.worlds()) {
    for (const auto& [name, id] : state.of(world).instance_groups) list.push_back(show(state, state.get(id)));
  }
  return json_reply(200, Json{{"instanceGroups", std::move(list)}});
}

/// Of any account and region; the first when several have the name.
const model::InstanceGroup* group_named(const model::State& state, const std::string& name) {
  for (const model::WorldId world : state.worlds()) {
    if (const auto* group = state.instance_group_named(world, name)) return group;
  }
  return nullptr;
}

}  // namespace

AdminPath instance_groups_path(Core& core, std::string account, std::string region, bool has_machines) {
  return [&core, account = std::move(account), region = std::move(region), has_machines](
             const http::Request& request, std::string_view rest, http::ReplyFn reply) {
    const std::string name(rest);
    if (name.empty()) {
      return reply(
          reads(request)
              ? all_groups(core.state())
              : message_reply(405, "Use GET, or PUT and DELETE with a name: /_drydock/instance-groups/<name>."));
    }
    if (request.method == verb::put) {
      if (!has_machines) {
        return reply(message_reply(
            400, "Machines that come and go need a runtime: drydock serve --runtime docker, or simulated."));
      }
      auto parsed = parse_put(request.body, {account, region, {}});
      if (!parsed) return reply(message_reply(400, parsed.error()));
      return put(core, std::move(*parsed), name, std::move(reply));
    }
    const model::InstanceGroup* group = group_named(core.state(), name);
    if (group == nullptr) return reply(message_reply(404, "No instance group has this name."));
    if (reads(request)) return reply(json_reply(200, show(core.state(), *group)));
    if (request.method != verb::delete_) return reply(message_reply(405, "Use GET, PUT or DELETE."));
    const model::InstanceGroupId id = group->id;
    if (!core.change([&](model::Transaction& tx) { scheduler::remove_group(tx, id); }))
      return reply(storage_fails(core));
    reply_when_durable(core, std::move(reply), json_reply(200, Json{{"status", "removed"}}));
  };
}

}  // namespace drydock::server
