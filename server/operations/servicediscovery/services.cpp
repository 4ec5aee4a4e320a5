#include <algorithm>
#include <set>

#include "model/discovery_follow.hpp"
#include "server/operations/paging.hpp"
#include "server/operations/servicediscovery/lookup.hpp"
#include "server/operations/servicediscovery/servicediscovery.hpp"
#include "server/operations/values.hpp"

namespace drydock::operations::servicediscovery {
namespace {

using Definition = sd::CreateServiceRequest;

/// Labels of letters, digits, hyphens and underscores, separated by dots; at most 127 characters.
bool is_service_name(std::string_view name) {
  if (name.empty() || name.size() > 127) return false;
  std::size_t label = 0;
  for (const char c : name) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    if (c == '.' && label > 0) {
      label = 0;
    } else if (letter || (c == '-' && label > 0)) {
      if (++label > 63) return false;
    } else {
      return false;
    }
  }
  return label > 0 && !name.ends_with('-');
}

/// A, AAAA, both, SRV with or without them, or CNAME alone with WEIGHTED routing.
std::optional<api::ApiError> check_records(const sd::DnsConfig& dns) {
  std::set<std::string> types;
  for (const sd::DnsRecord& record : *dns.DnsRecords) {
    if (!types.insert(record.Type.value_or("")).second) {
      return invalid("The DNS records of a service must be of different types.");
    }
  }
  if (types.empty()) return invalid("DnsConfig must have at least one DNS record.");
  if (!types.contains("CNAME")) return std::nullopt;
  if (types.size() > 1) return invalid("A CNAME record must be the only record of a service.");
  if (dns.RoutingPolicy != "WEIGHTED") return invalid("CNAME records need the routing policy WEIGHTED.");
  return std::nullopt;
}

std::optional<api::ApiError> check(const Definition& definition, const model::Namespace& room) {
  if (!is_service_name(*definition.Name)) return invalid("The service name " + *definition.Name + " is not valid.");
  if (definition.HealthCheckConfig && definition.HealthCheckCustomConfig) {
    return invalid("A service can have HealthCheckConfig or HealthCheckCustomConfig, not both.");
  }
  if (definition.HealthCheckConfig && room.type != model::NamespaceType::kDnsPublic) {
    return invalid("HealthCheckConfig is for services of public DNS namespaces only.");
  }
  if (!definition.DnsConfig) return std::nullopt;
  if (room.type == model::NamespaceType::kHttp) {
    return invalid("DnsConfig cannot be given for a service of an HTTP namespace.");
  }
  if (definition.Type == "HTTP") return invalid("A service of type HTTP cannot have DnsConfig.");
  return check_records(*definition.DnsConfig);
}

/// What ECS and Cloud Map leave to defaults.
Definition completed(Definition definition, const std::string& room) {
  definition.NamespaceId = room;
  definition.Tags.reset();
  if (definition.DnsConfig) {
    definition.DnsConfig->NamespaceId = room;
    if (!definition.DnsConfig->RoutingPolicy) definition.DnsConfig->RoutingPolicy = "MULTIVALUE";
  }
  if (definition.HealthCheckCustomConfig) definition.HealthCheckCustomConfig->FailureThreshold = 1;
  if (definition.HealthCheckConfig && !definition.HealthCheckConfig->FailureThreshold) {
    definition.HealthCheckConfig->FailureThreshold = 1;
  }
  return definition;
}

const char* type_of(const model::DiscoveryService& service, const model::Namespace& room) {
  if (!service.dns) return "HTTP";
  return room.type == model::NamespaceType::kHttp ? "HTTP" : "DNS_HTTP";
}

/// What a service and its summary have in common.
template <class Shown>
Shown show(const Context& context, const model::DiscoveryService& service) {
  const model::State& state = context.state();
  const Definition& definition = *service.definition;
  Shown shown;
  shown.Id = service.key;
  shown.Arn = model::discovery_arn(state, service.world, "service", service.key);
  shown.Name = service.name;
  shown.Type = type_of(service, state.get(service.room));
  shown.Description = definition.Description;
  shown.InstanceCount = static_cast<std::int32_t>(state.of(service.id).instances.size());
  shown.DnsConfig = definition.DnsConfig;
  shown.HealthCheckConfig = definition.HealthCheckConfig;
  shown.HealthCheckCustomConfig = definition.HealthCheckCustomConfig;
  shown.CreateDate = timestamp(service.created_at);
  shown.ResourceOwner = state.get(service.world).account;
  return shown;
}

sd::Service show_service(const Context& context, const model::DiscoveryService& service) {
  auto shown = show<sd::Service>(context, service);
  shown.NamespaceId = context.state().get(service.room).key;
  shown.CreatorRequestId = service.definition->CreatorRequestId;
  return shown;
}

}  // namespace

Result<sd::CreateServiceResponse> create_service(const sd::CreateServiceRequest& request, Context& context) {
  const bool in_dns = request.DnsConfig && request.DnsConfig->NamespaceId;
  if (!request.NamespaceId && !in_dns) return std::unexpected(invalid("A service needs a NamespaceId."));
  const auto room =
      find_namespace(context, request.NamespaceId ? *request.NamespaceId : *request.DnsConfig->NamespaceId);
  if (!room) return std::unexpected(room.error());
  if (auto no = check(request, **room)) return std::unexpected(std::move(*no));
  const auto& siblings = context.state().of((*room)->id).services;
  if (const auto known = siblings.find(*request.Name); known != siblings.end()) {
    return std::unexpected(api::ApiError::of("ServiceAlreadyExists", "Service already exists: " + *request.Name + ", " +
                                                                         context.state().get(known->second).key));
  }
  auto tags = with_tags({}, request.Tags);
  if (!tags) return std::unexpected(std::move(tags.error()));
  model::DiscoveryService service;
  service.world = context.world;
  service.room = (*room)->id;
  service.key = model::discovery_key(context.tx, "srv-");
  service.name = *request.Name;
  service.definition = std::make_shared<Definition>(completed(request, (*room)->key));
  service.dns = request.DnsConfig.has_value();
  service.tags = std::move(*tags);
  service.created_at = context.tx.now();
  const auto id = context.tx.create(std::move(service));
  sd::CreateServiceResponse response;
  response.Service = show_service(context, context.state().get(id));
  return response;
}

Result<sd::GetServiceResponse> get_service(const sd::GetServiceRequest& request, Context& context) {
  const auto service = find_service(context, *request.Id);
  if (!service) return std::unexpected(service.error());
  sd::GetServiceResponse response;
  response.Service = show_service(context, **service);
  return response;
}

Result<sd::ListServicesResponse> list_services(const sd::ListServicesRequest& request, Context& context) {
  const model::State& state = context.state();
  sd::ListServicesResponse response;
  response.Services.emplace();
  const auto keep = [&](const auto& entry) {
    const model::DiscoveryService& service = state.get(entry.second);
    for (const sd::ServiceFilter& filter : request.Filters.value_or(std::vector<sd::ServiceFilter>{})) {
      const bool of_room = filter.Name == "NAMESPACE_ID";
      const std::string& own = state.get(service.world).account;
      if (of_room && !passes(filter, state.get(service.room).key)) return false;
      if (!of_room && !passes(filter, "SELF") && !passes(filter, own)) return false;
    }
    return true;
  };
  const auto done = fill_page(
      "ListServices", state.of(context.world).discovery_services, request.NextToken, page_of(request.MaxResults),
      response.NextToken, keep, [](const auto& entry) { return entry.first; },
      [&](const auto& entry) {
        response.Services->push_back(show<sd::ServiceSummary>(context, state.get(entry.second)));
      });
  if (!done) return std::unexpected(invalid(done.error().message));
  return response;
}

Result<sd::UpdateServiceResponse> update_service(const sd::UpdateServiceRequest& request, Context& context) {
  const auto service = find_service(context, *request.Id);
  if (!service) return std::unexpected(service.error());
  const sd::ServiceChange& change = *request.Service;
  Definition definition = *(*service)->definition;
  if (change.Description) definition.Description = change.Description;
  if (change.HealthCheckConfig) definition.HealthCheckConfig = change.HealthCheckConfig;
  if (change.DnsConfig) {
    if (!definition.DnsConfig) return std::unexpected(invalid("The service " + *request.Id + " has no DnsConfig."));
    definition.DnsConfig->DnsRecords = change.DnsConfig->DnsRecords;
  }
  if (auto no = check(definition, context.state().get((*service)->room))) return std::unexpected(std::move(*no));
  const std::string key = (*service)->key;
  const std::string room = context.state().get((*service)->room).key;
  context.tx.update((*service)->id, [&](model::DiscoveryService& entity) {
    entity.definition = std::make_shared<Definition>(std::move(definition));
  });
  sd::UpdateServiceResponse response;
  response.OperationId = note_operation(context, "UPDATE_SERVICE", {"SERVICE", key, room, key});
  return response;
}

Result<sd::DeleteServiceResponse> delete_service(const sd::DeleteServiceRequest& request, Context& context) {
  const auto service = find_service(context, *request.Id);
  if (!service) return std::unexpected(service.error());
  if (!context.state().of((*service)->id).instances.empty()) {
    return std::unexpected(api::ApiError::of(
        "ResourceInUse", "Service contains registered instances; delete the instances before deleting the service"));
  }
  context.tx.remove((*service)->id);
  return sd::DeleteServiceResponse{};
}

}  // namespace drydock::operations::servicediscovery
