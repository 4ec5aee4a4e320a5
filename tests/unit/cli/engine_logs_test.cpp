#include "cli/engine_logs.hpp"

#include <string>
#include <vector>

#include "tests/support/catch.hpp"

namespace drydock::cli {
namespace {

std::string frame(char stream, const std::string& text) {
  return std::string{
             stream, 0, 0, 0, 0, 0, static_cast<char>(text.size() / 256), static_cast<char>(text.size() % 256)} +
         text;
}

std::vector<std::string> texts(const std::vector<EngineLine>& lines) {
  std::vector<std::string> out;
  out.reserve(lines.size());
  for (const EngineLine& line : lines) out.push_back(line.timestamp + "|" + line.text);
  return out;
}

}  // namespace

TEST_CASE("The engine's log frames of both streams become lines", "[cli]") {
  const std::string long_text(300, 'x');
  const std::string body =
      frame(1, "T1 out\n") + frame(2, "T2 err \n") + frame(1, "T3 " + long_text + "\n") + frame(1, "T4 \n");
  CHECK(texts(parse_engine_log(body, true)) == std::vector<std::string>{"T1|out", "T2|err ", "T3|" + long_text, "T4|"});
}

TEST_CASE("A pseudo-terminal's log has no frames and carriage returns", "[cli]") {
  CHECK(texts(parse_engine_log("T1 one\r\nT2 two", false)) == std::vector<std::string>{"T1|one", "T2|two"});
}

TEST_CASE("A log that was cut off ends there", "[cli]") {
  const std::string whole = frame(1, "T1 out\n");
  CHECK(texts(parse_engine_log(whole + frame(1, "T2 more\n").substr(0, 5), true)) ==
        std::vector<std::string>{"T1|out"});
  CHECK(texts(parse_engine_log(whole.substr(0, 12), true)) == std::vector<std::string>{"T1|o"});
}

TEST_CASE("The engine is asked for what came after a line", "[cli]") {
  CHECK(engine_moment("2026-11-23T18:01:29.000000042Z") == "1795456889.000000042");
  CHECK(engine_moment("2026-11-23T18:01:29Z") == "1795456889");
  CHECK(engine_moment("yesterday").empty());
}

}  // namespace drydock::cli
