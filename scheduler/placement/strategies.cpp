#include "scheduler/placement/strategies.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>

#include "scheduler/query/evaluate.hpp"

namespace drydock::scheduler {
namespace {

constexpr std::string_view kAttributePrefix = "attribute:";

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

Rule rule_of(const api::PlacementStrategy& strategy) {
  const std::string field = strategy.field.value_or("");
  if (strategy.type == "random") return {Rule::Kind::kRandom, {}};
  if (strategy.type == "binpack") {
    return {lower(field) == "cpu" ? Rule::Kind::kBinpackCpu : Rule::Kind::kBinpackMemory, {}};
  }
  if (!field.starts_with(kAttributePrefix)) return {Rule::Kind::kSpreadInstances, {}};
  return {Rule::Kind::kSpreadAttribute, field.substr(kAttributePrefix.size())};
}

}  // namespace

const std::vector<Rule>& default_rules() {
  static const std::vector<Rule> kRules = {{Rule::Kind::kSpreadAttribute, kZoneAttribute},
                                           {Rule::Kind::kSpreadInstances, {}}};
  return kRules;
}

std::vector<Rule> rules_of(const std::optional<std::vector<api::PlacementStrategy>>& strategies) {
  if (!strategies || strategies->empty()) return default_rules();
  std::vector<Rule> rules;
  for (const api::PlacementStrategy& strategy : *strategies) {
    rules.push_back(rule_of(strategy));
    if (rules.back().kind == Rule::Kind::kRandom) break;
  }
  return rules;
}

bool has_random(const std::vector<Rule>& rules) {
  return std::ranges::any_of(rules, [](const Rule& rule) { return rule.kind == Rule::Kind::kRandom; });
}

std::string bucket_of(const std::vector<api::Attribute>* attributes, const std::string& zone, const Rule& rule) {
  if (rule.attribute == kZoneAttribute) return "=" + zone;
  const api::Attribute* attribute = query::attribute_named(attributes, rule.attribute);
  return attribute == nullptr ? "" : "=" + attribute->value.value_or("");
}

}  // namespace drydock::scheduler
