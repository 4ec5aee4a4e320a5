#pragma once
// The container instances that belong to this process: it makes their links, connects them with the core, and knows
// which of them are there. Runs on the core thread.

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "instances/agent_config.hpp"
#include "instances/docker/agent.hpp"
#include "instances/docker/leftovers.hpp"
#include "instances/simulated/simulated_instance.hpp"
#include "server/core/core.hpp"
#include "server/faults/faults.hpp"
#include "server/options.hpp"

namespace drydock::server {

class Agents {
 public:
  /// `after` decides when simulated instances act: in real time or in virtual time; `surroundings` what acts on them.
  Agents(boost::asio::io_context& io, Core& core, const ServeOptions& options, instances::AgentConfig config,
         std::string drydock_id, instances::simulated::After after, Faults& faults,
         instances::simulated::Surroundings surroundings,
         std::shared_ptr<instances::docker::TaskEndpoint> task_endpoint);
  ~Agents();

  /// Where containers' logs go, and where they are read; set before start().
  std::shared_ptr<const instances::LogSink> logs;
  boost::asio::any_io_executor log_executor;
  /// Reads what containers need of S3; set before start().
  instances::ReadObject read_object;

  /// Instances are made and register; those of a former run are disconnected until they do.
  void start();
  /// Whether the instance is one of these.
  [[nodiscard]] bool has(const model::ContainerInstance& instance) const;
  /// Clusters come and go: an instance may have waited for one, or get one of its own.
  void committed(std::span<const model::Touched> touched);
  /// As after a restart of the agents' processes: those whose instance was deregistered register it again, as a new
  /// one. Returns how many.
  std::size_t restart();
  /// Storage works again: what instances said meanwhile is made true.
  void storage_recovered();
  /// Instances are lost, replaced, cut off or connected again, as the faults in force say.
  void faults_changed();
  /// Containers go on running.
  void stop();
  /// After Core::reset(): the old instances of these worlds end with their containers, new ones register.
  void reset(const Extent& extent);
  /// From now on instances are not heard, until restored() or listen(): they speak of tasks of another State.
  void hold() { held_ = true; }
  void listen();
  /// After Core::restore() and Core::forget_links(): the instances go on from what State says, as after a restart.
  void restored();

 private:
  struct Slot;
  using SlotPtr = std::shared_ptr<Slot>;

  void add_configured();
  void add_for(model::ClusterId cluster);
  void remove_of(const model::Cluster& cluster);
  void cluster_changed(model::ClusterId id);
  void instance_changed(model::InstanceId id);
  void register_again(const SlotPtr& slot);
  void add_instance(const std::string& account, const std::string& region, const std::string& cluster, int number);
  void add_docker(const SlotPtr& slot, instances::InstanceIdentity identity, bool hidden);
  instances::docker::DockerAgentOptions docker_options(const SlotPtr& slot, instances::InstanceIdentity identity) const;
  void make_docker(const SlotPtr& slot, instances::docker::DockerAgentOptions options);
  void add_simulated(const SlotPtr& slot, const instances::InstanceIdentity& identity, int number);
  void describe_simulated(const SlotPtr& slot, instances::InstanceIdentity identity, const SimulatedSize& size,
                          const std::string& provider);
  void put_configured_groups();
  void groups_changed();
  [[nodiscard]] std::set<std::string> listed_machines() const;
  /// `decided`: the machines that the groups listed in what is durable.
  void follow_groups(const std::set<std::string>& decided);
  void add_machine(const model::InstanceGroup& group, const model::GroupMachine& machine);
  void boot(const SlotPtr& slot);
  void make_machine_in_docker(const SlotPtr& slot, instances::InstanceIdentity identity,
                              const model::InstanceGroup& group, const std::string& provider);
  bool has_machine(const std::string& instance_id) const;
  void watch_leftovers();
  void make_simulated(const SlotPtr& slot);
  void register_simulated(const SlotPtr& slot);
  const model::ContainerInstance* instance_of(const SlotPtr& slot) const;
  static MachinePlace place_of(const SlotPtr& slot);
  void apply_faults(const SlotPtr& slot);
  void lose(const SlotPtr& slot);
  void cut_off(const SlotPtr& slot);
  void reconnect(const SlotPtr& slot);
  void add_fargate();
  static void end(const SlotPtr& slot);
  bool resume(const SlotPtr& slot);
  static void hear(const SlotPtr& slot);
  void connect(const SlotPtr& slot);
  void session_changed(const SlotPtr& slot, const std::string& arn, bool connected);
  instances::ControlPlane control_plane(const SlotPtr& slot);
  /// Runs something next, from outside of any transaction.
  void soon(std::function<void()> then) { after_(model::Duration{0}, std::move(then)); }
  model::WorldId world_of_task(const std::string& arn);

  boost::asio::io_context& io_;
  Core& core_;
  const ServeOptions& options_;
  instances::AgentConfig config_;
  std::string drydock_id_;
  instances::simulated::After after_;
  Faults& faults_;
  instances::simulated::Surroundings surroundings_;
  std::shared_ptr<instances::docker::TaskEndpoint> task_endpoint_;  // of Docker's containers
  std::vector<SlotPtr> slots_;
  std::unique_ptr<instances::docker::Leftovers> leftovers_;  // of groups' machines; with Docker only
  SlotPtr fargate_;
  bool stopped_ = false;
  bool held_ = false;
  bool resuming_ = false;
  bool following_groups_ = false;  // it will, once what was decided is durable
};

}  // namespace drydock::server
