#include <algorithm>

#include "server/operations/logs/errors.hpp"
#include "server/operations/logs/groups.hpp"
#include "server/operations/logs/logs.hpp"
#include "server/operations/paging.hpp"

namespace drydock::operations::logs {
namespace {

constexpr std::size_t kPage = 50;

std::int64_t milliseconds(model::Instant instant) { return instant.time_since_epoch().count(); }

api::logs::LogStream shown(const Context& context, const model::LogStream& stream) {
  api::logs::LogStream view;
  view.logStreamName = stream.name;
  view.creationTime = milliseconds(stream.created_at);
  const model::LogStreamFacts known = facts(context, stream.id);
  if (known.last_at != model::Instant{}) {
    if (known.first_at != model::Instant{}) view.firstEventTimestamp = milliseconds(known.first_at);
    view.lastEventTimestamp = milliseconds(known.last_at);
    view.lastIngestionTime = milliseconds(known.last_ingested_at);
  }
  view.uploadSequenceToken = upload_token(stream.id);
  view.arn = group_arn(context.state(), context.state().get(stream.group)) + ":log-stream:" + stream.name;
  view.storedBytes = 0;  // as on AWS since 2019
  return view;
}

/// A stream in the order that was asked for.
struct Entry {
  std::string key;
  model::LogStreamId stream;
};

}  // namespace

std::string upload_token(model::LogStreamId stream) {
  const std::string digits = std::to_string(stream.value);
  return "49" + std::string(54 - std::min<std::size_t>(digits.size(), 54), '0') + digits;
}

Result<api::logs::CreateLogStreamResponse> create_log_stream(const api::logs::CreateLogStreamRequest& request,
                                                             Context& context) {
  if (auto fine = check_stream_name(*request.logStreamName); !fine) return std::unexpected(std::move(fine.error()));
  const auto group = group_named(context, *request.logGroupName);
  if (!group) return std::unexpected(group.error());
  if (context.state().log_stream_named(*group, *request.logStreamName) != nullptr) {
    return std::unexpected(exists("log stream"));
  }
  model::LogStream stream;
  stream.group = *group;
  stream.name = *request.logStreamName;
  stream.created_at = context.tx.now();
  context.tx.create(std::move(stream));
  return api::logs::CreateLogStreamResponse{};
}

Result<api::logs::DeleteLogStreamResponse> delete_log_stream(const api::logs::DeleteLogStreamRequest& request,
                                                             Context& context) {
  const auto group = group_named(context, *request.logGroupName);
  if (!group) return std::unexpected(group.error());
  const auto stream = stream_named(context, *group, *request.logStreamName);
  if (!stream) return std::unexpected(stream.error());
  context.tx.remove(*stream);
  return api::logs::DeleteLogStreamResponse{};
}

Result<api::logs::DescribeLogStreamsResponse> describe_log_streams(const api::logs::DescribeLogStreamsRequest& request,
                                                                   Context& context) {
  const auto group = group_of(context, request.logGroupName, request.logGroupIdentifier);
  if (!group) return std::unexpected(group.error());
  const bool by_time = request.orderBy.value_or("LogStreamName") == "LastEventTime";
  const std::string prefix = request.logStreamNamePrefix.value_or("");
  if (by_time && !prefix.empty()) {
    return std::unexpected(
        api::ApiError::invalid_parameter("Cannot order by LastEventTime with a logStreamNamePrefix."));
  }
  const bool descending = request.descending.value_or(false);
  const std::size_t limit = request.limit ? static_cast<std::size_t>(*request.limit) : kPage;
  api::logs::DescribeLogStreamsResponse response;
  response.logStreams.emplace();
  const auto& streams = context.state().of(*group).streams;
  Result<void> done;
  if (!by_time && !descending) {
    const auto name = [](const auto& entry) { return entry.first; };
    const auto add = [&](const auto& entry) {
      response.logStreams->push_back(shown(context, context.state().get(entry.second)));
    };
    done = fill_page(
        "LogStreams", streams, request.nextToken, limit, response.nextToken, [](const auto&) { return true; }, name,
        add, prefix);
  } else {
    std::vector<Entry> entries;
    for (auto it = streams.lower_bound(prefix); it != streams.end() && it->first.starts_with(prefix); ++it) {
      const auto last = static_cast<std::uint64_t>(milliseconds(facts(context, it->second).last_at));
      entries.push_back({by_time ? sortable(last) + it->first : it->first, it->second});
    }
    std::ranges::sort(entries, {}, &Entry::key);
    if (descending) std::ranges::reverse(entries);
    const auto add = [&](const Entry& entry) {
      response.logStreams->push_back(shown(context, context.state().get(entry.stream)));
    };
    done = fill_sorted_page("LogStreams", entries, descending, request.nextToken, limit, response.nextToken, add);
  }
  if (!done) return std::unexpected(bad_token());
  return response;
}

}  // namespace drydock::operations::logs
