#include "instances/simulated/behaviour.hpp"

#include <charconv>

namespace drydock::instances::simulated {
namespace {

std::optional<model::Duration> seconds(const std::string& text) {
  double value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size() || !(value >= 0) || value > 1e9) {
    return std::nullopt;
  }
  return model::Duration{static_cast<std::int64_t>(value * 1000)};
}

std::optional<double> amount(const std::string& text) {
  double value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool number = parsed.ec == std::errc{} && parsed.ptr == text.data() + text.size();
  return number && value >= 0 && value <= 1e9 ? std::optional(value) : std::nullopt;
}

}  // namespace

Behaviour behaviour_of(const api::ContainerDefinition& container) {
  Behaviour behaviour;
  if (!container.dockerLabels) return behaviour;
  constexpr std::string_view kPrefix = "drydock.simulated.";
  for (const auto& [label, value] : *container.dockerLabels) {
    if (!label.starts_with(kPrefix)) continue;
    const std::string_view name = std::string_view(label).substr(kPrefix.size());
    if (name == "pull-for") behaviour.pull_for = seconds(value).value_or(behaviour.pull_for);
    if (name == "start-for") behaviour.start_for = seconds(value).value_or(behaviour.start_for);
    if (name == "stop-for") behaviour.stop_for = seconds(value).value_or(behaviour.stop_for);
    if (name == "run-for") behaviour.run_for = seconds(value);
    if (name == "pull-error") behaviour.pull_error = value;
    if (name == "start-error") behaviour.start_error = value;
    if (name == "cpu") behaviour.cpu_units = amount(value);
    if (name == "memory") behaviour.memory_mib = amount(value);
    if (name == "ignore-stop") behaviour.ignore_stop = value == "true";
    if (name == "health" && (value == "HEALTHY" || value == "UNHEALTHY")) behaviour.health = value;
    if (name == "exit-code") std::from_chars(value.data(), value.data() + value.size(), behaviour.exit_code);
  }
  return behaviour;
}

}  // namespace drydock::instances::simulated
