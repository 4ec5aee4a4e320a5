#include "instances/docker/leftovers.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "instances/docker/async.hpp"
#include "instances/docker/container_names.hpp"
#include "instances/docker/engine_client.hpp"

namespace drydock::instances::docker {

namespace {

using std::chrono::milliseconds;
using Labels = std::map<std::string, std::string>;

constexpr milliseconds kFirstWait{50};
constexpr milliseconds kLongestWait{2000};
constexpr milliseconds kRemovalRetry{5000};

}  // namespace

/// What the coroutines share.
struct Leftovers::Watch {
  Watch(const asio::any_io_executor& io, LeftoversOptions settings)
      : executor(io),
        options(std::move(settings)),
        engine(std::make_shared<EngineClient>(executor, options.socket_path)),
        changed(executor) {}

  asio::any_io_executor executor;
  LeftoversOptions options;
  std::shared_ptr<EngineClient> engine;
  Signal changed;    // one of the following, or the event stream
  bool due = false;  // there may be something to remove
  bool closing = false;
  std::set<std::string> leaving;  // ids of containers whose removal is under way
  std::set<std::shared_ptr<Canceller>> sleepers;

  std::vector<std::string> labels() const {
    return {std::string(kLabelDrydock) + "=" + options.drydock_id, kLabelGroup};
  }

  /// The filters of the engine say the same; being sure costs nothing.
  bool is_left(const Labels& found) const {
    const auto owner = found.find(kLabelDrydock);
    const auto instance = found.find(kLabelInstance);
    if (owner == found.end() || owner->second != options.drydock_id || !found.contains(kLabelGroup)) return false;
    return instance != found.end() && !options.present(instance->second);
  }

  void look() {
    due = true;
    changed.notify();
  }

  void close() {
    closing = true;
    engine->shutdown();
    changed.notify();
    const auto asleep = std::exchange(sleepers, {});
    for (const auto& sleeper : asleep) sleeper->cancel();
  }

  static asio::awaitable<void> pause(std::shared_ptr<Watch> watch, milliseconds duration) {
    if (watch->closing) co_return;
    const auto canceller = std::make_shared<Canceller>();
    watch->sleepers.insert(canceller);
    co_await sleep_for(duration, canceller.get());
    watch->sleepers.erase(canceller);
  }

  static asio::awaitable<void> remove(std::shared_ptr<Watch> watch, std::string id) {
    const auto grace = std::chrono::ceil<std::chrono::seconds>(watch->options.stop_timeout);
    const auto stopped = co_await watch->engine->stop_container(id, grace);
    if (watch->closing) co_return;
    const auto removed = co_await watch->engine->remove_container(id, true, true);
    if (watch->closing) co_return;
    if (!removed && removed.error().http_status != 404) {
      spdlog::warn("cannot remove container {} of a machine that is switched off: {}", id, describe(removed.error()));
      co_await pause(watch, kRemovalRetry);
    }
    watch->leaving.erase(id);
    // Volumes are free once all of them are gone.
    if (watch->leaving.empty() && !watch->closing) watch->look();
  }

  /// One look at everything.
  static asio::awaitable<void> sweep(std::shared_ptr<Watch> watch) {
    const auto containers = co_await watch->engine->list_containers(watch->labels());
    if (!containers || watch->closing) co_return;
    for (const ContainerSummary& container : *containers) {
      if (!watch->is_left(container.labels) || !watch->leaving.insert(container.id).second) continue;
      spdlog::info("container {} is of a machine that is switched off: removing it", container.id);
      spawn(watch->executor, remove(watch, container.id), "container of a machine that is switched off");
    }
    const auto volumes = co_await watch->engine->list_volumes(watch->labels());
    if (!volumes) co_return;
    for (const VolumeSummary& volume : *volumes) {
      if (watch->closing) co_return;
      if (!watch->is_left(volume.labels)) continue;
      const auto removed = co_await watch->engine->remove_volume(volume.name);
      if (!removed && removed.error().http_status != 404 && removed.error().http_status != 409)
        spdlog::warn("cannot remove volume {}: {}", volume.name, describe(removed.error()));
    }
  }

  /// The event stream of one connection.
  struct Events {
    bool open = false;
    bool ended = false;
    std::shared_ptr<Canceller> canceller = std::make_shared<Canceller>();
  };

  static asio::awaitable<void> listen(std::shared_ptr<Watch> watch, std::shared_ptr<Events> events) {
    EventHandling handling;
    handling.on_open = [watch, events] {
      events->open = true;
      watch->changed.notify();
    };
    handling.on_event = [watch](const ContainerEvent& event) {
      const bool appears = event.action == "create" || event.action == "start";
      if (appears && !watch->closing && watch->is_left(event.attributes)) watch->look();
    };
    const auto since = std::chrono::system_clock::now();
    const auto result =
        co_await watch->engine->container_events(watch->labels(), since, std::move(handling), events->canceller);
    if (!result && !watch->closing) spdlog::debug("events of groups' machines: {}", describe(result.error()));
    events->ended = true;
    watch->changed.notify();
  }

  /// Lives as long as the engine does.
  static asio::awaitable<void> connected(std::shared_ptr<Watch> watch) {
    const auto events = std::make_shared<Events>();
    spawn(watch->executor, listen(watch, events), "events of groups' machines");
    while (!events->open && !events->ended && !watch->closing) co_await watch->changed.wait();
    watch->due = true;
    while (!events->ended && !watch->closing) {
      if (std::exchange(watch->due, false)) {
        co_await sweep(watch);
        continue;
      }
      co_await watch->changed.wait();
    }
    events->canceller->cancel();
  }

  static asio::awaitable<void> run(std::shared_ptr<Watch> watch) {
    milliseconds wait = kFirstWait;
    while (!watch->closing) {
      const auto version = co_await watch->engine->version();
      if (version && !watch->closing) {
        co_await connected(watch);
        wait = kFirstWait;
      }
      co_await pause(watch, wait);
      wait = std::min(wait * 2, kLongestWait);
    }
  }
};

Leftovers::Leftovers(const asio::any_io_executor& executor, LeftoversOptions options)
    : watch_(std::make_shared<Watch>(executor, std::move(options))) {
  spawn(executor, Watch::run(watch_), "what machines left");
}

Leftovers::~Leftovers() { watch_->close(); }

void Leftovers::look() { watch_->look(); }

}  // namespace drydock::instances::docker
