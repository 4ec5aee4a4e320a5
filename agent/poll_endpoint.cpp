#include "agent/poll_endpoint.hpp"

namespace drydock::agent {

std::expected<Place, std::string> parse_place(const std::string& url) {
  constexpr std::string_view kScheme = "http://";
  auto endpoint = cli::parse_endpoint(url);
  if (!endpoint) return std::unexpected(endpoint.error().what);
  Place place{std::move(*endpoint), {}};
  // Without a port a URL means the scheme's own, not Drydock's usual one.
  const std::string rest = url.substr(kScheme.size());
  const std::string authority = rest.substr(0, rest.find('/'));
  const std::size_t colon = authority.rfind(':');
  if (colon == std::string::npos || authority.find(']', colon) != std::string::npos) place.endpoint.port = "80";
  if (authority.size() < rest.size()) place.path = rest.substr(authority.size());
  return place;
}

asio::awaitable<std::expected<PollEndpoint, std::string>> discover(std::shared_ptr<EcsApi> api, std::string cluster,
                                                                   std::string container_instance_arn) {
  api::DiscoverPollEndpointRequest request;
  request.cluster = std::move(cluster);
  request.containerInstance = std::move(container_instance_arn);
  const auto answer = co_await EcsApi::call<api::DiscoverPollEndpointResponse>(api, std::string("DiscoverPollEndpoint"),
                                                                               std::move(request));
  if (!answer) co_return std::unexpected(answer.error().code + ": " + answer.error().message);
  auto acs = parse_place(answer->endpoint.value_or(""));
  if (!acs) co_return std::unexpected(acs.error());
  auto tcs = parse_place(answer->telemetryEndpoint.value_or(""));
  if (!tcs) co_return std::unexpected(tcs.error());
  co_return PollEndpoint{std::move(*acs), std::move(*tcs)};
}

}  // namespace drydock::agent
