#include "server/events/record/service_events.hpp"

#include <array>

#include "model/arn.hpp"
#include "server/events/record/service_action.hpp"

namespace drydock::events {
namespace {

struct Twin {
  std::string_view begins;    // the line, behind "(service <name>) "
  std::string_view contains;  // somewhere in it
  Action action;
};

// The first that fits.
constexpr std::array kTwins = {
    Twin{"has started ", " to AZ Rebalance:", {"INFO", "TASKS_STARTED"}},
    Twin{"has stopped ", " running tasks", {"INFO", "TASKS_STOPPED"}},
    Twin{"is not AZ balanced", "", {"INFO", "SERVICE_REBALANCING_STARTED"}},
    Twin{"is AZ balanced", "", {"INFO", "SERVICE_REBALANCING_COMPLETED"}},
    Twin{"stopped AZ Rebalancing.", "", {"INFO", "SERVICE_REBALANCING_STOPPED"}},
    Twin{"is unable to consistently start tasks successfully.", "", {"WARN", "SERVICE_TASK_START_IMPAIRED"}},
    Twin{"operations are being throttled.", "", {"ERROR", "ECS_OPERATION_THROTTLED"}},
    Twin{"was unable to place a task", "", {"ERROR", "SERVICE_TASK_PLACEMENT_FAILURE"}},
    Twin{"failed to register targets", "", {"ERROR", "SERVICE_HEALTH_UNKNOWN"}},
    Twin{"failed to describe target health", "", {"ERROR", "SERVICE_HEALTH_UNKNOWN"}},
};

/// The ids in "(<what> <32 hex digits>)".
std::vector<model::Uuid> ids_in(std::string_view line, std::string_view what) {
  std::vector<model::Uuid> ids;
  const std::string mark = "(" + std::string(what) + " ";
  for (std::size_t at = line.find(mark); at != std::string_view::npos; at = line.find(mark, at + 1)) {
    const std::string_view rest = line.substr(at + mark.size());
    if (const auto id = model::parse_uuid(rest.substr(0, rest.find(')')))) ids.push_back(*id);
  }
  return ids;
}

std::vector<std::string> task_arns(const model::State& state, std::string_view line) {
  std::vector<std::string> arns;
  for (const model::Uuid& id : ids_in(line, "task")) {
    if (const model::Task* task = state.task_with(id)) arns.push_back(model::arn_of(state, *task));
  }
  return arns;
}

std::string placement_reason(std::string_view line) {
  if (line.find("insufficient CPU") != std::string_view::npos) return "RESOURCE:CPU";
  if (line.find("insufficient memory") != std::string_view::npos) return "RESOURCE:MEMORY";
  if (line.find("insufficient GPU") != std::string_view::npos) return "RESOURCE:GPU";
  if (line.find("already using a port") != std::string_view::npos) return "RESOURCE:PORTS";
  if (line.find("missing an attribute") != std::string_view::npos) return "ATTRIBUTE";
  if (line.find("the agent connected") != std::string_view::npos) return "AGENT";
  if (line.find("No Container Instances") != std::string_view::npos) return "No Container Instances were found";
  constexpr std::string_view kError = "encountered error \"";
  if (const std::size_t at = line.find(kError); at != std::string_view::npos) {
    const std::string_view rest = line.substr(at + kError.size());
    return std::string(rest.substr(0, rest.find('"')));
  }
  return "RESOURCE:FARGATE";
}

/// The providers of the service's strategy: given by name.
std::vector<std::string> provider_arns(const model::State& state, const model::Service& service) {
  std::vector<std::string> arns;
  const api::Deployment* settings = service.deployments.empty() ? nullptr : service.deployments.front().settings.get();
  if (settings == nullptr || !settings->capacityProviderStrategy) return arns;
  const model::World& world = state.get(state.get(service.cluster).world);
  for (const api::CapacityProviderStrategyItem& item : *settings->capacityProviderStrategy) {
    const std::string name = item.capacityProvider.value_or("");
    const model::CapacityProvider* provider = state.capacity_provider_named(world.id, name);
    arns.push_back(provider == nullptr ? model::ecs_arn(world, "capacity-provider/" + name)
                                       : model::arn_of(state, *provider));
  }
  return arns;
}

Drafts steady_events(const model::State& state, const model::Service& service, model::Instant at) {
  Drafts drafts;
  const Draft draft = action_draft(state, service);
  drafts.push_back(finish(draft, head(draft, {"INFO", "SERVICE_STEADY_STATE"}), at));
  std::vector<std::string> sets;
  for (const auto& [digits, id] : state.of(service.id).task_sets) {
    sets.push_back(model::arn_of(state, state.get(id)));
  }
  if (!sets.empty()) {
    Object detail = head(draft, {"INFO", "TASKSET_STEADY_STATE"});
    drafts.push_back(finish(draft, std::move(detail.texts("taskSetArns", sets)), at));
  }
  const auto providers = provider_arns(state, service);
  if (!providers.empty()) {
    Object detail = head(draft, {"INFO", "CAPACITY_PROVIDER_STEADY_STATE"});
    drafts.push_back(finish(draft, std::move(detail.texts("capacityProviderArns", providers)), at));
  }
  return drafts;
}

void describe_placement_failure(const model::State& state, const model::Service& service, std::string_view line,
                                Object& detail) {
  std::vector<std::string> instances;
  for (const model::Uuid& id : ids_in(line, "container-instance")) {
    if (const auto* instance = state.instance_with(id)) instances.push_back(model::arn_of(state, *instance));
  }
  const auto providers = provider_arns(state, service);
  if (!instances.empty()) {
    detail.texts("containerInstanceArns", instances);
  } else if (!providers.empty()) {
    detail.texts("capacityProviderArns", providers);
  }
  detail.text("reason", placement_reason(line));
}

}  // namespace

Drafts service_actions(const model::State& state, const model::ServiceEvent& said) {
  const model::Service* service = state.find(said.service);
  if (service == nullptr) return {};
  std::string_view line = said.message;
  if (line.starts_with("IAM ")) {
    const Draft draft = action_draft(state, *service);
    Object detail = head(draft, {"ERROR", "SERVICE_TASK_CONFIGURATION_FAILURE"});
    detail.text("reason", line);
    return {finish(draft, std::move(detail), said.created_at)};
  }
  const std::size_t name_end = line.find(") ");
  if (name_end == std::string_view::npos) return {};
  line.remove_prefix(name_end + 2);
  if (line == "has reached a steady state.") return steady_events(state, *service, said.created_at);
  for (const Twin& twin : kTwins) {
    if (!line.starts_with(twin.begins) || line.find(twin.contains) == std::string_view::npos) continue;
    const Draft draft = action_draft(state, *service);
    Object detail = head(draft, twin.action);
    const auto tasks = task_arns(state, line);
    if (!tasks.empty()) detail.texts("taskArns", tasks);
    if (twin.action.name == "SERVICE_TASK_PLACEMENT_FAILURE") {
      describe_placement_failure(state, *service, line, detail);
    }
    return {finish(draft, std::move(detail), said.created_at)};
  }
  return {};
}

std::optional<Draft> desired_count_event(const model::State& state, const model::Service& before,
                                         const model::Service& after, model::Instant now) {
  if (before.desired_count == after.desired_count) return std::nullopt;
  // Whoever scales a service has it say so: a user's UpdateService does not.
  const auto& lines = state.of(after.id).events;
  const model::ServiceEvent* last = lines.empty() ? nullptr : state.find(*lines.rbegin());
  if (last == nullptr || last->created_at != now ||
      last->message.find("Message: Successfully set desired count") == std::string::npos) {
    return std::nullopt;
  }
  const Draft draft = action_draft(state, after);
  Object detail = head(draft, {"INFO", "SERVICE_DESIRED_COUNT_UPDATED"});
  detail.json("desiredCount", std::to_string(after.desired_count));
  detail.json("priorDesiredCount", std::to_string(before.desired_count));
  return finish(draft, std::move(detail), now);
}

}  // namespace drydock::events
