#include "cli/exec/quoting.hpp"

#include "instances/docker/command_line.hpp"
#include "tests/support/catch.hpp"

namespace drydock::cli {

TEST_CASE("The words of a command arrive as they were typed", "[cli]") {
  const std::vector<std::vector<std::string>> commands = {
      {"ls"},
      {"ls", "-l", "/tmp"},
      {"sh", "-c", "echo \"$HOME\" | wc -l; exit 3"},
      {"echo", "", "it's", "a \\ b", "'", "\"", "new\nline", "tab\t", "größe", "*", "$(x)", "`x`"},
      {""},
  };
  for (const auto& words : commands) {
    CAPTURE(quoted_line(words));
    CHECK(instances::docker::split_command_line(quoted_line(words)) == words);
  }
}

TEST_CASE("Plain words are not quoted", "[cli]") {
  CHECK(quoted_line({"ls", "-l", "/tmp"}) == "ls -l /tmp");
  CHECK(quoted_line({"echo", "it's"}) == "echo 'it'\\''s'");
}

}  // namespace drydock::cli
