#include "scheduler/query/parser.hpp"

#include <optional>

#include "scheduler/query/lexer.hpp"
#include "scheduler/query/values.hpp"

namespace drydock::scheduler::query {
namespace {

constexpr int kDeepest = 100;

bool is_attribute_name(std::string_view name) {
  if (name.empty() || name.size() > 128) return false;
  for (const char c : name) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!letter && std::string_view("_./-\\").find(c) == std::string_view::npos) return false;
  }
  return true;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : lexer_(text) {}

  std::optional<Node> run() {
    lexer_.skip_space();
    if (lexer_.at_end()) return fail("the expression is empty");
    auto node = alternatives();
    if (node && !lexer_.at_end()) return fail("unexpected " + lexer_.next());
    return node;
  }

  Error error;

 private:
  std::nullopt_t fail(std::string reason) { return fail_at(std::move(reason), lexer_.position()); }
  std::nullopt_t fail_at(std::string reason, std::size_t position) {
    if (error.reason.empty()) error = {std::move(reason), position};
    return std::nullopt;
  }

  using Part = std::optional<Node> (Parser::*)();

  /// One part, or several of them with the operator between: one node with all of them.
  std::optional<Node> chain(Node::Kind kind, Part part, std::string_view word, std::string_view symbol) {
    auto first = (this->*part)();
    if (!first) return std::nullopt;
    Node node;
    node.kind = kind;
    while (lexer_.take_keyword(word, symbol)) {
      if (node.children.empty()) node.children.push_back(std::move(*first));
      lexer_.skip_space();
      auto next = (this->*part)();
      if (!next) return std::nullopt;
      node.children.push_back(std::move(*next));
    }
    return node.children.empty() ? std::move(first) : std::optional<Node>(std::move(node));
  }

  std::optional<Node> alternatives() { return chain(Node::Kind::kOr, &Parser::conjunction, "or", "||"); }
  std::optional<Node> conjunction() { return chain(Node::Kind::kAnd, &Parser::unary, "and", "&&"); }

  std::optional<Node> unary() {
    if (depth_ == kDeepest) return fail("the expression is nested too deeply");
    ++depth_;
    auto node = denied_or_group();
    --depth_;
    return node;
  }

  std::optional<Node> denied_or_group() {
    if (lexer_.take_keyword("not", "!")) {
      lexer_.skip_space();
      auto inner = unary();
      if (!inner) return std::nullopt;
      Node node;
      node.kind = Node::Kind::kNot;
      node.children.push_back(std::move(*inner));
      return node;
    }
    const std::size_t open = lexer_.position();
    if (!lexer_.take("(")) return predicate();
    lexer_.skip_space();
    auto node = alternatives();
    if (!node) return std::nullopt;
    if (!lexer_.take(")")) {
      if (lexer_.at_end()) return fail_at("unclosed parenthesis", open);
      return fail("unexpected " + lexer_.next());
    }
    lexer_.skip_space();
    return node;
  }

  std::optional<Node> predicate() {
    Node node;
    Predicate& made = node.predicate;
    if (!subject(made)) return std::nullopt;
    lexer_.skip_space();
    const std::size_t at = lexer_.position();
    const auto op = lexer_.take_operator();
    if (!op)
      return fail(lexer_.at_end() ? "an operator is missing" : "expected an operator but found " + lexer_.next());
    made.op = *op;
    if (!has_operator(made.subject, made.op)) {
      return fail_at("the subject " + std::string(to_text(made.subject)) + " does not have the operator " +
                         std::string(to_text(made.op)),
                     at);
    }
    lexer_.skip_space();
    if (made.op == Operator::kExists || made.op == Operator::kNotExists) return node;
    const bool read = made.op == Operator::kIn || made.op == Operator::kNotIn ? list(made) : value(made);
    if (!read) return std::nullopt;
    lexer_.skip_space();
    return node;
  }

  bool subject(Predicate& made) {
    const std::size_t at = lexer_.position();
    const std::string word(lexer_.word());
    if (word.empty()) {
      fail(lexer_.at_end() ? "a subject is missing" : "expected a subject but found " + lexer_.next());
      return false;
    }
    constexpr Subject kWhole[] = {Subject::kAgentConnected, Subject::kAgentVersion,      Subject::kInstanceId,
                                  Subject::kRegisteredAt,   Subject::kRunningTasksCount, Subject::kTaskGroup};
    for (const Subject one : kWhole) {
      if (word != to_text(one)) continue;
      made.subject = one;
      return true;
    }
    const std::string_view prefix = to_text(Subject::kAttribute);
    if (!word.starts_with(prefix)) {
      fail_at("unknown subject '" + word + "'", 0);
      return false;
    }
    made.subject = Subject::kAttribute;
    made.attribute = word.substr(prefix.size());
    if (is_attribute_name(made.attribute)) return true;
    fail_at("'" + made.attribute + "' is not the name of an attribute", at + prefix.size());
    return false;
  }

  bool value(Predicate& made) {
    const bool match = made.op == Operator::kMatches || made.op == Operator::kNotMatches;
    return one_value(made, match ? Lexer::Place::kPattern : Lexer::Place::kPlain);
  }

  bool list(Predicate& made) {
    const std::size_t open = lexer_.position();
    if (!lexer_.take("[")) {
      fail("expected a list in brackets but found " + lexer_.next());
      return false;
    }
    do {
      lexer_.skip_space();
      if (!one_value(made, Lexer::Place::kList)) return false;
      lexer_.skip_space();
    } while (lexer_.take(","));
    if (lexer_.take("]")) return true;
    if (lexer_.at_end()) {
      fail_at("unclosed bracket", open);
    } else {
      fail("unexpected " + lexer_.next());
    }
    return false;
  }

  bool one_value(Predicate& made, Lexer::Place place) {
    const std::size_t inside = lexer_.position() + (lexer_.at_quote() ? 1 : 0);
    Error why;
    auto text = lexer_.value(place, why);
    if (!text) {
      fail_at(std::move(why.reason), why.position);
      return false;
    }
    made.values.push_back(std::move(*text));
    if (auto wrong = understand_value(made)) {
      fail_at(std::move(wrong->reason), inside + wrong->position - 1);
      return false;
    }
    return true;
  }

  Lexer lexer_;
  int depth_ = 0;
};

}  // namespace

std::expected<Node, Error> parse(std::string_view text) {
  if (text.size() > kLongestExpression) {
    return std::unexpected(Error{"the expression is longer than 2000 characters", 0});
  }
  Parser parser(text);
  auto node = parser.run();
  if (!node) return std::unexpected(std::move(parser.error));
  return std::move(*node);
}

}  // namespace drydock::scheduler::query
