// Commands in containers: spec/execute-command.md section 6.

#include "instances/docker/command_line.hpp"
#include "instances/docker/exec_session.hpp"
#include "tests/support/catch.hpp"

using namespace drydock::instances::docker;
using Words = std::vector<std::string>;

TEST_CASE("A command line is split as a shell does, and nothing is expanded", "[exec]") {
  const auto words = [](const char* line) { return split_command_line(line).value(); };
  CHECK(words("").empty());
  CHECK(words(" \t\n ").empty());
  CHECK(words("/bin/sh") == Words{"/bin/sh"});
  CHECK(words("  ls   -l\t/tmp ") == Words{"ls", "-l", "/tmp"});
  CHECK(words("ls | wc > $HOME") == Words{"ls", "|", "wc", ">", "$HOME"});
  CHECK(words("sh -c 'echo \"a  b\" | wc'") == Words{"sh", "-c", "echo \"a  b\" | wc"});
  CHECK(words("a\"b c\"'d e'f") == Words{"ab cd ef"});
  CHECK(words("'' \"\"") == Words{"", ""});
  CHECK(words("a\\ b \\\"c\\\"") == Words{"a b", "\"c\""});
  CHECK(words("\"a\\\"b\\\\c\\n\\$d\"") == Words{"a\"b\\c\\n$d"});
  CHECK(words("'a\\'") == Words{"a\\"});
  CHECK(words("a\\\nb") == Words{"ab"});
  CHECK(words("a\\") == Words{"a\\"});
}

TEST_CASE("A quote that is not closed is refused", "[exec]") {
  CHECK(split_command_line("echo 'a").error() == "a ' is not closed");
  CHECK(split_command_line("echo \"a\\\"").error() == "a \" is not closed");
}

TEST_CASE("The engine's words about a command that cannot start are told from the command's own", "[exec]") {
  const std::string text =
      "OCI runtime exec failed: exec failed: unable to start container process: exec: \"nope\": executable file not "
      "found in $PATH: unknown\r\n";
  const auto info = [](int exit_code, int pid) { return ExecInfo{false, exit_code, pid}; };
  CHECK(start_failure(text, info(126, 0)) == "exec: \"nope\": executable file not found in $PATH");
  CHECK(start_failure(text, info(127, 0)) == "exec: \"nope\": executable file not found in $PATH");
  CHECK(start_failure(text, info(126, 4711)) == std::nullopt);
  CHECK(start_failure(text, info(1, 0)) == std::nullopt);
  CHECK(start_failure("sh: nope: not found\r\n", info(127, 0)) == std::nullopt);
  CHECK(start_failure_text("why") == "\n----------ERROR-------\nUnable to start command: Failed to start pty: why\n");
}
