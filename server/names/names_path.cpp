#include "server/names/names_path.hpp"

#include <utility>

namespace drydock::server {

AdminPath names_path(const Core& core, ConnectWays ways) {
  return [&core, ways = std::move(ways)](const http::Request& request, std::string_view rest, http::ReplyFn reply) {
    if (!rest.empty()) return reply(message_reply(404, "/_drydock/names has nothing below it."));
    if (request.method != boost::beast::http::verb::get) {
      return reply(message_reply(405, "Names can be read, with GET, only."));
    }
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const KnownName& name : known_names(core.state())) {
      nlohmann::ordered_json one = {{"name", name.name}, {"of", name.of}};
      if (name.port != 0) one["port"] = name.port;
      if (name.of == kServiceConnect && ways) {
        const ConnectWay way = ways(name.name);
        if (!way.address.empty()) one["proxy"] = way.address;
        if (!way.problem.empty()) one["problem"] = way.problem;
      }
      one["leadsTo"] = name.addresses;
      list.push_back(std::move(one));
    }
    reply(json_reply(200, {{"names", std::move(list)}}));
  };
}

}  // namespace drydock::server
