#include "server/faults/faults.hpp"

#include <algorithm>
#include <vector>

#include <spdlog/spdlog.h>

#include "model/arn.hpp"
#include "model/task_transitions.hpp"
#include "server/core/simulation_settings.hpp"

namespace drydock::server {
namespace {

constexpr const char* kSpot = "FARGATE_SPOT";

bool fits(const std::string& wanted, std::string_view actual) { return wanted.empty() || wanted == actual; }

bool fits_pattern(const std::string& pattern, std::string_view actual) {
  return pattern.empty() || instances::simulated::matches_pattern(pattern, actual);
}

std::string_view last_part(std::string_view text) { return text.substr(text.rfind('/') + 1); }

bool is_about(const FaultScope& scope, const MachinePlace& machine) {
  return fits(scope.account, machine.account) && fits(scope.region, machine.region) &&
         fits(scope.cluster, machine.cluster) && fits(scope.zone, machine.zone) &&
         (scope.instance.empty() || scope.instance == last_part(machine.arn) || scope.instance == machine.instance_id);
}

bool is_about(const FaultScope& scope, const instances::TaskPayload& task) {
  const auto cluster = model::parse_arn(task.cluster_arn);
  if (!cluster) return false;
  return fits(scope.account, cluster->account) && fits(scope.region, cluster->region) &&
         fits(scope.cluster, cluster->path.back()) && fits(scope.service, task.service_name);
}

bool has_image(const FaultScope& scope, const instances::TaskPayload& task) {
  return std::ranges::any_of(task.containers, [&](const instances::ContainerPayload& container) {
    return fits_pattern(scope.image, container.definition->image.value_or(""));
  });
}

bool is_about(const FaultScope& scope, const model::State& state, const model::Task& task) {
  const model::Cluster& cluster = state.get(task.cluster);
  const model::World& world = state.get(cluster.world);
  const model::Service* service = state.find(task.service);
  return fits(scope.account, world.account) && fits(scope.region, world.region) && fits(scope.cluster, cluster.name) &&
         fits(scope.zone, task.availability_zone) && fits(scope.service, service == nullptr ? "" : service->name);
}

/// The cluster that a request names, as requests do: by name or ARN, "default" for none.
std::string cluster_of(std::string_view body) {
  const auto json = nlohmann::json::parse(body, nullptr, false);
  if (!json.is_object() || !json.contains("cluster") || !json["cluster"].is_string()) return "default";
  return std::string(last_part(json["cluster"].get<std::string>()));
}

}  // namespace

void Faults::restore() {
  for (const auto& [id, text] : simulation_settings(core_.state(), SimulationTopic::kFault)) {
    // Read with the beginning of time: an end that has passed is no mistake.
    auto fault = parse_fault(nlohmann::json::parse(text, nullptr, false), model::Instant{});
    if (!fault) {
      spdlog::warn("fault {} cannot be read: {}", id, fault.error());
      continue;
    }
    end_in_time(*fault);
    faults_.insert_or_assign(id, std::move(*fault));
  }
}

void Faults::reload() {
  std::erase_if(faults_, [](const auto& entry) { return !is_of_storage(entry.second.kind); });
  draws_.clear();
  // Time may have gone back, and their ends are instants.
  for (const auto& [id, fault] : faults_) end_in_time(fault);
  restore();
}

bool Faults::keep(const Fault& fault) {
  if (is_of_storage(fault.kind)) return true;
  return core_.change([&](model::Transaction& tx) {
    set_simulation_setting(tx, SimulationTopic::kFault, fault.id, show(fault).dump());
  });
}

void Faults::forget(const std::string& id) {
  core_.change([&](model::Transaction& tx) { set_simulation_setting(tx, SimulationTopic::kFault, id, std::nullopt); });
}

void Faults::changed() const {
  if (on_change) on_change();
}

bool Faults::add(Fault& fault) {
  const bool named = !fault.id.empty();
  for (int n = 1; fault.id.empty() || (!named && faults_.contains(fault.id)); ++n) {
    fault.id = "fault-" + std::to_string(n);
  }
  if (fault.kind == FaultKind::kSpotInterruption) {
    if (core_.storage_error()) return false;
    interrupt(fault);
    return true;
  }
  if (!keep(fault)) return false;
  faults_.insert_or_assign(fault.id, fault);
  draws_.erase(fault.id);
  end_in_time(fault);
  if (fault.kind == FaultKind::kZoneLost) lose_zone(fault);
  changed();
  return true;
}

bool Faults::remove(const std::string& id) {
  if (faults_.erase(id) == 0) return false;
  draws_.erase(id);
  // First, since a fault of storage may be what keeps it from being forgotten.
  changed();
  forget(id);
  return true;
}

void Faults::clear() {
  while (!faults_.empty()) remove(std::string(faults_.begin()->first));
}

void Faults::end_in_time(const Fault& fault) {
  if (!fault.until) return;
  after_(std::max(*fault.until - core_.now(), model::Duration{0}), [this, id = fault.id] {
    const auto it = faults_.find(id);
    if (it != faults_.end() && it->second.until && *it->second.until <= core_.now()) remove(id);
  });
}

/// Whether the fault happens this time.
bool Faults::strikes(Fault& fault) {
  if (fault.until && *fault.until <= core_.now()) return false;
  if (fault.rate < 1) {
    constexpr std::uint64_t kWhole = 1'000'000;
    const auto wanted = static_cast<std::uint64_t>(fault.rate * static_cast<double>(kWhole));
    if (model::Random(fault.seed + draws_[fault.id]++).below(kWhole) >= wanted) return false;
  }
  if (!fault.left) return true;
  if (--*fault.left > 0) {
    keep(fault);
  } else {
    remove(std::string(fault.id));
  }
  return true;
}

std::optional<api::ApiError> Faults::refusal(const wire::Scope& caller, std::string_view operation,
                                             std::string_view body) {
  for (auto& [id, fault] : faults_) {
    if (fault.kind != FaultKind::kThrottling && fault.kind != FaultKind::kApiError) continue;
    if (!fits(fault.scope.account, caller.account) || !fits(fault.scope.region, caller.region)) continue;
    if (!fits_pattern(fault.scope.operation, operation)) continue;
    if (!fault.scope.cluster.empty() && fault.scope.cluster != cluster_of(body)) continue;
    auto error = fault.kind == FaultKind::kThrottling ? api::ApiError::throttling()
                 : fault.code.empty()                 ? api::ApiError::server()
                                                      : api::ApiError::of(fault.code, "An injected error.");
    if (!fault.message.empty()) error.message = fault.message;
    error.explanation = "The fault " + id + " was put in force through /_drydock/faults.";
    // The fault may be gone afterwards.
    if (strikes(fault)) return error;
  }
  return std::nullopt;
}

bool Faults::instance_lost(const MachinePlace& machine) const {
  return std::ranges::any_of(faults_, [&](const auto& entry) {
    const Fault& fault = entry.second;
    const bool about_machines = fault.kind == FaultKind::kInstanceLost || fault.kind == FaultKind::kZoneLost;
    return about_machines && is_about(fault.scope, machine);
  });
}

bool Faults::agent_disconnected(const MachinePlace& machine) const {
  return std::ranges::any_of(faults_, [&](const auto& entry) {
    return entry.second.kind == FaultKind::kAgentDisconnected && is_about(entry.second.scope, machine);
  });
}

std::optional<std::string> Faults::pull_failure(const instances::TaskPayload& task, const std::string& image) {
  for (auto& [id, fault] : faults_) {
    if (fault.kind != FaultKind::kPullFailure || !is_about(fault.scope, task)) continue;
    if (!fits_pattern(fault.scope.image, image)) continue;
    std::string reason =
        fault.message.empty() ? "failed to resolve ref \"" + image + "\": " + image + ": not found" : fault.message;
    if (strikes(fault)) return reason;
  }
  return std::nullopt;
}

model::Duration Faults::stop_delay(const instances::TaskPayload& task) {
  for (auto& [id, fault] : faults_) {
    if (fault.kind != FaultKind::kSlowStop || !is_about(fault.scope, task) || !has_image(fault.scope, task)) continue;
    const model::Duration delay = fault.delay;
    if (strikes(fault)) return delay;
  }
  return model::Duration{0};
}

bool Faults::stop_fails(const instances::TaskPayload& task) const {
  return std::ranges::any_of(faults_, [&](const auto& entry) {
    const Fault& fault = entry.second;
    return fault.kind == FaultKind::kStopFailure && is_about(fault.scope, task) && has_image(fault.scope, task);
  });
}

model::Duration Faults::storage_delay() const {
  model::Duration longest{0};
  for (const auto& [id, fault] : faults_) {
    if (fault.kind == FaultKind::kStorageSlow) longest = std::max(longest, fault.delay);
  }
  return longest;
}

std::optional<std::string> Faults::storage_failure() const {
  for (const auto& [id, fault] : faults_) {
    if (fault.kind != FaultKind::kStorageFailure) continue;
    return fault.message.empty() ? "the fault " + id + " is in force" : fault.message;
  }
  return std::nullopt;
}

/// Spot capacity is taken away: the oldest tasks first, as many as the fault's count.
void Faults::interrupt(Fault& fault) {
  std::vector<model::TaskId> tasks;
  const model::State& state = core_.state();
  for (const model::TaskId id : state.fargate_tasks()) {
    const model::Task& task = state.get(id);
    if (task.capacity_provider != kSpot || task.stop_wanted || !is_about(fault.scope, state, task)) continue;
    if (fault.left && tasks.size() == static_cast<std::size_t>(*fault.left)) break;
    tasks.push_back(id);
  }
  core_.change([&](model::Transaction& tx) {
    for (const model::TaskId id : tasks) {
      model::request_stop(tx, id, model::StopCode::kSpotInterruption, "Your Spot Task was interrupted.");
    }
  });
  fault.left = static_cast<std::int64_t>(tasks.size());
}

void Faults::lose_zone(const Fault& fault) {
  const std::set<model::TaskId> tasks = core_.state().fargate_tasks();
  core_.change([&](model::Transaction& tx) {
    for (const model::TaskId id : tasks) {
      if (!is_about(fault.scope, tx.state(), tx.state().get(id))) continue;
      model::lose(tx, id, model::StopCode::kTerminationNotice,
                  "The Availability Zone " + fault.scope.zone + " was lost.");
    }
  });
}

}  // namespace drydock::server
