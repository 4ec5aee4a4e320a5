#pragma once
// Brings images to the engine, each one only once at a time however many tasks want it.

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "instances/agent_config.hpp"
#include "instances/docker/engine_client.hpp"

namespace drydock::instances::docker {

struct ImageOutcome {
  enum class Kind {
    kPresent,
    kMissing,      // `reason` says why, in the form of a container's reason
    kUnreachable,  // the engine went away; ask again when it is back
    kCancelled,
  };
  Kind kind = Kind::kPresent;
  std::string digest;                    // of kPresent; empty for an image that was never in a registry
  std::vector<std::string> environment;  // of kPresent: the image's own variables, "NAME=value"
  std::string reason;
  std::optional<TimePoint> pull_started_at;  // only if a pull took place
  std::optional<TimePoint> pull_stopped_at;
};

/// The container reason for a failed pull, worded as AWS's agent does.
std::string pull_failure_reason(const EngineError& error);

class ImagePuller {
 public:
  ImagePuller(asio::any_io_executor executor, std::shared_ptr<EngineClient> engine, PullBehavior behavior);

  /// Makes sure that the image is there, by the pull behaviour (agent_config.hpp). `registry_auth` is for the registry
  /// (X-Registry-Auth; may be empty). A pull that nobody waits for any more, because every canceller was cancelled, is
  /// given up. A pull keeps its puller alive.
  static asio::awaitable<ImageOutcome> ensure(std::shared_ptr<ImagePuller> self, std::string image,
                                              std::string registry_auth, std::shared_ptr<Canceller> canceller);

 private:
  struct Pull;

  asio::awaitable<ImageOutcome> look(std::string image);
  /// The stub is made, not pulled.
  asio::awaitable<ImageOutcome> make_stub();
  /// What is pulled: those who come with other credentials do not share a pull.
  struct Wanted {
    std::string image;
    std::string registry_auth;
    friend auto operator<=>(const Wanted&, const Wanted&) = default;
  };
  static asio::awaitable<ImageOutcome> join_pull(std::shared_ptr<ImagePuller> self, Wanted wanted,
                                                 std::shared_ptr<Canceller> canceller);
  void forget(const Wanted& wanted, const std::shared_ptr<Pull>& pull);
  static asio::awaitable<void> run_pull(std::shared_ptr<ImagePuller> self, Wanted wanted, std::shared_ptr<Pull> pull);

  asio::any_io_executor executor_;
  std::shared_ptr<EngineClient> engine_;
  PullBehavior behavior_;
  std::map<Wanted, std::shared_ptr<Pull>> pulls_;
  std::set<std::string> pulled_;
};

}  // namespace drydock::instances::docker
