#pragma once
// The built-in container agent: a container instance on this machine's Docker engine.

#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "instances/docker/agent_options.hpp"
#include "instances/instance_link.hpp"

namespace drydock::instances::docker {

/// Connects to the engine, registers the instance (waiting for its cluster when need be), opens its session, runs the
/// tasks it is sent and reports what becomes of them. While the engine is away the session is closed
/// (session_changed(arn, false)) and tasks keep their state; when it is back, what happened meanwhile is reported.
///
/// All methods may be called from any thread; everything happens on the executor, which one thread runs. ControlPlane's
/// functions are called there. After close() the executor runs out of the agent's work by itself.
class DockerAgent final : public InstanceLink {
 public:
  DockerAgent(const boost::asio::any_io_executor& executor, DockerAgentOptions options, ControlPlane control_plane);
  /// Like close(kShutdown).
  ~DockerAgent() override;

  /// Begins to connect. Payloads sent before are kept.
  void start();

  void send(const TaskPayload& payload) override;
  void close(CloseReason reason) override;
  /// On the executor's thread only, like the functions of the channel.
  Channel open_channel(const ChannelRequest& request, ChannelEvents events) override;

  /// After a restart of Drydock, before payloads are sent again: tasks of which containers were reported RUNNING or
  /// STOPPED before. Containers of theirs that are gone are reported STOPPED instead of being started a second time.
  void already_started(std::vector<std::string> task_arns);
  /// The control plane has sent every task that it knows on this instance. All other tasks that the agent has, and
  /// containers on the engine with this Drydock's and this instance's labels that belong to none of these tasks, are
  /// stopped and removed without a report; that goes on after close().
  void end_of_resync(std::vector<std::string> known_task_arns);
  /// What AWS's agent does when it is restarted after its instance was deregistered: registers as a new instance. The
  /// tasks of the old one are removed by the end of resync that follows.
  void register_again();
  /// The instance's cluster may exist now: registers at once instead of after the next wait.
  void cluster_appeared();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace drydock::instances::docker
