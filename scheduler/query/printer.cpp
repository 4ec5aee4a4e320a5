#include "scheduler/query/printer.hpp"

#include <algorithm>

namespace drydock::scheduler::query {
namespace {

bool plain(char c) {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return letter || std::string_view("_.:/@-+").find(c) != std::string_view::npos;
}

std::string print_value(const std::string& value) {
  if (!value.empty() && std::ranges::all_of(value, plain)) return value;
  // A parsed value never has both kinds of quotes.
  const char quote = value.find('\'') == std::string::npos ? '\'' : '"';
  return quote + value + quote;
}

std::string print_predicate(const Predicate& predicate) {
  std::string out(to_text(predicate.subject));
  out += predicate.attribute;
  out += ' ';
  out += to_text(predicate.op);
  const bool list = predicate.op == Operator::kIn || predicate.op == Operator::kNotIn;
  if (list) out += " [";
  for (std::size_t i = 0; i < predicate.values.size(); ++i) {
    if (list && i > 0) out += ',';
    if (!list || i > 0) out += ' ';
    out += print_value(predicate.values[i]);
  }
  if (list) out += ']';
  return out;
}

bool needs_parentheses(const Node& child, Node::Kind parent) {
  if (child.kind == Node::Kind::kOr) return true;
  // A chain inside a chain of its kind is another tree than one long chain.
  return child.kind == Node::Kind::kAnd && parent != Node::Kind::kOr;
}

}  // namespace

std::string print(const Node& node) {
  if (node.kind == Node::Kind::kPredicate) return print_predicate(node.predicate);
  if (node.kind == Node::Kind::kNot) return "not (" + print(node.children.front()) + ")";
  std::string out;
  for (const Node& child : node.children) {
    if (!out.empty()) out += node.kind == Node::Kind::kAnd ? " and " : " or ";
    out += needs_parentheses(child, node.kind) ? "(" + print(child) + ")" : print(child);
  }
  return out;
}

}  // namespace drydock::scheduler::query
