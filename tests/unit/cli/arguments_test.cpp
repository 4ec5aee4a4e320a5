#include "cli/arguments.hpp"

#include "cli/commands.hpp"
#include "tests/support/catch.hpp"

namespace drydock::cli {

using Arguments = std::vector<std::string>;

TEST_CASE("From its first word on everything is the command of exec", "[cli]") {
  CLI::App app("", "drydock");
  Run chosen;
  add_commands(app, chosen);
  const auto marked = [&](const Arguments& arguments) { return with_command_marked(app, arguments); };

  CHECK(marked({"exec", "3f2a", "ls", "-l"}) == Arguments{"exec", "3f2a", "--", "ls", "-l"});
  CHECK(marked({"exec", "3f2a", "--container", "web", "sh", "-c", "ls"}) ==
        Arguments{"exec", "3f2a", "--container", "web", "--", "sh", "-c", "ls"});
  CHECK(marked({"exec", "-c", "deepdive", "3f2a", "ps"}) == Arguments{"exec", "-c", "deepdive", "3f2a", "--", "ps"});
  CHECK(marked({"exec", "--container=web", "-it", "3f2a", "ls", "-t"}) ==
        Arguments{"exec", "--container=web", "-it", "3f2a", "--", "ls", "-t"});
  CHECK(marked({"exec", "-T", "3f2a", "cat", "-"}) == Arguments{"exec", "-T", "3f2a", "--", "cat", "-"});

  SECTION("it stays as it is where that is said, or nothing is") {
    const std::vector<Arguments> clear = {{},
                                          {"exec"},
                                          {"exec", "3f2a"},
                                          {"exec", "3f2a", "-t"},
                                          {"exec", "3f2a", "--", "ls", "-l"},
                                          {"exec", "-c"},
                                          {"exec", "3f2a", "--help"},
                                          {"logs", "3f2a", "x"}};
    for (const Arguments& arguments : clear) CHECK(marked(arguments) == arguments);
  }
}

}  // namespace drydock::cli
