#include "server/operations/tasks/task_launch.hpp"

#include <algorithm>

#include "model/arn.hpp"
#include "model/task_definitions/compatibility.hpp"
#include "model/task_definitions/members.hpp"
#include "model/task_definitions/network_configuration.hpp"
#include "model/task_definitions/overrides.hpp"
#include "model/task_definitions/sizes.hpp"
#include "scheduler/managed_tags.hpp"
#include "server/operations/resolve.hpp"
#include "server/operations/values.hpp"

namespace drydock::operations {
namespace {

using api::ApiError;

Result<std::string> checked_group(const LaunchArguments& arguments, const std::string& family) {
  if (!arguments.group || arguments.group->empty()) return "family:" + family;
  if (arguments.group->size() > 255) {
    return std::unexpected(ApiError::invalid_parameter("group can have at most 255 characters"));
  }
  for (const char* prefix : {"family:", "service:"}) {
    if (!arguments.group->starts_with(prefix)) continue;
    return std::unexpected(
        ApiError::invalid_parameter("Invalid group. The prefixes 'family:' and 'service:' are reserved."));
  }
  return *arguments.group;
}

Result<std::vector<api::Tag>> launch_tags(const LaunchArguments& arguments, const model::TaskDefinition& definition,
                                          model::ClusterId cluster, const Context& context) {
  auto tags = checked_tags(arguments.tags);
  if (!tags) return tags;
  if (arguments.propagate_tags == "TASK_DEFINITION") {
    for (const api::Tag& tag : definition.tags) {
      // What the call says itself wins over what is inherited.
      if (!std::ranges::any_of(*tags, [&](const api::Tag& own) { return own.key == tag.key; })) tags->push_back(tag);
    }
  }
  if (arguments.managed_tags.value_or(false)) scheduler::add_managed_tags(*tags, context.state().get(cluster));
  return tags;
}

/// Overrides of the task's size have to lead to another size that Fargate has.
std::optional<ApiError> check_size(const api::TaskDefinition& definition, model::LaunchType launch_type,
                                   const PreparedLaunch& prepared) {
  const api::TaskOverride* overrides = prepared.request.overrides.get();
  if (launch_type != model::LaunchType::kFargate || overrides == nullptr) return std::nullopt;
  const auto named = [](const std::optional<std::string>& size) { return size && !size->empty(); };
  if (!named(overrides->cpu) && !named(overrides->memory)) return std::nullopt;
  const bool windows = model::task_definitions::is_windows(definition);
  const auto refusal = model::check_fargate_size(prepared.needs.cpu_units, prepared.needs.memory_mib, windows);
  if (!refusal) return std::nullopt;
  return ApiError::invalid_parameter(refusal->message)
      .explained("With the overrides the task asks for " + std::to_string(prepared.needs.cpu_units) +
                 " CPU units and " + std::to_string(prepared.needs.memory_mib) +
                 " MiB; Fargate has fixed pairs of the two.");
}

std::string next_step(const std::vector<model::Refusal>& refusals) {
  if (refusals.empty()) {
    return "No container instance of the cluster is ACTIVE: register one whose ECS_CLUSTER names the cluster.";
  }
  return "Each instance says what it lacks; stop tasks, register another instance, or ask for less.";
}

}  // namespace

Result<PreparedLaunch> prepare_launch(const LaunchArguments& arguments, model::LaunchType launch_type,
                                      model::ClusterId cluster, Context& context) {
  const auto found = find_runnable(context, arguments.task_definition);
  if (!found) return std::unexpected(found.error());
  const model::TaskDefinition& entity = **found;
  const api::TaskDefinition& definition = *entity.definition;
  const char* type = model::to_text(launch_type);
  if (auto error = model::check_launch_type(definition, type)) return std::unexpected(std::move(*error));
  const api::NetworkConfiguration* network = arguments.network ? &*arguments.network : nullptr;
  if (auto error = model::check_network_configuration(definition, network, type)) {
    return std::unexpected(std::move(*error));
  }
  if (arguments.overrides) {
    if (auto error = model::check_overrides(definition, *arguments.overrides))
      return std::unexpected(std::move(*error));
  }
  auto group = checked_group(arguments, context.state().get(entity.family).name);
  if (!group) return std::unexpected(std::move(group.error()));
  auto tags = launch_tags(arguments, entity, cluster, context);
  if (!tags) return std::unexpected(std::move(tags.error()));

  PreparedLaunch prepared;
  scheduler::LaunchRequest& launch = prepared.request;
  launch.cluster = cluster;
  launch.task_definition = entity.id;
  launch.launch_type = launch_type;
  launch.group = std::move(*group);
  launch.started_by = arguments.started_by.value_or("");
  launch.execute_command = arguments.execute_command.value_or(false);
  if (arguments.overrides) launch.overrides = std::make_shared<const api::TaskOverride>(*arguments.overrides);
  if (arguments.network) launch.network = std::make_shared<const api::NetworkConfiguration>(*arguments.network);
  launch.tags = std::move(*tags);
  prepared.needs = model::requirements_of(definition, launch.overrides.get());
  if (auto error = check_size(definition, launch_type, prepared)) return std::unexpected(std::move(*error));
  return prepared;
}

api::Failure refusal_failure(const model::State& state, const model::Refusal& refusal) {
  api::Failure entry = failure(model::arn_of(state, state.get(refusal.instance)), refusal.reason);
  entry.detail = "wanted: " + refusal.wanted + "; " + refusal.available;
  return entry;
}

void explain_refusals(Context& context, model::ClusterId cluster, const std::string& what,
                      const std::vector<model::Refusal>& refusals) {
  context.tx.explanations().clusters[cluster] = {context.tx.now(), "PLACEMENT", what, next_step(refusals), refusals};
}

}  // namespace drydock::operations
