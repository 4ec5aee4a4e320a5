#pragma once
// Every service of a Docker runtime is reached at a port of this machine's loopback that stays the same while its tasks
// come and go, and after a restart. Core thread; connections are carried by a thread of their own.

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "server/admin/replies.hpp"
#include "server/core/core.hpp"
#include "server/local_ports/service_targets.hpp"

namespace drydock::server {

struct PortSpan {
  int first = 0;
  int last = 0;  // below first: there are none
};

class LocalPorts {
 public:
  /// Runs something soon, on the core thread, from outside of any transaction.
  using Soon = std::function<void(std::function<void()>)>;

  LocalPorts(Core& core, PortSpan span, const boost::asio::any_io_executor& relays, Soon soon);

  /// Looks at every service; before that nothing listens.
  void start();
  void committed(std::span<const model::Touched> touched);
  /// {"endpoints": [...]}, of all services or of the cluster and service that `rest` names ("cluster/service").
  [[nodiscard]] nlohmann::ordered_json show(std::string_view rest) const;

 private:
  struct Open {
    std::shared_ptr<Relay> relay;
    int port = 0;
    std::vector<RelayTarget> targets;
    std::string problem;
  };
  using Key = std::pair<std::string, int>;  // container and its port
  using Ports = std::map<Key, Open>;

  void look_at(model::ServiceId id);
  void follow();
  void follow(model::ServiceId id);
  void open(model::ServiceId id, const ServicePort& port, Open& entry);
  void keep(model::ServiceId id, const ServicePort& port, int local);
  void close(Open& entry);
  [[nodiscard]] bool is_taken(int port, model::ServiceId by) const;
  std::expected<std::uint16_t, std::string> listen(Open& entry, int port);

  Core& core_;
  PortSpan span_;
  boost::asio::any_io_executor relays_;
  Soon soon_;
  bool started_ = false;
  bool following_ = false;
  std::set<model::ServiceId> changed_;
  std::map<model::ServiceId, Ports> services_;
  int next_ = 0;
};

/// GET /_drydock/endpoints[/<cluster>/<service>]
AdminPath endpoints_path(const LocalPorts& ports);

}  // namespace drydock::server
