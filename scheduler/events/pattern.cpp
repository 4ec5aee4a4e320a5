#include "scheduler/events/pattern.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include <nlohmann/json.hpp>

#include "scheduler/events/filter.hpp"

namespace drydock::scheduler {

/// An object of the pattern.
struct PatternNode {
  std::map<std::string, std::vector<Filter>> leaves;
  std::map<std::string, PatternNode> objects;
  std::vector<PatternNode> alternatives;  // of $or; none: there is no $or
};

namespace {

using nlohmann::json;
using Parsed = std::expected<PatternNode, std::string>;

Parsed parse_object(const json& object);

/// "$or" with two or more objects is an operator; anything else of that name is a field.
bool is_or(const std::string& name, const json& value) {
  return name == "$or" && value.is_array() && value.size() > 1 &&
         std::ranges::all_of(value, [](const json& one) { return one.is_object(); });
}

std::expected<std::vector<Filter>, std::string> parse_leaf(const json& array) {
  if (array.empty()) return std::unexpected("Empty arrays are not allowed");
  std::vector<Filter> filters;
  for (const json& element : array) {
    auto filter = parse_filter(element);
    if (!filter) return std::unexpected(std::move(filter.error()));
    filters.push_back(std::move(*filter));
  }
  return filters;
}

Parsed parse_object(const json& object) {
  if (object.empty()) return std::unexpected("Empty objects are not allowed");
  PatternNode node;
  for (const auto& [name, value] : object.items()) {
    if (is_or(name, value)) {
      for (const json& one : value) {
        auto alternative = parse_object(one);
        if (!alternative) return alternative;
        node.alternatives.push_back(std::move(*alternative));
      }
    } else if (value.is_array()) {
      auto filters = parse_leaf(value);
      if (!filters) return std::unexpected(std::move(filters.error()));
      node.leaves[name] = std::move(*filters);
    } else if (value.is_object()) {
      auto inner = parse_object(value);
      if (!inner) return inner;
      node.objects.emplace(name, std::move(*inner));
    } else {
      return std::unexpected("\"" + name + "\" must be an object or an array");
    }
  }
  return node;
}

/// A leaf of the event, or the leaves of a list in it, one of which is enough.
bool leaf_matches(const std::vector<Filter>& filters, const json* value) {
  const bool absent = value == nullptr || value->is_object() || (value->is_array() && value->empty());
  if (absent) {
    return std::ranges::any_of(
        filters, [](const Filter& filter) { return filter.kind == Filter::Kind::kExists && !filter.exists; });
  }
  if (value->is_array()) {
    return std::ranges::any_of(*value, [&](const json& one) { return leaf_matches(filters, &one); });
  }
  return std::ranges::any_of(filters, [&](const Filter& filter) { return holds(filter, *value); });
}

bool node_matches(const PatternNode& node, const json& event) {
  if (event.is_array()) {
    return std::ranges::any_of(event, [&](const json& one) { return node_matches(node, one); });
  }
  static const json kNothing = json::object();
  const json& object = event.is_object() ? event : kNothing;
  const auto member = [&](const std::string& name) {
    const auto it = object.find(name);
    return it == object.end() ? nullptr : &*it;
  };
  for (const auto& [name, filters] : node.leaves) {
    if (!leaf_matches(filters, member(name))) return false;
  }
  for (const auto& [name, inner] : node.objects) {
    const json* value = member(name);
    if (!node_matches(inner, value == nullptr ? kNothing : *value)) return false;
  }
  return node.alternatives.empty() ||
         std::ranges::any_of(node.alternatives, [&](const PatternNode& one) { return node_matches(one, object); });
}

}  // namespace

std::expected<EventPattern, std::string> EventPattern::parse(std::string_view text) {
  const json document = json::parse(text, nullptr, false);
  if (document.is_discarded()) return std::unexpected("Invalid JSON");
  if (!document.is_object()) return std::unexpected("Filter is not an object");
  auto root = parse_object(document);
  if (!root) return std::unexpected(std::move(root.error()));
  return EventPattern(std::make_shared<const PatternNode>(std::move(*root)));
}

bool EventPattern::matches(const json& event) const { return node_matches(*root_, event); }

}  // namespace drydock::scheduler
