#pragma once
// The engine's streams of samples, for the containers that somebody asks about.

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "instances/docker/agent_core.hpp"

namespace drydock::instances::docker {

/// A stream is opened when a container's statistics are asked for and closed a minute after they were last: nobody
/// pays for what nobody reads.
class StatsStreams {
 public:
  /// The newest sample with its network rates; absent when the engine has none within four seconds.
  static asio::awaitable<std::optional<std::string>> newest(std::shared_ptr<StatsStreams> self, CorePtr core,
                                                            std::string docker_id);

 private:
  struct Stream;
  static asio::awaitable<void> read(std::shared_ptr<StatsStreams> self, CorePtr core, std::string docker_id,
                                    std::shared_ptr<Stream> stream);

  std::map<std::string, std::shared_ptr<Stream>> streams_;  // by docker id
};

}  // namespace drydock::instances::docker
