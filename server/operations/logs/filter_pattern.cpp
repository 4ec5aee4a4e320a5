#include "server/operations/logs/filter_pattern.hpp"

#include <algorithm>
#include <cctype>
#include <vector>

#include "server/operations/logs/pattern_value.hpp"

namespace drydock::operations::logs {
namespace {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// Whether the phrase stands in the text and does not begin or end inside of a word.
bool has_phrase(std::string_view text, std::string_view phrase) {
  for (std::size_t at = text.find(phrase); at != std::string_view::npos; at = text.find(phrase, at + 1)) {
    const std::size_t end = at + phrase.size();
    const bool starts = at == 0 || !is_word(phrase.front()) || !is_word(text[at - 1]);
    const bool ends = end == text.size() || !is_word(phrase.back()) || !is_word(text[end]);
    if (starts && ends) return true;
  }
  return false;
}

Matcher read_term(PatternReader& reader) {
  if (reader.take("%")) return regex_matcher(reader.until('%'));
  const std::string phrase = reader.take("\"") ? reader.until('"') : reader.word("");
  if (phrase.empty()) throw PatternError{};
  return [phrase](std::string_view text) { return has_phrase(text, phrase); };
}

}  // namespace

Matcher read_terms(PatternReader reader) {
  std::vector<Matcher> required;
  std::vector<Matcher> optional;
  std::vector<Matcher> excluded;
  for (reader.skip_spaces(); !reader.at_end(); reader.skip_spaces()) {
    auto& kind = reader.take("?") ? optional : reader.take("-") ? excluded : required;
    kind.push_back(read_term(reader));
  }
  return [required, optional, excluded](std::string_view text) {
    const auto matches = [text](const Matcher& matcher) { return matcher(text); };
    if (std::ranges::any_of(excluded, matches) || !std::ranges::all_of(required, matches)) return false;
    return !required.empty() || optional.empty() || std::ranges::any_of(optional, matches);
  };
}

Result<FilterPattern> FilterPattern::parse(std::string_view text) {
  PatternReader reader(text);
  reader.skip_spaces();
  FilterPattern pattern;
  if (reader.at_end()) return pattern;
  try {
    if (reader.peek() == '{') {
      pattern.match_ = read_json_pattern(reader);
    } else if (reader.peek() == '[') {
      pattern.match_ = read_fields_pattern(reader);
    } else {
      pattern.match_ = read_terms(reader);
    }
  } catch (const PatternError&) {
    return std::unexpected(api::ApiError::invalid_parameter("Invalid filter pattern"));
  }
  return pattern;
}

}  // namespace drydock::operations::logs
