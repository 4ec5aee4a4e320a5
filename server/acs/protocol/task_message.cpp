#include "server/acs/protocol/task_message.hpp"

#include <chrono>
#include <ctime>

#include "instances/stub.hpp"
#include "server/acs/protocol/container_message.hpp"
#include "server/acs/protocol/volume_message.hpp"

namespace drydock::server::acs {
namespace {

constexpr double kUnitsPerCpu = 1024;

std::string rfc3339(model::Instant moment) {
  const std::time_t seconds = std::chrono::duration_cast<std::chrono::seconds>(moment.time_since_epoch()).count();
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  const std::size_t size = std::strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return {text, size};
}

/// A GPU is given to one container by its name on the machine.
Json associations_of(const instances::TaskPayload& payload, const TaskSurroundings& around) {
  Json all = Json::array();
  for (std::size_t i = 0; i < payload.containers.size() && i < around.gpu_ids.size(); ++i) {
    for (const std::string& id : around.gpu_ids[i]) {
      Json association;
      association["type"] = "gpu";
      association["name"] = id;
      association["containers"] = {payload.containers[i].definition->name.value_or("")};
      association["content"]["encoding"] = "base64";
      association["content"]["value"] = "";
      all.push_back(std::move(association));
    }
  }
  return all;
}

/// What no message says.
std::string unspeakable(const instances::TaskPayload& payload) {
  if (payload.network_mode == "awsvpc") {
    return "awsvpc tasks need a network interface that AWS makes on the instance, and Drydock cannot make one for "
           "AWS's "
           "container agent; use network mode bridge or host there, or drydock agent";
  }
  for (const instances::ContainerPayload& container : payload.containers) {
    if (container.definition->image.value_or("") == instances::kStubImage) {
      return "the image that --image-map says is made by Drydock's own agents only; AWS's container agent cannot pull "
             "it";
    }
  }
  return {};
}

Json head_of(const instances::TaskPayload& payload) {
  Json task;
  task["arn"] = payload.task_arn;
  task["taskClusterArn"] = payload.cluster_arn;
  task["desiredStatus"] = payload.desired_status;
  task["family"] = payload.family;
  task["version"] = payload.version;
  task["overrides"] = "{}";
  return task;
}

}  // namespace

Json credentials_message(const TaskCredentials& credentials) {
  Json message;
  message["credentialsId"] = credentials.id;
  message["accessKeyId"] = credentials.access_key_id;
  message["secretAccessKey"] = credentials.secret_access_key;
  message["sessionToken"] = credentials.session_token;
  message["expiration"] = rfc3339(credentials.expiration);
  message["roleArn"] = credentials.role_arn;
  message["credentialScope"] = "";
  return message;
}

TaskMessage task_message(const instances::TaskPayload& payload, const TaskSurroundings& around) {
  TaskMessage made;
  made.problem = payload.setup_error;
  if (made.problem.empty()) made.problem = unspeakable(payload);
  Json& task = made.task;
  task = head_of(payload);
  task["launchType"] = payload.launch_type;
  task["networkMode"] = payload.network_mode.empty() ? "bridge" : payload.network_mode;
  task["group"] = payload.group;
  if (!payload.service_name.empty()) task["serviceName"] = payload.service_name;
  if (!payload.pid_mode.empty()) task["pidMode"] = payload.pid_mode;
  if (!payload.ipc_mode.empty()) task["ipcMode"] = payload.ipc_mode;
  if (payload.cpu_units) task["cpu"] = *payload.cpu_units / kUnitsPerCpu;
  if (payload.memory_mib) task["memory"] = *payload.memory_mib;
  if (around.fault_injection) task["enableFaultInjection"] = true;
  task["elasticNetworkInterfaces"] = Json::array();
  task["volumes"] = Json::array();
  for (const api::Volume& volume : payload.volumes) {
    auto message = volume_message(volume);
    if (message) {
      task["volumes"].push_back(std::move(*message));
    } else if (made.problem.empty()) {
      made.problem = std::move(message.error());
    }
  }
  task["containers"] = Json::array();
  for (const instances::ContainerPayload& container : payload.containers) {
    task["containers"].push_back(container_message(payload, container, around));
  }
  if (Json associations = associations_of(payload, around); !associations.empty()) {
    task["associations"] = std::move(associations);
  }
  for (const TaskCredentials& credentials : around.credentials) {
    const bool of_task = credentials.role == TaskCredentials::Role::kTask;
    task[of_task ? "roleCredentials" : "executionRoleCredentials"] = credentials_message(credentials);
  }
  if (payload.desired_status == "STOPPED" && !made.problem.empty()) {
    // The agent never had it whole; its name is enough to stop what there is of it.
    made.task = head_of(payload);
    made.task["containers"] = Json::array();
    made.problem.clear();
  }
  return made;
}

}  // namespace drydock::server::acs
