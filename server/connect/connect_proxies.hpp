#pragma once
// Service Connect's proxy: each client alias has an address of its own, where connections to its port are relayed to
// the tasks of its endpoint, whatever ports these have. Core thread; connections are carried by the relays' thread.

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "model/transaction.hpp"
#include "server/connect/connect_aliases.hpp"
#include "server/explain/explain.hpp"

namespace drydock::server {

/// Where the proxy of a name may listen.
struct ProxyAddress {
  std::string address;  // empty: not yet, or not at all
  std::string problem;  // why not at all, for now
};

/// Who gives addresses of this machine that containers reach.
struct ProxyAddresses {
  /// These names are to have one each, and no others.
  std::function<void(const std::set<std::string>& names)> want;
  std::function<ProxyAddress(const std::string& name)> of;
};

/// How a name of Service Connect is answered.
struct ConnectWay {
  std::string address;   // of its proxy; empty: the tasks' own are the answer
  bool pending = false;  // it will have a proxy soon
  std::string problem;   // why it has none
};

class ConnectProxies {
 public:
  using Soon = std::function<void(std::function<void()>)>;

  ConnectProxies(const model::State& state, ProxyAddresses addresses, const boost::asio::any_io_executor& relays,
                 Soon soon);

  /// Before that nothing listens, and no address is asked for.
  void start();
  void committed(std::span<const model::Touched> touched);
  /// What ProxyAddresses::of answers may be something else now.
  void addresses_changed();

  [[nodiscard]] ConnectWay way_of(std::string_view name) const;
  /// Why aliases of the service have no proxy.
  [[nodiscard]] Reasons reasons_of(const model::Service& service, model::Instant now) const;

 private:
  struct Open {
    ConnectAlias alias;
    std::shared_ptr<Relay> relay;
    std::string address;  // where it listens
    std::vector<RelayTarget> targets;
    std::string problem;
    bool fits = true;  // the tasks answer at the alias' own port, so that no proxy is missed
  };
  using Key = std::pair<std::string, int>;  // name and port

  void look();
  void follow();
  void follow(const ConnectAlias& alias, const std::set<int>& host_ports, Open& entry);
  void listen(const std::string& address, Open& entry);
  void refuse(Open& entry, std::string problem);
  void close(Open& entry);

  const model::State& state_;
  ProxyAddresses addresses_;
  boost::asio::any_io_executor relays_;
  Soon soon_;
  bool started_ = false;
  bool following_ = false;
  std::set<std::string> wanted_;
  std::map<Key, Open> open_;
};

}  // namespace drydock::server
