#pragma once
// What the names mean that containers use on AWS: Cloud Map's (service.namespace) and Service Connect's (client
// aliases). Pure.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "model/state.hpp"
#include "server/connect/connect_proxies.hpp"
#include "server/names/dns_message.hpp"

namespace drydock::server {

struct Resolved {
  bool ours = false;    // the name is in a namespace, or a client alias: nobody else is to be asked
  bool exists = false;  // the name does, whatever records it has
  std::vector<Record> records;
};

/// How names of Service Connect are answered; empty: they lead to the tasks themselves.
using ConnectWays = std::function<ConnectWay(std::string_view name)>;

/// Records of this type for a name in lower case. Of several, at most eight, those of healthy instances if there are
/// any; `turn` decides with which they begin, so that those who take the first one are spread. Worlds are asked in the
/// order in which they came to be.
Resolved resolve(const model::State& state, std::string_view name, std::uint16_t type, std::size_t turn,
                 const ConnectWays& ways = {});

inline constexpr const char* kServiceConnect = "Service Connect";

/// A name and what it leads to, for people.
struct KnownName {
  std::string name;
  std::string of;  // "Cloud Map" or kServiceConnect
  int port = 0;    // of a client alias
  std::vector<std::string> addresses;
};
/// In the order of worlds and names.
std::vector<KnownName> known_names(const model::State& state);

}  // namespace drydock::server
