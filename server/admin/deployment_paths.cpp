#include "server/admin/deployment_paths.hpp"

#include "server/admin/alarms.hpp"
#include "server/admin/durable_replies.hpp"
#include "server/admin/lifecycle_hooks.hpp"
#include "server/operations/alarms/alarms.hpp"

namespace drydock::server {
namespace {

using boost::beast::http::verb;

bool changes(const http::Request& request) { return request.method == verb::post || request.method == verb::put; }

void change_alarm(Core& core, const AlarmChange& change, http::ReplyFn reply) {
  const model::WorldId world = core.world(change.account, change.region);
  const bool done = core.state().find(world) != nullptr && core.change([&](model::Transaction& tx) {
    operations::set_alarm(tx, world, change.name, change.state);
  });
  if (!done) return reply(storage_fails(core));
  const std::string shown = alarm_json(core.state(), *core.state().alarm_named(world, change.name));
  reply_when_durable(core, std::move(reply), json_text_reply(200, shown));
}

}  // namespace

AdminPath alarms_path(Core& core, std::string account, std::string region) {
  return [&core, account = std::move(account), region = std::move(region)](const http::Request& request,
                                                                           std::string_view rest, http::ReplyFn reply) {
    if (!rest.empty()) return reply(message_reply(404, "/_drydock/alarms has nothing below it."));
    if (reads(request))
      return reply_when_durable(core, std::move(reply), json_text_reply(200, alarms_json(core.state())));
    if (!changes(request)) return reply(message_reply(405, "Use GET or PUT."));
    const auto change = parse_alarm_change(request.body, account, region);
    if (!change) return reply(message_reply(400, change.error()));
    change_alarm(core, *change, std::move(reply));
  };
}

AdminPath lifecycle_hooks_path(HookTargets& targets) {
  return [&targets](const http::Request& request, std::string_view rest, http::ReplyFn reply) {
    if (!rest.empty()) return reply(message_reply(404, "/_drydock/lifecycle-hooks has nothing below it."));
    if (!reads(request) && !changes(request)) return reply(message_reply(405, "Use GET or PUT."));
    if (changes(request)) {
      if (const auto done = change_hook_target(targets, request.body); !done) {
        return reply(message_reply(400, done.error()));
      }
    }
    reply(json_text_reply(200, hook_targets_json(targets)));
  };
}

}  // namespace drydock::server
