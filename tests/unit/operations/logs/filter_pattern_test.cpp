#include "server/operations/logs/filter_pattern.hpp"

#include "tests/support/catch.hpp"

namespace drydock::test {
namespace {

using operations::logs::FilterPattern;

struct Row {
  const char* pattern;
  const char* message;
  bool matches;
};

}  // namespace

TEST_CASE("Filter patterns take the messages that CloudWatch takes") {
  const Row rows[] = {
      {"", "anything", true},
      {"ERROR", "an ERROR here", true},
      {"ERROR", "an error here", false},
      {"ERROR", "an ERRORS here", false},
      {"ERROR timeout", "timeout: ERROR", true},
      {"ERROR timeout", "ERROR", false},
      {"\"connection lost\"", "the connection lost again", true},
      {"\"connection lost\"", "lost connection", false},
      {"?ERROR ?WARN", "WARN x", true},
      {"?ERROR ?WARN", "INFO x", false},
      {"ERROR -retry", "ERROR fatal", true},
      {"ERROR -retry", "ERROR retry", false},
      {"-retry", "anything else", true},
      {"%ERR[0-9]+%", "code ERR42", true},
      {"%ERR[0-9]+%", "code ERR", false},
      {"{ $.level = \"error\" }", R"({"level":"error"})", true},
      {"{ $.level = \"error\" }", R"({"level":"info"})", false},
      {"{ $.level = \"error\" }", "level=error", false},
      {"{ $.level = err* }", R"({"level":"error"})", true},
      {"{ $.level != \"error\" }", R"({"level":"info"})", true},
      {"{ $.code >= 500 }", R"({"code":503})", true},
      {"{ $.code >= 500 }", R"({"code":404})", false},
      {"{ $.level = \"error\" && $.code >= 500 }", R"({"level":"error","code":500})", true},
      {"{ $.level = \"error\" && ($.code = 1 || $.code = 2) }", R"({"level":"error","code":2})", true},
      {"{ $.level = \"error\" && ($.code = 1 || $.code = 2) }", R"({"level":"error","code":3})", false},
      {"{ $.user.name = \"ann\" }", R"({"user":{"name":"ann"}})", true},
      {"{ $.ids[1] = 7 }", R"({"ids":[5,7]})", true},
      {"{ $.ids[*] = 7 }", R"({"ids":[5,7]})", true},
      {"{ $['a.b'] = 1 }", R"({"a.b":1})", true},
      {"{ $.gone IS NULL }", R"({"gone":null})", true},
      {"{ $.gone NOT EXISTS }", R"({"here":1})", true},
      {"{ $.here EXISTS }", R"({"here":1})", true},
      {"{ $.here NOT EXISTS }", R"({"here":1})", false},
      {"{ $.done IS TRUE }", R"({"done":true})", true},
      {"{ $.path = %^/api/% }", R"({"path":"/api/x"})", true},
      {"[ip, user, code = 5*]", "10.0.0.1 ann 503", true},
      {"[ip, user, code = 5*]", "10.0.0.1 ann 404", false},
      {"[ip, user, code = 5*]", "10.0.0.1 ann 503 more", false},
      {"[ip, ..., bytes > 1000]", "10.0.0.1 a b c 2000", true},
      {"[ip, ..., bytes > 1000]", "10.0.0.1 a b c 20", false},
      {"[ip, request = \"*index.html*\", code = 404 || code = 410]", "1.2.3.4 \"GET /index.html\" 410", true},
      {"[a, date, c]", "x [10/Oct/2000 13:55] y", true},
  };
  for (const Row& row : rows) {
    INFO(row.pattern << " on " << row.message);
    const auto pattern = FilterPattern::parse(row.pattern);
    REQUIRE(pattern.has_value());
    CHECK(pattern->matches(row.message) == row.matches);
  }
}

TEST_CASE("What is no filter pattern is refused") {
  for (const char* text : {"\"open", "{ $.a }", "{ $.a = }", "{ a = 1 }", "{ $.a = 1", "{ $.a = 1 } x", "[a, b", "[]",
                           "[..., ...]", "%(%", "{ ($.a = 1 }", "{ $.a > x }"}) {
    INFO(text);
    const auto pattern = FilterPattern::parse(text);
    REQUIRE_FALSE(pattern.has_value());
    CHECK(pattern.error().code == "InvalidParameterException");
  }
}

}  // namespace drydock::test
