#pragma once
// A control plane that writes down what an agent tells it, and a real engine to run the agent against.

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "instances/docker/agent.hpp"
#include "instances/docker/container_spec.hpp"
#include "instances/docker/engine_client.hpp"

namespace drydock::test {

namespace instances = drydock::instances;
namespace docker = drydock::instances::docker;

inline constexpr const char* kImage = "drydock-test/busybox:latest";

/// The engine's socket, from DOCKER_HOST (unix://…) or the usual place. Throws when no engine answers there.
std::string engine_socket();

/// What the agent told.
struct ToldReports {
  std::vector<api::RegisterContainerInstanceRequest> registrations;
  std::vector<api::SubmitTaskStateChangeRequest> reports;
  std::vector<instances::ContainerHealth> health;
  std::vector<bool> sessions;
  /// Errors to answer the next calls with; empty: all is well.
  std::deque<api::ApiError> registration_errors;
  std::deque<api::ApiError> report_errors;
};

/// One agent with its own label on the shared engine. Everything it made is removed at the end.
class AgentBench {
 public:
  explicit AgentBench(std::string socket = engine_socket());
  ~AgentBench();
  AgentBench(const AgentBench&) = delete;
  AgentBench& operator=(const AgentBench&) = delete;

  /// Makes and starts an agent; the one before, if any, is gone as after a kill -9.
  void start_agent(const std::function<void(docker::DockerAgentOptions&)>& adjust = {});
  void drop_agent();
  docker::DockerAgent& agent() { return *agent_; }
  docker::Owner owner() const { return {id_, "i-" + id_}; }

  /// A task of bridge mode; its ARN is new each time.
  instances::TaskPayload task(std::vector<api::ContainerDefinition> containers);
  void send(instances::TaskPayload task, const std::string& desired_status = "RUNNING");

  /// Runs the agent until the condition holds; throws after `limit`.
  void until(const std::string& what, const std::function<bool()>& condition,
             std::chrono::seconds limit = std::chrono::seconds(60));
  /// Runs the agent until it reports this status of the task, and gives the report.
  api::SubmitTaskStateChangeRequest await_report(const instances::TaskPayload& task, const std::string& status);
  std::size_t count_reports(const instances::TaskPayload& task, const std::string& status) const;

  /// Waits for one call to the engine.
  template <class T>
  docker::EngineResult<T> engine(docker::EngineTask<T> call);
  docker::EngineClient& client() { return *client_; }
  docker::asio::any_io_executor executor() { return io_.get_executor(); }
  /// All containers of this bench, in any state.
  std::vector<docker::ContainerSummary> containers();

  ToldReports told;

 private:
  template <class T>
  static docker::asio::awaitable<void> keep(docker::EngineTask<T> call,
                                            std::shared_ptr<std::optional<docker::EngineResult<T>>> out);

  boost::asio::io_context io_{1};
  std::string socket_;
  std::string id_;
  int tasks_ = 0;
  std::unique_ptr<docker::EngineClient> client_;
  std::unique_ptr<docker::DockerAgent> agent_;
  std::shared_ptr<int> life_;  // replies and reports of agents that were dropped count no more
};

/// A container definition of the test image.
api::ContainerDefinition container(std::string name, std::vector<std::string> command);
api::PortMapping port(int container_port, int host_port = 0, std::string protocol = "tcp");

/// The entry of a report about one container; the last one if there are several.
api::ContainerStateChange entry(const api::SubmitTaskStateChangeRequest& report, const std::string& container);

template <class T>
docker::asio::awaitable<void> AgentBench::keep(docker::EngineTask<T> call,
                                               std::shared_ptr<std::optional<docker::EngineResult<T>>> out) {
  docker::EngineResult<T> result = co_await std::move(call);
  *out = std::move(result);
}

template <class T>
docker::EngineResult<T> AgentBench::engine(docker::EngineTask<T> call) {
  auto out = std::make_shared<std::optional<docker::EngineResult<T>>>();
  docker::spawn(io_.get_executor(), keep<T>(std::move(call), out), "test call");
  until("answer of the engine", [&out] { return out->has_value(); });
  return std::move(**out);
}

}  // namespace drydock::test
