#include "server/acs/task_composer.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "instances/remote/payload_json.hpp"
#include "model/arn.hpp"
#include "model/task_content.hpp"
#include "server/operations/digest.hpp"

namespace drydock::server::acs {
namespace {

constexpr std::string_view kLogsByRole = "ecs.capability.execution-role-awslogs";

bool has_attribute(const model::ContainerInstance& instance, std::string_view name) {
  return instance.attributes && std::ranges::any_of(*instance.attributes, [name](const api::Attribute& attribute) {
           return attribute.name == name;
         });
}

std::string role_of(const model::Task& task, const std::optional<std::string>& defined,
                    std::optional<std::string> api::TaskOverride::* member) {
  if (task.overrides && (*task.overrides).*member) return *((*task.overrides).*member);
  return defined.value_or("");
}

bool has_started(const model::Task& task) {
  const auto began = [](const model::TaskContainer& one) { return one.status != model::ContainerStatus::kPending; };
  return task.ever_running || std::ranges::any_of(task.containers, began);
}

/// The same for a task over restarts, so that the URL in its containers stays right; nobody else can compute it.
std::string credentials_id(std::string_view seed, std::string_view purpose, const std::string& task_arn) {
  std::string text(purpose);
  text.append(" ").append(task_arn);
  const std::string hex = digest::to_lower_hex(digest::hmac_sha256(seed, text));
  std::string id;
  std::size_t begin = 0;
  for (const std::size_t length : std::array<std::size_t, 5>{8, 4, 4, 4, 12}) {
    if (!id.empty()) id += '-';
    id += hex.substr(begin, length);
    begin += length;
  }
  return id;
}

}  // namespace

const model::Task* TaskComposer::find(const std::string& task_arn) const {
  const auto arn = model::parse_arn(task_arn);
  if (!arn || arn->type != "task" || arn->path.empty()) return nullptr;
  const auto uuid = model::parse_uuid(arn->path.back());
  return uuid ? core_.state().task_with(*uuid) : nullptr;
}

TaskMessage TaskComposer::compose(const instances::TaskPayload& payload, const ComposerFacts& facts) {
  const model::Task* task = find(payload.task_arn);
  const bool started = task != nullptr && has_started(*task);
  TaskSurroundings around;
  around.server_url = facts.server_url;
  around.names_endpoint = facts.names_endpoint;
  if (payload.desired_status == "RUNNING") around.credentials = credentials(payload.task_arn);
  if (facts.drydock) {
    TaskMessage made;
    made.task["arn"] = payload.task_arn;
    made.task["taskClusterArn"] = payload.cluster_arn;
    made.task["desiredStatus"] = payload.desired_status;
    made.task["family"] = payload.family;
    made.task["version"] = payload.version;
    made.task["drydock"]["payload"] = instances::remote::to_json(payload);
    made.task["drydock"]["started"] = started;
    for (const TaskCredentials& one : around.credentials) {
      if (one.role == TaskCredentials::Role::kTask) made.task["roleCredentials"] = credentials_message(one);
    }
    return made;
  }
  if (task != nullptr) {
    const api::TaskDefinition& definition = model::content_of(core_.state(), *task);
    around.fault_injection = definition.enableFaultInjection.value_or(false);
    const bool has_role = !role_of(*task, definition.executionRoleArn, &api::TaskOverride::executionRoleArn).empty();
    const model::ContainerInstance* instance = core_.state().find(facts.instance);
    around.logs_by_role = has_role && instance != nullptr && has_attribute(*instance, kLogsByRole);
    for (const model::TaskContainer& container : task->containers) around.gpu_ids.push_back(container.gpu_ids);
  }
  TaskMessage made = task_message(payload, around);
  // Nothing ends a task that runs already.
  if (started) made.problem.clear();
  return made;
}

std::vector<KnownTask> TaskComposer::tasks(model::InstanceId instance) const {
  std::vector<KnownTask> known;
  const model::State& state = core_.state();
  if (state.find(instance) == nullptr) return known;
  for (const model::TaskId id : state.of(instance).tasks) {
    const model::Task& task = state.get(id);
    if (task.last_status == model::TaskStatus::kStopped) continue;
    known.push_back({model::arn_of(state, task), model::arn_of(state, state.get(task.cluster)),
                     task.stop_wanted ? "STOPPED" : "RUNNING", has_started(task)});
  }
  return known;
}

std::vector<TaskCredentials> TaskComposer::credentials(const std::string& task_arn) {
  std::vector<TaskCredentials> all;
  const model::Task* task = find(task_arn);
  if (task == nullptr) return all;
  const api::TaskDefinition& definition = model::content_of(core_.state(), *task);
  const std::string own = role_of(*task, definition.taskRoleArn, &api::TaskOverride::taskRoleArn);
  const std::string execution = role_of(*task, definition.executionRoleArn, &api::TaskOverride::executionRoleArn);
  using Role = TaskCredentials::Role;
  if (!own.empty()) all.push_back(credentials_of(Role::kTask, own, task_arn));
  if (!execution.empty()) all.push_back(credentials_of(Role::kExecution, execution, task_arn));
  return all;
}

TaskCredentials TaskComposer::credentials_of(TaskCredentials::Role role, const std::string& role_name,
                                             const std::string& task_arn) {
  TaskCredentials made;
  made.role = role;
  const bool of_task = role == TaskCredentials::Role::kTask;
  made.id = credentials_id(core_.settings().credential_seed, of_task ? "task role" : "execution role", task_arn);
  made.role_arn = role_arn(role_name, task_arn);
  const auto& held = roles_.of(made.id, role_name, task_arn, clock_.now());
  made.access_key_id = held.access_key_id;
  made.secret_access_key = held.secret_access_key;
  made.session_token = held.session_token;
  made.expiration = held.expiration;
  return made;
}

}  // namespace drydock::server::acs
