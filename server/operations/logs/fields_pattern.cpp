// [ip, user, ..., status = 4* || status = 5*, bytes > 1000]
#include <algorithm>
#include <vector>

#include "server/operations/logs/pattern_value.hpp"

namespace drydock::operations::logs {
namespace {

/// Conditions on one field: any of these where all hold. Empty: whatever it is.
struct Field {
  std::vector<std::vector<Comparison>> any;
  bool ellipsis = false;

  [[nodiscard]] bool matches(std::string_view text) const {
    if (any.empty()) return true;
    return std::ranges::any_of(any, [text](const std::vector<Comparison>& all) {
      return std::ranges::all_of(all, [text](const Comparison& one) { return one.holds(text); });
    });
  }
};

Field read_field(PatternReader& reader) {
  Field field;
  reader.skip_spaces();
  if (reader.take("...")) {
    field.ellipsis = true;
    return field;
  }
  std::vector<Comparison> all;
  while (true) {
    reader.skip_spaces();
    const std::string name = reader.word(",]=!<>&|");
    reader.skip_spaces();
    if (reader.peek() == ',' || reader.peek() == ']') {
      if (name.empty() || !all.empty() || !field.any.empty()) throw PatternError{};
      return field;
    }
    all.push_back(read_comparison(reader, ",]&|"));
    reader.skip_spaces();
    if (reader.take("&&")) continue;
    field.any.push_back(std::move(all));
    all.clear();
    if (!reader.take("||")) return field;
  }
}

/// Words; what stands in quotes or brackets is one.
std::vector<std::string_view> words_of(std::string_view message) {
  std::vector<std::string_view> words;
  while (true) {
    const std::size_t begin = message.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return words;
    message.remove_prefix(begin);
    const char close = message.front() == '"' ? '"' : message.front() == '[' ? ']' : '\0';
    if (const std::size_t end = close == '\0' ? close : message.find(close, 1);
        close != '\0' && end != std::string_view::npos) {
      words.push_back(message.substr(1, end - 1));
      message.remove_prefix(end + 1);
      continue;
    }
    const std::size_t end = std::min(message.find_first_of(" \t"), message.size());
    words.push_back(message.substr(0, end));
    message.remove_prefix(end);
  }
}

bool matches(const std::vector<Field>& fields, const std::vector<std::string_view>& words) {
  const auto ellipsis = std::ranges::find(fields, true, &Field::ellipsis);
  const auto before = static_cast<std::size_t>(ellipsis - fields.begin());
  const std::size_t after = ellipsis == fields.end() ? 0 : fields.size() - before - 1;
  if (ellipsis == fields.end() ? words.size() != fields.size() : words.size() < before + after) return false;
  for (std::size_t i = 0; i < before; ++i) {
    if (!fields[i].matches(words[i])) return false;
  }
  for (std::size_t i = 0; i < after; ++i) {
    if (!fields[fields.size() - 1 - i].matches(words[words.size() - 1 - i])) return false;
  }
  return true;
}

}  // namespace

Matcher read_fields_pattern(PatternReader reader) {
  reader.expect("[");
  std::vector<Field> fields;
  do {
    fields.push_back(read_field(reader));
    reader.skip_spaces();
  } while (reader.take(","));
  reader.expect("]");
  reader.skip_spaces();
  if (!reader.at_end() || std::ranges::count(fields, true, &Field::ellipsis) > 1) throw PatternError{};
  return [fields](std::string_view message) { return matches(fields, words_of(message)); };
}

}  // namespace drydock::operations::logs
