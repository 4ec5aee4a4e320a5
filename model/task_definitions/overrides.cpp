#include "model/task_definitions/overrides.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include "api-spec/runtime/encode.hpp"
#include "model/task_definitions/members.hpp"
#include "model/task_definitions/sizes.hpp"

namespace drydock::model {
namespace {

using namespace task_definitions;

std::optional<api::ApiError> refuse(std::string message) {
  return api::ApiError::invalid_parameter(std::move(message));
}

/// Characters, not bytes: those that do not continue a UTF-8 sequence.
std::size_t count_characters(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::optional<api::ApiError> check_container_overrides(const api::TaskDefinition& definition,
                                                       const api::TaskOverride& overrides) {
  const auto& containers = items(definition.containerDefinitions);
  for (const auto& change : items(overrides.containerOverrides)) {
    if (!given(change.name)) return refuse("Container override name can not be blank.");
    const bool known = std::any_of(containers.begin(), containers.end(),
                                   [&](const auto& container) { return text(container.name) == *change.name; });
    if (!known) {
      return refuse("Override for container named " + *change.name + " is not a container in the TaskDefinition.");
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<api::ApiError> check_overrides(const api::TaskDefinition& definition,
                                             const api::TaskOverride& overrides) {
  if (count_characters(api::encode(overrides)) > kMaxOverrideCharacters) {
    return refuse("Container Overrides length must be at most 8192");
  }
  if (auto no = check_container_overrides(definition, overrides)) return no;
  if (given(overrides.cpu) && !parse_cpu_units(*overrides.cpu)) {
    return refuse("Invalid 'cpu' setting for task override.");
  }
  if (given(overrides.memory) && !parse_memory_mib(*overrides.memory)) {
    return refuse("Invalid 'memory' setting for task override.");
  }
  if (overrides.ephemeralStorage) {
    if (auto why = check_ephemeral_storage(overrides.ephemeralStorage->sizeInGiB.value_or(0))) {
      return refuse(std::move(*why));
    }
  }
  return std::nullopt;
}

}  // namespace drydock::model
