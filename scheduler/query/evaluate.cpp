#include "scheduler/query/evaluate.hpp"

#include <algorithm>
#include <compare>

#include "scheduler/query/values.hpp"

namespace drydock::scheduler::query {
namespace {

bool ordered(Operator op, std::strong_ordering order) {
  switch (op) {
    case Operator::kEqual: return order == 0;
    case Operator::kNotEqual: return order != 0;
    case Operator::kGreater: return order > 0;
    case Operator::kGreaterEqual: return order >= 0;
    case Operator::kLess: return order < 0;
    case Operator::kLessEqual: return order <= 0;
    default: return false;
  }
}

bool negates(Operator op) { return op == Operator::kNotEqual || op == Operator::kNotIn || op == Operator::kNotMatches; }

/// Equality, lists and patterns without their negation.
bool selects(const Predicate& predicate, std::string_view text) {
  if (predicate.pattern) return predicate.pattern->matches(text);
  return std::ranges::find(predicate.values, text) != predicate.values.end();
}

bool text_holds(const Predicate& predicate, std::string_view text) {
  return selects(predicate, text) != negates(predicate.op);
}

bool attribute_holds(const Predicate& predicate, const InstanceFacts& facts) {
  const api::Attribute* attribute = attribute_named(facts.attributes, predicate.attribute);
  if (predicate.op == Operator::kExists) return attribute != nullptr;
  if (predicate.op == Operator::kNotExists) return attribute == nullptr;
  if (attribute == nullptr) return false;
  // One without a value equals nothing and is in no order.
  if (!attribute->value) return negates(predicate.op);
  const std::string& own = *attribute->value;
  switch (predicate.op) {
    case Operator::kGreater:
    case Operator::kGreaterEqual:
    case Operator::kLess:
    case Operator::kLessEqual: break;
    default: return text_holds(predicate, own);
  }
  const std::string& wanted = predicate.values.front();
  const auto left = read_number(own);
  const auto right = read_number(wanted);
  if (!left || !right) return ordered(predicate.op, own.compare(wanted) <=> 0);
  const auto order = *left < *right   ? std::strong_ordering::less
                     : *left > *right ? std::strong_ordering::greater
                                      : std::strong_ordering::equal;
  return ordered(predicate.op, order);
}

bool version_holds(const Predicate& predicate, std::string_view own) {
  // "1.2.3-dev" is 1.2.3.
  const std::size_t end = own.find_first_not_of("0123456789.");
  auto parts = read_version(own.substr(0, end));
  if (!parts) return false;
  std::vector<std::int64_t> wanted = predicate.numbers;
  // 1.14 is 1.14.0.
  const std::size_t length = std::max(parts->size(), wanted.size());
  parts->resize(length);
  wanted.resize(length);
  return ordered(predicate.op, *parts <=> wanted);
}

bool instant_holds(const Predicate& predicate, model::Instant own) {
  const bool fraction = predicate.numbers[1] != 0;
  std::int64_t milliseconds = own.time_since_epoch().count();
  if (!fraction) milliseconds -= milliseconds % 1000;
  return ordered(predicate.op, milliseconds <=> predicate.numbers[0]);
}

bool predicate_holds(const Predicate& predicate, const InstanceFacts& facts) {
  switch (predicate.subject) {
    case Subject::kAgentConnected: return text_holds(predicate, facts.agent_connected ? "true" : "false");
    case Subject::kAgentVersion: return version_holds(predicate, facts.agent_version);
    case Subject::kInstanceId: return text_holds(predicate, facts.instance_id);
    case Subject::kRegisteredAt: return instant_holds(predicate, facts.registered_at);
    case Subject::kRunningTasksCount: return ordered(predicate.op, facts.running_tasks <=> predicate.numbers[0]);
    case Subject::kTaskGroup: {
      const auto one = [&](const std::string& group) { return selects(predicate, group); };
      return std::ranges::any_of(facts.groups, one) != negates(predicate.op);
    }
    case Subject::kAttribute: return attribute_holds(predicate, facts);
  }
  return false;
}

std::string described(const Predicate& predicate, const InstanceFacts& facts) {
  std::string what(to_text(predicate.subject));
  what += predicate.attribute;
  switch (predicate.subject) {
    case Subject::kAgentConnected: return what + " is " + (facts.agent_connected ? "true" : "false");
    case Subject::kAgentVersion: return what + " is '" + std::string(facts.agent_version) + "'";
    case Subject::kInstanceId: return what + " is '" + std::string(facts.instance_id) + "'";
    case Subject::kRegisteredAt: {
      const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(facts.registered_at.time_since_epoch());
      return what + " is " + std::to_string(seconds.count()) + " seconds since 1970";
    }
    case Subject::kRunningTasksCount: return what + " is " + std::to_string(facts.running_tasks);
    case Subject::kTaskGroup: {
      if (facts.groups.empty()) return "the instance has no tasks";
      what += " is one of";
      for (const std::string& group : facts.groups) what += " '" + group + "'";
      return what;
    }
    case Subject::kAttribute: {
      const api::Attribute* attribute = attribute_named(facts.attributes, predicate.attribute);
      if (attribute == nullptr) return what + " is missing";
      return attribute->value ? what + " is '" + *attribute->value + "'" : what + " has no value";
    }
  }
  return what;
}

void describe_all(const Node& node, const InstanceFacts& facts, std::vector<std::string>& out) {
  if (node.kind != Node::Kind::kPredicate) {
    for (const Node& child : node.children) describe_all(child, facts, out);
    return;
  }
  std::string one = described(node.predicate, facts);
  if (std::ranges::find(out, one) == out.end()) out.push_back(std::move(one));
}

}  // namespace

const api::Attribute* attribute_named(const std::vector<api::Attribute>* attributes, std::string_view name) {
  if (attributes == nullptr) return nullptr;
  const auto before = [](const api::Attribute& attribute, std::string_view wanted) { return *attribute.name < wanted; };
  const auto it = std::lower_bound(attributes->begin(), attributes->end(), name, before);
  return it != attributes->end() && it->name == name ? &*it : nullptr;
}

bool holds(const Node& node, const InstanceFacts& facts) {
  const auto one = [&](const Node& child) { return holds(child, facts); };
  switch (node.kind) {
    case Node::Kind::kPredicate: return predicate_holds(node.predicate, facts);
    case Node::Kind::kNot: return !one(node.children.front());
    case Node::Kind::kAnd: return std::ranges::all_of(node.children, one);
    case Node::Kind::kOr: return std::ranges::any_of(node.children, one);
  }
  return false;
}

std::string describe(const Node& node, const InstanceFacts& facts) {
  std::vector<std::string> all;
  describe_all(node, facts, all);
  std::string out;
  for (const std::string& one : all) out += (out.empty() ? "" : ", ") + one;
  return out;
}

}  // namespace drydock::scheduler::query
