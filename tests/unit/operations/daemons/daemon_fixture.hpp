#pragma once
// A cluster with two capacity providers of managed instances, `one` and `two`, and a daemon task definition `agent`.

#include "model/task_content.hpp"
#include "tests/unit/operations/capacity_providers/provider_fixture.hpp"

namespace drydock::test {

struct DaemonWorld : ProviderWorld {
  DaemonWorld() {
    for (const char* name : {"one", "two"}) ok("CreateCapacityProvider", managed(name));
    settle();
    register_agent();
  }

  static Json agent(const std::string& family = "agent") {
    return {{"family", family}, {"containerDefinitions", {{{"name", "app"}, {"image", "busybox"}, {"memory", 64}}}}};
  }
  std::string register_agent(const Json& changes = Json::object()) {
    return ok("RegisterDaemonTaskDefinition", with(agent(), changes))["daemonTaskDefinitionArn"];
  }
  std::string provider_arn(const std::string& name) const { return arn("capacity-provider/" + name); }
  std::string definition_arn(int revision) const {
    return arn("daemon-task-definition/agent:" + std::to_string(revision));
  }
  std::string daemon_arn(const std::string& name = "logs") const { return arn("daemon/default/" + name); }

  Json creation(const Json& changes = Json::object()) const {
    return with({{"daemonName", "logs"},
                 {"daemonTaskDefinitionArn", definition_arn(1)},
                 {"capacityProviderArns", {provider_arn("one")}}},
                changes);
  }
  Json create(const Json& changes = Json::object()) { return ok("CreateDaemon", creation(changes)); }
  Json update(int revision, const Json& configuration = Json::object()) {
    return ok("UpdateDaemon", {{"daemonArn", daemon_arn()},
                               {"daemonTaskDefinitionArn", definition_arn(revision)},
                               {"capacityProviderArns", {provider_arn("one")}},
                               {"deploymentConfiguration", configuration}});
  }
  Json daemon(const std::string& name = "logs") {
    return ok("DescribeDaemon", {{"daemonArn", daemon_arn(name)}})["daemon"];
  }
  Json deployment(const std::string& deployment_arn) {
    const Json answer = ok("DescribeDaemonDeployments", {{"daemonDeploymentArns", {deployment_arn}}});
    REQUIRE(answer["daemonDeployments"].size() == 1);
    return answer["daemonDeployments"][0];
  }
  std::string status(const Json& started) { return deployment(started["deploymentArn"])["status"]; }

  /// The tasks of all daemons that are not STOPPED, oldest first.
  std::vector<model::TaskId> daemon_tasks() const {
    std::set<model::TaskId> found;
    for (const model::DaemonId one : state.daemons()) {
      for (const auto& [instance, tasks] : state.of(one).tasks) found.insert(tasks.begin(), tasks.end());
    }
    return {found.begin(), found.end()};
  }
  /// Those that are wanted.
  std::vector<model::TaskId> wanted() const {
    auto tasks = daemon_tasks();
    std::erase_if(tasks, [&](model::TaskId task) { return state.get(task).stop_wanted; });
    return tasks;
  }
  std::vector<int> revisions() const {
    std::vector<int> found;
    for (const model::TaskId task : wanted()) found.push_back(model::content_revision(state, state.get(task)));
    return found;
  }
  /// What the instances do next: starting tasks run, stopping ones stop. False when there is nothing to do.
  bool obey() {
    settle();
    bool done = false;
    for (const model::TaskId task : daemon_tasks()) {
      if (state.get(task).stop_wanted) {
        report(task, model::TaskStatus::kStopped, 0);
        done = true;
      } else if (state.get(task).last_status == model::TaskStatus::kPending) {
        report(task, model::TaskStatus::kRunning);
        done = true;
      }
    }
    settle();
    return done;
  }
  void run_daemons() {
    for (int round = 0; round < 1000; ++round) {
      if (!obey()) return;
    }
    FAIL("the daemons do not come to rest");
  }
  /// What is stored is what is in memory.
  void check_stored() const {
    CHECK(rows() == stored);
    CHECK(indexes_after_restart(stored) == indexes_of(state));
  }
};

}  // namespace drydock::test
