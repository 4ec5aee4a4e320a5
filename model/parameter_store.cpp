#include "model/parameter_store.hpp"

#include <algorithm>
#include <charconv>

#include "model/arn.hpp"

namespace drydock::model {
namespace {

const ParameterVersion* find_version(const Parameter& parameter, std::string_view selector) {
  if (selector.empty()) return &parameter.newest();
  selector.remove_prefix(1);
  std::int64_t number = 0;
  const auto read = std::from_chars(selector.data(), selector.data() + selector.size(), number);
  const bool by_number = read.ec == std::errc{} && read.ptr == selector.data() + selector.size();
  for (const ParameterVersion& version : parameter.versions) {
    if (by_number && version.number == number) return &version;
    if (!by_number && std::ranges::find(version.labels, selector) != version.labels.end()) return &version;
  }
  return nullptr;
}

}  // namespace

std::string arn_of(const State& state, const Parameter& parameter) {
  const World& world = state.get(parameter.world);
  const char* slash = parameter.name.starts_with('/') ? "" : "/";
  return "arn:" + std::string(partition_of(world.region)) + ":ssm:" + world.region + ":" + world.account +
         ":parameter" + slash + parameter.name;
}

ParameterReference read_parameter_reference(const State& state, WorldId here, std::string_view text) {
  ParameterReference reference;
  reference.world = here;
  const auto arn = looks_like_arn(text) ? parse_arn(text) : std::nullopt;
  if (arn && arn->service == "ssm" && arn->type == "parameter") {
    const World* world = state.world_named(arn->account, arn->region);
    reference.world = world == nullptr ? WorldId{} : world->id;
    text = text.substr(text.find(":parameter/") + std::string_view(":parameter").size());
  }
  const std::size_t colon = text.find(':');
  reference.name = text.substr(0, colon);
  if (colon != std::string_view::npos) reference.selector = text.substr(colon);
  // An ARN does not tell whether a name without a path begins with a slash.
  const bool flat = arn && reference.name.rfind('/') == 0;
  if (flat && state.parameter_named(reference.world, reference.name) == nullptr) reference.name.erase(0, 1);
  return reference;
}

FoundParameter find_parameter(const State& state, const ParameterReference& reference) {
  const Parameter* parameter = state.parameter_named(reference.world, reference.name);
  if (parameter == nullptr) return {};
  return {parameter, find_version(*parameter, reference.selector)};
}

}  // namespace drydock::model
