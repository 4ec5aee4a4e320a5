#include <map>

#include "model/arn.hpp"
#include "model/discovery_follow.hpp"
#include "server/operations/paging.hpp"
#include "server/operations/services/services.hpp"

namespace drydock::operations {
namespace {

constexpr std::size_t kPageSize = 10;

/// The namespace that a cluster's services have unless they name one; empty for none.
std::string default_namespace(const model::Cluster& cluster) {
  if (!cluster.settings || !cluster.settings->serviceConnectDefaults) return {};
  return cluster.settings->serviceConnectDefaults->namespace_.value_or("");
}

/// One text for all that mean the same namespace, its name or its ARN; empty for none.
std::string same_namespace(const Context& context, const std::string& reference) {
  const model::Namespace* room = model::connect_namespace(context.state(), context.world, reference);
  return room == nullptr ? reference : room->key;
}

/// Empty for a service that does not use Service Connect.
std::string namespace_of(const model::Service& service, const std::string& cluster_default) {
  if (service.deployments.empty() || !service.deployments.front().settings) return {};
  const auto& connect = service.deployments.front().settings->serviceConnectConfiguration;
  if (!connect || !connect->enabled.value_or(false)) return {};
  const std::string named = connect->namespace_.value_or("");
  return named.empty() ? cluster_default : named;
}

}  // namespace

Result<api::ListServicesByNamespaceResponse> list_services_by_namespace(
    const api::ListServicesByNamespaceRequest& request, Context& context) {
  const auto size = page_size(request.maxResults, kPageSize);
  if (!size) return std::unexpected(size.error());
  const std::string wanted = same_namespace(context, request.namespace_.value_or(""));
  const model::State& state = context.state();
  std::map<std::string, model::ServiceId, std::less<>> found;
  const bool known = state.namespace_with(context.world, wanted) != nullptr;
  for (const auto& [name, cluster] : state.of(context.world).clusters) {
    const std::string cluster_default = default_namespace(state.get(cluster));
    for (const auto& [service_name, id] : state.of(cluster).services) {
      const model::Service& service = state.get(id);
      if (service.status != model::ServiceStatus::kActive ||
          same_namespace(context, namespace_of(service, cluster_default)) != wanted) {
        continue;
      }
      found.emplace(model::arn_of(state, service), id);
    }
  }
  if (found.empty() && !known) {
    return std::unexpected(api::ApiError::namespace_not_found("The specified namespace could not be found.")
                               .explained("aws servicediscovery list-namespaces shows those that there are."));
  }
  api::ListServicesByNamespaceResponse response;
  auto& arns = response.serviceArns.emplace();
  const auto filled = fill_page(
      "ListServicesByNamespace", found, request.nextToken, *size, response.nextToken, [](const auto&) { return true; },
      [](const auto& entry) { return entry.first; }, [&](const auto& entry) { arns.push_back(entry.first); });
  if (!filled) return std::unexpected(filled.error());
  return response;
}

}  // namespace drydock::operations
