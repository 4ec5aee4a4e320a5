#pragma once
// Reading optional members without a branch at every use. Internal to model/task_definitions/.

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api-spec/generated/types.hpp"

namespace drydock::model::task_definitions {

/// The items of a list member; none when it is absent.
template <class T>
const std::vector<T>& items(const std::optional<std::vector<T>>& list) {
  static const std::vector<T> kNone;
  return list ? *list : kNone;
}

/// The text of a member; empty when it is absent.
inline std::string_view text(const std::optional<std::string>& member) {
  return member ? std::string_view(*member) : std::string_view();
}

/// Whether a text member says something. Generated request skeletons send "" for what the user left alone.
inline bool given(const std::optional<std::string>& member) { return member && !member->empty(); }

/// The network mode in force: ECS implies bridge and does not write it.
template <class Definition>
std::string_view network_mode(const Definition& definition) {
  return given(definition.networkMode) ? std::string_view(*definition.networkMode) : std::string_view("bridge");
}

/// Containers of these modes share one network namespace with fixed ports.
inline bool shares_host_ports(std::string_view mode) { return mode == "awsvpc" || mode == "host"; }

inline bool contains(const std::optional<std::vector<std::string>>& list, std::string_view value) {
  return std::any_of(items(list).begin(), items(list).end(), [&](const auto& item) { return item == value; });
}

/// The value of a map member; empty when there is none.
using StringMap = std::vector<std::pair<std::string, std::string>>;
inline std::string_view lookup(const std::optional<StringMap>& map, std::string_view key) {
  for (const auto& [name, value] : items(map)) {
    if (name == key) return value;
  }
  return {};
}

inline std::string_view operating_system_family(const std::optional<api::RuntimePlatform>& platform) {
  return platform ? text(platform->operatingSystemFamily) : std::string_view();
}

template <class Definition>
bool is_windows(const Definition& definition) {
  return operating_system_family(definition.runtimePlatform).starts_with("WINDOWS");
}

inline bool is_essential(const api::ContainerDefinition& container) { return container.essential.value_or(true); }

/// A number written in decimal digits alone; nothing when it is anything else or does not fit.
std::optional<int> whole_number(std::string_view digits);

/// A private Amazon ECR image: `<account>.dkr.ecr.<region>.amazonaws.com/…` (or `.dkr-ecr.<region>.on.aws/…`).
bool is_private_ecr_image(std::string_view image);

}  // namespace drydock::model::task_definitions
