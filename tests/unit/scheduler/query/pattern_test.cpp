// The regular expressions of the query language: Java's syntax, whole texts.
#include "scheduler/query/pattern.hpp"

#include <string>

#include "tests/support/catch.hpp"

namespace drydock::scheduler::query {
namespace {

bool matches(std::string_view pattern, std::string_view text) {
  const auto compiled = Pattern::compile(pattern);
  INFO(pattern);
  REQUIRE(compiled.has_value());
  return compiled->matches(text);
}

std::string error(std::string_view pattern) {
  const auto compiled = Pattern::compile(pattern);
  return compiled ? "" : compiled.error().text();
}

TEST_CASE("patterns match whole texts", "[scheduler][query]") {
  struct Row {
    const char* pattern;
    const char* text;
    bool matches;
  };
  const Row rows[] = {
      {"t2.*", "t2.small", true},
      {"t2.*", "at2.small", false},
      {"t2", "t2.small", false},
      {"", "", true},
      {"", "a", false},
      {"t2\\.(small|large)", "t2.large", true},
      {"t2\\.(small|large)", "t2xlarge", false},
      {"a|b|", "", true},
      {"(?:ab)+", "ababab", true},
      {"(?:ab)+", "aba", false},
      {"(?<size>x)y", "xy", true},
      {"a{2,3}", "a", false},
      {"a{2,3}", "aaa", true},
      {"a{2,3}", "aaaa", false},
      {"a{2}", "aa", true},
      {"a{2,}", "aaaaa", true},
      {"a{0}b", "b", true},
      {"ab?c", "ac", true},
      {"a+?b*?", "aab", true},
      {"[a-c]+", "abc", true},
      {"[^a-c]+", "abd", false},
      {"[a\\-c]", "-", true},
      {"[]]", "]", true},
      {"[\\d.]+", "1.2", true},
      {"[+--]", ",", true},
      {"[a-]", "-", true},
      {"\\d\\w\\s\\D\\W\\S", "1_ a-b", true},
      {"^abc$", "abc", true},
      {"a^b", "ab", false},
      {"\\bab\\b", "ab", true},
      {"a\\Bb", "ab", true},
      {"a\\bb", "ab", false},
      {"(?i)T2\\.[a-z]+", "t2.SMALL", true},
      {"(?i)[^a]", "A", false},
      {"(a*)*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac", false},
      {"(a?){50}a{50}", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", true},
      {"(|a)+", "aaa", true},
      {".", "\n", false},
  };
  for (const Row& row : rows) {
    INFO(row.pattern << " and " << row.text);
    CHECK(matches(row.pattern, row.text) == row.matches);
  }
}

TEST_CASE("what the patterns do not have is refused where it stands", "[scheduler][query]") {
  CHECK(error("a(b") == "unclosed group at position 2.");
  CHECK(error("a)b") == "unmatched ')' at position 2.");
  CHECK(error("*a") == "dangling quantifier at position 1.");
  CHECK(error("a**") == "dangling quantifier at position 3.");
  CHECK(error("a++") == "possessive quantifiers are not supported at position 3.");
  CHECK(error("a{2") == "malformed repetition at position 4.");
  CHECK(error("a{3,2}") == "malformed repetition at position 7.");
  CHECK(error("[ab") == "unclosed character class at position 1.");
  CHECK(error("[b-a]") == "a character range goes backwards at position 5.");
  CHECK(error("[a[b]]") == "character classes inside character classes are not supported at position 3.");
  CHECK(error("(?=a)") ==
        "lookaround, atomic groups and flags inside a regular expression are not supported at position 3.");
  CHECK(error("(a)\\1") == "back references are not supported at position 4.");
  CHECK(error("\\p{javaLowerCase}") == "the escape \\p is not supported at position 1.");
  CHECK(error("a\\") == "incomplete escape at position 2.");
  CHECK(error("((((a{1000}){1000}){1000}){1000})").starts_with("the regular expression is too large"));
  CHECK(error("a{100000}").starts_with("the regular expression is too large"));
  CHECK(error(std::string(60, '(')).starts_with("groups are nested too deeply"));
}

}  // namespace
}  // namespace drydock::scheduler::query
