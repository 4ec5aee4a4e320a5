#pragma once
// A command in a container, with this process's standard streams (docs/exec.md, "drydock exec").

#include <string>

#include "cli/connection.hpp"

namespace drydock::cli {

/// What ExecuteCommand answered.
struct ExecTicket {
  std::string path;  // of the data channel, with its query
  std::string token;
};

/// Exit codes that are not the command's: Drydock could not run it, or not to its end.
constexpr int kNotRun = 125;

/// Runs the command to its end; the value is its exit code, or 128 and the number of the signal that ended this process
/// before. The command ends with this process. Errors: nobody answers, the session or its connection ended first.
Result<int> run_session(const Endpoint& endpoint, const ExecTicket& ticket, bool terminal);

}  // namespace drydock::cli
