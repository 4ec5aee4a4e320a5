#pragma once
// Addresses of this machine that every container reaches, one for each of some names.

#include <functional>
#include <memory>
#include <set>
#include <string>

#include <boost/asio/any_io_executor.hpp>

namespace drydock::instances::docker {

struct OwnAddressesOptions {
  std::string socket_path = "/var/run/docker.sock";
  std::string drydock_id;  // whose they are: label io.drydock.id
  /// Something else may be true now. Called on the executor's thread.
  std::function<void()> changed;
};

/// Each address is the gateway of a Docker network that no container joins, as with the task endpoint. The networks
/// are what is remembered: they stay while Drydock does not run, and are found again by their labels. Everything
/// happens on the executor.
class OwnAddresses {
 public:
  OwnAddresses(const boost::asio::any_io_executor& executor, OwnAddressesOptions options);
  /// The networks stay.
  ~OwnAddresses();
  OwnAddresses(const OwnAddresses&) = delete;
  OwnAddresses& operator=(const OwnAddresses&) = delete;

  /// These names have an address from now on, and no others; until the first call nothing is touched. Networks of this
  /// Drydock for other names are removed.
  void want(const std::set<std::string>& names);

  struct Answer {
    std::string address;  // empty: none yet
    std::string problem;  // why there is none, for now
  };
  [[nodiscard]] Answer of(const std::string& name) const;

 private:
  struct Watch;
  std::shared_ptr<Watch> watch_;
};

}  // namespace drydock::instances::docker
