#include "server/operations/logs/pattern_value.hpp"

#include <boost/regex.hpp>
#include <cctype>
#include <charconv>

namespace drydock::operations::logs {
namespace {

bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }
bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

}  // namespace

void PatternReader::skip_spaces() {
  while (!rest_.empty() && is_space(rest_.front())) rest_.remove_prefix(1);
}

bool PatternReader::take(std::string_view token) {
  if (!rest_.starts_with(token)) return false;
  rest_.remove_prefix(token.size());
  return true;
}

void PatternReader::expect(std::string_view token) {
  skip_spaces();
  if (!take(token)) throw PatternError{};
}

bool PatternReader::take_word(std::string_view word) {
  if (rest_.size() < word.size() || (rest_.size() > word.size() && is_word(rest_[word.size()]))) return false;
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (std::toupper(static_cast<unsigned char>(rest_[i])) != word[i]) return false;
  }
  rest_.remove_prefix(word.size());
  return true;
}

std::string PatternReader::until(char end) {
  std::string text;
  while (!rest_.empty() && rest_.front() != end) {
    // In a regular expression a backslash means something itself.
    if (rest_.front() == '\\' && rest_.size() > 1 && end != '%') rest_.remove_prefix(1);
    text += rest_.front();
    rest_.remove_prefix(1);
  }
  if (rest_.empty()) throw PatternError{};
  rest_.remove_prefix(1);
  return text;
}

std::string PatternReader::word(std::string_view ends) {
  std::string text;
  while (!rest_.empty() && !is_space(rest_.front()) && ends.find(rest_.front()) == std::string_view::npos) {
    text += rest_.front();
    rest_.remove_prefix(1);
  }
  return text;
}

bool matches_wildcard(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t after_star = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      after_star = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++after_star;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

std::optional<double> number_of(std::string_view text) {
  double value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

Matcher regex_matcher(const std::string& expression) {
  boost::regex regex;
  try {
    regex.assign(expression, boost::regex::perl);
  } catch (const boost::regex_error&) {
    throw PatternError{};
  }
  return [regex](std::string_view text) {
    try {
      return boost::regex_search(text.begin(), text.end(), regex);
    } catch (const std::runtime_error&) {
      return false;  // too much work for one line: the engine gives up after a bounded number of steps
    }
  };
}

bool Comparison::holds(std::string_view value) const {
  const auto given = number_of(value);
  if (op == "=" || op == "!=") {
    const bool same = number && given ? *number == *given : text(value);
    return same == (op == "=");
  }
  if (!number || !given) return false;
  if (op == "<") return *given < *number;
  if (op == ">") return *given > *number;
  return op == "<=" ? *given <= *number : *given >= *number;
}

Comparison read_comparison(PatternReader& reader, std::string_view ends) {
  Comparison comparison;
  reader.skip_spaces();
  for (const char* op : {"!=", "<=", ">=", "=", "<", ">"}) {
    if (!reader.take(op)) continue;
    comparison.op = op;
    break;
  }
  if (comparison.op.empty()) throw PatternError{};
  const bool equality = comparison.op == "=" || comparison.op == "!=";
  reader.skip_spaces();
  std::string value;
  if (reader.take("%")) {
    comparison.text = regex_matcher(reader.until('%'));
    if (!equality) throw PatternError{};
    return comparison;
  }
  if (reader.take("\"")) {
    value = reader.until('"');
  } else {
    value = reader.word(ends);
    if (value.empty()) throw PatternError{};
    comparison.number = number_of(value);
  }
  if (!equality && !comparison.number) throw PatternError{};
  comparison.text = [value](std::string_view text) { return matches_wildcard(value, text); };
  return comparison;
}

}  // namespace drydock::operations::logs
