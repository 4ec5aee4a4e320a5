#include "scheduler/placement/filters.hpp"
#include "scheduler/placement/views.hpp"
#include "server/operations/resolve.hpp"
#include "server/operations/tasks/task_launch.hpp"
#include "server/operations/tasks/task_view.hpp"
#include "server/operations/tasks/tasks.hpp"
#include "server/operations/values.hpp"

namespace drydock::operations {

Result<api::StartTaskResponse> start_task(const api::StartTaskRequest& request, Context& context) {
  const auto cluster = find_active_cluster(context, request.cluster);
  if (!cluster) return std::unexpected(cluster.error());
  auto prepared = prepare_launch(arguments_of(request), model::LaunchType::kEc2, *cluster, context);
  if (!prepared) return std::unexpected(std::move(prepared.error()));

  api::StartTaskResponse response;
  std::vector<api::Task>& tasks = response.tasks.emplace();
  std::vector<api::Failure>& failures = response.failures.emplace();
  std::vector<model::Refusal> refusals;
  for (const std::string& text : *request.containerInstances) {
    const auto instance = find_instance(context, *cluster, text);
    if (!instance) return std::unexpected(instance.error());
    const auto refuse_with = [&](const char* reason) {
      failures.push_back(failure(arn_in_cluster(context, *cluster, "container-instance", text), reason));
    };
    if (*instance == nullptr) {
      refuse_with("MISSING");
      continue;
    }
    if ((*instance)->status == model::InstanceStatus::kInactive) {
      refuse_with("INACTIVE");
      continue;
    }
    // The caller has chosen: constraints are about what placement chooses.
    if (auto refusal = scheduler::refuse(scheduler::view_of(context.state(), **instance, {}), prepared->needs)) {
      failures.push_back(refusal_failure(context.state(), *refusal));
      refusals.push_back(std::move(*refusal));
      continue;
    }
    prepared->request.instance = (*instance)->id;
    const model::TaskId id = scheduler::launch(context.tx, prepared->request, prepared->needs);
    tasks.push_back(show_task(context.state(), context.state().get(id), true));
  }
  if (!refusals.empty()) explain_refusals(context, *cluster, "StartTask was refused by the named instances.", refusals);
  return response;
}

}  // namespace drydock::operations
