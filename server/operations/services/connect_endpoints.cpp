#include "server/operations/services/connect_endpoints.hpp"

#include "model/arn.hpp"
#include "model/discovery_follow.hpp"

namespace drydock::operations {
namespace {

std::string discovery_name(const api::ServiceConnectService& endpoint) {
  return endpoint.discoveryName.value_or(endpoint.portName.value_or(""));
}

}  // namespace

void bring_namespace(Context& context, const std::string& name) {
  if (name.empty() || model::looks_like_arn(name)) return;
  if (context.state().namespace_named(context.world, name) != nullptr) return;
  model::Namespace room;
  room.world = context.world;
  room.key = model::discovery_key(context.tx, "ns-");
  room.name = name;
  room.description = "ECS Service Connect";
  room.created_at = context.tx.now();
  context.tx.create(std::move(room));
}

void bring_endpoints(Context& context, const model::Cluster& cluster,
                     const std::optional<api::ServiceConnectConfiguration>& configuration) {
  if (!configuration || !configuration->enabled.value_or(false)) return;
  const std::string reference = model::connect_namespace_reference(*configuration, cluster);
  bring_namespace(context, reference);
  const model::Namespace* room = model::connect_namespace(context.state(), context.world, reference);
  if (room == nullptr || !configuration->services) return;
  const model::NamespaceId id = room->id;
  for (const api::ServiceConnectService& endpoint : *configuration->services) {
    model::connect_endpoint(context.tx, id, discovery_name(endpoint));
  }
}

std::optional<std::vector<api::ServiceConnectServiceResource>> show_endpoints(const model::State& state,
                                                                              const model::Service& service,
                                                                              const model::Deployment& deployment) {
  const auto* connect = model::connect_configuration(deployment);
  if (connect == nullptr || !connect->services) return std::nullopt;
  const model::Cluster& cluster = state.get(service.cluster);
  const auto* room =
      model::connect_namespace(state, cluster.world, model::connect_namespace_reference(*connect, cluster));
  if (room == nullptr) return std::nullopt;
  std::vector<api::ServiceConnectServiceResource> shown;
  for (const api::ServiceConnectService& endpoint : *connect->services) {
    const auto& services = state.of(room->id).services;
    const auto found = services.find(discovery_name(endpoint));
    if (found == services.end()) continue;
    auto& one = shown.emplace_back();
    one.discoveryName = found->first;
    one.discoveryArn = model::discovery_arn(state, cluster.world, "service", state.get(found->second).key);
  }
  if (shown.empty()) return std::nullopt;
  return shown;
}

}  // namespace drydock::operations
