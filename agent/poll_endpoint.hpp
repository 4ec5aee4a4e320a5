#pragma once
// Where the server's websockets are, as DiscoverPollEndpoint says.

#include <string>

#include "agent/ecs_api.hpp"

namespace drydock::agent {

struct Place {
  cli::Endpoint endpoint;
  std::string path;  // "/acs"
};

struct PollEndpoint {
  Place acs;
  Place tcs;
};

/// http://HOST[:PORT][/PATH]; the error says what is wrong with the text.
std::expected<Place, std::string> parse_place(const std::string& url);

asio::awaitable<std::expected<PollEndpoint, std::string>> discover(std::shared_ptr<EcsApi> api, std::string cluster,
                                                                   std::string container_instance_arn);

}  // namespace drydock::agent
