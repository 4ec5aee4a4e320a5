#include "server/operations/servicediscovery/servicediscovery.hpp"

#include "model/discovery_follow.hpp"
#include "server/operations/paging.hpp"
#include "server/operations/servicediscovery/lookup.hpp"
#include "server/operations/values.hpp"

namespace drydock::operations::servicediscovery {
namespace {

const char* to_text(model::NamespaceType type) {
  switch (type) {
    case model::NamespaceType::kHttp: return "HTTP";
    case model::NamespaceType::kDnsPrivate: return "DNS_PRIVATE";
    case model::NamespaceType::kDnsPublic: return "DNS_PUBLIC";
  }
  return "";
}

/// Errors: NamespaceAlreadyExists, DuplicateRequest, InvalidInput, TooManyTagsException.
template <class Request>
Result<std::string> create(const Request& request, Context& context, model::NamespaceType type, std::int64_t ttl) {
  if (request.Name->empty()) return std::unexpected(invalid("The name of a namespace must not be empty."));
  const std::string creator = request.CreatorRequestId.value_or("");
  const model::Namespace* known = context.state().namespace_named(context.world, *request.Name);
  if (known != nullptr) {
    return std::unexpected(api::ApiError::of(
        "NamespaceAlreadyExists", "Namespace with name " + *request.Name + " already exists: " + known->key));
  }
  auto tags = with_tags({}, request.Tags);
  if (!tags) return std::unexpected(std::move(tags.error()));
  model::Namespace room;
  room.world = context.world;
  room.key = model::discovery_key(context.tx, "ns-");
  room.name = *request.Name;
  room.type = type;
  room.description = request.Description.value_or("");
  room.ttl = ttl;
  room.creator_request = creator;
  room.tags = std::move(*tags);
  room.created_at = context.tx.now();
  const std::string key = room.key;
  context.tx.create(std::move(room));
  return note_operation(context, "CREATE_NAMESPACE", {"NAMESPACE", key, key, ""});
}

template <class Properties>
std::int64_t ttl_of(const std::optional<Properties>& properties, std::int64_t otherwise) {
  if (!properties || !properties->DnsProperties || !properties->DnsProperties->SOA) return otherwise;
  return properties->DnsProperties->SOA->TTL.value_or(otherwise);
}

constexpr std::int64_t kPrivateTtl = 15;
constexpr std::int64_t kPublicTtl = 60;

sd::NamespaceProperties properties_of(const model::Namespace& room) {
  sd::NamespaceProperties properties;
  properties.HttpProperties.emplace().HttpName = room.name;
  if (room.type == model::NamespaceType::kHttp) return properties;
  auto& dns = properties.DnsProperties.emplace();
  dns.HostedZoneId = "Z" + room.key.substr(3);
  for (char& c : *dns.HostedZoneId) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  dns.SOA.emplace().TTL = room.ttl;
  return properties;
}

/// What a namespace and its summary have in common.
template <class Shown>
Shown show(const Context& context, const model::Namespace& room) {
  Shown shown;
  shown.Id = room.key;
  shown.Arn = model::discovery_arn(context.state(), room.world, "namespace", room.key);
  shown.Name = room.name;
  shown.Type = to_text(room.type);
  if (!room.description.empty()) shown.Description = room.description;
  shown.ServiceCount = static_cast<std::int32_t>(context.state().of(room.id).services.size());
  shown.Properties = properties_of(room);
  shown.CreateDate = timestamp(room.created_at);
  shown.ResourceOwner = context.state().get(room.world).account;
  return shown;
}

bool passes_all(const Context& context, const model::Namespace& room,
                const std::optional<std::vector<sd::NamespaceFilter>>& filters) {
  if (!filters) return true;
  for (const sd::NamespaceFilter& filter : *filters) {
    const bool of_type = filter.Name == "TYPE";
    const bool of_owner = filter.Name == "RESOURCE_OWNER";
    if (of_owner) {
      const std::string& account = context.state().get(room.world).account;
      if (!passes(filter, "SELF") && !passes(filter, account)) return false;
    } else if (!passes(filter, of_type ? to_text(room.type) : room.name)) {
      return false;
    }
  }
  return true;
}

/// Of the namespace with this id and type. Errors: NamespaceNotFound, InvalidInput for another type.
template <class Change>
Result<std::string> update(Context& context, const std::string& id, model::NamespaceType type, Change change) {
  const auto room = find_namespace(context, id);
  if (!room) return std::unexpected(room.error());
  if ((*room)->type != type) {
    return std::unexpected(invalid("The namespace " + id + " is of type " + to_text((*room)->type) + "."));
  }
  const std::string key = (*room)->key;
  context.tx.update((*room)->id, change);
  return note_operation(context, "UPDATE_NAMESPACE", {"NAMESPACE", key, key, ""});
}

template <class Response>
Result<Response> with_operation(Result<std::string> operation) {
  if (!operation) return std::unexpected(std::move(operation.error()));
  Response response;
  response.OperationId = std::move(*operation);
  return response;
}

}  // namespace

Result<sd::CreateHttpNamespaceResponse> create_http_namespace(const sd::CreateHttpNamespaceRequest& request,
                                                              Context& context) {
  return with_operation<sd::CreateHttpNamespaceResponse>(
      create(request, context, model::NamespaceType::kHttp, kPrivateTtl));
}

Result<sd::CreatePrivateDnsNamespaceResponse> create_private_dns_namespace(
    const sd::CreatePrivateDnsNamespaceRequest& request, Context& context) {
  return with_operation<sd::CreatePrivateDnsNamespaceResponse>(
      create(request, context, model::NamespaceType::kDnsPrivate, ttl_of(request.Properties, kPrivateTtl)));
}

Result<sd::CreatePublicDnsNamespaceResponse> create_public_dns_namespace(
    const sd::CreatePublicDnsNamespaceRequest& request, Context& context) {
  return with_operation<sd::CreatePublicDnsNamespaceResponse>(
      create(request, context, model::NamespaceType::kDnsPublic, ttl_of(request.Properties, kPublicTtl)));
}

Result<sd::GetNamespaceResponse> get_namespace(const sd::GetNamespaceRequest& request, Context& context) {
  const auto room = find_namespace(context, *request.Id);
  if (!room) return std::unexpected(room.error());
  sd::GetNamespaceResponse response;
  response.Namespace = show<sd::Namespace>(context, **room);
  if (!(*room)->creator_request.empty()) response.Namespace->CreatorRequestId = (*room)->creator_request;
  return response;
}

Result<sd::ListNamespacesResponse> list_namespaces(const sd::ListNamespacesRequest& request, Context& context) {
  const model::State& state = context.state();
  sd::ListNamespacesResponse response;
  response.Namespaces.emplace();
  const auto done = fill_page(
      "ListNamespaces", state.of(context.world).namespaces, request.NextToken, page_of(request.MaxResults),
      response.NextToken,
      [&](const auto& entry) { return passes_all(context, state.get(entry.second), request.Filters); },
      [](const auto& entry) { return entry.first; },
      [&](const auto& entry) {
        response.Namespaces->push_back(show<sd::NamespaceSummary>(context, state.get(entry.second)));
      });
  if (!done) return std::unexpected(invalid(done.error().message));
  return response;
}

Result<sd::UpdateHttpNamespaceResponse> update_http_namespace(const sd::UpdateHttpNamespaceRequest& request,
                                                              Context& context) {
  const auto change = [&](model::Namespace& room) {
    room.description = request.Namespace->Description.value_or(room.description);
  };
  return with_operation<sd::UpdateHttpNamespaceResponse>(
      update(context, *request.Id, model::NamespaceType::kHttp, change));
}

Result<sd::UpdatePrivateDnsNamespaceResponse> update_private_dns_namespace(
    const sd::UpdatePrivateDnsNamespaceRequest& request, Context& context) {
  const auto change = [&](model::Namespace& room) {
    room.description = request.Namespace->Description.value_or(room.description);
    room.ttl = ttl_of(request.Namespace->Properties, room.ttl);
  };
  return with_operation<sd::UpdatePrivateDnsNamespaceResponse>(
      update(context, *request.Id, model::NamespaceType::kDnsPrivate, change));
}

Result<sd::UpdatePublicDnsNamespaceResponse> update_public_dns_namespace(
    const sd::UpdatePublicDnsNamespaceRequest& request, Context& context) {
  const auto change = [&](model::Namespace& room) {
    room.description = request.Namespace->Description.value_or(room.description);
    room.ttl = ttl_of(request.Namespace->Properties, room.ttl);
  };
  return with_operation<sd::UpdatePublicDnsNamespaceResponse>(
      update(context, *request.Id, model::NamespaceType::kDnsPublic, change));
}

Result<sd::DeleteNamespaceResponse> delete_namespace(const sd::DeleteNamespaceRequest& request, Context& context) {
  const auto room = find_namespace(context, *request.Id);
  if (!room) return std::unexpected(room.error());
  if (!context.state().of((*room)->id).services.empty()) {
    return std::unexpected(
        api::ApiError::of("ResourceInUse", "Namespace has associated services, please delete those services first."));
  }
  const std::string key = (*room)->key;
  context.tx.remove((*room)->id);
  sd::DeleteNamespaceResponse response;
  response.OperationId = note_operation(context, "DELETE_NAMESPACE", {"NAMESPACE", key, key, ""});
  return response;
}

}  // namespace drydock::operations::servicediscovery
