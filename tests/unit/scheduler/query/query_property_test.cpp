// Random trees survive being printed and read; random texts are refused or read, and never more than that.
#include "model/random.hpp"
#include "scheduler/query/evaluate.hpp"
#include "scheduler/query/parser.hpp"
#include "scheduler/query/printer.hpp"
#include "tests/support/catch.hpp"

namespace drydock::scheduler::query {
namespace {

class Trees {
 public:
  explicit Trees(std::uint64_t seed) : dice_(seed) {}

  Node node(int depth) {
    Node made;
    const std::uint64_t kind = depth == 0 ? 0 : dice_.below(4);
    if (kind == 0) {
      made.predicate = predicate();
      return made;
    }
    made.kind = kind == 1 ? Node::Kind::kNot : kind == 2 ? Node::Kind::kAnd : Node::Kind::kOr;
    const std::uint64_t children = kind == 1 ? 1 : 2 + dice_.below(2);
    for (std::uint64_t i = 0; i < children; ++i) made.children.push_back(node(depth - 1));
    return made;
  }

  /// Pieces of expressions and noise, in any order.
  std::string noise() {
    static const char* const kPieces[] = {"attribute:a",
                                          "attribute:",
                                          "runningTasksCount",
                                          "agentVersion",
                                          "task:group",
                                          "==",
                                          "!=",
                                          "=~",
                                          ">=",
                                          "in",
                                          "!in",
                                          "exists",
                                          "!exists",
                                          "not",
                                          "and",
                                          "or",
                                          "&&",
                                          "||",
                                          "!",
                                          "(",
                                          ")",
                                          "[",
                                          "]",
                                          ",",
                                          "'",
                                          "\"",
                                          " ",
                                          " ",
                                          "1",
                                          "x.*",
                                          "(a|b)+",
                                          "\\",
                                          "{2,3}",
                                          "[a-z",
                                          "\x80",
                                          "2018-06-18",
                                          "1.2.3"};
    std::string text;
    for (std::uint64_t i = dice_.below(12); i > 0; --i) text += kPieces[dice_.below(std::size(kPieces))];
    return text;
  }

  std::string mutated(std::string text) {
    for (std::uint64_t i = 1 + dice_.below(3); i > 0 && !text.empty(); --i) {
      const std::size_t at = dice_.below(text.size());
      switch (dice_.below(3)) {
        case 0: text.erase(at, 1 + dice_.below(3)); break;
        case 1: text[at] = static_cast<char>(dice_.below(256)); break;
        default: text.insert(at, noise()); break;
      }
    }
    return text;
  }

 private:
  std::string value() {
    static constexpr std::string_view kLetters = "abcXYZ019 _.:/@-+,=!<>()[]&|~*'\x80";
    std::string text;
    for (std::uint64_t i = dice_.below(9); i > 0; --i) text += kLetters[dice_.below(kLetters.size())];
    // No quotation holds both kinds of quotes.
    if (dice_.below(8) == 0 && text.find('\'') == std::string::npos) text += '"';
    return text;
  }

  Predicate predicate() {
    Predicate made;
    made.subject = static_cast<Subject>(dice_.below(7));
    if (made.subject == Subject::kAttribute) made.attribute = dice_.below(2) == 0 ? "ecs.os-type" : "a/b\\c";
    do made.op = static_cast<Operator>(dice_.below(12));
    while (!has_operator(made.subject, made.op));
    if (made.op == Operator::kExists || made.op == Operator::kNotExists) return made;
    const bool list = made.op == Operator::kIn || made.op == Operator::kNotIn;
    const bool match = made.op == Operator::kMatches || made.op == Operator::kNotMatches;
    for (std::uint64_t i = list ? 1 + dice_.below(3) : 1; i > 0; --i) {
      if (match) {
        static const char* const kPatterns[] = {"t2.*", "(a|b) c", "[^x]+", "\\d{2,3}?", ""};
        made.values.emplace_back(kPatterns[dice_.below(std::size(kPatterns))]);
      } else if (made.subject == Subject::kAgentVersion) {
        made.values.push_back("1." + std::to_string(dice_.below(200)) + ".5");
      } else if (made.subject == Subject::kRegisteredAt) {
        made.values.emplace_back(dice_.below(2) == 0 ? "2018-06-18" : "2018-06-18T22:28:28+00:00");
      } else if (made.subject == Subject::kRunningTasksCount) {
        made.values.push_back(std::to_string(dice_.below(20)));
      } else {
        made.values.push_back(value());
      }
    }
    return made;
  }

  model::Random dice_;
};

TEST_CASE("a printed tree parses back to the same tree", "[scheduler][query]") {
  for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
    const Node node = Trees(seed).node(3);
    const std::string text = print(node);
    const auto again = parse(text);
    if (text.size() > kLongestExpression) continue;
    INFO(text);
    REQUIRE(again.has_value());
    REQUIRE(*again == node);
    REQUIRE(print(*again) == text);
  }
}

TEST_CASE("random and mutated texts are read or refused, and what is read can be asked", "[scheduler][query]") {
  InstanceFacts facts;
  facts.agent_version = "1.2.3";
  facts.groups = {"family:a"};
  int read = 0;
  for (std::uint64_t seed = 1; seed <= 5000; ++seed) {
    Trees trees(seed);
    const std::string text = seed % 2 == 0 ? trees.noise() : trees.mutated(print(trees.node(2)));
    const auto node = parse(text);
    INFO(text);
    if (!node) {
      REQUIRE_FALSE(node.error().reason.empty());
      REQUIRE(node.error().position <= text.size() + 1);
      continue;
    }
    ++read;
    const bool answer = holds(*node, facts);
    REQUIRE(holds(*parse(print(*node)), facts) == answer);
  }
  CHECK(read > 100);
}

}  // namespace
}  // namespace drydock::scheduler::query
