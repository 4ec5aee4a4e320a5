#include "instances/docker/metadata/ids.hpp"

#include <cstdint>

#include "model/ids.hpp"
#include "model/random.hpp"

namespace drydock::instances::docker {

namespace {

std::string uuid_of(std::string_view purpose, std::string_view drydock_id, std::string_view arn) {
  std::uint64_t hash = 14695981039346656037ULL;  // FNV-1a
  for (const std::string_view part : {purpose, drydock_id, arn}) {
    for (const char c : part) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    hash = (hash ^ 0xFFU) * 1099511628211ULL;
  }
  return model::to_dashed(model::Random(hash).uuid());
}

}  // namespace

std::string endpoint_id(std::string_view drydock_id, std::string_view container_arn) {
  return uuid_of("container", drydock_id, container_arn);
}

std::string credentials_id(std::string_view drydock_id, std::string_view task_arn) {
  return uuid_of("task role", drydock_id, task_arn);
}

}  // namespace drydock::instances::docker
