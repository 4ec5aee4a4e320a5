#pragma once
// How ECS keeps Cloud Map true: a service task is an instance of the Cloud Map services that its ECS service names
// (serviceRegistries, Service Connect) as long as it runs and is not to stop (spec/service-discovery.md sections 2
// and 3).

#include <string>
#include <string_view>

#include "model/transaction.hpp"

namespace drydock::model {

/// To be called after each change of the task's status, address or health: registers it, tells its health, or takes it
/// out. A Cloud Map service that is gone is left alone.
void follow_in_discovery(Transaction& tx, TaskId id);

/// The namespace that a Service Connect configuration means by a name or ARN; null when there is none.
const Namespace* connect_namespace(const State& state, WorldId world, std::string_view reference);

/// The Cloud Map service of an endpoint, made when it is not there.
DiscoveryServiceId connect_endpoint(Transaction& tx, NamespaceId room, const std::string& name);

/// A new id of Cloud Map, e.g. ns-<16 characters>.
std::string discovery_key(Transaction& tx, std::string_view prefix);

/// arn:aws:servicediscovery:<region>:<account>:<type>/<key>
std::string discovery_arn(const State& state, WorldId world, std::string_view type, std::string_view key);

/// Of the service's Service Connect configuration, or of the named deployment's; null for none or a disabled one.
const api::ServiceConnectConfiguration* connect_configuration(const Deployment& deployment);

/// The name or ARN of the namespace of such a configuration, the cluster's default included; empty for none.
std::string connect_namespace_reference(const api::ServiceConnectConfiguration& configuration, const Cluster& cluster);

}  // namespace drydock::model
