#pragma once
// A TestWorld that is called as a client calls it, with JSON bodies through decoding and validation, and whose
// reconciler and container instances the test drives by hand.

#include <functional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "model/task_transitions.hpp"
#include "scheduler/reconciler/reconcile.hpp"
#include "tests/support/world.hpp"

namespace drydock::test {

using Json = nlohmann::json;

class DrydockWorld : public TestWorld {
 public:
  DrydockWorld();
  ~DrydockWorld();

  operations::Result<Json> api(const std::string& operation, const Json& body);

  Json ok(const std::string& operation, const Json& body);

  /// "Code: message" of a call that has to be refused.
  std::string no(const std::string& operation, const Json& body);

  Json service(const std::string& name, const Json& include = Json::array());

  model::ServiceId service_id(const std::string& name) const;

  /// A container instance of the cluster `default`, as if it had registered.
  model::InstanceId add_instance(const std::string& zone, int cpu = 4096, int memory = 8192);

  /// Lets the reconciler work until it has nothing left to do now.
  void settle(const std::function<void()>& after_each = {});

  std::vector<model::TaskId> tasks(const std::string& name,
                                   std::set<model::TaskId> model::DeploymentTasks::* group) const;

  void report(model::TaskId task, model::TaskStatus status, std::optional<int> exit_code = std::nullopt,
              const std::string& reason = {});

  /// Instances carry out what is asked of them, and the reconciler answers, until all is quiet.
  void run(const std::string& name, const std::function<void()>& after_each = {});

  /// Messages of the service's events without the prefix that names it, oldest first.
  std::vector<std::string> events(const std::string& name);

  scheduler::Pace pace = scheduler::fast_pace();
};

/// A request body with some members changed or added; null takes one away.
Json with(Json body, const Json& changes);

}  // namespace drydock::test
