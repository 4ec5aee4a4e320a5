#pragma once
// Service Connect's client aliases: the names and ports that clients use, and the tasks behind them. Pure.

#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "model/state.hpp"
#include "server/relay/relay.hpp"

namespace drydock::server {

struct ConnectAlias {
  std::string name;  // lower case
  int port = 0;
  model::ServiceId service;
  model::DiscoveryServiceId endpoint;
  std::chrono::seconds idle{};  // that a connection may be silent; 0: for ever
};

/// Those in force, in the order of services. An endpoint without aliases has its usual name, and the container's port.
/// Of several with the same name and port the first one counts.
std::vector<ConnectAlias> connect_aliases(const model::State& state);

/// Where the endpoint's tasks that run, are healthy and get production traffic answer, in a fixed order.
std::vector<RelayTarget> connect_targets(const model::State& state, model::DiscoveryServiceId endpoint);

/// The ports of this machine that tasks in the network modes bridge and host have, or are to have, by their
/// definitions. Nobody else may listen there, at whatever address: the engine publishes a port at all of them.
std::set<int> fixed_host_ports(const model::State& state);

}  // namespace drydock::server
