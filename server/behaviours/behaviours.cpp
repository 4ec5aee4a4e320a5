#include "server/behaviours/behaviours.hpp"

#include <algorithm>

#include <spdlog/spdlog.h>

#include "server/core/simulation_settings.hpp"

namespace drydock::server {
namespace {

using instances::simulated::Behaviour;
using instances::simulated::BehaviourRule;

/// The text form that labels have.
std::expected<std::string, std::string> text_of(const std::string& name, const nlohmann::json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number() || value.is_boolean()) return value.dump();
  const bool list = value.is_array() && std::ranges::all_of(value, [](const auto& one) { return one.is_string(); });
  if (!list) return std::unexpected(name + " should be a text, a number, true, false, or a list of texts.");
  std::string text;
  for (const auto& one : value) {
    if (!text.empty()) text += name == "logs" ? '\n' : ',';
    text += one.template get<std::string>();
  }
  return text;
}

}  // namespace

std::expected<BehaviourRule, std::string> parse_rule(const nlohmann::json& body) {
  if (!body.is_object()) return std::unexpected("A behaviour is a JSON object.");
  BehaviourRule rule;
  Behaviour trial;
  for (const auto& [name, value] : body.items()) {
    if (name == "name") continue;
    if (name == "image" || name == "container") {
      if (!value.is_string() || value.get<std::string>().empty()) {
        return std::unexpected(name + " should be a text.");
      }
      (name == "image" ? rule.image : rule.container) = value.get<std::string>();
      continue;
    }
    auto text = text_of(name, value);
    if (!text) return std::unexpected(text.error());
    if (const auto fits = instances::simulated::set(trial, name, *text); !fits) return std::unexpected(fits.error());
    rule.settings[name] = std::move(*text);
  }
  if (rule.image.empty()) return std::unexpected("image is missing: a pattern such as \"nginx:*\", or \"*\" for all.");
  if (rule.settings.empty()) {
    std::string known;
    for (const std::string_view name : instances::simulated::behaviour_settings()) {
      known += (known.empty() ? "" : ", ") + std::string(name);
    }
    return std::unexpected("The behaviour says nothing; it may have " + known + ".");
  }
  return rule;
}

nlohmann::ordered_json show(const std::string& name, const BehaviourRule& rule) {
  nlohmann::ordered_json body;
  body["name"] = name;
  body["image"] = rule.image;
  if (!rule.container.empty()) body["container"] = rule.container;
  for (const auto& [setting, value] : rule.settings) body[setting] = value;
  return body;
}

void Behaviours::restore() {
  for (const auto& [name, text] : simulation_settings(core_.state(), SimulationTopic::kBehaviour)) {
    auto rule = parse_rule(nlohmann::json::parse(text, nullptr, false));
    if (rule) {
      rules_[name] = std::move(*rule);
    } else {
      spdlog::warn("behaviour {} cannot be read: {}", name, rule.error());
    }
  }
}

void Behaviours::reload() {
  rules_.clear();
  restore();
}

bool Behaviours::put(const std::string& name, BehaviourRule rule) {
  const std::string text = show(name, rule).dump();
  const bool stored = core_.change(
      [&](model::Transaction& tx) { set_simulation_setting(tx, SimulationTopic::kBehaviour, name, text); });
  if (stored) rules_[name] = std::move(rule);
  return stored;
}

bool Behaviours::remove(const std::string& name) {
  if (!rules_.contains(name)) return false;
  const bool stored = core_.change(
      [&](model::Transaction& tx) { set_simulation_setting(tx, SimulationTopic::kBehaviour, name, std::nullopt); });
  if (stored) rules_.erase(name);
  return stored;
}

void Behaviours::clear() {
  const auto rules = rules_;
  for (const auto& [name, rule] : rules) remove(name);
  logs.clear();
}

}  // namespace drydock::server
