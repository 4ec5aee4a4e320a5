#pragma once
// Where instances bring the lines of containers whose log driver is awslogs.

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "instances/awslogs.hpp"
#include "model/log_lines.hpp"

namespace drydock::instances {

struct LogSink {
  /// Makes the stream (and its group, if so told) in the account of the task. The reply comes once that is durable, on
  /// the executor that called; the error is CloudWatch Logs' own: "ResourceNotFoundException: ...".
  std::function<void(std::string task_arn, Awslogs where,
                     std::function<void(std::expected<model::LogStreamId, std::string>)> reply)>
      open;
  // From any thread.
  /// Before a source is read for the first time: `ready` is called, on any thread, once position() knows it. Empty
  /// where it always does.
  std::function<void(std::string source, std::function<void()> ready)> prepare{};
  /// How far a source (a container) was read already; what append() stored last.
  std::function<std::optional<std::string>(const std::string& source)> position;
  /// Lines, and how far the source was read when they are stored; returns a ticket.
  std::function<std::uint64_t(model::LogStreamId stream, std::vector<model::LogLine> lines, std::string source,
                              std::string position)>
      append;
  /// Too much waits to be stored: append no more for a moment.
  std::function<bool()> crowded;
  /// Whether everything up to this ticket is stored.
  std::function<bool(std::uint64_t ticket)> stored;
};

}  // namespace drydock::instances
