#pragma once
// A whole Drydock in one process without I/O: virtual time, a core on a simulated disk, simulated machines behind a
// bad network, and users whose calls a seed decides. Same seed, same history.

#include <map>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include "instances/simulated/simulated_instance.hpp"
#include "server/core/core.hpp"
#include "server/faults/faults.hpp"
#include "tests/simulation/disk.hpp"
#include "tests/simulation/event_queue.hpp"
#include "tests/simulation/invariants.hpp"
#include "tests/simulation/parameters.hpp"
#include "tests/simulation/sabotage.hpp"

namespace drydock::simulation {

class World {
 public:
  explicit World(std::uint64_t seed, Sabotage sabotage = Sabotage::kNone);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  /// The whole life: faulty steps, healing, and the wait for everything to come right. Throws Violation.
  void run();

  [[nodiscard]] const std::vector<std::string>& log() const { return log_; }
  /// Everything in State at the end, for comparing runs.
  [[nodiscard]] test::RowMap rows() const;

 private:
  /// One machine; it goes on whatever becomes of the control plane.
  struct Machine {
    int number = 0;
    std::string cluster;
    std::string zone;
    int cpu_units = 0;
    int memory_mib = 0;
    std::shared_ptr<instances::simulated::SimulatedInstance> agent;
    std::string instance_id;  // when a group has launched it
    std::string arn;          // of its last registration
    bool online = false;      // the network works
    bool connected = false;   // the control plane knows it
    bool registering = false;
    bool fargate = false;
  };
  using MachinePtr = std::shared_ptr<Machine>;
  /// What is known of a registered revision when the world is to be healed.
  struct Definition {
    std::string arn;
    bool steady = true;  // its tasks start and stay
    bool awsvpc = false;
  };
  struct Choice {
    int weight;
    void (World::*act)();
  };

  // world.cpp
  model::WorldId world() { return core_->world("123456789012", "eu-west-1"); }
  void step();
  void start_core();
  void crash();
  void settle_soon();
  void settle();
  void note(const std::string& text);
  void check();
  int percent() { return static_cast<int>(dice_.below(100)); }
  template <class T>
  const T& pick(const std::vector<T>& list) {
    return list[dice_.below(list.size())];
  }
  void act(const std::vector<Choice>& choices);

  // machines.cpp
  void add_machine(int cpu_units, int memory_mib, const std::string& cluster);
  void start_machine(int cpu_units, int memory_mib, const std::string& cluster, const std::string& zone,
                     const std::string& instance_id);
  void add_fargate();
  static std::string instance_id_of(const Machine& machine);
  void enroll(const MachinePtr& machine);
  const model::ContainerInstance* instance_of(const MachinePtr& machine) const;
  void connect(const MachinePtr& machine);
  void set_session(const MachinePtr& machine, bool connected);
  void disconnect_some();
  void lose_some();
  void lose(const MachinePtr& machine);
  void lose_zone();
  void exit_some();
  void change_health();
  instances::ControlPlane control_plane(const MachinePtr& machine);
  template <class Response>
  void report(const MachinePtr& machine, const std::string& label,
              const std::function<std::expected<Response, api::ApiError>(server::Core&)>& operation,
              const instances::Reply<Response>& reply);
  std::vector<MachinePtr> online_machines() const;

  // injected_faults.cpp
  void make_faults();
  void inject_fault();
  instances::simulated::Surroundings surroundings();

  // workload.cpp
  template <class Request, class Response>
  bool call(const std::string& what, operations::Result<Response> (*operation)(const Request&, operations::Context&),
            const Request& request, const std::type_identity_t<std::function<void(const Response&)>>& answered = {});
  void create_clusters();
  void register_definition();
  void make_definition(const std::string& family, bool steady, bool awsvpc);
  void create_service();
  void update_service();
  void delete_service();
  void stop_deployment();
  void run_task();
  void start_task();
  void stop_task();
  void change_instance_state();
  void deregister_instance();
  const Definition* pick_definition(bool awsvpc);

  // sabotage.cpp
  void do_damage();
  void do_more_damage();
  void damage_deployments();
  void distort(api::SubmitTaskStateChangeRequest& report) const;
  bool forgets(const model::RowChange& row);
  bool swallows(const api::SubmitTaskStateChangeRequest& report) const;
  // managed_daemons.cpp
  void create_capacity_providers();
  void join_capacity_provider(const Machine& machine, api::RegisterContainerInstanceRequest& request) const;
  void change_daemons();
  void create_daemon();
  void update_daemon();
  void delete_daemon();
  const model::Daemon* some_daemon();
  std::string unconverged_daemon() const;
  void heal_daemons();

  // groups.cpp
  void create_groups();
  void change_group();
  void put_group(const std::string& cluster, int minimum, int maximum);
  void choose_capacity(const std::string& cluster,
                       std::optional<std::vector<api::CapacityProviderStrategyItem>>& strategy);
  void follow_groups();
  std::set<std::string> listed_machines() const;
  void launch_and_terminate(const std::set<std::string>& decided);
  void heal_groups();
  std::string unconverged_group() const;

  // traffic_shifts.cpp
  void choose_strategy(api::DeploymentConfiguration& configuration);
  void answer_hook();
  void change_alarm();
  void set_alarm(const char* name, model::AlarmState to);
  void quiet_alarms();
  void let_hooks_succeed();
  // task_sets.cpp
  void change_task_sets();
  void create_task_set();
  void delete_external_services();
  // other_calls.cpp
  void protect_task();
  void change_attributes();
  void deregister_definition();
  void change_tags();
  void look_around();
  // scaling.cpp
  void scale_by_policy();
  void put_metric();
  void end_scaling();
  // placement.cpp
  void join_rack(const Machine& machine, api::RegisterContainerInstanceRequest& request) const;
  std::string choose_constraints(std::optional<std::vector<api::PlacementConstraint>>& constraints);
  void choose_strategy(std::optional<std::vector<api::PlacementStrategy>>& strategy);

  // healing.cpp
  void heal();
  void heal_services();
  void free_placement(const model::Service& service);
  void heal_late();
  void run_until_converged();
  std::string unconverged() const;
  std::string explanations() const;

  std::uint64_t seed_;
  Sabotage sabotage_;
  model::Random dice_;
  Parameters parameters_;
  model::VirtualClock clock_;
  EventQueue events_;
  Invariants invariants_;
  Disk disk_;
  std::unique_ptr<server::Core> core_;
  std::unique_ptr<server::Faults> faults_;
  std::uint64_t life_ = 0;
  bool settle_scheduled_ = false;
  bool following_groups_ = false;
  model::Instant timer_at_{};
  std::vector<MachinePtr> machines_;
  MachinePtr fargate_;
  std::map<std::uint64_t, std::function<void()>> calls_;  // under way: what the caller sees when the core dies
  std::uint64_t call_number_ = 0;
  std::vector<std::string> clusters_;
  std::vector<Definition> definitions_;
  std::vector<std::string> services_;  // "cluster/name"
  std::vector<std::string> log_;
  int steps_ = 0;
  int machine_number_ = 0;
};

/// Runs an operation as a caller would: `answered` is called once the answer is durable.
template <class Request, class Response>
bool World::call(const std::string& what,
                 operations::Result<Response> (*operation)(const Request&, operations::Context&),
                 const Request& request, const std::type_identity_t<std::function<void(const Response&)>>& answered) {
  auto result = core_->run(world(), [&](operations::Context& context) { return operation(request, context); });
  note(what + (result ? " ok" : ": " + result.error().message));
  if (!result) return false;
  const std::uint64_t needed = core_->sequence();
  core_->when_durable(needed, [this, needed, answered, response = std::move(*result)](const api::ApiError* error) {
    if (error != nullptr) return;
    if (disk_.last() < needed) throw Violation("an answer left before its change was durable");
    if (answered) answered(response);
  });
  return true;
}

}  // namespace drydock::simulation
