// spec/placement.md section 6: the grammar, its examples, and what must fail.
#include "scheduler/query/parser.hpp"

#include "scheduler/query/printer.hpp"
#include "tests/support/catch.hpp"

namespace drydock::scheduler::query {
namespace {

/// The shape of the tree: eq, and(eq,ne), ...
std::string shape(const Node& node) {
  if (node.kind == Node::Kind::kPredicate) {
    switch (node.predicate.op) {
      case Operator::kEqual: return "eq";
      case Operator::kNotEqual: return "ne";
      case Operator::kGreater: return "gt";
      case Operator::kGreaterEqual: return "ge";
      case Operator::kLess: return "lt";
      case Operator::kLessEqual: return "le";
      case Operator::kMatches: return "match";
      case Operator::kNotMatches: return "not-match";
      case Operator::kIn: return "in";
      case Operator::kNotIn: return "not-in";
      case Operator::kExists: return "exists";
      case Operator::kNotExists: return "not-exists";
    }
  }
  std::string out = node.kind == Node::Kind::kNot ? "not(" : node.kind == Node::Kind::kAnd ? "and(" : "or(";
  for (const Node& child : node.children) out += (&child == &node.children.front() ? "" : ",") + shape(child);
  return out + ")";
}

std::string tree(const std::string& text) {
  const auto node = parse(text);
  return node ? shape(*node) : "error: " + node.error().text();
}

std::string values(const std::string& text) {
  const auto node = parse(text);
  if (!node || node->kind != Node::Kind::kPredicate)
    return "error: " + (node ? "not a predicate" : node.error().text());
  std::string out;
  for (const std::string& value : node->predicate.values) out += (out.empty() ? "" : "|") + value;
  return out;
}

TEST_CASE("the documented examples parse to their trees and back", "[scheduler][query]") {
  struct Row {
    const char* text;
    const char* tree;
  };
  const Row rows[] = {
      {"attribute:ecs.instance-type == t2.small", "eq"},
      {"attribute:ecs.availability-zone in [us-east-1a, us-east-1b]", "in"},
      {"attribute:ecs.instance-type =~ g2.* and attribute:ecs.availability-zone != us-east-1d", "and(match,ne)"},
      {"task:group == service:production", "eq"},
      {"not(task:group == database)", "not(eq)"},
      {"runningTasksCount==1", "eq"},
      {"agentVersion < 1.14.5", "lt"},
      {"registeredAt >= 2018-06-18T22:28:28+00:00", "ge"},
      {"ec2InstanceId in ['i-abcd1234', 'i-wxyx7890']", "in"},
      {"(attribute:a == 1 or attribute:b == 2) and attribute:c == 3", "and(or(eq,eq),eq)"},
      {"attribute:a == 1 || attribute:b == 2 && attribute:c == 3", "or(eq,and(eq,eq))"},
      {"attribute:stack !exists", "not-exists"},
      {"!(attribute:a == b)", "not(eq)"},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    CHECK(tree(row.text) == row.tree);
    const auto node = parse(row.text);
    REQUIRE(node.has_value());
    CHECK(parse(print(*node)) == *node);
  }
}

TEST_CASE("each grammar rule of the query language", "[scheduler][query]") {
  struct Row {
    const char* text;
    const char* tree;
  };
  const Row rows[] = {
      // or_expr and and_expr: words in any case, symbols, chains, precedence
      {"attribute:a exists or attribute:b exists", "or(exists,exists)"},
      {"attribute:a exists OR attribute:b exists AND attribute:c exists", "or(exists,and(exists,exists))"},
      {"attribute:a exists||attribute:b exists||attribute:c exists", "or(exists,exists,exists)"},
      {"attribute:a exists&&attribute:b exists", "and(exists,exists)"},
      {"attribute:a == 1&&runningTasksCount==1||attribute:b == 2", "or(and(eq,eq),eq)"},
      {"(attribute:a exists and attribute:b exists) and attribute:c exists", "and(and(exists,exists),exists)"},
      // unary: not may repeat, with and without a group
      {"not attribute:a exists", "not(exists)"},
      {"NOT not !attribute:a exists", "not(not(not(exists)))"},
      {"! ( attribute:a exists )", "not(exists)"},
      {"not attribute:a exists and attribute:b exists", "and(not(exists),exists)"},
      {"(attribute:a exists)", "exists"},
      {"((attribute:a exists))", "exists"},
      // exist_op, list_op, cmp_op
      {"attribute:a not_exists", "not-exists"},
      {"attribute:a!exists", "not-exists"},
      {"attribute:a in [1]", "in"},
      {"attribute:a in[1,2 , 3]", "in"},
      {"attribute:a !in [1]", "not-in"},
      {"attribute:a not_in [1]", "not-in"},
      {"attribute:a==1", "eq"},
      {"attribute:a equals 1", "eq"},
      {"attribute:a!=1", "ne"},
      {"attribute:a not_equals 1", "ne"},
      {"attribute:a>1", "gt"},
      {"attribute:a greater_than 1", "gt"},
      {"attribute:a>=1", "ge"},
      {"attribute:a greater_than_equal 1", "ge"},
      {"attribute:a<1", "lt"},
      {"attribute:a less_than 1", "lt"},
      {"attribute:a<=1", "le"},
      {"attribute:a less_than_equal 1", "le"},
      {"attribute:a=~1", "match"},
      {"attribute:a matches 1", "match"},
      {"attribute:a!~1", "not-match"},
      {"attribute:a not_matches 1", "not-match"},
      // subjects
      {"agentConnected == true", "eq"},
      {"agentConnected in [true]", "in"},
      {"agentVersion >= 1.2", "ge"},
      {"ec2InstanceId =~ i-.*", "match"},
      {"registeredAt < 2018-06-18", "lt"},
      {"registeredAt < 2018-06-18T22:28:28", "lt"},
      {"registeredAt < 2018-06-18T22:28:28Z", "lt"},
      {"registeredAt < 2018-06-18T22:28:28.123456-05:30", "lt"},
      {"runningTasksCount <= 10", "le"},
      {"task:group !~ service:.*", "not-match"},
      {"  attribute:a/b\\c_d.e-f exists  ", "exists"},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    CHECK(tree(row.text) == row.tree);
  }
}

TEST_CASE("values are words, or anything in quotes", "[scheduler][query]") {
  CHECK(values("attribute:a == t2.small") == "t2.small");
  CHECK(values("attribute:a == 'with space'") == "with space");
  CHECK(values("attribute:a == \"it's\"") == "it's");
  CHECK(values("attribute:a == '(x) == [y]'") == "(x) == [y]");
  CHECK(values("attribute:a == ''").empty());
  CHECK(values("attribute:a == and") == "and");
  CHECK(values("attribute:a in ['a, b', c]") == "a, b|c");
  CHECK(values("attribute:a in [a,b,c]") == "a|b|c");
  CHECK(values("task:group == service:a,b") == "service:a,b");
  // A pattern without quotes ends at white space or at a parenthesis that it did not open.
  CHECK(values("attribute:a =~ (t2|t3)[.].*") == "(t2|t3)[.].*");
  CHECK(values("(attribute:a =~ t2.*)") == "t2.*");
  CHECK(values("not_a_subject == 1") == "error: unknown subject 'not_a_subject'.");
  CHECK(tree("(attribute:a =~ (x|y)) or attribute:a =~ z||attribute:b exists") == "or(match,match,exists)");
}

TEST_CASE("what is no expression is refused with the place where it ends to be one", "[scheduler][query]") {
  struct Row {
    std::string text;
    const char* error;
  };
  const Row rows[] = {
      {"", "the expression is empty at position 1."},
      {"   ", "the expression is empty at position 4."},
      {"attribute:x", "an operator is missing at position 12."},
      {"attribute:x ==", "a value is missing at position 15."},
      {"attribute:x == a b", "unexpected 'b' at position 18."},
      {"(attribute:a == 1", "unclosed parenthesis at position 1."},
      {"attribute:x in []", "expected a value but found ']' at position 17."},
      {"attribute:x in a", "expected a list in brackets but found 'a' at position 16."},
      {"attribute:x in [a b]", "unexpected 'b' at position 19."},
      {"attribute:x in [a", "unclosed bracket at position 16."},
      {"attribute:x in [a,]", "expected a value but found ']' at position 19."},
      {"attribute:a === b", "expected a value but found '=' at position 15."},
      {"foo == 1", "unknown subject 'foo'."},
      {"Attribute:a == 1", "unknown subject 'Attribute:a'."},
      {"status == ACTIVE", "unknown subject 'status'."},
      {"what is this", "unknown subject 'what'."},
      {"attribute: == 1", "'' is not the name of an attribute at position 11."},
      {"attribute:a$ == 1", "'a$' is not the name of an attribute at position 11."},
      {"== 1", "expected a subject but found '=' at position 1."},
      {"attribute:a exists and", "a subject is missing at position 23."},
      {"attribute:a exists)", "unexpected ')' at position 19."},
      {"attribute:a exists attribute:b exists", "unexpected 'attribute:b' at position 20."},
      {"attribute:a EQUALS 1", "expected an operator but found 'EQUALS' at position 13."},
      {"attribute:a == 'open", "unclosed quote at position 16."},
      {"not", "a subject is missing at position 4."},
      {"()", "expected a subject but found ')' at position 2."},
      {"agentVersion in [1]", "the subject agentVersion does not have the operator in at position 14."},
      {"runningTasksCount exists", "the subject runningTasksCount does not have the operator exists at position 19."},
      {"task:group > a", "the subject task:group does not have the operator > at position 12."},
      {"agentConnected exists", "the subject agentConnected does not have the operator exists at position 16."},
      {"registeredAt =~ 2018.*", "the subject registeredAt does not have the operator =~ at position 14."},
      {"agentVersion < new", "'new' is not a version at position 16."},
      {"agentVersion < 1..2", "'1..2' is not a version at position 16."},
      {"registeredAt > yesterday", "'yesterday' is not a date or an instant of ISO 8601 at position 16."},
      {"registeredAt > 2018-02-30", "'2018-02-30' is not a date or an instant of ISO 8601 at position 16."},
      {"registeredAt > 2018-02-03T24:00:00",
       "'2018-02-03T24:00:00' is not a date or an instant of ISO 8601 at position 16."},
      {"runningTasksCount > many", "'many' is not a whole number at position 21."},
      {"attribute:a =~ 'x(y'", "unclosed group at position 18."},
      {std::string(101, '!') + "attribute:a exists", "the expression is nested too deeply at position 101."},
      {"attribute:a == " + std::string(1986, 'x'), "the expression is longer than 2000 characters."},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    CHECK(tree(row.text) == std::string("error: ") + row.error);
  }
  CHECK(tree("attribute:a == " + std::string(1985, 'x')) == "eq");
}

TEST_CASE("an expression tells whether it looks at tasks and which attributes it names", "[scheduler][query]") {
  CHECK(depends_on_tasks(*parse("attribute:a exists and not(task:group == x)")));
  CHECK(depends_on_tasks(*parse("runningTasksCount < 3")));
  CHECK_FALSE(depends_on_tasks(*parse("agentConnected == true or attribute:a exists")));
  CHECK(names_attribute(*parse("runningTasksCount < 3 or attribute:ecs.availability-zone == a"),
                        "ecs.availability-zone"));
  CHECK_FALSE(names_attribute(*parse("attribute:zone == a"), "ecs.availability-zone"));
}

}  // namespace
}  // namespace drydock::scheduler::query
