#include "server/admin/simulation_paths.hpp"

#include <algorithm>

#include "server/admin/durable_replies.hpp"
#include "server/virtual_time/time_values.hpp"

namespace drydock::server {
namespace {

using boost::beast::http::verb;

http::Response all_behaviours(const Behaviours& behaviours) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const auto& [name, rule] : behaviours.rules()) list.push_back(show(name, rule));
  return json_reply(200, nlohmann::ordered_json{{"behaviours", std::move(list)}});
}

bool is_name(std::string_view text) {
  const auto fits = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' ||
           c == '.';
  };
  return !text.empty() && text.size() <= 100 && std::ranges::all_of(text, fits);
}

void put_behaviour(Core& core, Behaviours& behaviours, const http::Request& request, const std::string& name,
                   http::ReplyFn reply) {
  if (!is_name(name)) {
    return reply(message_reply(400, "A behaviour's name has 1 to 100 letters, digits, hyphens, underscores and dots."));
  }
  auto rule = parse_rule(nlohmann::json::parse(request.body, nullptr, false));
  if (!rule) return reply(message_reply(400, rule.error()));
  const nlohmann::ordered_json shown = show(name, *rule);
  if (!behaviours.put(name, std::move(*rule))) return reply(storage_fails(core));
  reply_when_durable(core, std::move(reply), json_reply(200, shown));
}

void add_fault(Core& core, Faults& faults, bool simulated, const http::Request& request, http::ReplyFn reply) {
  auto fault = parse_fault(nlohmann::json::parse(request.body, nullptr, false), core.now());
  if (!fault) return reply(message_reply(400, fault.error()));
  if (!simulated && needs_simulated_instances(fault->kind)) {
    return reply(message_reply(
        400, std::string(to_text(fault->kind)) + " needs simulated instances: drydock serve --runtime simulated."));
  }
  // What storage holds back must not hold back the answer that says so.
  const bool of_storage = is_of_storage(fault->kind);
  if (!faults.add(*fault)) return reply(storage_fails(core));
  if (of_storage) return reply(json_reply(200, show(*fault)));
  reply_when_durable(core, std::move(reply), json_reply(200, show(*fault)));
}

}  // namespace

AdminPath behaviours_path(Core& core, Behaviours& behaviours) {
  return [&core, &behaviours](const http::Request& request, std::string_view rest, http::ReplyFn reply) {
    const std::string name(rest);
    if (name.empty()) {
      return reply(reads(request)
                       ? all_behaviours(behaviours)
                       : message_reply(405, "Use GET, or PUT and DELETE with a name: /_drydock/behaviours/<name>."));
    }
    if (request.method == verb::put) return put_behaviour(core, behaviours, request, name, std::move(reply));
    const auto known = behaviours.rules().find(name);
    if (known == behaviours.rules().end()) return reply(message_reply(404, "No behaviour has this name."));
    if (reads(request)) return reply(json_reply(200, show(name, known->second)));
    if (request.method != verb::delete_) return reply(message_reply(405, "Use GET, PUT or DELETE."));
    if (!behaviours.remove(name)) return reply(storage_fails(core));
    reply_when_durable(core, std::move(reply), json_reply(200, nlohmann::ordered_json{{"status", "removed"}}));
  };
}

AdminPath faults_path(Core& core, Faults& faults, bool simulated) {
  return [&core, &faults, simulated](const http::Request& request, std::string_view rest, http::ReplyFn reply) {
    const std::string id(rest);
    if (id.empty()) {
      if (request.method == verb::post) return add_fault(core, faults, simulated, request, std::move(reply));
      if (!reads(request))
        return reply(message_reply(405, "Use GET or POST, or DELETE with an id: /_drydock/faults/<id>."));
      nlohmann::ordered_json list = nlohmann::ordered_json::array();
      for (const auto& [name, fault] : faults.all()) list.push_back(show(fault));
      return reply(json_reply(200, nlohmann::ordered_json{{"faults", std::move(list)}}));
    }
    const auto known = faults.all().find(id);
    if (known == faults.all().end()) return reply(message_reply(404, "No fault has this id; it may have ended."));
    if (reads(request)) return reply(json_reply(200, show(known->second)));
    if (request.method != verb::delete_) return reply(message_reply(405, "Use GET or DELETE."));
    faults.remove(id);
    reply_when_durable(core, std::move(reply), json_reply(200, nlohmann::ordered_json{{"status", "removed"}}));
  };
}

AdminPath simulated_logs_path(const Behaviours& behaviours) {
  return [&behaviours](const http::Request& request, std::string_view rest, http::ReplyFn reply) {
    if (!reads(request)) return reply(message_reply(405, "Use GET."));
    nlohmann::ordered_json lines = nlohmann::ordered_json::array();
    for (const auto& line : behaviours.logs.of_task(std::string(rest))) {
      lines.push_back({{"container", line.container}, {"at", to_iso(line.at)}, {"message", line.text}});
    }
    reply(json_reply(200, nlohmann::ordered_json{{"lines", std::move(lines)}}));
  };
}

}  // namespace drydock::server
