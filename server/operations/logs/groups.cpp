#include "server/operations/logs/groups.hpp"

#include <algorithm>

#include "model/arn.hpp"
#include "server/operations/logs/errors.hpp"

namespace drydock::operations::logs {
namespace {

constexpr std::string_view kAllStreams = ":*";

api::ApiError invalid(const char* member, const std::string& value, const char* rule) {
  return api::ApiError::invalid_parameter("1 validation error detected: Value '" + value + "' at '" + member +
                                          "' failed to satisfy constraint: Member must satisfy regular expression "
                                          "pattern: " +
                                          rule);
}

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view(".-_/#").find(c) != std::string_view::npos;
}

}  // namespace

std::string group_arn(const model::State& state, const model::LogGroup& group) {
  const model::World& world = state.get(group.world);
  return "arn:" + std::string(model::partition_of(world.region)) + ":logs:" + world.region + ":" + world.account +
         ":log-group:" + group.name;
}

Result<void> check_group_name(const std::string& name) {
  if (!std::ranges::all_of(name, is_name_character)) {
    return std::unexpected(invalid("logGroupName", name, "[\\.\\-_/#A-Za-z0-9]+"));
  }
  if (name.starts_with("aws/")) {
    return std::unexpected(api::ApiError::invalid_parameter("Log groups starting with aws/ are reserved for AWS."));
  }
  return {};
}

Result<void> check_stream_name(const std::string& name) {
  if (name.find_first_of(":*") == std::string::npos) return {};
  return std::unexpected(invalid("logStreamName", name, "[^:*]*"));
}

Result<model::LogGroupId> group_named(const Context& context, const std::string& name) {
  const model::LogGroup* group = context.state().log_group_named(context.world, name);
  if (group == nullptr) return std::unexpected(no_group());
  return group->id;
}

Result<model::LogGroupId> group_of(const Context& context, const std::optional<std::string>& name,
                                   const std::optional<std::string>& identifier) {
  if (name.has_value() == identifier.has_value()) {
    return std::unexpected(
        api::ApiError::invalid_parameter("Exactly one of logGroupName and logGroupIdentifier must be specified."));
  }
  if (name) return group_named(context, *name);
  std::string_view text = *identifier;
  if (!model::looks_like_arn(text)) return group_named(context, std::string(text));
  if (text.ends_with(kAllStreams)) text.remove_suffix(kAllStreams.size());
  const std::size_t start = text.find(":log-group:");
  if (start == std::string_view::npos) return std::unexpected(no_group());
  const auto group = group_named(context, std::string(text.substr(start + std::string_view(":log-group:").size())));
  // An ARN of another account or region names nothing here.
  if (!group || group_arn(context.state(), context.state().get(*group)) != text) return std::unexpected(no_group());
  return group;
}

Result<model::LogStreamId> stream_named(const Context& context, model::LogGroupId group, const std::string& name) {
  const model::LogStream* stream = context.state().log_stream_named(group, name);
  if (stream == nullptr) return std::unexpected(no_stream());
  return stream->id;
}

model::LogGroupId ensure_group(Context& context, const std::string& name) {
  if (const model::LogGroup* known = context.state().log_group_named(context.world, name)) return known->id;
  model::LogGroup made;
  made.world = context.world;
  made.name = name;
  made.log_class = "STANDARD";
  made.created_at = context.tx.now();
  return context.tx.create(std::move(made));
}

Result<model::LogStreamId> open_stream(Context& context, const std::string& group, const std::string& stream,
                                       bool create_group) {
  if (auto fine = check_group_name(group); !fine) return std::unexpected(std::move(fine.error()));
  if (auto fine = check_stream_name(stream); !fine) return std::unexpected(std::move(fine.error()));
  const model::LogGroup* known = context.state().log_group_named(context.world, group);
  if (known == nullptr && !create_group) return std::unexpected(no_group());
  const model::LogGroupId id = ensure_group(context, group);
  if (const model::LogStream* there = context.state().log_stream_named(id, stream)) return there->id;
  model::LogStream made;
  made.group = id;
  made.name = stream;
  made.created_at = context.tx.now();
  return context.tx.create(std::move(made));
}

model::Instant oldest_kept(const model::LogGroup& group, model::Instant now) {
  if (group.retention_days == 0) return model::Instant{};
  return now - std::chrono::days(group.retention_days);
}

model::LogReading read(const Context& context, const model::LogQuery& query,
                       const std::function<bool(const model::LogEvent&)>& visit, model::LogPosition& reached) {
  if (context.settings.logs == nullptr) return model::LogReading::kComplete;
  return context.settings.logs->read(query, visit, reached);
}

model::LogStreamFacts facts(const Context& context, model::LogStreamId stream) {
  if (context.settings.logs == nullptr) return {};
  return context.settings.logs->facts(stream);
}

}  // namespace drydock::operations::logs
