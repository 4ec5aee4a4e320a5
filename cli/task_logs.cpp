#include "cli/task_logs.hpp"

#include "cli/engine_logs.hpp"

namespace drydock::cli {

Result<void> TaskLogs::learn(const Json& task) {
  const auto health = connection_.get("health");
  if (!health) return std::unexpected(health.error());
  simulated_ = text_of(*health, "runtime") == "simulated";
  const auto described =
      connection_.ecs("DescribeTaskDefinition", {{"taskDefinition", text_of(task, "taskDefinitionArn")}});
  if (!described) return std::unexpected(described.error());
  for (const Json& container : (*described)["taskDefinition"]["containerDefinitions"]) {
    const Json log = container.value("logConfiguration", Json::object());
    if (text_of(log, "logDriver") == "awslogs") {
      awslogs_[text_of(container, "name")] = log.value("options", Json::object());
    }
  }
  learnt_ = true;
  return {};
}

Result<std::vector<LogLine>> TaskLogs::more(const Json& task) {
  if (!learnt_) {
    if (const auto known = learn(task); !known) return std::unexpected(known.error());
  }
  std::vector<LogLine> lines;
  bool simulation_asked = false;
  for (const Json& container : task.value("containers", Json::array())) {
    const std::string name = text_of(container, "name");
    if (!only_.empty() && name != only_) continue;
    Result<void> read;
    if (awslogs_.contains(name)) {
      read = from_awslogs(task, container, lines);
    } else if (simulated_) {
      if (!simulation_asked) read = from_simulation(task, lines);
      simulation_asked = true;
    } else {
      read = from_engine(container, lines);
    }
    if (!read) return std::unexpected(read.error());
  }
  return lines;
}

Result<void> TaskLogs::from_awslogs(const Json& task, const Json& container, std::vector<LogLine>& lines) {
  const std::string name = text_of(container, "name");
  const Json& options = awslogs_[name];
  const std::string prefix = text_of(options, "awslogs-stream-prefix");
  const std::string stream = prefix.empty() ? text_of(container, "runtimeId")
                                            : prefix + "/" + name + "/" + short_name(text_of(task, "taskArn"));
  if (stream.empty()) return {};  // not created yet
  Kept& kept = kept_[name];
  while (true) {
    Json request = {
        {"logGroupName", text_of(options, "awslogs-group")}, {"logStreamName", stream}, {"startFromHead", true}};
    if (!kept.token.empty()) request["nextToken"] = kept.token;
    const auto answer = connection_.logs("GetLogEvents", request);
    if (!answer) {
      if (answer.error().what.starts_with("ResourceNotFoundException")) return {};  // nothing was written yet
      return std::unexpected(answer.error());
    }
    for (const Json& event : (*answer)["events"]) lines.push_back({name, text_of(event, "message")});
    const std::string next = text_of(*answer, "nextForwardToken");
    const bool end = (*answer)["events"].empty() || next == kept.token;
    kept.token = next;
    if (end) return {};
  }
}

Result<void> TaskLogs::from_engine(const Json& container, std::vector<LogLine>& lines) {
  const std::string name = text_of(container, "name");
  const std::string id = text_of(container, "runtimeId");
  if (id.empty()) return {};  // not created yet
  Kept& kept = kept_[name];
  auto read = engine_log_lines(id, kept.last_timestamp);
  if (!read) return std::unexpected(read.error());
  for (EngineLine& line : *read) {
    kept.last_timestamp = line.timestamp;
    lines.push_back({name, std::move(line.text)});
  }
  return {};
}

Result<void> TaskLogs::from_simulation(const Json& task, std::vector<LogLine>& lines) {
  const auto answer = connection_.get("simulated-logs/" + text_of(task, "taskArn"));
  if (!answer) return std::unexpected(answer.error());
  const Json written = answer->value("lines", Json::array());
  std::size_t& seen = kept_[""].simulated_lines;
  for (; seen < written.size(); ++seen) {
    const std::string name = text_of(written[seen], "container");
    if ((only_.empty() || name == only_) && !awslogs_.contains(name)) {
      lines.push_back({name, text_of(written[seen], "message")});
    }
  }
  return {};
}

}  // namespace drydock::cli
