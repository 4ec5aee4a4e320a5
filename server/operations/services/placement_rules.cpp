#include "server/operations/services/placement_rules.hpp"

#include <algorithm>
#include <cctype>

#include "model/quotas.hpp"
#include "scheduler/query/parser.hpp"

namespace drydock::operations {
namespace {

constexpr std::size_t kMaxConstraints = model::default_of(model::Quota::kPlacementConstraints);
constexpr std::size_t kMaxStrategies = model::default_of(model::Quota::kPlacementStrategies);

std::optional<api::ApiError> refuse(std::string message) {
  return api::ApiError::invalid_parameter(std::move(message));
}

std::optional<api::ApiError> check_constraint(const api::PlacementConstraint& constraint) {
  const std::string type = constraint.type.value_or("");
  if (type == "distinctInstance") {
    if (constraint.expression) return refuse("distinctInstance expression should not be specified.");
    return std::nullopt;
  }
  if (type != "memberOf") return refuse("constraint.type '" + type + "' is not supported.");
  if (!constraint.expression || constraint.expression->empty()) return refuse("memberOf expression can not be blank.");
  const auto tree = scheduler::query::parse(*constraint.expression);
  if (!tree) return refuse("Invalid expression: " + tree.error().text());
  return std::nullopt;
}

std::optional<api::ApiError> check_strategy(const api::PlacementStrategy& strategy) {
  const std::string type = strategy.type.value_or("");
  const std::string field = strategy.field.value_or("");
  if (type == "random") return std::nullopt;
  if (type == "spread") {
    if (field.empty()) return refuse("spread field can not be blank.");
    const bool attribute = field.starts_with("attribute:") && field.size() > std::string_view("attribute:").size();
    if (field == "instanceId" || field == "host" || attribute) return std::nullopt;
    return refuse("spread field '" + field + "' is invalid");
  }
  if (type == "binpack") {
    std::string lower = field;
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (lower == "cpu" || lower == "memory") return std::nullopt;
    return refuse("binpack field '" + field + "' is invalid");
  }
  return refuse("strategy.type '" + type + "' is not supported.");
}

}  // namespace

std::optional<api::ApiError> check_placement(const std::optional<std::vector<api::PlacementConstraint>>& constraints,
                                             const std::optional<std::vector<api::PlacementStrategy>>& strategies,
                                             const api::TaskDefinition* definition, model::LaunchType launch_type) {
  const bool constrained = constraints && !constraints->empty();
  const bool strategic = strategies && !strategies->empty();
  if (launch_type == model::LaunchType::kFargate) {
    if (strategic) return refuse("Placement strategies are not supported with FARGATE launch type.");
    if (constrained) return refuse("Placement constraints are not supported with FARGATE launch type.");
  }
  if (strategic) {
    if (strategies->size() > kMaxStrategies) return refuse("Maximum number of strategies is 5");
    for (const auto& strategy : *strategies) {
      if (auto no = check_strategy(strategy)) return no;
    }
  }
  if (!constrained) return std::nullopt;
  for (const auto& constraint : *constraints) {
    if (auto no = check_constraint(constraint)) return no;
  }
  std::size_t count = constraints->size();
  if (definition != nullptr && definition->placementConstraints) count += definition->placementConstraints->size();
  if (count > kMaxConstraints) return refuse("placement constraints can have at most 10 items");
  return std::nullopt;
}

}  // namespace drydock::operations
