#include "server/operations/logs/errors.hpp"
#include "server/operations/logs/groups.hpp"
#include "server/operations/logs/logs.hpp"

namespace drydock::operations::logs {
namespace {

constexpr std::size_t kBatchBytes = 1'048'576;
constexpr std::size_t kEventOverhead = 26;
constexpr auto kSpan = std::chrono::hours(24);
constexpr auto kFuture = std::chrono::hours(2);
constexpr auto kPast = std::chrono::days(14);

model::Instant time_of(const api::logs::InputLogEvent& event) {
  return model::Instant{model::Duration{event.timestamp.value_or(0)}};
}

Result<void> check(const std::vector<api::logs::InputLogEvent>& events) {
  std::size_t bytes = 0;
  for (const auto& event : events) bytes += event.message.value_or("").size() + kEventOverhead;
  if (bytes > kBatchBytes) {
    return std::unexpected(api::ApiError::invalid_parameter("Upload too large: " + std::to_string(bytes) +
                                                            " bytes exceeds limit of " + std::to_string(kBatchBytes)));
  }
  for (std::size_t i = 1; i < events.size(); ++i) {
    if (time_of(events[i]) < time_of(events[i - 1])) {
      return std::unexpected(api::ApiError::invalid_parameter(
          "Log events in a single PutLogEvents request must be in chronological order."));
    }
  }
  if (time_of(events.back()) - time_of(events.front()) > kSpan) {
    return std::unexpected(api::ApiError::invalid_parameter(
        "The batch of log events in a single PutLogEvents request cannot span more than 24 hours."));
  }
  return {};
}

}  // namespace

Result<api::logs::PutLogEventsResponse> put_log_events(const api::logs::PutLogEventsRequest& request,
                                                       Context& context) {
  const auto& events = *request.logEvents;
  if (auto fine = check(events); !fine) return std::unexpected(std::move(fine.error()));
  const auto group = group_named(context, *request.logGroupName);
  if (!group) return std::unexpected(group.error());
  const auto stream = stream_named(context, *group, *request.logStreamName);
  if (!stream) return std::unexpected(stream.error());
  const model::Instant now = context.tx.now();
  const model::Instant expired = oldest_kept(context.state().get(*group), now);
  api::logs::RejectedLogEventsInfo rejected;
  std::vector<model::LogLine> lines;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const model::Instant at = time_of(events[i]);
    const auto index = static_cast<std::int32_t>(i);
    // The ends are exclusive, the start is inclusive: events are in order.
    if (at < now - kPast) {
      rejected.tooOldLogEventEndIndex = index + 1;
    } else if (at < expired) {
      rejected.expiredLogEventEndIndex = index + 1;
    } else if (at > now + kFuture) {
      if (!rejected.tooNewLogEventStartIndex) rejected.tooNewLogEventStartIndex = index;
    } else {
      lines.push_back({at, events[i].message.value_or("")});
    }
  }
  if (!lines.empty() && context.settings.logs != nullptr) {
    context.settings.logs->append(*stream, std::move(lines), now);
  }
  api::logs::PutLogEventsResponse response;
  response.nextSequenceToken = upload_token(*stream);
  if (rejected != api::logs::RejectedLogEventsInfo{}) response.rejectedLogEventsInfo = rejected;
  return response;
}

}  // namespace drydock::operations::logs
