#pragma once
// Cloud Map: namespaces, their services, the instances of these, and the operations that made them
// (spec/service-discovery.md section 1).

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "api-spec/generated/types.hpp"
#include "model/clock.hpp"
#include "model/ids.hpp"

namespace drydock::api::servicediscovery {
struct CreateServiceRequest;
}  // namespace drydock::api::servicediscovery

namespace drydock::model {

/// The numbers are stored.
enum class NamespaceType : std::uint8_t { kHttp, kDnsPrivate, kDnsPublic };

struct Namespace {
  NamespaceId id;
  WorldId world;
  std::string key;   // ns-<16 characters>: the id that users see
  std::string name;  // one of a kind in its world
  NamespaceType type = NamespaceType::kHttp;
  std::string description;
  std::int64_t ttl = 15;  // seconds, of the zone's SOA record
  std::string creator_request;
  std::vector<api::Tag> tags;
  Instant created_at{};
};

struct DiscoveryService {
  DiscoveryServiceId id;
  WorldId world;
  NamespaceId room;
  std::string key;  // srv-<16 characters>
  std::string name;
  /// What it was created with, as later updates left it: description, DNS records, health checks. Never null.
  std::shared_ptr<const api::servicediscovery::CreateServiceRequest> definition;
  bool dns = false;           // its names can be asked for by DNS
  std::int64_t revision = 1;  // one more each time that what DiscoverInstances answers changes
  bool of_connect = false;    // made for Service Connect, by ECS
  std::vector<api::Tag> tags;
  Instant created_at{};
};

struct DiscoveryAttribute {
  std::string key;
  std::string value;
  friend bool operator==(const DiscoveryAttribute&, const DiscoveryAttribute&) = default;
};

struct DiscoveryInstance {
  DiscoveryInstanceId id;
  DiscoveryServiceId service;
  std::string name;  // the id that users give; of a task its id
  std::string creator_request;
  std::vector<DiscoveryAttribute> attributes;  // by key
  bool healthy = true;                         // custom health
  TaskId task;                                 // that ECS registered it for; none: a user did
};

/// Everything asynchronous is done at once, so that all of them have succeeded.
struct DiscoveryOperation {
  DiscoveryOperationId id;
  WorldId world;
  std::string key;
  std::string type;         // REGISTER_INSTANCE, ...
  std::string target_kind;  // NAMESPACE, SERVICE or INSTANCE
  std::string target;
  std::string room;     // key of the namespace it was about
  std::string service;  // key of the service; empty: none
  Instant created_at{};
};

struct NamespaceIndex {
  std::map<std::string, DiscoveryServiceId, std::less<>> services;  // by name
};

struct DiscoveryServiceIndex {
  std::map<std::string, DiscoveryInstanceId, std::less<>> instances;  // by name
};

}  // namespace drydock::model
