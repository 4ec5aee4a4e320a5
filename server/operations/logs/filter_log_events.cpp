#include <algorithm>
#include <charconv>

#include "server/operations/logs/errors.hpp"
#include "server/operations/logs/filter_pattern.hpp"
#include "server/operations/logs/groups.hpp"
#include "server/operations/logs/logs.hpp"
#include "server/operations/paging.hpp"

namespace drydock::operations::logs {
namespace {

constexpr std::size_t kPage = 10'000;
constexpr std::size_t kPageBytes = 1'048'576;
constexpr std::size_t kEventOverhead = 26;
constexpr std::size_t kIdDigits = 56;
constexpr std::string_view kList = "FilterLogEvents";

std::string event_id(std::uint64_t id) {
  const std::string digits = std::to_string(id);
  return std::string(kIdDigits - digits.size(), '0') + digits;
}

std::string token_of(const model::LogPosition& position) {
  return make_token(kList, std::to_string(position.at.time_since_epoch().count()) + "/" + std::to_string(position.id));
}

Result<model::LogPosition> position_of(const std::string& token) {
  const auto key = read_token(kList, token);
  if (!key) return std::unexpected(bad_token());
  std::int64_t at = 0;
  std::uint64_t id = 0;
  const char* end = key->data() + key->size();
  const auto time = std::from_chars(key->data(), end, at);
  if (time.ec != std::errc{} || time.ptr == end) return std::unexpected(bad_token());
  if (std::from_chars(time.ptr + 1, end, id).ec != std::errc{}) return std::unexpected(bad_token());
  return model::LogPosition{model::Instant{model::Duration{at}}, id};
}

Result<std::vector<model::LogStreamId>> streams_of(const api::logs::FilterLogEventsRequest& request,
                                                   model::LogGroupId group, const Context& context) {
  std::vector<model::LogStreamId> ids;
  if (request.logStreamNames && request.logStreamNamePrefix) {
    return std::unexpected(
        api::ApiError::invalid_parameter("logStreamNamePrefix and logStreamNames are mutually exclusive parameters."));
  }
  if (request.logStreamNames) {
    for (const std::string& name : *request.logStreamNames) {
      const auto id = stream_named(context, group, name);
      if (!id) return std::unexpected(id.error());
      ids.push_back(*id);
    }
    std::ranges::sort(ids);
    ids.erase(std::ranges::unique(ids).begin(), ids.end());
    return ids;
  }
  const std::string prefix = request.logStreamNamePrefix.value_or("");
  const auto& streams = context.state().of(group).streams;
  for (auto it = streams.lower_bound(prefix); it != streams.end() && it->first.starts_with(prefix); ++it) {
    ids.push_back(it->second);
  }
  return ids;
}

}  // namespace

Result<api::logs::FilterLogEventsResponse> filter_log_events(const api::logs::FilterLogEventsRequest& request,
                                                             Context& context) {
  const auto group = group_of(context, request.logGroupName, request.logGroupIdentifier);
  if (!group) return std::unexpected(group.error());
  const auto pattern = FilterPattern::parse(request.filterPattern.value_or(""));
  if (!pattern) return std::unexpected(pattern.error());
  auto streams = streams_of(request, *group, context);
  if (!streams) return std::unexpected(std::move(streams.error()));
  model::LogQuery query;
  query.streams = std::move(*streams);
  query.from = oldest_kept(context.state().get(*group), context.tx.now());
  if (request.startTime) query.from = std::max(query.from, model::Instant{model::Duration{*request.startTime}});
  // "Events with a timestamp later than this time are not returned."
  if (request.endTime) query.until = model::Instant{model::Duration{*request.endTime}} + model::Duration{1};
  if (request.nextToken) {
    const auto position = position_of(*request.nextToken);
    if (!position) return std::unexpected(position.error());
    query.beyond = *position;
  }
  const std::size_t limit = request.limit ? static_cast<std::size_t>(*request.limit) : kPage;

  api::logs::FilterLogEventsResponse response;
  auto& events = response.events.emplace();
  response.searchedLogStreams.emplace();
  std::size_t bytes = 0;
  model::LogPosition last;
  const auto visit = [&](const model::LogEvent& event) {
    if (!pattern->matches(event.text)) return true;
    bytes += event.text.size() + kEventOverhead;
    if (events.size() == limit || (!events.empty() && bytes > kPageBytes)) return false;
    auto& shown = events.emplace_back();
    shown.logStreamName = context.state().get(event.stream).name;
    shown.timestamp = event.position.at.time_since_epoch().count();
    shown.ingestionTime = event.ingested_at.time_since_epoch().count();
    shown.message = std::string(event.text);
    shown.eventId = event_id(event.position.id);
    last = event.position;
    return true;
  };
  model::LogPosition reached;
  const auto end = read(context, query, visit, reached);
  if (end == model::LogReading::kEnded) response.nextToken = token_of(last);
  if (end == model::LogReading::kTooLong) response.nextToken = token_of(reached);
  return response;
}

}  // namespace drydock::operations::logs
