#include "instances/docker/own_addresses.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "instances/docker/async.hpp"
#include "instances/docker/container_names.hpp"
#include "instances/docker/own_subnets.hpp"

namespace drydock::instances::docker {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFirstWait{100};
constexpr milliseconds kLongestWait{10000};
// Networks without containers go with `docker network prune`, which nobody tells us.
constexpr milliseconds kLookAgain{30000};
constexpr int kGone = 404;

/// The engine has no code of its own for it in all of its versions.
bool overlaps(const EngineError& error) { return error.message.find("overlap") != std::string::npos; }

}  // namespace

struct OwnAddresses::Watch {
  Watch(const asio::any_io_executor& io, OwnAddressesOptions settings)
      : executor(io),
        options(std::move(settings)),
        engine(std::make_shared<EngineClient>(executor, options.socket_path)),
        changed(executor) {}

  struct Network {
    std::string id;
    std::string gateway;
  };

  asio::any_io_executor executor;
  OwnAddressesOptions options;
  std::shared_ptr<EngineClient> engine;
  Signal changed;
  bool asked = false;
  bool due = false;
  bool closing = false;
  std::set<std::string> wanted;
  std::map<std::string, Network> networks;  // by name
  std::string problem;
  std::set<int> others;  // subnets that the engine refused: another network has them
  std::shared_ptr<Canceller> sleeper;

  void look() {
    due = true;
    if (sleeper) sleeper->cancel();
    changed.notify();
  }

  void tell() const {
    if (!closing) options.changed();
  }

  void close() {
    closing = true;
    engine->shutdown();
    if (sleeper) sleeper->cancel();
    changed.notify();
  }

  bool failed(const char* what, const EngineError& error) {
    const std::string text = std::string(what) + ": " + describe(error);
    if (problem != text) spdlog::warn("addresses for Service Connect: {}", text);
    problem = text;
    tell();
    return false;
  }

  /// Returns at once when there is something to do.
  static asio::awaitable<void> pause(std::shared_ptr<Watch> watch, milliseconds duration) {
    if (watch->closing || watch->due) co_return;
    watch->sleeper = std::make_shared<Canceller>();
    const auto sleeper = watch->sleeper;
    co_await sleep_for(duration, sleeper.get());
    watch->sleeper.reset();
  }

  static asio::awaitable<bool> list(std::shared_ptr<Watch> watch) {
    const std::vector<std::string> labels = {std::string(kLabelDrydock) + "=" + watch->options.drydock_id,
                                             kLabelOwnAddress};
    const auto found = co_await watch->engine->list_networks(labels);
    if (!found) co_return watch->failed("the engine's networks cannot be listed", found.error());
    std::map<std::string, Network> networks;
    for (const NetworkSummary& network : *found) {
      const auto owner = network.labels.find(kLabelDrydock);
      const auto name = network.labels.find(kLabelOwnAddress);
      if (owner == network.labels.end() || owner->second != watch->options.drydock_id) continue;
      if (name != network.labels.end()) networks[name->second] = {network.id, network.gateway};
    }
    const auto address = [](const auto& entry) { return std::pair(entry.first, entry.second.gateway); };
    const bool same = std::ranges::equal(networks, watch->networks, {}, address, address);
    watch->networks = std::move(networks);
    if (!same) watch->tell();
    co_return true;
  }

  static asio::awaitable<bool> remove(std::shared_ptr<Watch> watch, std::string name) {
    const Network network = watch->networks.at(name);
    const auto removed = co_await watch->engine->remove_network(network.id);
    if (!removed && removed.error().http_status != kGone) {
      co_return watch->failed("a network cannot be removed", removed.error());
    }
    watch->networks.erase(name);
    spdlog::debug("Service Connect: {} has no address any more", name);
    watch->tell();
    co_return true;
  }

  [[nodiscard]] bool has(const std::string& gateway) const {
    return std::ranges::any_of(networks, [&](const auto& entry) { return entry.second.gateway == gateway; });
  }

  static asio::awaitable<bool> create(std::shared_ptr<Watch> watch, std::string name) {
    const int first = first_subnet(watch->options.drydock_id, name);
    for (int i = 0; i < kOwnSubnets && !watch->closing; ++i) {
      const int number = (first + i) % kOwnSubnets;
      const OwnSubnet subnet = own_subnet(number);
      if (watch->others.contains(number) || watch->has(subnet.gateway)) continue;
      const auto made = co_await watch->engine->create_network(own_network(watch->options.drydock_id, name, subnet));
      if (made) co_return co_await list(watch);
      if (!overlaps(made.error())) co_return watch->failed("no network can be made", made.error());
      watch->others.insert(number);
    }
    // What others had may be free the next time.
    watch->others.clear();
    EngineError none;
    none.kind = EngineError::Kind::kRefused;
    none.message = "all addresses are taken";
    co_return watch->failed("no network can be made", none);
  }

  /// Makes the networks what they are wanted to be; false when that did not go.
  static asio::awaitable<bool> settle(std::shared_ptr<Watch> watch) {
    const auto version = co_await watch->engine->version();
    if (!version) co_return watch->failed("the engine does not answer", version.error());
    const bool listed = co_await list(watch);
    if (!listed) co_return false;
    bool good = true;
    std::vector<std::string> surplus;
    for (const auto& [name, network] : watch->networks) {
      if (!watch->wanted.contains(name)) surplus.push_back(name);
    }
    for (const std::string& name : surplus) {
      if (watch->closing) co_return false;
      const bool removed = co_await remove(watch, name);
      good = good && removed;
    }
    const std::set<std::string> wanted = watch->wanted;
    for (const std::string& name : wanted) {
      if (watch->closing) co_return false;
      if (watch->networks.contains(name) || !watch->wanted.contains(name)) continue;
      const bool created = co_await create(watch, name);
      good = good && created;
    }
    if (good && !std::exchange(watch->problem, "").empty()) watch->tell();
    co_return good;
  }

  static asio::awaitable<void> run(std::shared_ptr<Watch> watch) {
    milliseconds wait = kFirstWait;
    while (!watch->closing) {
      if (!watch->asked) {
        co_await watch->changed.wait();
        continue;
      }
      watch->due = false;
      const bool settled = co_await settle(watch);
      if (settled) {
        wait = kFirstWait;
        if (watch->wanted.empty()) {
          while (!watch->due && !watch->closing) co_await watch->changed.wait();
        } else {
          co_await pause(watch, kLookAgain);
        }
        continue;
      }
      co_await pause(watch, wait);
      wait = std::min(wait * 2, kLongestWait);
    }
  }
};

OwnAddresses::OwnAddresses(const asio::any_io_executor& executor, OwnAddressesOptions options)
    : watch_(std::make_shared<Watch>(executor, std::move(options))) {
  spawn(executor, Watch::run(watch_), "addresses for Service Connect");
}

OwnAddresses::~OwnAddresses() { watch_->close(); }

void OwnAddresses::want(const std::set<std::string>& names) {
  watch_->asked = true;
  watch_->wanted = names;
  watch_->look();
}

OwnAddresses::Answer OwnAddresses::of(const std::string& name) const {
  const auto known = watch_->networks.find(name);
  if (known != watch_->networks.end()) return {known->second.gateway, ""};
  return {"", watch_->problem};
}

}  // namespace drydock::instances::docker
