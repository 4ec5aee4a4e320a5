#pragma once
// The configuration of a FireLens log router, as AWS's agent writes it. Pure.

#include <expected>
#include <string>
#include <utility>
#include <vector>

namespace drydock::instances::docker {

using LogOptions = std::vector<std::pair<std::string, std::string>>;

/// A container whose lines the router gets.
struct RoutedContainer {
  std::string name;
  LogOptions options;  // of its log configuration; those that are secret as references to variables
};

struct RouterFacts {
  bool fluentd = false;  // else fluentbit
  std::string network_mode;
  LogOptions fields;    // added to each record
  std::string include;  // path of a file of the user's own, in the router's container; empty: none
  std::vector<RoutedContainer> containers;
};

/// The socket, the port 24224 where the network mode has one, the user's file, and an output for each container that
/// names one. The error is the agent's: options without the output that they are for.
std::expected<std::string, std::string> router_config(const RouterFacts& facts);

}  // namespace drydock::instances::docker
