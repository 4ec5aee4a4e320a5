#include <unistd.h>

#include "cli/exec/quoting.hpp"
#include "cli/exec/session.hpp"
#include "cli/exec/terminal.hpp"
#include "cli/find.hpp"
#include "cli/word.hpp"

namespace drydock::cli {
namespace {

struct ExecOptions {
  std::string task;
  std::string cluster;
  std::string container;
  bool interactive = false;
  bool terminal = false;
  bool no_terminal = false;
  std::vector<std::string> command;
};

/// A terminal that was asked for and cannot be had is a mistake, as with docker.
Result<bool> wants_terminal(const ExecOptions& options) {
  if (options.no_terminal) return false;
  if (options.terminal && ::isatty(STDIN_FILENO) != 1) {
    return failed("standard input is not a terminal", "Leave out -t, or give it one: script -qc 'drydock exec ...'",
                  kMistake);
  }
  return options.terminal || in_terminal();
}

/// What else can be done where ECS refuses, beside what the server says.
Failure with_advice(Failure failure, Connection& connection, const Json& task, const ExecOptions& options) {
  const Json containers = task.value("containers", Json::array());
  if (options.container.empty() && containers.size() > 1) {
    if (failure.next.empty()) failure.next = "Name one with --container";
    return failure;
  }
  if (task.value("enableExecuteCommand", false)) return failure;
  const auto health = connection.get("health");
  if (!health || text_of(*health, "runtime") != "docker") return failure;
  for (const Json& container : containers) {
    const std::string id = text_of(container, "runtimeId");
    if (id.empty() || (!options.container.empty() && text_of(container, "name") != options.container)) continue;
    failure.next +=
        (failure.next.empty() ? "" : "\n  ") + ("This one only on its machine: docker exec -it " + id.substr(0, 12) +
                                                " " + (options.command.empty() ? "sh" : quoted_line(options.command)));
  }
  return failure;
}

Result<ExecTicket> ask(Connection& connection, const ExecOptions& options) {
  const auto task = find_task(connection, options.cluster, options.task);
  if (!task) return std::unexpected(task.error());
  Json request = {{"cluster", text_of(*task, "clusterArn")},
                  {"task", text_of(*task, "taskArn")},
                  {"command", options.command.empty() ? "sh" : quoted_line(options.command)},
                  {"interactive", true}};
  if (!options.container.empty()) request["container"] = options.container;
  auto answer = connection.ecs("ExecuteCommand", request);
  if (!answer) return std::unexpected(with_advice(answer.error(), connection, *task, options));
  const Json session = answer->value("session", Json::object());
  const std::string url = text_of(session, "streamUrl");
  const std::size_t host = url.find("://");
  const std::size_t path = host == std::string::npos ? host : url.find('/', host + 3);
  if (path == std::string::npos) return failed("the server answered without the address of a session");
  return ExecTicket{url.substr(path), text_of(session, "tokenValue")};
}

Result<int> exec(Connection& connection, const ExecOptions& options) {
  const auto terminal = wants_terminal(options);
  if (!terminal) return std::unexpected(terminal.error());
  const auto ticket = ask(connection, options);
  if (!ticket) {
    // 1 would be the command's.
    Failure failure = ticket.error();
    if (failure.exit_code == kFailed) failure.exit_code = kNotRun;
    return std::unexpected(std::move(failure));
  }
  return run_session(connection.endpoint(), *ticket, *terminal);
}

}  // namespace

void add_exec(Words& words) {
  auto options = std::make_shared<ExecOptions>();
  CLI::App* word = words.add("exec", "Run a command in a container of a task, and end with its exit code",
                             [options](Connection& connection, const Shared&) { return exec(connection, *options); });
  word->add_option("task", options->task, "ARN of the task, or the beginning of its id")->required();
  word->add_option("command", options->command, "The command with its arguments; a shell (sh) without one");
  cluster_option(word, options->cluster, "otherwise any");
  word->add_option("--container", options->container, "The container, when the task has several");
  word->add_flag("-t,--tty", options->terminal,
                 "Insist on a terminal; without it there is one when standard input and output are one");
  word->add_flag("-T,--no-tty", options->no_terminal, "No terminal: input and output go through as they are")
      ->excludes("--tty");
  word->add_flag("-i,--interactive", options->interactive, "Standard input always goes through; for docker's habits");
  word->footer(
      "The task has to run with ECS Exec (enableExecuteCommand). Exit code 125: the command was not run, or not\n"
      "to its end. Example: drydock exec 3f2a --container web sh -c 'ls -l /tmp'");
}

}  // namespace drydock::cli
