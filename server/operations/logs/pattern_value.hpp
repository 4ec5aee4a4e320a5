#pragma once
// What JSON patterns and field patterns compare with: numbers, texts with wildcards, regular expressions.

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace drydock::operations::logs {

using Matcher = std::function<bool(std::string_view)>;

/// Reads a pattern from left to right. Throws PatternError where it cannot go on.
struct PatternError {};
class PatternReader {
 public:
  explicit PatternReader(std::string_view text) : rest_(text) {}
  void skip_spaces();
  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  [[nodiscard]] char peek() const { return rest_.empty() ? '\0' : rest_.front(); }
  bool take(std::string_view token);
  void expect(std::string_view token);
  /// A word in capitals or not, as a whole.
  bool take_word(std::string_view word);
  /// Everything up to `end`, which is taken as well; a backslash keeps the character after it.
  std::string until(char end);
  /// Everything up to a space or one of these.
  std::string word(std::string_view ends);

 private:
  std::string_view rest_;
};

struct Comparison {
  std::string op;  // = != < > <= >=
  std::optional<double> number;
  Matcher text;

  [[nodiscard]] bool holds(std::string_view value) const;
};

/// Operator and value, e.g. >= 500 or = "a*".
Comparison read_comparison(PatternReader& reader, std::string_view ends);

/// A whole text against one with `*` for anything.
bool matches_wildcard(std::string_view pattern, std::string_view text);
std::optional<double> number_of(std::string_view text);
/// Searches anywhere. Throws PatternError for what is no regular expression.
Matcher regex_matcher(const std::string& expression);

/// The three kinds of patterns.
Matcher read_terms(PatternReader reader);
Matcher read_json_pattern(PatternReader reader);
Matcher read_fields_pattern(PatternReader reader);

}  // namespace drydock::operations::logs
