#include "server/operations/tasks/tasks.hpp"

#include <algorithm>
#include <set>

#include "model/arn.hpp"
#include "model/task_content.hpp"
#include "model/task_transitions.hpp"
#include "server/operations/paging.hpp"
#include "server/operations/resolve.hpp"
#include "server/operations/tasks/task_view.hpp"
#include "server/operations/values.hpp"

namespace drydock::operations {
namespace {

using api::ApiError;

constexpr std::size_t kPage = 100;

struct Filter {
  bool stopped = false;
  model::ServiceId service;
  model::DaemonId daemon;
  model::InstanceId instance;
  std::optional<std::string> family;
  std::optional<std::string> started_by;
  std::optional<model::LaunchType> launch_type;
  bool nothing = false;
};

/// The tasks a list starts from: the smallest index that holds all that can match. `own` backs it where no single
/// index does.
const std::set<model::TaskId>& candidates(const Filter& filter, const model::State& state, model::ClusterId cluster,
                                          std::set<model::TaskId>& own) {
  if (filter.stopped) return state.of(cluster).unwanted;
  if (filter.service) {
    for (const auto& [digits, tasks] : state.of(filter.service).deployments) {
      for (const auto* set : {&tasks.starting, &tasks.healthy, &tasks.evaluating, &tasks.unhealthy}) {
        own.insert(set->begin(), set->end());
      }
    }
    return own;
  }
  if (filter.daemon) {
    for (const auto& [instance, tasks] : state.of(filter.daemon).tasks) own.insert(tasks.begin(), tasks.end());
    return own;
  }
  return filter.instance ? state.of(filter.instance).tasks : state.of(cluster).wanted;
}

bool matches(const Filter& filter, const model::State& state, const model::Task& task) {
  if (task.stop_wanted != filter.stopped) return false;
  if (filter.service && task.service != filter.service) return false;
  if (filter.daemon && task.daemon != filter.daemon) return false;
  if (filter.instance && task.instance != filter.instance) return false;
  if (filter.started_by && task.started_by != *filter.started_by) return false;
  if (filter.launch_type && task.launch_type != *filter.launch_type) return false;
  if (!filter.family) return true;
  return model::content_family(state, task) == *filter.family;
}

Result<Filter> filter_of(const api::ListTasksRequest& request, model::ClusterId cluster, const Context& context) {
  Filter filter;
  filter.stopped = request.desiredStatus == "STOPPED";
  // A desired status of PENDING is never set, so nothing has it.
  filter.nothing = request.desiredStatus == "PENDING";
  filter.family = request.family;
  filter.started_by = request.startedBy;
  if (request.launchType) {
    filter.launch_type = model::parse_launch_type(*request.launchType);
    if (!filter.launch_type) filter.nothing = true;
  }
  if (request.serviceName) {
    const auto service = find_service(context, cluster, *request.serviceName);
    if (!service) return std::unexpected(service.error());
    filter.service = *service;
  }
  if (request.daemonName) {
    const model::Daemon* daemon = context.state().daemon_named(cluster, *request.daemonName);
    if (daemon == nullptr) filter.nothing = true;
    if (daemon != nullptr) filter.daemon = daemon->id;
  }
  if (request.containerInstance) {
    const auto instance = find_instance(context, cluster, *request.containerInstance);
    if (!instance) return std::unexpected(instance.error());
    if (*instance == nullptr) {
      return std::unexpected(ApiError::invalid_parameter("The referenced container instance was not found."));
    }
    filter.instance = (*instance)->id;
  }
  if (request.startedBy && (request.family || request.serviceName || request.daemonName || request.containerInstance ||
                            request.launchType)) {
    return std::unexpected(ApiError::invalid_parameter("startedBy cannot be combined with other filters."));
  }
  return filter;
}

Result<std::uint64_t> position_of(const std::optional<std::string>& token) {
  if (!token || token->empty()) return 0;
  const auto key = read_token("ListTasks", *token);
  if (!key) return std::unexpected(key.error());
  return std::stoull(*key);
}

}  // namespace

Result<api::StopTaskResponse> stop_task(const api::StopTaskRequest& request, Context& context) {
  const auto cluster = find_active_cluster(context, request.cluster);
  if (!cluster) return std::unexpected(cluster.error());
  const auto task = find_task(context, *cluster, *request.task);
  if (!task) return std::unexpected(task.error());
  if (*task == nullptr) return std::unexpected(ApiError::invalid_parameter("The referenced task was not found."));
  const model::TaskId id = (*task)->id;
  if ((*task)->last_status != model::TaskStatus::kStopped) {
    const std::string reason = request.reason && !request.reason->empty() ? *request.reason : "Task stopped by user";
    model::request_stop(context.tx, id, model::StopCode::kUserInitiated, reason);
    // ECS removes the tags of a task that is stopped by this call.
    if (!context.state().get(id).tags.empty()) context.tx.update(id, [](model::Task& entity) { entity.tags.clear(); });
  }
  api::StopTaskResponse response;
  response.task = show_task(context.state(), context.state().get(id), true);
  return response;
}

Result<api::DescribeTasksResponse> describe_tasks(const api::DescribeTasksRequest& request, Context& context) {
  const auto cluster = find_cluster(context, request.cluster);
  if (!cluster) return std::unexpected(cluster.error());
  const bool tags = contains(request.include, "TAGS");
  api::DescribeTasksResponse response;
  auto& tasks = response.tasks.emplace();
  auto& failures = response.failures.emplace();
  tasks.reserve(request.tasks->size());
  std::set<model::TaskId> seen;
  std::set<std::string> missing;
  for (const std::string& text : *request.tasks) {
    const auto task = find_task(context, *cluster, text);
    if (!task) return std::unexpected(task.error());
    if (*task == nullptr) {
      const std::string arn = arn_in_cluster(context, *cluster, "task", text);
      if (missing.insert(arn).second) failures.push_back(failure(arn, "MISSING"));
    } else if (seen.insert((*task)->id).second) {
      tasks.push_back(show_task(context.state(), **task, tags));
    }
  }
  return response;
}

Result<api::ListTasksResponse> list_tasks(const api::ListTasksRequest& request, Context& context) {
  const auto cluster = find_active_cluster(context, request.cluster);
  if (!cluster) return std::unexpected(cluster.error());
  const auto size = page_size(request.maxResults, kPage);
  if (!size) return std::unexpected(size.error());
  const auto filter = filter_of(request, *cluster, context);
  if (!filter) return std::unexpected(filter.error());
  const auto after = position_of(request.nextToken);
  if (!after) return std::unexpected(after.error());

  api::ListTasksResponse response;
  auto& arns = response.taskArns.emplace();
  if (filter->nothing) return response;
  std::set<model::TaskId> own;
  const std::set<model::TaskId>& all = candidates(*filter, context.state(), *cluster, own);
  const std::string prefix = model::task_arn_prefix(context.state(), context.state().get(*cluster));
  arns.reserve(std::min(*size, all.size()));
  model::TaskId last;
  for (auto it = all.upper_bound(model::TaskId{*after}); it != all.end(); ++it) {
    const model::Task& task = context.state().get(*it);
    if (!matches(*filter, context.state(), task)) continue;
    if (arns.size() == *size) {
      response.nextToken = make_token("ListTasks", sortable(last.value));
      break;
    }
    arns.push_back(model::to_hex(prefix, task.uuid));
    last = *it;
  }
  return response;
}

}  // namespace drydock::operations
