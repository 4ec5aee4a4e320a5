#include <algorithm>
#include <charconv>

#include "model/discovery_follow.hpp"
#include "server/operations/paging.hpp"
#include "server/operations/servicediscovery/lookup.hpp"
#include "server/operations/servicediscovery/servicediscovery.hpp"

namespace drydock::operations::servicediscovery {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

constexpr std::size_t kMostAttributes = 30;

const std::string* attribute(const Pairs& attributes, std::string_view key) {
  const auto it = std::ranges::find(attributes, key, &Pairs::value_type::first);
  return it == attributes.end() ? nullptr : &it->second;
}

/// Four numbers up to 255.
bool is_ipv4(std::string_view text) {
  const char* at = text.data();
  const char* const end = at + text.size();
  for (int part = 0; part < 4; ++part) {
    int number = -1;
    const auto read = std::from_chars(at, end, number);
    if (read.ec != std::errc{} || number < 0 || number > 255) return false;
    at = read.ptr;
    if (part == 3) return at == end;
    if (at == end || *at++ != '.') return false;
  }
  return false;
}

bool is_port(std::string_view text) {
  int number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc{} && read.ptr == text.data() + text.size() && number >= 0 && number <= 65535;
}

bool has_record(const model::DiscoveryService& service, std::string_view type) {
  const auto& dns = service.definition->DnsConfig;
  return dns && dns->DnsRecords &&
         std::ranges::any_of(*dns->DnsRecords, [&](const sd::DnsRecord& record) { return record.Type == type; });
}

/// What the records of the service need must be there.
std::optional<api::ApiError> check(const model::DiscoveryService& service, const Pairs& attributes) {
  if (attributes.size() > kMostAttributes) return invalid("An instance can have at most 30 attributes.");
  const std::string* ipv4 = attribute(attributes, "AWS_INSTANCE_IPV4");
  const std::string* ipv6 = attribute(attributes, "AWS_INSTANCE_IPV6");
  const std::string* port = attribute(attributes, "AWS_INSTANCE_PORT");
  const std::string* cname = attribute(attributes, "AWS_INSTANCE_CNAME");
  if (ipv4 != nullptr && !is_ipv4(*ipv4)) return invalid("AWS_INSTANCE_IPV4 " + *ipv4 + " is not an IPv4 address.");
  if (port != nullptr && !is_port(*port)) return invalid("AWS_INSTANCE_PORT " + *port + " is not a port.");
  if (attribute(attributes, "AWS_ALIAS_DNS_NAME") != nullptr) return std::nullopt;
  const auto lacks = [](const char* key, const char* record) {
    return invalid(std::string("The instance needs the attribute ") + key + " for the service's " + record +
                   " record.");
  };
  if (has_record(service, "A") && ipv4 == nullptr) return lacks("AWS_INSTANCE_IPV4", "A");
  if (has_record(service, "AAAA") && ipv6 == nullptr) return lacks("AWS_INSTANCE_IPV6", "AAAA");
  if (has_record(service, "CNAME") && cname == nullptr) return lacks("AWS_INSTANCE_CNAME", "CNAME");
  if (!has_record(service, "SRV")) return std::nullopt;
  if (port == nullptr) return lacks("AWS_INSTANCE_PORT", "SRV");
  if (ipv4 == nullptr && ipv6 == nullptr) return lacks("AWS_INSTANCE_IPV4", "SRV");
  return std::nullopt;
}

Pairs show(const std::vector<model::DiscoveryAttribute>& attributes) {
  Pairs shown;
  for (const auto& [key, value] : attributes) {
    if (key != "AWS_INIT_HEALTH_STATUS") shown.emplace_back(key, value);
  }
  return shown;
}

/// The service answers something else from now on.
void note_change(Context& context, model::DiscoveryServiceId service) {
  context.tx.update(service, [](model::DiscoveryService& entity) { ++entity.revision; });
}

bool has_health(const model::DiscoveryService& service) {
  return service.definition->HealthCheckConfig || service.definition->HealthCheckCustomConfig;
}

const char* health_of(const model::DiscoveryService& service, const model::DiscoveryInstance& instance) {
  if (!has_health(service)) return "UNKNOWN";
  return instance.healthy ? "HEALTHY" : "UNHEALTHY";
}

/// Of an instance that a query's parameters and the wanted health let through.
bool has_all(const model::DiscoveryInstance& instance, const Pairs& wanted) {
  return std::ranges::all_of(wanted, [&](const auto& pair) {
    return std::ranges::any_of(instance.attributes, [&](const model::DiscoveryAttribute& own) {
      return own.key == pair.first && own.value == pair.second;
    });
  });
}

/// Errors: NamespaceNotFound, ServiceNotFound.
Result<const model::DiscoveryService*> discover(const Context& context, const std::string& room_name,
                                                const std::string& name) {
  const model::Namespace* room = context.state().namespace_named(context.world, room_name);
  if (room == nullptr) {
    return std::unexpected(api::ApiError::of("NamespaceNotFound", "Failed to find namespace: " + room_name));
  }
  const auto& services = context.state().of(room->id).services;
  const auto it = services.find(name);
  if (it != services.end()) return context.state().find(it->second);
  return std::unexpected(api::ApiError::of("ServiceNotFound", "Failed to find service: " + name));
}

}  // namespace

Result<sd::RegisterInstanceResponse> register_instance(const sd::RegisterInstanceRequest& request, Context& context) {
  const auto service = find_service(context, *request.ServiceId);
  if (!service) return std::unexpected(service.error());
  if (auto no = check(**service, *request.Attributes)) return std::unexpected(std::move(*no));
  const model::State& state = context.state();
  const model::DiscoveryServiceId id = (*service)->id;
  const std::string key = (*service)->key;
  const std::string room = state.get((*service)->room).key;
  std::vector<model::DiscoveryAttribute> attributes;
  for (const auto& [name, value] : *request.Attributes) attributes.push_back({name, value});
  std::ranges::sort(attributes, {}, &model::DiscoveryAttribute::key);
  const std::string* initial = attribute(*request.Attributes, "AWS_INIT_HEALTH_STATUS");
  const auto& known = state.of(id).instances;
  if (const auto it = known.find(*request.InstanceId); it != known.end()) {
    context.tx.update(it->second, [&](model::DiscoveryInstance& instance) { instance.attributes = attributes; });
  } else {
    model::DiscoveryInstance instance;
    instance.service = id;
    instance.name = *request.InstanceId;
    instance.creator_request = request.CreatorRequestId.value_or("");
    instance.attributes = std::move(attributes);
    instance.healthy = initial == nullptr || *initial != "UNHEALTHY";
    context.tx.create(std::move(instance));
  }
  note_change(context, id);
  sd::RegisterInstanceResponse response;
  response.OperationId = note_operation(context, "REGISTER_INSTANCE", {"INSTANCE", *request.InstanceId, room, key});
  return response;
}

Result<sd::DeregisterInstanceResponse> deregister_instance(const sd::DeregisterInstanceRequest& request,
                                                           Context& context) {
  const auto instance = find_instance(context, *request.ServiceId, *request.InstanceId);
  if (!instance) return std::unexpected(instance.error());
  const model::DiscoveryService& service = context.state().get((*instance)->service);
  const model::DiscoveryServiceId id = service.id;
  const std::string key = service.key;
  const std::string room = context.state().get(service.room).key;
  context.tx.remove((*instance)->id);
  note_change(context, id);
  sd::DeregisterInstanceResponse response;
  response.OperationId = note_operation(context, "DEREGISTER_INSTANCE", {"INSTANCE", *request.InstanceId, room, key});
  return response;
}

Result<sd::GetInstanceResponse> get_instance(const sd::GetInstanceRequest& request, Context& context) {
  const auto instance = find_instance(context, *request.ServiceId, *request.InstanceId);
  if (!instance) return std::unexpected(instance.error());
  sd::GetInstanceResponse response;
  auto& shown = response.Instance.emplace();
  shown.Id = (*instance)->name;
  if (!(*instance)->creator_request.empty()) shown.CreatorRequestId = (*instance)->creator_request;
  shown.Attributes = show((*instance)->attributes);
  return response;
}

Result<sd::ListInstancesResponse> list_instances(const sd::ListInstancesRequest& request, Context& context) {
  const auto service = find_service(context, *request.ServiceId);
  if (!service) return std::unexpected(service.error());
  const model::State& state = context.state();
  sd::ListInstancesResponse response;
  response.Instances.emplace();
  const auto done = fill_page(
      "ListInstances", state.of((*service)->id).instances, request.NextToken, page_of(request.MaxResults),
      response.NextToken, [](const auto&) { return true; }, [](const auto& entry) { return entry.first; },
      [&](const auto& entry) {
        auto& shown = response.Instances->emplace_back();
        shown.Id = entry.first;
        shown.Attributes = show(state.get(entry.second).attributes);
      });
  if (!done) return std::unexpected(invalid(done.error().message));
  return response;
}

Result<sd::UpdateInstanceCustomHealthStatusResponse> update_instance_custom_health_status(
    const sd::UpdateInstanceCustomHealthStatusRequest& request, Context& context) {
  const auto instance = find_instance(context, *request.ServiceId, *request.InstanceId);
  if (!instance) return std::unexpected(instance.error());
  const model::DiscoveryServiceId service = (*instance)->service;
  if (!context.state().get(service).definition->HealthCheckCustomConfig) {
    return std::unexpected(
        api::ApiError::of("CustomHealthNotFound", "The service does not have a custom health check configured."));
  }
  const bool healthy = request.Status == "HEALTHY";
  if ((*instance)->healthy == healthy) return sd::UpdateInstanceCustomHealthStatusResponse{};
  context.tx.update((*instance)->id, [&](model::DiscoveryInstance& entity) { entity.healthy = healthy; });
  note_change(context, service);
  return sd::UpdateInstanceCustomHealthStatusResponse{};
}

Result<sd::GetInstancesHealthStatusResponse> get_instances_health_status(
    const sd::GetInstancesHealthStatusRequest& request, Context& context) {
  const auto service = find_service(context, *request.ServiceId);
  if (!service) return std::unexpected(service.error());
  const model::State& state = context.state();
  const auto& all = state.of((*service)->id).instances;
  if (request.Instances) {
    for (const std::string& name : *request.Instances) {
      if (!all.contains(name)) {
        return std::unexpected(api::ApiError::of("InstanceNotFound", "Instance not found: " + name));
      }
    }
  }
  sd::GetInstancesHealthStatusResponse response;
  response.Status.emplace();
  const auto keep = [&](const auto& entry) {
    return !request.Instances || std::ranges::find(*request.Instances, entry.first) != request.Instances->end();
  };
  const auto done = fill_page(
      "GetInstancesHealthStatus", all, request.NextToken, page_of(request.MaxResults), response.NextToken, keep,
      [](const auto& entry) { return entry.first; },
      [&](const auto& entry) {
        response.Status->emplace_back(entry.first, health_of(**service, state.get(entry.second)));
      });
  if (!done) return std::unexpected(invalid(done.error().message));
  return response;
}

Result<sd::DiscoverInstancesResponse> discover_instances(const sd::DiscoverInstancesRequest& request,
                                                         Context& context) {
  const auto service = discover(context, *request.NamespaceName, *request.ServiceName);
  if (!service) return std::unexpected(service.error());
  const model::State& state = context.state();
  const std::string wanted = request.HealthStatus.value_or("HEALTHY_OR_ELSE_ALL");
  const Pairs none;
  std::vector<const model::DiscoveryInstance*> found;
  for (const auto& [name, id] : state.of((*service)->id).instances) {
    const model::DiscoveryInstance& instance = state.get(id);
    if (has_all(instance, request.QueryParameters ? *request.QueryParameters : none)) found.push_back(&instance);
  }
  // Optional parameters narrow the answer only where something is left.
  if (request.OptionalParameters) {
    std::vector<const model::DiscoveryInstance*> narrowed;
    std::ranges::copy_if(found, std::back_inserter(narrowed), [&](const model::DiscoveryInstance* instance) {
      return has_all(*instance, *request.OptionalParameters);
    });
    if (!narrowed.empty()) found = std::move(narrowed);
  }
  if (has_health(**service)) {
    const bool any_healthy = std::ranges::any_of(found, &model::DiscoveryInstance::healthy);
    const bool all = wanted == "ALL" || (wanted == "HEALTHY_OR_ELSE_ALL" && !any_healthy);
    const bool healthy = wanted != "UNHEALTHY";
    if (!all) std::erase_if(found, [&](const auto* instance) { return instance->healthy != healthy; });
  }
  sd::DiscoverInstancesResponse response;
  auto& shown = response.Instances.emplace();
  const auto most = page_of(request.MaxResults);
  for (const model::DiscoveryInstance* instance : found) {
    if (shown.size() == most) break;
    auto& one = shown.emplace_back();
    one.InstanceId = instance->name;
    one.NamespaceName = request.NamespaceName;
    one.ServiceName = request.ServiceName;
    one.HealthStatus = health_of(**service, *instance);
    one.Attributes = show(instance->attributes);
  }
  response.InstancesRevision = (*service)->revision;
  return response;
}

Result<sd::DiscoverInstancesRevisionResponse> discover_instances_revision(
    const sd::DiscoverInstancesRevisionRequest& request, Context& context) {
  const auto service = discover(context, *request.NamespaceName, *request.ServiceName);
  if (!service) return std::unexpected(service.error());
  sd::DiscoverInstancesRevisionResponse response;
  response.InstancesRevision = (*service)->revision;
  return response;
}

}  // namespace drydock::operations::servicediscovery
