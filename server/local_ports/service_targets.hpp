#pragma once
// Which ports of a service a person may want to reach, and where its tasks answer there. Pure.

#include <string>
#include <vector>

#include "model/state.hpp"
#include "server/relay/relay.hpp"

namespace drydock::server {

/// One TCP port of a service's containers.
struct ServicePort {
  std::string container;
  int container_port = 0;
  int wanted = 0;       // local port that the user asks for; 0: any
  std::string mistake;  // in what the user asks for; empty: none
};

/// The ports that the service's task definition maps, in its order. A local port is asked for by the tag
/// drydock.local-port of the service ("8080" for the first port, "80=8080,443=8443" by container port), or the label of
/// that name of a container, for its first port.
std::vector<ServicePort> ports_of(const model::State& state, const model::Service& service);

/// Where the service's tasks that run, are healthy and get production traffic answer for the port, in a fixed order.
std::vector<RelayTarget> targets_of(const model::State& state, const model::Service& service, const ServicePort& port);

/// Whether a task of a service runs, is healthy, is to go on and gets production traffic.
bool is_served(const model::State& state, const model::Task& task);

}  // namespace drydock::server
