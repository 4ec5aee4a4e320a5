#include "server/admin/snapshots.hpp"

#include <algorithm>

#include "server/admin/durable_replies.hpp"
#include "server/core/snapshots.hpp"
#include "server/virtual_time/time_values.hpp"

namespace drydock::server {
namespace {

using boost::beast::http::verb;
using Json = nlohmann::ordered_json;

constexpr std::string_view kRestore = "/restore";

bool is_name(std::string_view text) {
  const auto fits = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' ||
           c == '.';
  };
  return !text.empty() && text.size() <= 100 && std::ranges::all_of(text, fits);
}

/// The name of a new snapshot; the error is a sentence for the user.
std::expected<std::string, std::string> parse_name(const std::string& text) {
  const Json body = Json::parse(text, nullptr, false);
  if (!body.is_object()) return std::unexpected(R"(The body should be like {"name": "base"}.)");
  for (const auto& [member, value] : body.items()) {
    if (member != "name") return std::unexpected("A snapshot has a name, not " + member + ".");
  }
  if (!body.contains("name") || !body["name"].is_string() || !is_name(body["name"].get<std::string>())) {
    return std::unexpected("A snapshot's name has 1 to 100 letters, digits, hyphens, underscores and dots.");
  }
  return body["name"].get<std::string>();
}

Json show(const KeptSnapshot& kept) {
  return {{"name", kept.name},
          {"takenAt", to_iso(kept.facts.taken_at)},
          {"bytes", kept.bytes},
          {"clusters", kept.facts.clusters},
          {"containerInstances", kept.facts.instances},
          {"services", kept.facts.services},
          {"tasks", kept.facts.tasks},
          {"taskDefinitions", kept.facts.task_definitions}};
}

Json show_named(const model::State& state, const std::string& name) {
  const auto all = kept_snapshots(state);
  return show(*std::ranges::find(all, name, &KeptSnapshot::name));
}

http::Response all_snapshots(const model::State& state) {
  Json list = Json::array();
  for (const KeptSnapshot& kept : kept_snapshots(state)) list.push_back(show(kept));
  return json_reply(200, Json{{"snapshots", std::move(list)}});
}

void keep(Core& core, const std::string& body, http::ReplyFn reply) {
  const auto name = parse_name(body);
  if (!name) return reply(message_reply(400, name.error()));
  if (find_snapshot(core.state(), *name) != nullptr) {
    return reply(message_reply(409, "There is a snapshot named " + *name + " already; DELETE /_drydock/snapshots/" +
                                        *name + " frees the name."));
  }
  if (kept_snapshots(core.state()).size() >= kMostSnapshots) {
    return reply(message_reply(409, std::to_string(kMostSnapshots) + " snapshots are kept already; delete one."));
  }
  if (!core.change([&](model::Transaction& tx) { keep_snapshot(tx, *name); })) return reply(storage_fails(core));
  const Json shown = show_named(core.state(), *name);
  reply_when_durable(core, std::move(reply), json_reply(200, shown));
}

void restore(Restorer& restorer, const Json& shown, http::ReplyFn reply) {
  if (restorer.clock_runs()) {
    return reply(message_reply(409, "The clock is moving for another request; restore when it stands."));
  }
  auto answer = std::make_shared<http::ReplyFn>(std::move(reply));
  restorer.restore(shown["name"].get<std::string>(), [answer, shown](const std::string& error) {
    (*answer)(error.empty() ? json_reply(200, shown) : message_reply(503, error));
  });
}

void remove(Core& core, const std::string& name, http::ReplyFn reply) {
  if (!core.change([&](model::Transaction& tx) { drop_snapshot(tx, name); })) return reply(storage_fails(core));
  reply_when_durable(core, std::move(reply), json_reply(200, Json{{"status", "removed"}}));
}

}  // namespace

AdminPath snapshots_path(Core& core, Restorer& restorer) {
  return [&core, &restorer](const http::Request& request, std::string_view rest, http::ReplyFn reply) {
    if (rest.empty()) {
      if (reads(request)) return reply(all_snapshots(core.state()));
      if (request.method == verb::post) return keep(core, request.body, std::move(reply));
      return reply(message_reply(405, "Use GET or POST, or DELETE with a name: /_drydock/snapshots/<name>."));
    }
    const bool restores = rest.ends_with(kRestore);
    if (restores) rest.remove_suffix(kRestore.size());
    const std::string name(rest);
    if (find_snapshot(core.state(), name) == nullptr) {
      return reply(message_reply(404, "No snapshot has this name; GET /_drydock/snapshots lists them."));
    }
    const Json shown = show_named(core.state(), name);
    if (restores) {
      if (request.method != verb::post) return reply(message_reply(405, "Use POST."));
      return restore(restorer, shown, std::move(reply));
    }
    if (reads(request)) return reply(json_reply(200, shown));
    if (request.method != verb::delete_) {
      return reply(message_reply(405, "Use GET or DELETE, or POST /_drydock/snapshots/<name>/restore."));
    }
    remove(core, name, std::move(reply));
  };
}

}  // namespace drydock::server
