#include "server/connect/connect_proxies.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

#include <boost/asio/post.hpp>

namespace drydock::server {
namespace {

using model::EntityKind;

bool concerns(const model::Touched& entity) {
  switch (entity.kind) {
    case EntityKind::kCluster:
    case EntityKind::kService:
    case EntityKind::kTask:
    case EntityKind::kNamespace:
    case EntityKind::kDiscoveryService:
    case EntityKind::kDiscoveryInstance: return true;
    default: return false;
  }
}

std::string shown(const ConnectAlias& alias) { return alias.name + ":" + std::to_string(alias.port); }

}  // namespace

ConnectProxies::ConnectProxies(const model::State& state, ProxyAddresses addresses,
                               const boost::asio::any_io_executor& relays, Soon soon)
    : state_(state), addresses_(std::move(addresses)), relays_(relays), soon_(std::move(soon)) {}

void ConnectProxies::start() {
  started_ = true;
  // Networks of names that are gone meanwhile go, too.
  addresses_.want(wanted_);
  look();
}

void ConnectProxies::committed(std::span<const model::Touched> touched) {
  if (started_ && !following_ && std::ranges::any_of(touched, concerns)) look();
}

void ConnectProxies::addresses_changed() {
  if (started_) look();
}

void ConnectProxies::look() {
  if (following_) return;
  following_ = true;
  soon_([this] { follow(); });
}

void ConnectProxies::follow() {
  following_ = false;
  const std::vector<ConnectAlias> aliases = connect_aliases(state_);
  std::set<std::string> names;
  std::set<Key> keys;
  for (const ConnectAlias& alias : aliases) {
    if (alias.port == 0) continue;
    names.insert(alias.name);
    keys.emplace(alias.name, alias.port);
  }
  for (auto entry = open_.begin(); entry != open_.end();) {
    if (keys.contains(entry->first)) {
      ++entry;
      continue;
    }
    close(entry->second);
    entry = open_.erase(entry);
  }
  if (names != wanted_) {
    wanted_ = names;
    addresses_.want(wanted_);
  }
  if (names.empty()) return;
  const std::set<int> host_ports = fixed_host_ports(state_);
  for (const ConnectAlias& alias : aliases) {
    if (alias.port != 0) follow(alias, host_ports, open_[{alias.name, alias.port}]);
  }
}

void ConnectProxies::follow(const ConnectAlias& alias, const std::set<int>& host_ports, Open& entry) {
  const bool other_idle = entry.alias.idle != alias.idle;
  entry.alias = alias;
  const ProxyAddress address = addresses_.of(alias.name);
  if (host_ports.contains(alias.port)) {
    return refuse(entry, "a task publishes port " + std::to_string(alias.port) + " at all addresses of this machine");
  }
  if (address.address.empty()) return refuse(entry, address.problem);
  const bool fresh = !entry.relay || entry.address != address.address;
  if (fresh) listen(address.address, entry);
  if (!entry.relay) return;
  auto targets = connect_targets(state_, alias.endpoint);
  if (!fresh && !other_idle && targets == entry.targets) return;
  entry.targets = targets;
  boost::asio::post(relays_, [relay = entry.relay, idle = alias.idle, targets = std::move(targets)] {
    relay->set_idle(idle);
    relay->set_targets(targets);
  });
}

void ConnectProxies::listen(const std::string& address, Open& entry) {
  close(entry);
  // Binding is quick, and nobody else uses the relay yet.
  auto relay = std::make_shared<Relay>(relays_);
  const auto listening = relay->listen(address, static_cast<std::uint16_t>(entry.alias.port));
  if (!listening) return refuse(entry, "cannot have " + listening.error());
  entry.relay = std::move(relay);
  entry.address = address;
  entry.problem.clear();
  spdlog::info("Service Connect: {} is at {}", shown(entry.alias), address);
}

void ConnectProxies::refuse(Open& entry, std::string problem) {
  close(entry);
  const auto at_its_port = [&](const RelayTarget& target) { return target.port == entry.alias.port; };
  const bool fits = std::ranges::all_of(connect_targets(state_, entry.alias.endpoint), at_its_port);
  if (entry.problem == problem && entry.fits == fits) return;
  entry.problem = std::move(problem);
  entry.fits = fits;
  if (entry.problem.empty()) return;
  if (fits) return spdlog::debug("Service Connect: {} has no proxy: {}", shown(entry.alias), entry.problem);
  spdlog::warn("Service Connect: {} leads to the tasks themselves, no proxy stands between: {}", shown(entry.alias),
               entry.problem);
}

void ConnectProxies::close(Open& entry) {
  if (!entry.relay) return;
  boost::asio::post(relays_, [relay = std::move(entry.relay)] { relay->close(); });
  entry.relay.reset();
  entry.address.clear();
  entry.targets.clear();
}

ConnectWay ConnectProxies::way_of(std::string_view name) const {
  ConnectWay way;
  if (!started_) return way;
  // One address is the answer for all ports of a name.
  std::string address;
  bool all = true;
  for (auto entry = open_.lower_bound({std::string(name), 0}); entry != open_.end() && entry->first.first == name;
       ++entry) {
    if (entry->second.relay) {
      address = entry->second.address;
      continue;
    }
    all = false;
    if (entry->second.problem.empty()) {
      way.pending = true;
    } else if (!entry->second.fits) {
      way.problem = entry->second.problem;
    }
  }
  if (all) way.address = address;
  return way;
}

Reasons ConnectProxies::reasons_of(const model::Service& service, model::Instant now) const {
  Reasons reasons;
  for (const auto& [key, entry] : open_) {
    if (entry.alias.service != service.id || entry.problem.empty() || entry.fits) continue;
    reasons.push_back(
        {now,
         "SERVICE_CONNECT_DIRECT",
         "No proxy stands between clients and the tasks at " + shown(entry.alias) + ": " + entry.problem + ".",
         "The name leads to the tasks themselves, which have to answer at that port.",
         {}});
  }
  return reasons;
}

}  // namespace drydock::server
