#include "server/admin/explain.hpp"

#include "api-spec/runtime/encode.hpp"
#include "model/arn.hpp"

namespace drydock::server {
namespace {

void member(std::string& out, const char* name, std::string_view value) {
  if (out.back() != '{') out += ',';
  api::append_json_string(name, out);
  out += ':';
  api::append_json_string(value, out);
}

std::string to_json(const model::State& state, const model::Explanation& explanation) {
  std::string out = "{";
  member(out, "code", explanation.code);
  member(out, "message", explanation.message);
  member(out, "nextStep", explanation.next_step);
  out += ",\"at\":" + std::to_string(explanation.at.time_since_epoch().count() / 1000);
  out += ",\"refusals\":[";
  bool first = true;
  for (const model::Refusal& refusal : explanation.refusals) {
    const model::ContainerInstance* instance = state.find(refusal.instance);
    if (instance == nullptr) continue;
    out += first ? "{" : ",{";
    first = false;
    member(out, "containerInstanceArn", model::arn_of(state, *instance));
    member(out, "reason", refusal.reason);
    member(out, "wanted", refusal.wanted);
    member(out, "available", refusal.available);
    out += '}';
  }
  return out + "]}";
}

template <class Map, class Key>
std::optional<std::string> find_in(const model::State& state, const Map& explanations, Key key) {
  const auto it = explanations.find(key);
  if (it == explanations.end()) return std::nullopt;
  return to_json(state, it->second);
}

}  // namespace

std::optional<std::string> explain_json(const model::State& state, std::string_view text) {
  const auto arn = model::parse_arn(text);
  if (!arn) return std::nullopt;
  const model::World* world = state.world_named(arn->account, arn->region);
  if (world != nullptr && arn->type == "capacity-provider") {
    const model::CapacityProvider* provider = state.capacity_provider_named(world->id, arn->path[0]);
    return provider == nullptr ? std::nullopt : find_in(state, state.explanations.capacity_providers, provider->id);
  }
  const model::Cluster* cluster = world == nullptr ? nullptr : state.cluster_named(world->id, arn->path[0]);
  if (cluster == nullptr) return std::nullopt;
  if (arn->type == "task" && arn->path.size() == 2) {
    const auto uuid = model::parse_uuid(arn->path[1]);
    const model::Task* task = uuid ? state.task_with(*uuid) : nullptr;
    return task == nullptr ? std::nullopt : find_in(state, state.explanations.tasks, task->id);
  }
  if (arn->type == "cluster") return find_in(state, state.explanations.clusters, cluster->id);
  if (arn->type == "daemon" && arn->path.size() == 2) {
    const model::Daemon* daemon = state.daemon_named(cluster->id, arn->path[1]);
    return daemon == nullptr ? std::nullopt : find_in(state, state.explanations.daemons, daemon->id);
  }
  if (arn->type != "service" || arn->path.size() != 2) return std::nullopt;
  const model::Service* service = state.service_named(cluster->id, arn->path[1]);
  if (service == nullptr) return std::nullopt;
  return find_in(state, state.explanations.services, service->id);
}

}  // namespace drydock::server
