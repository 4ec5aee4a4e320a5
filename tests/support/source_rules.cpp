#include "tests/support/source_rules.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <set>
#include <string_view>

namespace drydock::test {
namespace {

constexpr std::size_t kMaxLines = 600;

/// A room and the rooms whose headers it may include, itself apart. Subrooms stand before the room that holds them.
struct Room {
  std::string_view path;
  std::vector<std::string_view> may_use;
};

const std::vector<Room>& rooms() {
  static const std::vector<Room> kRooms = {
      {"api-spec", {}},
      {"model", {"api-spec"}},
      {"scheduler", {"api-spec", "model"}},
      {"storage", {"api-spec", "model"}},
      {"instances/docker", {"api-spec", "model", "instances"}},
      {"instances/simulated", {"api-spec", "model", "instances"}},
      {"instances", {"api-spec", "model"}},
      {"server/sessions/protocol", {"model"}},
      {"cli", {"server/sessions/protocol", "server/wire"}},
      {"server/http", {"api-spec"}},
      {"server/operations", {"api-spec", "model", "scheduler"}},
      {"server/wire", {"api-spec", "model", "server/operations"}},
      {"server/throttling", {"model"}},
      {"server/task_http", {"api-spec", "model", "instances", "instances/docker", "server/http", "server/throttling"}},
      {"agent",
       {"api-spec", "model", "instances", "instances/docker", "cli", "server/http", "server/wire", "server/task_http"}},
      {"server",
       {"api-spec", "model", "scheduler", "storage", "instances", "instances/docker", "instances/simulated", "cli",
        "agent", "server/http", "server/operations", "server/wire", "server/sessions/protocol", "server/throttling",
        "server/task_http"}},
  };
  return kRooms;
}

bool inside(std::string_view path, std::string_view folder) {
  return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

const Room* room_of(std::string_view path) {
  const auto found = std::ranges::find_if(rooms(), [&](const Room& room) { return inside(path, room.path); });
  return found == rooms().end() ? nullptr : &*found;
}

bool deterministic(std::string_view path) {
  constexpr std::array<std::string_view, 7> kRooms = {"model",
                                                      "scheduler",
                                                      "server/operations",
                                                      "instances/simulated",
                                                      "server/events/record",
                                                      "server/events/changes",
                                                      "server/events/targets"};
  return std::ranges::any_of(kRooms, [&](std::string_view room) { return inside(path, room); });
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

bool word_char(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool space(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }

std::string finding(const SourceFile& file, std::size_t line, std::string_view what) {
  return file.path + ":" + std::to_string(line) + ": " + std::string(what);
}

std::size_t line_at(std::string_view text, std::size_t offset) {
  return 1 +
         static_cast<std::size_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && space(text.front())) text.remove_prefix(1);
  while (!text.empty() && space(text.back())) text.remove_suffix(1);
  return text;
}

/// The expression around an await: from the end of the statement before it to its own end, or to the block it opens.
std::string_view statement_around(std::string_view text, std::size_t await) {
  std::size_t start = await;
  while (start > 0 && text[start - 1] != ';' && text[start - 1] != '{' && text[start - 1] != '}') --start;
  int parentheses = 0;
  char last = ' ';
  std::size_t end = start;
  for (; end < text.size(); ++end) {
    const char c = text[end];
    if (c == '(') ++parentheses;
    if (c == ')') --parentheses;
    if (parentheses <= 0 && (c == ';' || (c == '{' && last == ')' && end > await))) break;
    if (!space(c)) last = c;
  }
  return text.substr(start, end - start);
}

/// A lambda that captures: "[...]" not empty, not a subscript, not an attribute, followed by "(" or "{".
bool has_capturing_lambda(std::string_view text) {
  for (std::size_t open = text.find('['); open != std::string_view::npos; open = text.find('[', open + 1)) {
    const auto close = text.find(']', open);
    if (close == std::string_view::npos) return false;
    const std::string_view before = trimmed(text.substr(0, open));
    const bool subscript = !before.empty() &&
                           (word_char(before.back()) || before.back() == ')' || before.back() == ']') &&
                           !before.ends_with("return") && !before.ends_with("co_await");
    const std::string_view captures = trimmed(text.substr(open + 1, close - open - 1));
    const std::string_view after = trimmed(text.substr(close + 1));
    const bool lambda = after.starts_with('(') || after.starts_with('{') || after.starts_with("mutable");
    if (!subscript && !captures.empty() && captures.front() != '[' && lambda) return true;
  }
  return false;
}

/// A brace that opens neither a block nor the body of a lambda.
bool has_brace_list(std::string_view text) {
  for (std::size_t open = text.find('{'); open != std::string_view::npos; open = text.find('{', open + 1)) {
    const std::string_view before = trimmed(text.substr(0, open));
    const bool body = before.ends_with(')') || before.ends_with(']') || before.ends_with("mutable");
    if (!body) return true;
  }
  return false;
}

/// The end of the parentheses that open at `open`; the end of the text when they do not close.
std::size_t closing(std::string_view text, std::size_t open) {
  int depth = 0;
  for (std::size_t i = open; i < text.size(); ++i) {
    if (text[i] == '(') ++depth;
    if (text[i] == ')' && --depth == 0) return i;
  }
  return text.size();
}

/// Whether the await at the start of `text` is of a call that gets arguments.
bool awaits_with_arguments(std::string_view text) {
  const std::size_t open = text.find_first_of("(;");
  if (open == std::string_view::npos || text[open] == ';') return false;
  return !trimmed(text.substr(open + 1, closing(text, open) - open - 1)).empty();
}

/// The awaits with arguments in conditions, as offsets into the text.
std::vector<std::size_t> awaits_in_conditions(std::string_view text) {
  std::vector<std::size_t> found;
  for (const std::string_view word : {"if", "while", "for", "switch"}) {
    for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
      if (at > 0 && word_char(text[at - 1])) continue;
      const std::size_t open = text.find_first_not_of(" \n", at + word.size());
      if (open == std::string_view::npos || text[open] != '(') continue;
      const std::string_view condition = text.substr(open, closing(text, open) - open);
      for (std::size_t i = condition.find("co_await"); i != std::string_view::npos;
           i = condition.find("co_await", i + 1)) {
        if (awaits_with_arguments(condition.substr(i))) found.push_back(open + i);
      }
    }
  }
  return found;
}

/// The names that a text declares as unordered containers: "std::unordered_map<...> name".
std::set<std::string, std::less<>> unordered_names(std::string_view text) {
  std::set<std::string, std::less<>> names;
  for (std::size_t at = text.find("unordered_"); at != std::string_view::npos; at = text.find("unordered_", at + 1)) {
    std::size_t i = text.find('<', at);
    if (i == std::string_view::npos) break;
    int depth = 0;
    for (; i < text.size(); ++i) {
      if (text[i] == '<') ++depth;
      if (text[i] == '>' && --depth == 0) break;
    }
    if (i >= text.size()) break;
    for (++i; i < text.size() && (space(text[i]) || text[i] == '&' || text[i] == '*');) ++i;
    std::size_t end = i;
    while (end < text.size() && word_char(text[end])) ++end;
    if (end > i) names.emplace(text.substr(i, end - i));
  }
  return names;
}

}  // namespace

std::string blank_comments_and_literals(const std::string& text) {
  std::string out = text;
  std::size_t i = 0;
  const auto blank_until = [&](std::size_t end) {
    for (; i < end && i < out.size(); ++i) {
      if (out[i] != '\n') out[i] = ' ';
    }
  };
  while (i < out.size()) {
    if (text.compare(i, 2, "//") == 0) {
      blank_until(std::min(text.find('\n', i), text.size()));
    } else if (text.compare(i, 2, "/*") == 0) {
      const auto end = text.find("*/", i + 2);
      blank_until(end == std::string::npos ? text.size() : end + 2);
    } else if (text.compare(i, 2, "R\"") == 0 && (i == 0 || !word_char(text[i - 1]))) {
      const auto open = text.find('(', i);
      if (open == std::string::npos) break;
      const std::string close = ")" + text.substr(i + 2, open - i - 2) + "\"";
      const auto end = text.find(close, open);
      blank_until(end == std::string::npos ? text.size() : end + close.size());
    } else if (text[i] == '"' || (text[i] == '\'' && (i == 0 || !word_char(text[i - 1])))) {
      const char quote = text[i++];
      std::size_t end = i;
      while (end < text.size() && text[end] != quote && text[end] != '\n') end += text[end] == '\\' ? 2 : 1;
      blank_until(end);
      if (i < out.size()) ++i;
    } else {
      ++i;
    }
  }
  return out;
}

std::vector<std::string> forbidden_includes(const SourceFile& file) {
  std::vector<std::string> findings;
  const Room* room = room_of(file.path);
  if (room == nullptr) return findings;
  const auto lines = lines_of(file.text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::string_view line = trimmed(lines[i]);
    if (!line.starts_with('#')) continue;
    line = trimmed(line.substr(1));
    if (!line.starts_with("include")) continue;
    line = trimmed(line.substr(7));
    const bool quoted = line.starts_with('"');
    if (!quoted && !line.starts_with('<')) continue;
    const auto end = line.find(quoted ? '"' : '>', 1);
    const std::string_view target = line.substr(1, end == std::string_view::npos ? end : end - 1);
    const Room* other = room_of(target);
    if (other == nullptr) {
      if (quoted) findings.push_back(finding(file, i + 1, "\"" + std::string(target) + "\" does not start at a room"));
      continue;
    }
    if (other != room && std::ranges::find(room->may_use, other->path) == room->may_use.end()) {
      findings.push_back(finding(file, i + 1,
                                 std::string(room->path) + " must not include " + std::string(other->path) + " (" +
                                     std::string(target) + ")"));
    }
  }
  return findings;
}

std::vector<std::string> hidden_inputs(const SourceFile& file) {
  constexpr std::array<std::string_view, 18> kWords = {
      "_clock::now",   "random_device", "std::thread", "std::jthread", "std::async", "rand(",
      "srand(",        "time(nullptr)", "time(NULL)",  "time(0)",      "getenv",     "gettimeofday",
      "clock_gettime", "sleep_for",     "sleep_until", "sleep(",       "getrandom(", "usleep("};
  std::vector<std::string> findings;
  if (!deterministic(file.path)) return findings;
  const std::string text = blank_comments_and_literals(file.text);
  for (const std::string_view word : kWords) {
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
      const bool starts_inside_name = at > 0 && word_char(text[at - 1]) && word.front() != '_';
      if (!starts_inside_name)
        findings.push_back(finding(file, line_at(text, at), "hidden input: " + std::string(word)));
    }
  }
  return findings;
}

std::vector<std::string> awaits_that_gcc12_breaks(const SourceFile& file) {
  std::vector<std::string> findings;
  const std::string text = blank_comments_and_literals(file.text);
  for (std::size_t at = text.find("co_await"); at != std::string::npos; at = text.find("co_await", at + 1)) {
    const std::string_view statement = statement_around(text, at);
    const auto line_start = text.rfind('\n', at) + 1;  // npos + 1 == 0: the first line
    const auto line_end = std::min(text.find('\n', at), text.size());
    const std::string_view line = std::string_view(text).substr(line_start, line_end - line_start);
    if (has_capturing_lambda(statement) || has_capturing_lambda(line)) {
      findings.push_back(finding(file, line_at(text, at), "capturing lambda where co_await stands: name it first"));
    }
    if (has_brace_list(statement)) {
      findings.push_back(finding(file, line_at(text, at), "brace list where co_await stands: build the object first"));
    }
  }
  for (const std::size_t at : awaits_in_conditions(text)) {
    findings.push_back(finding(file, line_at(text, at), "call with arguments awaited in a condition: name the result"));
  }
  return findings;
}

std::vector<std::string> unordered_iteration(const SourceFile& file, const std::string& header) {
  std::vector<std::string> findings;
  if (!deterministic(file.path)) return findings;
  const std::string text = blank_comments_and_literals(file.text);
  auto names = unordered_names(text);
  names.merge(unordered_names(blank_comments_and_literals(header)));
  const auto original = lines_of(file.text);
  for (std::size_t at = text.find("for ("); at != std::string::npos; at = text.find("for (", at + 1)) {
    int depth = 0;
    std::size_t colon = 0;
    std::size_t end = at + 4;
    for (; end < text.size(); ++end) {
      if (text[end] == '(') ++depth;
      if (text[end] == ')' && --depth == 0) break;
      if (text[end] == ':' && depth == 1 && text[end + 1] != ':' && text[end - 1] != ':' && colon == 0) colon = end;
    }
    if (colon == 0 || end >= text.size()) continue;
    const std::string_view range = trimmed(std::string_view(text).substr(colon + 1, end - colon - 1));
    std::size_t start = range.size();
    while (start > 0 && word_char(range[start - 1])) --start;
    if (!names.contains(range.substr(start))) continue;
    const std::size_t line = line_at(text, at);
    constexpr std::string_view kExcuse = "// any order: ";
    const bool excused = original[line - 1].find(kExcuse) != std::string_view::npos ||
                         (line > 1 && original[line - 2].find(kExcuse) != std::string_view::npos);
    if (!excused) findings.push_back(finding(file, line, "loop over the unordered " + std::string(range)));
  }
  return findings;
}

std::vector<std::string> too_long(const SourceFile& file) {
  const auto lines = static_cast<std::size_t>(std::count(file.text.begin(), file.text.end(), '\n'));
  if (lines <= kMaxLines) return {};
  return {file.path + ": " + std::to_string(lines) + " lines, at most " + std::to_string(kMaxLines)};
}

}  // namespace drydock::test
