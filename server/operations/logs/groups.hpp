#pragma once
// Finding and making log groups and streams: for the operations, and for whoever writes container logs.

#include <optional>
#include <string>

#include "model/log_lines.hpp"
#include "server/operations/context.hpp"

namespace drydock::operations::logs {

/// arn:<partition>:logs:<region>:<account>:log-group:<name>
std::string group_arn(const model::State& state, const model::LogGroup& group);

/// By name. Error: ResourceNotFoundException.
Result<model::LogGroupId> group_named(const Context& context, const std::string& name);
/// By exactly one of a name and an identifier (a name, or an ARN with or without :*).
Result<model::LogGroupId> group_of(const Context& context, const std::optional<std::string>& name,
                                   const std::optional<std::string>& identifier);
Result<model::LogStreamId> stream_named(const Context& context, model::LogGroupId group, const std::string& name);

/// What the model cannot say about names. Error: InvalidParameterException.
Result<void> check_group_name(const std::string& name);
Result<void> check_stream_name(const std::string& name);

/// The group with this name, made when it is not there.
model::LogGroupId ensure_group(Context& context, const std::string& name);
/// The stream of a container's log driver, made when it is not there. Without `create_group` the group has to exist:
/// ResourceNotFoundException.
Result<model::LogStreamId> open_stream(Context& context, const std::string& group, const std::string& stream,
                                       bool create_group);

/// Events before this instant have expired.
model::Instant oldest_kept(const model::LogGroup& group, model::Instant now);

/// Reads, when there is somebody who keeps lines.
model::LogReading read(const Context& context, const model::LogQuery& query,
                       const std::function<bool(const model::LogEvent&)>& visit, model::LogPosition& reached);
model::LogStreamFacts facts(const Context& context, model::LogStreamId stream);

}  // namespace drydock::operations::logs
