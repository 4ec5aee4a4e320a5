#pragma once
// Which addresses networks get that are there for their gateway alone: an address of this machine that every container
// reaches. Pure.

#include <string>
#include <string_view>

#include "instances/docker/engine_client.hpp"

namespace drydock::instances::docker {

inline constexpr const char* kLabelOwnAddress = "io.drydock.address-of";  // of such a network: whose address it is

/// How many there are: the smallest subnets of 169.254.176.0/20. Link-local, so that they are in no company's plan, and
/// apart from what AWS has in that range (169.254.169 to 171).
inline constexpr int kOwnSubnets = 1024;

struct OwnSubnet {
  std::string subnet;   // 169.254.176.4/30
  std::string gateway;  // 169.254.176.5
};
OwnSubnet own_subnet(int number);

/// With which number the search for a free one begins: the same for the same name of the same Drydock, so that a name
/// whose network was removed finds its old address again.
int first_subnet(std::string_view drydock_id, std::string_view name);

/// The network that gives the name the address.
EngineNetwork own_network(const std::string& drydock_id, const std::string& name, const OwnSubnet& subnet);

}  // namespace drydock::instances::docker
