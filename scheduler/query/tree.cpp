#include "scheduler/query/tree.hpp"

#include <algorithm>

namespace drydock::scheduler::query {

std::string_view to_text(Operator op) {
  switch (op) {
    case Operator::kEqual: return "==";
    case Operator::kNotEqual: return "!=";
    case Operator::kGreater: return ">";
    case Operator::kGreaterEqual: return ">=";
    case Operator::kLess: return "<";
    case Operator::kLessEqual: return "<=";
    case Operator::kMatches: return "=~";
    case Operator::kNotMatches: return "!~";
    case Operator::kIn: return "in";
    case Operator::kNotIn: return "!in";
    case Operator::kExists: return "exists";
    case Operator::kNotExists: return "!exists";
  }
  return "";
}

std::string_view to_text(Subject subject) {
  switch (subject) {
    case Subject::kAgentConnected: return "agentConnected";
    case Subject::kAgentVersion: return "agentVersion";
    case Subject::kInstanceId: return "ec2InstanceId";
    case Subject::kRegisteredAt: return "registeredAt";
    case Subject::kRunningTasksCount: return "runningTasksCount";
    case Subject::kTaskGroup: return "task:group";
    case Subject::kAttribute: return "attribute:";
  }
  return "";
}

bool has_operator(Subject subject, Operator op) {
  const bool equality = op == Operator::kEqual || op == Operator::kNotEqual;
  const bool exists = op == Operator::kExists || op == Operator::kNotExists;
  const bool list = op == Operator::kIn || op == Operator::kNotIn;
  const bool match = op == Operator::kMatches || op == Operator::kNotMatches;
  switch (subject) {
    case Subject::kAttribute: return true;
    case Subject::kAgentConnected:
    case Subject::kInstanceId:
    case Subject::kTaskGroup: return equality || list || match;
    case Subject::kAgentVersion:
    case Subject::kRegisteredAt:
    case Subject::kRunningTasksCount: return !exists && !list && !match;
  }
  return false;
}

bool depends_on_tasks(const Node& node) {
  if (node.kind != Node::Kind::kPredicate) return std::ranges::any_of(node.children, depends_on_tasks);
  return node.predicate.subject == Subject::kTaskGroup || node.predicate.subject == Subject::kRunningTasksCount;
}

bool depends_on_attributes_only(const Node& node) {
  if (node.kind != Node::Kind::kPredicate) return std::ranges::all_of(node.children, depends_on_attributes_only);
  return node.predicate.subject == Subject::kAttribute;
}

bool names_attribute(const Node& node, std::string_view name) {
  if (node.kind == Node::Kind::kPredicate) {
    return node.predicate.subject == Subject::kAttribute && node.predicate.attribute == name;
  }
  return std::ranges::any_of(node.children, [name](const Node& child) { return names_attribute(child, name); });
}

}  // namespace drydock::scheduler::query
