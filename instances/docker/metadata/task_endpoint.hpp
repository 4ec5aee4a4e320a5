#pragma once
// Where containers reach the metadata and the credentials of their task: 169.254.170.2, as with AWS's agent. One for
// all agents of a process; everything happens on their executor.

#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "instances/docker/agent_core.hpp"
#include "instances/docker/metadata/environment.hpp"
#include "instances/docker/metadata/stats_streams.hpp"

namespace drydock::instances::docker {

/// This machine, as every container reaches it.
inline constexpr const char* kMachineAddress = "169.254.170.2";

class TaskEndpoint {
 public:
  /// Begins to listen to this address of the machine; returns the port that containers are told.
  using Listen = std::function<std::expected<std::uint16_t, std::string>(const std::string& address)>;

  /// `offers_api`: containers are told to call AWS's APIs there, too.
  TaskEndpoint(const asio::any_io_executor& executor, std::string drydock_id, bool offers_api, Listen listen);

  /// Containers are told to call AWS's APIs at this URL, not here.
  void offer_api_at(std::string url) { facts_.api_url = std::move(url); }

  /// Makes the address one of this machine's, unless it is already, and listens to it. The address is the gateway of a
  /// Docker network that no container joins: packets for it take the way out of any of the engine's networks, so that
  /// neither rights nor rules of the machine's own network are needed. Where that cannot be done a warning says why,
  /// containers get none of the variables, and the next call tries again.
  static asio::awaitable<void> open(std::shared_ptr<TaskEndpoint> self, std::shared_ptr<EngineClient> engine);

  /// What a container of this task is told; nothing before open() succeeded.
  std::vector<std::pair<std::string, std::string>> environment_of(const Task& task, std::size_t index) const;

  /// From now on the task's containers are found. Where one of them is to have port 80 or 53 of this machine, that is
  /// left to it first.
  void enter(const CorePtr& core, const RunPtr& run);

  struct Found {
    CorePtr core;
    RunPtr run;
    std::size_t container = 0;
  };
  /// By the id in its metadata URI.
  std::optional<Found> container_with(const std::string& endpoint_id) const;
  /// By the id in its credentials URI.
  std::optional<Found> task_with_credentials(const std::string& credentials_id) const;
  /// By its own address: awsvpc tasks only.
  std::optional<Found> task_at(const std::string& address) const;

  const std::shared_ptr<StatsStreams>& statistics() const { return statistics_; }

  /// Listens to port 80 no more; returns the port that is left, if there is one. Docker publishes a port at all
  /// addresses of the machine at once, which it cannot while somebody listens to it at one.
  std::function<std::optional<std::uint16_t>()> leave_usual_port;

  /// What containers ask for names: set by the listener that answers there. Empty: the engine's own name servers.
  std::vector<std::string> name_servers;
  /// Answers names no more, for the same reason: resolvers know no port but 53.
  std::function<void()> leave_names_port;

 private:
  struct Entry {
    std::weak_ptr<AgentCore> core;
    std::weak_ptr<TaskRun> run;
    std::size_t container = 0;
  };
  static std::optional<Found> alive(const Entry& entry);
  void tell(std::uint16_t port);
  void leave_usual();
  void leave_names();
  void forget_ended();

  EndpointFacts facts_;
  Listen listen_;
  bool open_ = false;
  bool opening_ = false;
  bool usual_port_is_wanted_ = false;  // by a task
  bool names_port_is_wanted_ = false;
  Signal opened_;
  std::map<std::string, Entry> containers_;
  std::map<std::string, Entry> tasks_;
  std::size_t tidy_at_ = 64;
  std::shared_ptr<StatsStreams> statistics_ = std::make_shared<StatsStreams>();
};

}  // namespace drydock::instances::docker
