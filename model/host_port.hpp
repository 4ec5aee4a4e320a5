#pragma once

#include <compare>

namespace drydock::model {

/// A port of a container instance, reserved by one task. TCP and UDP are separate sets.
struct HostPort {
  int port = 0;
  bool udp = false;
  friend auto operator<=>(const HostPort&, const HostPort&) = default;
};

}  // namespace drydock::model
