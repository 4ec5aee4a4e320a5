#include "model/discovery_follow.hpp"

#include <algorithm>

#include "api-spec/generated/servicediscovery/types.hpp"
#include "model/arn.hpp"
#include "model/task_content.hpp"

namespace drydock::model {
namespace {

/// What a task is to be in Cloud Map.
struct Registration {
  DiscoveryServiceId service;
  std::string ipv4;
  int port = 0;  // 0: none
};

const api::PortMapping* mapping_named(const api::TaskDefinition& definition, std::string_view name,
                                      std::string& container) {
  if (!definition.containerDefinitions) return nullptr;
  for (const api::ContainerDefinition& one : *definition.containerDefinitions) {
    if (!one.portMappings) continue;
    const auto found =
        std::ranges::find_if(*one.portMappings, [&](const api::PortMapping& mapping) { return mapping.name == name; });
    if (found == one.portMappings->end()) continue;
    container = one.name.value_or("");
    return &*found;
  }
  return nullptr;
}

/// The port under which others reach a container's port; 0 when it is not known.
int reached_port(const api::TaskDefinition& definition, const Task& task, std::string_view container, int port) {
  if (task.network || definition.networkMode == "host") return port;
  const auto& definitions = *definition.containerDefinitions;
  for (std::size_t i = 0; i < definitions.size() && i < task.containers.size(); ++i) {
    if (definitions[i].name != container) continue;
    for (const NetworkBinding& binding : task.containers[i].bindings) {
      if (binding.container_port == port && !binding.udp) return binding.host_port;
    }
  }
  return 0;
}

void add_registries(const State& state, const Task& task, const api::TaskDefinition& definition,
                    const std::optional<std::vector<api::ServiceRegistry>>& registries, const std::string& ipv4,
                    std::vector<Registration>& wanted) {
  if (!registries) return;
  const WorldId world = state.get(task.cluster).world;
  for (const api::ServiceRegistry& registry : *registries) {
    const std::string arn = registry.registryArn.value_or("");
    const std::string key = arn.substr(arn.rfind('/') + 1);
    const DiscoveryService* service = state.discovery_service_with(world, key);
    if (service == nullptr) continue;
    Registration one{service->id, ipv4, registry.port.value_or(0)};
    if (registry.containerPort) {
      one.port = reached_port(definition, task, registry.containerName.value_or(""), *registry.containerPort);
    }
    wanted.push_back(std::move(one));
  }
}

void add_endpoints(const State& state, const Task& task, const api::TaskDefinition& definition,
                   const Deployment& deployment, const std::string& ipv4, std::vector<Registration>& wanted) {
  const auto* connect = connect_configuration(deployment);
  if (connect == nullptr || !connect->services) return;
  const Cluster& cluster = state.get(task.cluster);
  const Namespace* room = connect_namespace(state, cluster.world, connect_namespace_reference(*connect, cluster));
  if (room == nullptr) return;
  for (const api::ServiceConnectService& endpoint : *connect->services) {
    const std::string port_name = endpoint.portName.value_or("");
    const auto& services = state.of(room->id).services;
    const auto service = services.find(endpoint.discoveryName.value_or(port_name));
    std::string container;
    const api::PortMapping* mapping = mapping_named(definition, port_name, container);
    if (service == services.end() || mapping == nullptr) continue;
    const int port = reached_port(definition, task, container, mapping->containerPort.value_or(0));
    wanted.push_back({service->second, ipv4, port});
  }
}

const Deployment* deployment_of(const Service& service, const Task& task) {
  const auto it = std::ranges::find(service.deployments, task.deployment, &Deployment::digits);
  return it == service.deployments.end() ? nullptr : &*it;
}

std::vector<Registration> wanted_of(const State& state, const Task& task) {
  std::vector<Registration> wanted;
  const Service* service = task.service ? state.find(task.service) : nullptr;
  if (service == nullptr || task.stop_wanted || task.last_status != TaskStatus::kRunning) return wanted;
  const std::string& ipv4 = task.network ? task.network->private_ipv4 : task.host_ipv4;
  if (ipv4.empty()) return wanted;
  const api::TaskDefinition& definition = content_of(state, task);
  if (!definition.containerDefinitions) return wanted;
  if (service->settings) {
    add_registries(state, task, definition, service->settings->serviceRegistries, ipv4, wanted);
  }
  const auto& sets = state.of(service->id).task_sets;
  if (const auto set = sets.find(task.deployment); set != sets.end()) {
    const auto& settings = state.get(set->second).settings;
    if (settings) add_registries(state, task, definition, settings->serviceRegistries, ipv4, wanted);
  }
  if (const Deployment* deployment = deployment_of(*service, task)) {
    add_endpoints(state, task, definition, *deployment, ipv4, wanted);
  }
  return wanted;
}

/// spec/service-discovery.md section 2, in the order of their keys.
std::vector<DiscoveryAttribute> attributes_of(const State& state, const Task& task, const Registration& as) {
  const Cluster& cluster = state.get(task.cluster);
  std::vector<DiscoveryAttribute> all;
  all.push_back({"AVAILABILITY_ZONE", task.availability_zone});
  all.push_back({"AWS_INIT_HEALTH_STATUS", "HEALTHY"});
  all.push_back({"AWS_INSTANCE_IPV4", as.ipv4});
  if (as.port != 0) all.push_back({"AWS_INSTANCE_PORT", std::to_string(as.port)});
  const ContainerInstance* instance = task.instance ? state.find(task.instance) : nullptr;
  if (instance != nullptr && !instance->ec2_instance_id.empty()) {
    all.push_back({"EC2_INSTANCE_ID", instance->ec2_instance_id});
  }
  all.push_back({"ECS_CLUSTER_NAME", cluster.name});
  all.push_back({"ECS_SERVICE_NAME", state.get(task.service).name});
  all.push_back({"ECS_TASK_DEFINITION_FAMILY", content_family(state, task)});
  const auto& sets = state.of(task.service).task_sets;
  if (const auto set = sets.find(task.deployment); set != sets.end()) {
    const auto& settings = state.get(set->second).settings;
    if (settings && settings->externalId) all.push_back({"ECS_TASK_SET_EXTERNAL_ID", *settings->externalId});
  }
  all.push_back({"REGION", state.get(cluster.world).region});
  std::erase_if(all, [](const DiscoveryAttribute& one) { return one.value.empty(); });
  return all;
}

bool is_healthy(const DiscoveryService& service, const Task& task) {
  if (!service.definition || !service.definition->HealthCheckCustomConfig || !task.health_checked) return true;
  return task.health == Health::kHealthy;
}

void note_change(Transaction& tx, DiscoveryServiceId service) {
  tx.update(service, [](DiscoveryService& entity) { ++entity.revision; });
}

void remove_instance(Transaction& tx, DiscoveryInstanceId id) {
  const DiscoveryServiceId service = tx.state().get(id).service;
  tx.remove(id);
  note_change(tx, service);
}

void put_instance(Transaction& tx, const Task& task, const Registration& as) {
  const State& state = tx.state();
  const std::string name = to_hex(task.uuid);
  const auto attributes = attributes_of(state, task, as);
  const bool healthy = is_healthy(state.get(as.service), task);
  const auto& instances = state.of(as.service).instances;
  if (const auto known = instances.find(name); known != instances.end()) {
    const DiscoveryInstance& before = state.get(known->second);
    if (before.attributes == attributes && before.healthy == healthy) return;
    tx.update(known->second, [&](DiscoveryInstance& instance) {
      instance.attributes = attributes;
      instance.healthy = healthy;
    });
  } else {
    DiscoveryInstance instance;
    instance.service = as.service;
    instance.name = name;
    instance.attributes = attributes;
    instance.healthy = healthy;
    instance.task = task.id;
    tx.create(std::move(instance));
  }
  note_change(tx, as.service);
}

}  // namespace

void follow_in_discovery(Transaction& tx, TaskId id) {
  const State& state = tx.state();
  const Task& task = state.get(id);
  if (!task.service) return;
  const auto wanted = wanted_of(state, task);
  const std::set<DiscoveryInstanceId> before = state.discovered_as(id);
  for (const DiscoveryInstanceId instance : before) {
    const DiscoveryServiceId service = state.get(instance).service;
    const auto same = [&](const Registration& one) { return one.service == service; };
    if (std::ranges::none_of(wanted, same)) remove_instance(tx, instance);
  }
  for (const Registration& one : wanted) put_instance(tx, task, one);
}

const Namespace* connect_namespace(const State& state, WorldId world, std::string_view reference) {
  if (looks_like_arn(reference)) return state.namespace_with(world, reference.substr(reference.rfind('/') + 1));
  return state.namespace_named(world, reference);
}

std::string discovery_key(Transaction& tx, std::string_view prefix) {
  constexpr std::string_view kAlphabet = "abcdefghijklmnopqrstuvwxyz234567";
  std::string key(prefix);
  for (int i = 0; i < 16; ++i) key += kAlphabet[tx.random().below(kAlphabet.size())];
  return key;
}

std::string discovery_arn(const State& state, WorldId world, std::string_view type, std::string_view key) {
  const World& home = state.get(world);
  std::string arn = "arn:";
  arn.append(partition_of(home.region)).append(":servicediscovery:").append(home.region).append(":");
  arn.append(home.account).append(":").append(type).append("/").append(key);
  return arn;
}

DiscoveryServiceId connect_endpoint(Transaction& tx, NamespaceId room, const std::string& name) {
  const auto& services = tx.state().of(room).services;
  if (const auto known = services.find(name); known != services.end()) return known->second;
  DiscoveryService service;
  service.world = tx.state().get(room).world;
  service.room = room;
  service.key = discovery_key(tx, "srv-");
  service.name = name;
  auto definition = std::make_shared<api::servicediscovery::CreateServiceRequest>();
  definition->Name = name;
  definition->Description = "Managed by Amazon ECS Service Connect";
  definition->Type = "HTTP";
  service.definition = std::move(definition);
  service.of_connect = true;
  service.created_at = tx.now();
  return tx.create(std::move(service));
}

const api::ServiceConnectConfiguration* connect_configuration(const Deployment& deployment) {
  if (!deployment.settings || !deployment.settings->serviceConnectConfiguration) return nullptr;
  const auto& configuration = *deployment.settings->serviceConnectConfiguration;
  return configuration.enabled.value_or(false) ? &configuration : nullptr;
}

std::string connect_namespace_reference(const api::ServiceConnectConfiguration& configuration, const Cluster& cluster) {
  if (configuration.namespace_ && !configuration.namespace_->empty()) return *configuration.namespace_;
  if (!cluster.settings || !cluster.settings->serviceConnectDefaults) return {};
  return cluster.settings->serviceConnectDefaults->namespace_.value_or("");
}

}  // namespace drydock::model
