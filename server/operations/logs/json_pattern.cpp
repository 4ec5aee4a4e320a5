// { $.level = "error" && ($.code >= 500 || $.retry IS TRUE) }
#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "server/operations/logs/pattern_value.hpp"

namespace drydock::operations::logs {
namespace {

using Json = nlohmann::json;
using Test = std::function<bool(const Json&)>;

constexpr int kDepth = 50;

/// One step into a value: a member, an element, or every element.
struct Step {
  std::string member;
  std::optional<std::size_t> element;
  bool every = false;
};
using Path = std::vector<Step>;

/// Whether a value that the path leads to passes; false when it leads nowhere.
bool any_at(const Json& value, const Path& path, std::size_t depth, const Test& test) {
  if (depth == path.size()) return test(value);
  const Step& step = path[depth];
  if (step.every) {
    if (!value.is_array()) return false;
    return std::ranges::any_of(value, [&](const Json& one) { return any_at(one, path, depth + 1, test); });
  }
  if (step.element) {
    return value.is_array() && *step.element < value.size() && any_at(value[*step.element], path, depth + 1, test);
  }
  if (!value.is_object()) return false;
  const auto member = value.find(step.member);
  return member != value.end() && any_at(*member, path, depth + 1, test);
}

Path read_path(PatternReader& reader) {
  reader.expect("$");
  Path path;
  while (true) {
    if (reader.take(".")) {
      path.push_back({reader.word(".[=!<>)}&|"), std::nullopt, false});
      if (path.back().member.empty()) throw PatternError{};
    } else if (reader.take("[")) {
      const char quote = reader.peek();
      if (quote == '\'' || quote == '"') {
        reader.take(std::string_view(&quote, 1));
        path.push_back({reader.until(quote), std::nullopt, false});
        reader.expect("]");
      } else {
        const std::string index = reader.until(']');
        const auto number = number_of(index);
        if (index == "*") {
          path.push_back({"", std::nullopt, true});
        } else if (number && *number >= 0) {
          path.push_back({"", static_cast<std::size_t>(*number), false});
        } else {
          throw PatternError{};
        }
      }
    } else {
      return path;
    }
  }
}

std::string text_of(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Test read_condition(PatternReader& reader) {
  const Path path = read_path(reader);
  reader.skip_spaces();
  const auto at = [path](const Test& test) -> Test {
    return [path, test](const Json& value) { return any_at(value, path, 0, test); };
  };
  if (reader.take_word("EXISTS")) return at([](const Json&) { return true; });
  if (reader.take_word("NOT")) {
    reader.skip_spaces();
    if (!reader.take_word("EXISTS")) throw PatternError{};
    const Test there = at([](const Json&) { return true; });
    return [there](const Json& value) { return !there(value); };
  }
  if (reader.take_word("IS")) {
    reader.skip_spaces();
    if (reader.take_word("NULL")) return at([](const Json& value) { return value.is_null(); });
    if (reader.take_word("TRUE")) return at([](const Json& value) { return value == Json(true); });
    if (reader.take_word("FALSE")) return at([](const Json& value) { return value == Json(false); });
    throw PatternError{};
  }
  const Comparison comparison = read_comparison(reader, ")}&|");
  return at([comparison](const Json& value) {
    return (value.is_string() || value.is_number() || value.is_boolean()) && comparison.holds(text_of(value));
  });
}

Test read_either(PatternReader& reader, int depth);

Test read_both(PatternReader& reader, int depth) {
  std::vector<Test> all;
  do {
    reader.skip_spaces();
    if (reader.take("(")) {
      if (depth == kDepth) throw PatternError{};
      all.push_back(read_either(reader, depth + 1));
      reader.expect(")");
    } else {
      all.push_back(read_condition(reader));
    }
    reader.skip_spaces();
  } while (reader.take("&&"));
  return [all](const Json& value) { return std::ranges::all_of(all, [&](const Test& test) { return test(value); }); };
}

Test read_either(PatternReader& reader, int depth) {
  std::vector<Test> any;
  do {
    any.push_back(read_both(reader, depth));
    reader.skip_spaces();
  } while (reader.take("||"));
  return [any](const Json& value) { return std::ranges::any_of(any, [&](const Test& test) { return test(value); }); };
}

}  // namespace

Matcher read_json_pattern(PatternReader reader) {
  reader.expect("{");
  const Test test = read_either(reader, 0);
  reader.expect("}");
  reader.skip_spaces();
  if (!reader.at_end()) throw PatternError{};
  return [test](std::string_view message) {
    const std::size_t begin = message.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos || (message[begin] != '{' && message[begin] != '[')) return false;
    const Json value = Json::parse(message.begin(), message.end(), nullptr, false);
    return !value.is_discarded() && test(value);
  };
}

}  // namespace drydock::operations::logs
