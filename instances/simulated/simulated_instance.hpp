#pragma once
// A container instance without containers: it behaves as an agent does towards the control plane, on whatever clock it
// is given. Runs on the core thread.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "instances/instance_link.hpp"
#include "instances/simulated/behaviour.hpp"
#include "instances/simulated/surroundings.hpp"
#include "model/clock.hpp"
#include "model/host_port.hpp"

namespace drydock::instances::simulated {

/// Runs a function after a while, on the core thread, never from inside the call itself.
using After = std::function<void(model::Duration, std::function<void()>)>;

class SimulatedInstance final : public InstanceLink, public std::enable_shared_from_this<SimulatedInstance> {
 public:
  /// `id` makes container ids of this instance different from those of others.
  SimulatedInstance(std::string id, const model::Clock& clock, After after, ControlPlane control_plane,
                    Surroundings surroundings = {});

  void send(const TaskPayload& payload) override;
  void close(CloseReason reason) override;
  /// There is nothing to run a command in: the channel ends with a failure that says so.
  Channel open_channel(const ChannelRequest& request, ChannelEvents events) override;

  /// A task that was running on this instance before the control plane restarted: the machine went on meanwhile.
  /// Call before the control plane sends its payload again.
  void remember(const std::string& task_arn, model::Instant started_at,
                std::map<std::string, std::vector<api::NetworkBinding>> bindings);

  /// Ends a container as if its process had exited.
  void exit_container(const std::string& task_arn, const std::string& container, int exit_code);
  /// The health check of a container finds another status: HEALTHY, UNHEALTHY or UNKNOWN.
  void set_health(const std::string& task_arn, const std::string& container, const std::string& health);
  /// Stops every task that is not among these: the control plane has forgotten them.
  void end_of_resync(const std::vector<std::string>& known);
  [[nodiscard]] std::size_t running_tasks() const { return tasks_.size(); }

 private:
  struct Container {
    std::shared_ptr<const api::ContainerDefinition> definition;
    Behaviour behaviour;
    std::string health;
    std::string runtime_id;
    bool started = false;
    bool ended = false;
    std::optional<int> exit_code;
    std::string reason;
    std::vector<api::NetworkBinding> bindings;
  };
  struct Task {
    TaskPayload payload;
    std::vector<Container> containers;
    bool running = false;
    bool stopping = false;
    model::Instant pull_started_at{};
    model::Instant pull_stopped_at{};
    model::Instant execution_stopped_at{};
  };
  struct Remembered {
    model::Instant started_at;
    std::map<std::string, std::vector<api::NetworkBinding>> bindings;
  };
  using TaskMap = std::map<std::string, Task>;

  /// Runs `step` on the task later, unless the task or the instance is gone by then.
  void later(model::Duration delay, const std::string& task_arn, void (SimulatedInstance::*step)(Task&));
  void begin(const TaskPayload& payload);
  void resume(Task& task, const Remembered& remembered);
  void pulled(Task& task);
  void run(Task& task);
  void arm_exit(Task& task, std::size_t container, model::Duration after);
  /// Does something to a container that is there then, so long after its start.
  void arm(const Task& task, std::size_t container, model::Duration delay, std::function<void(Task&, Container&)> act);
  void live(Task& task, std::size_t container, model::Duration age);
  void end_container(Task& task, std::size_t container, int exit_code);
  void stop(Task& task);
  void finish_stop(Task& task);
  void fail(Task& task, std::size_t container, const std::string& reason);
  void finish(Task& task);
  void report(const Task& task, const char* status);
  void submit(api::SubmitTaskStateChangeRequest request);
  void report_health(const Task& task);
  /// What its containers use, now and once a minute, if their labels say anything about it.
  void report_usage(Task& task);
  std::vector<api::NetworkBinding> bind_ports(const TaskPayload& payload, const api::ContainerDefinition& container);
  void free_ports(const Task& task);

  std::string id_;
  const model::Clock& clock_;
  After after_;
  ControlPlane control_plane_;
  Surroundings surroundings_;
  TaskMap tasks_;
  std::map<std::string, Remembered> remembered_;
  std::set<std::string> unacknowledged_;  // tasks that have ended, which the control plane has not confirmed
  std::set<model::HostPort> ports_;
  std::uint64_t containers_made_ = 0;
  bool closed_ = false;
};

}  // namespace drydock::instances::simulated
