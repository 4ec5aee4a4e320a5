#include "scheduler/query/lexer.hpp"

#include <cctype>
#include <utility>

namespace drydock::scheduler::query {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'; }

/// Characters that no word has: separators, quotes, and what operators consist of.
bool ends_word(char c) { return is_space(c) || std::string_view("()[]'\"=!<>&|").find(c) != std::string_view::npos; }

char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

// Longer ones first: "==" is not "=" and something.
constexpr std::pair<std::string_view, Operator> kSymbols[] = {
    {"==", Operator::kEqual},      {"!=", Operator::kNotEqual},     {"=~", Operator::kMatches},
    {"!~", Operator::kNotMatches}, {">=", Operator::kGreaterEqual}, {"<=", Operator::kLessEqual},
    {">", Operator::kGreater},     {"<", Operator::kLess},
};

constexpr std::pair<std::string_view, Operator> kWords[] = {
    {"equals", Operator::kEqual},
    {"not_equals", Operator::kNotEqual},
    {"greater_than", Operator::kGreater},
    {"greater_than_equal", Operator::kGreaterEqual},
    {"less_than", Operator::kLess},
    {"less_than_equal", Operator::kLessEqual},
    {"matches", Operator::kMatches},
    {"not_matches", Operator::kNotMatches},
    {"in", Operator::kIn},
    {"!in", Operator::kNotIn},
    {"not_in", Operator::kNotIn},
    {"exists", Operator::kExists},
    {"!exists", Operator::kNotExists},
    {"not_exists", Operator::kNotExists},
};

}  // namespace

void Lexer::skip_space() {
  while (!at_end() && is_space(text_[at_])) ++at_;
}

bool Lexer::take(std::string_view symbol) {
  if (!text_.substr(at_).starts_with(symbol)) return false;
  at_ += symbol.size();
  return true;
}

bool Lexer::word_ends(std::size_t at) const { return at >= text_.size() || ends_word(text_[at]); }

bool Lexer::take_word(std::string_view word, bool any_case) {
  if (text_.size() - at_ < word.size() || !word_ends(at_ + word.size())) return false;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const char c = text_[at_ + i];
    if ((any_case ? lower(c) : c) != word[i]) return false;
  }
  at_ += word.size();
  return true;
}

bool Lexer::take_keyword(std::string_view word, std::string_view symbol) {
  if (take_word(word, true)) return true;
  // "!=" and the like are operators, and "!" stands before what it denies.
  return take(symbol);
}

std::optional<Operator> Lexer::take_operator() {
  for (const auto& [word, op] : kWords) {
    if (take_word(word, false)) return op;
  }
  for (const auto& [symbol, op] : kSymbols) {
    if (take(symbol)) return op;
  }
  return std::nullopt;
}

std::string_view Lexer::word() {
  const std::size_t begin = at_;
  while (!word_ends(at_)) ++at_;
  return text_.substr(begin, at_ - begin);
}

/// Up to white space, a logical operator, or a parenthesis or bracket that the pattern did not open.
std::string_view Lexer::pattern() {
  const std::size_t begin = at_;
  int open = 0;
  bool in_class = false;
  for (; !at_end() && !is_space(peek()); ++at_) {
    const char c = peek();
    if (c == '\'' || c == '"') break;
    if (c == '\\' && at_ + 1 < text_.size() && !is_space(peek(1)) && peek(1) != '\'' && peek(1) != '"') {
      ++at_;
      continue;
    }
    if (in_class) {
      in_class = c != ']';
      continue;
    }
    if (c == '[') in_class = true;
    if (c == '(') ++open;
    if (c == ')' && --open < 0) break;
    if (open == 0 && ((c == '&' && peek(1) == '&') || (c == '|' && peek(1) == '|'))) break;
  }
  return text_.substr(begin, at_ - begin);
}

std::optional<std::string> Lexer::value(Place place, Error& error) {
  const std::size_t begin = position();
  const char quote = peek();
  if (quote == '\'' || quote == '"') {
    const std::size_t end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos) {
      error = {"unclosed quote", begin};
      return std::nullopt;
    }
    std::string inside(text_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    return inside;
  }
  std::string_view found = place == Place::kPattern ? pattern() : word();
  if (place == Place::kList) {
    const std::size_t comma = found.find(',');
    if (comma != std::string_view::npos) {
      at_ -= found.size() - comma;
      found = found.substr(0, comma);
    }
  }
  if (found.empty()) {
    error = {at_end() ? "a value is missing" : "expected a value but found " + next(), begin};
    return std::nullopt;
  }
  return std::string(found);
}

std::string Lexer::next() const {
  if (at_end()) return "the end";
  std::size_t end = at_ + 1;
  if (!ends_word(text_[at_])) {
    while (!word_ends(end)) ++end;
  }
  return "'" + std::string(text_.substr(at_, end - at_)) + "'";
}

}  // namespace drydock::scheduler::query
