#include "server/names/name_table.hpp"

#include <algorithm>
#include <charconv>
#include <map>

#include "api-spec/generated/servicediscovery/types.hpp"

namespace drydock::server {
namespace {

constexpr std::size_t kMostRecords = 8;
constexpr std::uint32_t kConnectTtl = 5;

using Instances = std::vector<const model::DiscoveryInstance*>;

std::string lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

std::string attribute(const model::DiscoveryInstance& instance, std::string_view key) {
  const auto it = std::ranges::find(instance.attributes, key, &model::DiscoveryAttribute::key);
  return it == instance.attributes.end() ? std::string() : it->value;
}

/// The healthy ones, or all when none is; from the one whose turn it is.
Instances answering(const model::State& state, model::DiscoveryServiceId service, std::size_t turn) {
  Instances all;
  for (const auto& [name, id] : state.of(service).instances) all.push_back(state.find(id));
  const bool any = std::ranges::any_of(all, &model::DiscoveryInstance::healthy);
  if (any) std::erase_if(all, [](const model::DiscoveryInstance* instance) { return !instance->healthy; });
  if (!all.empty()) std::ranges::rotate(all, all.begin() + static_cast<std::ptrdiff_t>(turn % all.size()));
  if (all.size() > kMostRecords) all.resize(kMostRecords);
  return all;
}

std::uint16_t port_of(const model::DiscoveryInstance& instance) {
  const std::string text = attribute(instance, "AWS_INSTANCE_PORT");
  std::uint16_t port = 0;
  std::from_chars(text.data(), text.data() + text.size(), port);
  return port;
}

/// The name of one instance, for SRV records.
std::string name_of(const model::DiscoveryInstance& instance, const std::string& service, const std::string& room) {
  return lower(instance.name + "." + service + "." + room);
}

bool wants(std::uint16_t asked, RecordType type) {
  return asked == static_cast<std::uint16_t>(type) || asked == static_cast<std::uint16_t>(RecordType::kAny);
}

void add_addresses(const Instances& instances, std::uint16_t type, std::uint32_t ttl, std::vector<Record>& records) {
  for (const model::DiscoveryInstance* instance : instances) {
    const std::string v4 = attribute(*instance, "AWS_INSTANCE_IPV4");
    const std::string v6 = attribute(*instance, "AWS_INSTANCE_IPV6");
    if (wants(type, RecordType::kA) && !v4.empty()) records.push_back({RecordType::kA, ttl, v4, "", 0});
    if (wants(type, RecordType::kAaaa) && !v6.empty()) records.push_back({RecordType::kAaaa, ttl, v6, "", 0});
  }
}

/// By the records that the service is to have.
void add_records(const model::State& state, const model::DiscoveryService& service, const std::string& room,
                 std::uint16_t type, std::size_t turn, std::vector<Record>& records) {
  const Instances instances = answering(state, service.id, turn);
  if (!service.definition->DnsConfig || !service.definition->DnsConfig->DnsRecords) return;
  for (const auto& wanted : *service.definition->DnsConfig->DnsRecords) {
    const auto ttl = static_cast<std::uint32_t>(wanted.TTL.value_or(0));
    constexpr auto kOnlyA = static_cast<std::uint16_t>(RecordType::kA);
    constexpr auto kOnlyAaaa = static_cast<std::uint16_t>(RecordType::kAaaa);
    if (wanted.Type == "A" && wants(type, RecordType::kA)) add_addresses(instances, kOnlyA, ttl, records);
    if (wanted.Type == "AAAA" && wants(type, RecordType::kAaaa)) add_addresses(instances, kOnlyAaaa, ttl, records);
    for (const model::DiscoveryInstance* instance : instances) {
      const std::string cname = attribute(*instance, "AWS_INSTANCE_CNAME");
      const bool alias = wanted.Type == "CNAME" && !cname.empty();
      if (alias && (wants(type, RecordType::kCname) || wants(type, RecordType::kA))) {
        records.push_back({RecordType::kCname, ttl, "", cname, 0});
        break;
      }
      if (wanted.Type != "SRV" || !wants(type, RecordType::kSrv)) continue;
      records.push_back({RecordType::kSrv, ttl, "", name_of(*instance, service.name, room), port_of(*instance)});
    }
  }
}

bool ends_with_label(std::string_view name, std::string_view suffix) {
  return name.size() > suffix.size() + 1 && name.ends_with(suffix) && name[name.size() - suffix.size() - 1] == '.';
}

/// What is left of the name before a service's: an instance of it.
bool resolve_instance(const model::State& state, const model::Namespace& room, std::string_view front,
                      std::uint16_t type, Resolved& out) {
  for (const auto& [name, id] : state.of(room.id).services) {
    const std::string service = lower(name);
    if (!ends_with_label(front, service)) continue;
    const std::string_view instance = front.substr(0, front.size() - service.size() - 1);
    for (const auto& [key, row] : state.of(id).instances) {
      if (lower(key) != instance) continue;
      out.exists = true;
      const auto& records = state.get(id).definition->DnsConfig;
      const std::int64_t ttl = records && records->DnsRecords && !records->DnsRecords->empty()
                                   ? records->DnsRecords->front().TTL.value_or(0)
                                   : 0;
      add_addresses({state.find(row)}, type, static_cast<std::uint32_t>(ttl), out.records);
      return true;
    }
  }
  return false;
}

void resolve_in(const model::State& state, const model::Namespace& room, std::string_view name, std::uint16_t type,
                std::size_t turn, Resolved& out) {
  const std::string zone = lower(room.name);
  if (name != zone && !ends_with_label(name, zone)) return;
  out.ours = true;
  if (name == zone) {
    out.exists = true;
    return;
  }
  const std::string_view front = name.substr(0, name.size() - zone.size() - 1);
  for (const auto& [own, id] : state.of(room.id).services) {
    if (lower(own) != front || !state.get(id).dns) continue;
    out.exists = true;
    return add_records(state, state.get(id), room.name, type, turn, out.records);
  }
  resolve_instance(state, room, front, type, out);
}

/// The address of the name's proxy, or those of the tasks while there is none.
void add_alias(const model::State& state, const ConnectAlias& alias, const ConnectWay& way, std::uint16_t type,
               std::size_t turn, std::vector<Record>& records) {
  if (way.address.empty()) {
    const std::uint32_t ttl = way.pending ? 0 : kConnectTtl;
    return add_addresses(answering(state, alias.endpoint, turn), type, ttl, records);
  }
  if (wants(type, RecordType::kA)) records.push_back({RecordType::kA, kConnectTtl, way.address, "", 0});
}

}  // namespace

Resolved resolve(const model::State& state, std::string_view name, std::uint16_t type, std::size_t turn,
                 const ConnectWays& ways) {
  Resolved out;
  const std::vector<ConnectAlias> aliases = connect_aliases(state);
  const auto alias = std::ranges::find(aliases, name, &ConnectAlias::name);
  if (alias != aliases.end()) {
    out.ours = true;
    out.exists = true;
    add_alias(state, *alias, ways ? ways(name) : ConnectWay{}, type, turn, out.records);
    return out;
  }
  for (const model::WorldId world : state.worlds()) {
    for (const auto& [room_name, id] : state.of(world).namespace_names) {
      const model::Namespace& room = state.get(id);
      if (room.type == model::NamespaceType::kHttp) continue;
      resolve_in(state, room, name, type, turn, out);
      if (out.exists) return out;
    }
  }
  return out;
}

std::vector<KnownName> known_names(const model::State& state) {
  std::vector<KnownName> names;
  const auto add = [&](std::string name, const char* of, int port, model::DiscoveryServiceId service) {
    KnownName& one = names.emplace_back(KnownName{std::move(name), of, port, {}});
    for (const model::DiscoveryInstance* instance : answering(state, service, 0)) {
      std::string address = attribute(*instance, "AWS_INSTANCE_IPV4");
      if (const std::uint16_t own = port_of(*instance); own != 0) address += ":" + std::to_string(own);
      one.addresses.push_back(std::move(address));
    }
  };
  for (const model::WorldId world : state.worlds()) {
    for (const auto& [room_name, id] : state.of(world).namespace_names) {
      for (const auto& [service, row] : state.of(id).services) {
        if (state.get(row).dns) add(lower(service + "." + room_name), "Cloud Map", 0, row);
      }
    }
  }
  for (const ConnectAlias& alias : connect_aliases(state)) {
    add(alias.name, kServiceConnect, alias.port, alias.endpoint);
  }
  return names;
}

}  // namespace drydock::server
