#pragma once
// What the containers of a task write, wherever it is kept: CloudWatch Logs (awslogs), this machine's Docker engine, or
// the memory of the simulated runtime.

#include <map>
#include <string>
#include <vector>

#include "cli/connection.hpp"

namespace drydock::cli {

struct LogLine {
  std::string container;
  std::string text;
};

class TaskLogs {
 public:
  /// `container` empty: all of them.
  TaskLogs(Connection& connection, std::string container) : connection_(connection), only_(std::move(container)) {}

  /// What was written since the last call. `task` is the task as DescribeTasks shows it now. Errors: nobody answers,
  /// the engine cannot be reached.
  Result<std::vector<LogLine>> more(const Json& task);

 private:
  struct Kept {
    std::string token;           // of GetLogEvents
    std::string last_timestamp;  // of the engine's lines
    std::size_t simulated_lines = 0;
  };

  Result<void> learn(const Json& task);
  Result<void> from_awslogs(const Json& task, const Json& container, std::vector<LogLine>& lines);
  Result<void> from_engine(const Json& container, std::vector<LogLine>& lines);
  Result<void> from_simulation(const Json& task, std::vector<LogLine>& lines);

  Connection& connection_;
  std::string only_;
  bool learnt_ = false;
  bool simulated_ = false;
  std::map<std::string, Json> awslogs_;  // options, by container
  std::map<std::string, Kept> kept_;     // by container
};

}  // namespace drydock::cli
