#include "server/admin/run_goal.hpp"

#include <nlohmann/json.hpp>

#include "model/arn.hpp"

namespace drydock::server {
namespace {

std::string text_of(const nlohmann::json& body, const char* name, std::string fallback = {}) {
  const auto it = body.find(name);
  return it != body.end() && it->is_string() ? it->get<std::string>() : std::move(fallback);
}

/// The cluster that a request names, in the only world that has it or in the one it names.
const model::Cluster* find_cluster(const model::State& state, const nlohmann::json& body, const std::string& text) {
  const auto arn = model::parse_arn(text);
  const std::string name(arn ? arn->path[0] : text);
  const std::string account = arn ? std::string(arn->account) : text_of(body, "account");
  const std::string region = arn ? std::string(arn->region) : text_of(body, "region");
  for (const model::WorldId id : state.worlds()) {
    const model::World& world = state.get(id);
    if ((!account.empty() && world.account != account) || (!region.empty() && world.region != region)) continue;
    if (const model::Cluster* cluster = state.cluster_named(id, name)) return cluster;
  }
  return nullptr;
}

const model::Service* find_service(const model::State& state, const nlohmann::json& body) {
  const std::string text = text_of(body, "service");
  const auto arn = model::parse_arn(text);
  if (arn && arn->path.size() < 2) return nullptr;
  const model::Cluster* cluster = find_cluster(state, body, arn ? text : text_of(body, "cluster", "default"));
  return cluster == nullptr ? nullptr : state.service_named(cluster->id, arn ? arn->path[1] : text);
}

bool is_steady(const model::Deployment& deployment, int running) { return running == deployment.desired_count; }

bool task_sets_are_steady(const model::State& state, const model::Service& service) {
  const model::ServiceIndex& index = state.of(service.id);
  for (const auto& [digits, id] : index.task_sets) {
    const auto tasks = index.deployments.find(digits);
    const int running = tasks == index.deployments.end() ? 0 : static_cast<int>(tasks->second.running());
    if (!is_steady(state.get(id).deployment, running)) return false;
  }
  return true;
}

Progress look_at(const model::State& state, model::ServiceId id) {
  const model::Service* service = state.find(id);
  if (service == nullptr || service->status != model::ServiceStatus::kActive) return Progress::kGone;
  // The condition of the services_stable waiter; services of task sets show no deployments.
  const bool one = service->deployments.size() == 1 && state.of(id).running == service->desired_count;
  const bool sets = service->deployments.empty() && task_sets_are_steady(state, *service);
  return one || sets ? Progress::kReached : Progress::kGoesOn;
}

std::optional<model::TaskStatus> parse_status(std::string_view text) {
  for (int i = 0; i <= static_cast<int>(model::TaskStatus::kStopped); ++i) {
    const auto status = static_cast<model::TaskStatus>(i);
    if (text == model::to_text(status)) return status;
  }
  return std::nullopt;
}

}  // namespace

std::expected<std::function<Progress(const model::State&)>, GoalError> parse_goal(const nlohmann::json& body,
                                                                                  const model::State& state) {
  const std::string until = text_of(body, "until");
  if (until == "stable") {
    const model::Service* service = find_service(state, body);
    if (service == nullptr)
      return std::unexpected(GoalError{404,
                                       "There is no such service: \"service\" takes an ARN, "
                                       "or a name beside \"cluster\"."});
    return [id = service->id](const model::State& now) { return look_at(now, id); };
  }
  const std::string text = text_of(body, "task");
  const auto uuid = model::parse_uuid(std::string_view(text).substr(text.rfind('/') + 1));
  const model::Task* task = uuid ? state.task_with(*uuid) : nullptr;
  if (task == nullptr) return std::unexpected(GoalError{404, "There is no such task: \"task\" takes an ARN or an id."});
  const auto status = parse_status(text_of(body, "status"));
  if (!status) return std::unexpected(GoalError{400, "\"status\" should be a task's lastStatus, for example RUNNING."});
  return [id = task->id, wanted = *status](const model::State& now) {
    const model::Task* found = now.find(id);
    if (found == nullptr) return Progress::kGone;
    if (found->last_status == wanted) return Progress::kReached;
    // Statuses only move forward: a task that never runs has still come to its end.
    return found->last_status > wanted ? Progress::kGone : Progress::kGoesOn;
  };
}

}  // namespace drydock::server
