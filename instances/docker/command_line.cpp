#include "instances/docker/command_line.hpp"

namespace drydock::instances::docker {

std::expected<std::vector<std::string>, std::string> split_command_line(std::string_view line) {
  std::vector<std::string> words;
  std::string word;
  bool in_word = false;
  char quote = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const bool more = i + 1 < line.size();
    if (quote == '\'') {
      if (c == quote) {
        quote = 0;
      } else {
        word += c;
      }
    } else if (c == '\\' && more) {
      const char next = line[++i];
      constexpr std::string_view kEscapable = "\"\\$`";
      if (next == '\n') continue;
      in_word = true;
      if (quote == '"' && kEscapable.find(next) == std::string_view::npos) word += c;
      word += next;
    } else if (quote == '"' && c == '"') {
      quote = 0;
    } else if (quote == 0 && (c == '"' || c == '\'')) {
      quote = c;
      in_word = true;
    } else if (quote == 0 && (c == ' ' || c == '\t' || c == '\n' || c == '\r')) {
      if (in_word) words.push_back(std::move(word));
      word.clear();
      in_word = false;
    } else {
      word += c;
      in_word = true;
    }
  }
  if (quote != 0) return std::unexpected(std::string("a ") + quote + " is not closed");
  if (in_word) words.push_back(std::move(word));
  return words;
}

}  // namespace drydock::instances::docker
