// pidMode, ipcMode and name servers in the create request.
#include <nlohmann/json.hpp>

#include "instances/docker/container_spec.hpp"
#include "tests/support/catch.hpp"

using namespace drydock;
using namespace drydock::instances;
using namespace drydock::instances::docker;
using Json = nlohmann::json;

namespace {

TaskPayload task_of(const std::vector<const char*>& names) {
  TaskPayload task;
  task.task_arn = "arn:aws:ecs:us-east-1:000000000000:task/harbour/0123456789abcdef0123456789abcdef";
  task.network_mode = "bridge";
  for (const char* name : names) {
    auto definition = std::make_shared<api::ContainerDefinition>();
    definition->name = name;
    definition->image = "busybox";
    definition->essential = true;
    task.containers.push_back({"", std::move(definition)});
  }
  return task;
}

Json host_of(const TaskPayload& task, std::size_t index, const SpecContext& context = {}) {
  return Json::parse(container_spec(context, task, task.containers[index]).value()).at("HostConfig");
}

}  // namespace

TEST_CASE("Containers of a task share processes and memory when it says so", "[namespaces]") {
  TaskPayload task = task_of({"main", "side"});
  CHECK_FALSE(namespace_owner(task));
  CHECK_FALSE(joins_namespaces(task, 1));
  CHECK_FALSE(host_of(task, 0).contains("PidMode"));
  CHECK_FALSE(host_of(task, 0).contains("IpcMode"));
  SpecContext joining;
  joining.namespace_container_id = "abc";
  task.pid_mode = "task";
  CHECK(namespace_owner(task) == std::size_t{0});
  CHECK_FALSE(joins_namespaces(task, 0));
  CHECK(joins_namespaces(task, 1));
  CHECK_FALSE(host_of(task, 0).contains("PidMode"));
  CHECK(host_of(task, 1, joining).at("PidMode") == "container:abc");
  CHECK_FALSE(host_of(task, 1, joining).contains("IpcMode"));
  task.pid_mode = "";
  task.ipc_mode = "task";
  CHECK(joins_namespaces(task, 1));
  CHECK(host_of(task, 0).at("IpcMode") == "shareable");
  CHECK(host_of(task, 1, joining).at("IpcMode") == "container:abc");
  CHECK_FALSE(host_of(task, 1, joining).contains("PidMode"));
}

TEST_CASE("Containers use the machine's processes and memory when their task says so", "[namespaces]") {
  TaskPayload task = task_of({"main", "side"});
  task.pid_mode = "host";
  task.ipc_mode = "host";
  CHECK_FALSE(joins_namespaces(task, 1));
  for (const std::size_t index : {std::size_t{0}, std::size_t{1}}) {
    CHECK(host_of(task, index).at("PidMode") == "host");
    CHECK(host_of(task, index).at("IpcMode") == "host");
  }
  task.ipc_mode = "none";
  CHECK(host_of(task, 0).at("IpcMode") == "none");
}

TEST_CASE("Drydock's name servers are for containers that name none themselves", "[namespaces]") {
  TaskPayload task = task_of({"main"});
  SpecContext context;
  CHECK_FALSE(host_of(task, 0, context).contains("Dns"));
  context.name_servers = {"169.254.170.2", "10.0.0.2"};
  CHECK(host_of(task, 0, context).at("Dns") == Json{"169.254.170.2", "10.0.0.2"});
  auto own = std::make_shared<api::ContainerDefinition>(*task.containers[0].definition);
  own->dnsServers = {{"9.9.9.9"}};
  task.containers[0].definition = own;
  CHECK(host_of(task, 0, context).at("Dns") == Json::array({"9.9.9.9"}));
}
