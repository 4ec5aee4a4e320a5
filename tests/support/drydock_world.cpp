#include "tests/support/drydock_world.hpp"

#include <map>

#include "model/task_content.hpp"
#include "server/operations/registry.hpp"
#include "tests/support/catch.hpp"

namespace drydock::test {

DrydockWorld::DrydockWorld() = default;
DrydockWorld::~DrydockWorld() = default;

namespace {

/// "CreateCluster", or with another service in front: "autoscaling:PutScalingPolicy".
const operations::Operation* find_operation(const std::string& name) {
  using operations::Service;
  const std::size_t colon = name.find(':');
  if (colon == std::string::npos) return operations::find(name);
  const std::map<std::string, Service> services = {{"autoscaling", Service::kAutoscaling},
                                                   {"cloudwatch", Service::kCloudwatch},
                                                   {"events", Service::kEvents},
                                                   {"secretsmanager", Service::kSecretsManager},
                                                   {"servicediscovery", Service::kServiceDiscovery},
                                                   {"ssm", Service::kSsm},
                                                   {"sts", Service::kSts}};
  return operations::find(services.at(name.substr(0, colon)), name.substr(colon + 1));
}

}  // namespace

operations::Result<Json> DrydockWorld::api(const std::string& operation, const Json& body) {
  const operations::Operation* known = find_operation(operation);
  if (known == nullptr) FAIL("no such operation: " + operation);
  auto prepared = known->prepare(*known->info, body.dump());
  if (!prepared) return std::unexpected(prepared.error());
  struct Refused {};
  operations::Result<std::string> answer;
  try {
    edit([&](model::Transaction& tx) {
      operations::Context context{tx, id, settings};
      answer = (*prepared)(context);
      if (!answer) throw Refused{};
    });
  } catch (const Refused&) {
    return std::unexpected(answer.error());
  }
  return Json::parse(*answer);
}

Json DrydockWorld::ok(const std::string& operation, const Json& body) {
  auto answer = api(operation, body);
  if (!answer) FAIL(operation + " was refused: " + answer.error().code + ": " + answer.error().message);
  return *answer;
}

std::string DrydockWorld::no(const std::string& operation, const Json& body) {
  auto answer = api(operation, body);
  if (answer) FAIL(operation + " was not refused: " + answer->dump());
  return answer.error().code + ": " + answer.error().message;
}

Json DrydockWorld::service(const std::string& name, const Json& include) {
  const Json answer = ok("DescribeServices", {{"services", {name}}, {"include", include}});
  REQUIRE(answer["services"].size() == 1);
  return answer["services"][0];
}

model::ServiceId DrydockWorld::service_id(const std::string& name) const {
  const model::Cluster* cluster = state.cluster_named(id, "default");
  REQUIRE(cluster != nullptr);
  const model::Service* found = state.service_named(cluster->id, name);
  REQUIRE(found != nullptr);
  return found->id;
}

model::InstanceId DrydockWorld::add_instance(const std::string& zone, int cpu, int memory) {
  model::InstanceId made;
  const model::ClusterId cluster = state.cluster_named(id, "default")->id;
  edit([&](model::Transaction& tx) {
    model::ContainerInstance instance;
    instance.uuid = tx.random().uuid();
    instance.cluster = cluster;
    instance.agent_connected = true;
    instance.availability_zone = kRegion + zone;
    instance.cpu_units = cpu;
    instance.memory_mib = memory;
    auto attributes = std::make_shared<std::vector<api::Attribute>>();
    for (const char* name :
         {"com.amazonaws.ecs.capability.docker-remote-api.1.18", "com.amazonaws.ecs.capability.docker-remote-api.1.19",
          "com.amazonaws.ecs.capability.docker-remote-api.1.21", "com.amazonaws.ecs.capability.docker-remote-api.1.24",
          "ecs.capability.container-health-check", "ecs.capability.task-eni"}) {
      attributes->emplace_back().name = name;
    }
    instance.attributes = std::move(attributes);
    made = tx.create(std::move(instance));
  });
  return made;
}

void DrydockWorld::settle(const std::function<void()>& after_each) {
  for (int round = 0; round < 1000; ++round) {
    scheduler::WorkQueue queue;
    queue.everything(state);
    bool changed = false;
    while (const auto key = queue.pop()) {
      edit([&](model::Transaction& tx) {
        scheduler::reconcile(tx, *key, pace, queue);
        changed = changed || !tx.empty();
      });
      if (after_each) after_each();
    }
    if (!changed) return;
  }
  FAIL("the reconciler does not come to rest");
}

std::vector<model::TaskId> DrydockWorld::tasks(const std::string& name,
                                               std::set<model::TaskId> model::DeploymentTasks::* group) const {
  std::vector<model::TaskId> found;
  for (const auto& [digits, tasks] : state.of(service_id(name)).deployments) {
    found.insert(found.end(), (tasks.*group).begin(), (tasks.*group).end());
  }
  return found;
}

void DrydockWorld::report(model::TaskId task, model::TaskStatus status, std::optional<int> exit_code,
                          const std::string& reason) {
  model::TaskReport report;
  report.status = status;
  const model::Task& entity = state.get(task);
  for (const auto& container : *model::content_of(state, entity).containerDefinitions) {
    model::ContainerReport& one = report.containers.emplace_back();
    one.name = container.name.value_or("");
    one.status =
        status == model::TaskStatus::kRunning ? model::ContainerStatus::kRunning : model::ContainerStatus::kStopped;
    one.exit_code = exit_code;
    one.reason = reason;
  }
  edit([&](model::Transaction& tx) { model::apply_report(tx, task, report); });
}

void DrydockWorld::run(const std::string& name, const std::function<void()>& after_each) {
  for (int round = 0; round < 1000; ++round) {
    settle(after_each);
    const auto starting = tasks(name, &model::DeploymentTasks::starting);
    const auto stopping = tasks(name, &model::DeploymentTasks::stopping);
    if (starting.empty() && stopping.empty()) return;
    for (const model::TaskId task : starting) report(task, model::TaskStatus::kRunning);
    for (const model::TaskId task : stopping) report(task, model::TaskStatus::kStopped, 137);
    if (after_each) after_each();
  }
  FAIL("the service does not come to rest");
}

std::vector<std::string> DrydockWorld::events(const std::string& name) {
  std::vector<std::string> messages;
  const std::string prefix = "(service " + name + ") ";
  for (const model::ServiceEventId event : state.of(service_id(name)).events) {
    const std::string& message = state.get(event).message;
    REQUIRE(message.starts_with(prefix));
    messages.push_back(message.substr(prefix.size()));
  }
  return messages;
}

Json with(Json body, const Json& changes) {
  body.merge_patch(changes);
  return body;
}

}  // namespace drydock::test
