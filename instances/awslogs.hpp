#pragma once
// What the log driver awslogs is told in a container definition (spec/logs.md section 1).

#include <expected>
#include <optional>
#include <string>

#include "api-spec/generated/types.hpp"

namespace drydock::instances {

struct Awslogs {
  std::string group;
  std::string region;  // empty: that of the task
  std::string stream;
  bool create_group = false;
  /// Regular expression that the first line of an event matches; empty: every line is an event. What
  /// awslogs-datetime-format says is translated.
  std::string event_start;
};

/// Whether the container's lines go to a log group.
bool uses_awslogs(const api::ContainerDefinition& definition);

/// The stream is <prefix>/<container>/<task id>, or the container's own id where no prefix is given. The error is what
/// the engine says about such options.
std::expected<Awslogs, std::string> awslogs_of(const api::ContainerDefinition& definition, const std::string& task_arn,
                                               const std::string& container_id);

/// strftime to a regular expression, as the driver does it.
std::string pattern_of_datetime(const std::string& format);

/// Why a container cannot start whose stream could not be made, as the agent words it for EC2 and Fargate.
std::string log_stream_failure(const std::string& launch_type, const std::string& error);

}  // namespace drydock::instances
