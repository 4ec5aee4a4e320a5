#pragma once
// The cluster query language as a tree (spec/placement.md section 6). Source of the grammar and of the operators that
// each subject has: the cluster query language page of the ECS developer guide.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "scheduler/query/pattern.hpp"

namespace drydock::scheduler::query {

enum class Operator : std::uint8_t {
  kEqual,
  kNotEqual,
  kGreater,
  kGreaterEqual,
  kLess,
  kLessEqual,
  kMatches,
  kNotMatches,
  kIn,
  kNotIn,
  kExists,
  kNotExists,
};

enum class Subject : std::uint8_t {
  kAgentConnected,
  kAgentVersion,
  kInstanceId,
  kRegisteredAt,
  kRunningTasksCount,
  kTaskGroup,
  kAttribute,
};

/// One test of a container instance.
struct Predicate {
  Subject subject = Subject::kAttribute;
  std::string attribute;  // the name, when that is the subject
  Operator op = Operator::kExists;
  std::vector<std::string> values;  // as written, without quotes: none, one, or a list

  /// What the values mean, where a subject compares by more than text: parts of a version, a count, or milliseconds
  /// since the epoch and 1 if a fraction was written. Follows from `values`.
  std::vector<std::int64_t> numbers;
  /// The value of =~ and !~, read. Follows from `values`.
  std::shared_ptr<const Pattern> pattern;

  friend bool operator==(const Predicate& a, const Predicate& b) {
    return a.subject == b.subject && a.attribute == b.attribute && a.op == b.op && a.values == b.values;
  }
};

/// A predicate, or a combination of nodes: `not` has one child, `and` and `or` two or more.
struct Node {
  enum class Kind : std::uint8_t { kPredicate, kNot, kAnd, kOr };
  Kind kind = Kind::kPredicate;
  Predicate predicate;
  std::vector<Node> children;
  friend bool operator==(const Node& a, const Node& b) = default;
};

/// How they are written; operators in their symbolic form.
std::string_view to_text(Operator op);
std::string_view to_text(Subject subject);

/// Whether the language has this operator for the subject.
bool has_operator(Subject subject, Operator op);

/// The truth of the expression for an instance depends on which tasks it runs.
bool depends_on_tasks(const Node& node);

/// Instances with the same attributes are the same to the expression.
bool depends_on_attributes_only(const Node& node);

/// The expression names this attribute.
bool names_attribute(const Node& node, std::string_view name);

}  // namespace drydock::scheduler::query
