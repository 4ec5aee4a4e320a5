#include "instances/docker/own_subnets.hpp"

#include <cstdint>
#include <cstdio>

#include "instances/docker/container_names.hpp"

namespace drydock::instances::docker {
namespace {

std::uint32_t hash_of(std::string_view text) {
  std::uint32_t hash = 2166136261U;  // FNV-1a
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return hash;
}

/// What the engine takes in a network's name. Names that come out the same get different ends.
std::string engine_name(const std::string& name) {
  std::string out;
  for (const char c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
    out += plain ? c : '-';
  }
  if (out == name) return out;
  char end[16];
  std::snprintf(end, sizeof end, "-%08x", hash_of(name));
  return out + end;
}

}  // namespace

OwnSubnet own_subnet(int number) {
  constexpr int kFirstBlock = 176;
  constexpr int kInBlock = 64;
  const std::string block = "169.254." + std::to_string(kFirstBlock + number / kInBlock) + ".";
  const int base = number % kInBlock * 4;
  return {block + std::to_string(base) + "/30", block + std::to_string(base + 1)};
}

int first_subnet(std::string_view drydock_id, std::string_view name) {
  std::string both(drydock_id);
  both.append(" ").append(name);
  return static_cast<int>(hash_of(both) % kOwnSubnets);
}

EngineNetwork own_network(const std::string& drydock_id, const std::string& name, const OwnSubnet& subnet) {
  return {"drydock-" + drydock_id + "-" + engine_name(name),
          subnet.subnet,
          subnet.gateway,
          {{kLabelDrydock, drydock_id}, {kLabelOwnAddress, name}}};
}

}  // namespace drydock::instances::docker
