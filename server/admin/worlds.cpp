#include "server/admin/worlds.hpp"

#include "server/wire/aws_request.hpp"

namespace drydock::server {

AdminPath worlds_path(const Core& core) {
  return [&core](const http::Request& request, std::string_view rest, http::ReplyFn reply) {
    using boost::beast::http::verb;
    if (!rest.empty()) return reply(message_reply(404, "/_drydock/worlds has nothing below it."));
    if (request.method != verb::get && request.method != verb::head) return reply(message_reply(405, "Use GET."));
    nlohmann::ordered_json worlds = nlohmann::ordered_json::array();
    for (const model::WorldId id : core.state().worlds()) {
      const model::World* world = core.state().find(id);
      if (!wire::is_account(world->account)) continue;  // one that holds settings of Drydock's own
      worlds.push_back(
          {{"account", world->account}, {"region", world->region}, {"clusters", core.state().of(id).active_clusters}});
    }
    reply(json_reply(200, nlohmann::ordered_json{{"worlds", std::move(worlds)}}));
  };
}

}  // namespace drydock::server
