#pragma once
// The pieces of an expression. What a piece is depends on where it stands: after =~ a word may hold parentheses, in a
// list it ends at a comma, and `in` is a value like any other where a value is expected.

#include <optional>
#include <string>
#include <string_view>

#include "scheduler/query/error.hpp"
#include "scheduler/query/tree.hpp"

namespace drydock::scheduler::query {

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  /// Where the next piece begins, for errors: from 1.
  [[nodiscard]] std::size_t position() const { return at_ + 1; }
  void skip_space();
  [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }

  /// Takes the symbol if it is next.
  bool take(std::string_view symbol);
  /// Takes `and`, `or` or `not` in any case, or the symbol that means the same.
  bool take_keyword(std::string_view word, std::string_view symbol);
  /// The operator that is next, taken.
  std::optional<Operator> take_operator();

  /// Up to white space, a parenthesis, a bracket, a quote or an operator; empty if there is nothing.
  std::string_view word();
  [[nodiscard]] bool at_quote() const { return peek() == '\'' || peek() == '"'; }
  enum class Place { kPlain, kList, kPattern };
  /// A value, quoted or not; an error says why there is none.
  std::optional<std::string> value(Place place, Error& error);
  /// The next few characters, for messages.
  [[nodiscard]] std::string next() const;

 private:
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  [[nodiscard]] bool word_ends(std::size_t at) const;
  std::string_view pattern();
  bool take_word(std::string_view word, bool any_case);

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace drydock::scheduler::query
