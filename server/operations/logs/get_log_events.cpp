// One stream, page by page in both directions (spec/logs.md section 3.3).
#include <algorithm>
#include <charconv>

#include "server/operations/logs/errors.hpp"
#include "server/operations/logs/groups.hpp"
#include "server/operations/logs/logs.hpp"

namespace drydock::operations::logs {
namespace {

constexpr std::size_t kPage = 10'000;
constexpr std::size_t kPageBytes = 1'048'576;
constexpr std::size_t kEventOverhead = 26;
constexpr std::size_t kTimeDigits = 20;
constexpr std::size_t kIdDigits = 36;

std::string padded(std::uint64_t number, std::size_t width) {
  const std::string digits = std::to_string(number);
  return std::string(width - digits.size(), '0') + digits;
}

/// Forward: what comes after a position. Backward: what comes before it.
struct Token {
  bool backward = false;
  model::LogPosition position;
};

std::string text_of(const Token& token) {
  const auto at = static_cast<std::uint64_t>(token.position.at.time_since_epoch().count());
  return (token.backward ? "b/" : "f/") + padded(at, kTimeDigits) + padded(token.position.id, kIdDigits) + "/s";
}

std::optional<std::uint64_t> number_of(std::string_view digits) {
  std::uint64_t value = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (parsed.ec != std::errc{} || parsed.ptr != digits.data() + digits.size()) return std::nullopt;
  return value;
}

Result<Token> token_of(const std::string& text) {
  const bool forward = text.starts_with("f/");
  const std::size_t size = 2 + kTimeDigits + kIdDigits + 2;
  if (text.size() != size || !text.ends_with("/s") || (!forward && !text.starts_with("b/"))) {
    return std::unexpected(bad_token());
  }
  const auto at = number_of(std::string_view(text).substr(2, kTimeDigits));
  const auto id = number_of(std::string_view(text).substr(2 + kTimeDigits, kIdDigits));
  if (!at || !id || *at > static_cast<std::uint64_t>(INT64_MAX)) return std::unexpected(bad_token());
  return Token{!forward, {model::Instant{model::Duration{static_cast<std::int64_t>(*at)}}, *id}};
}

model::LogPosition just_before(model::LogPosition position) {
  if (position.id > 0) return {position.at, position.id - 1};
  return {position.at - model::Duration{1}, UINT64_MAX};
}

}  // namespace

Result<api::logs::GetLogEventsResponse> get_log_events(const api::logs::GetLogEventsRequest& request,
                                                       Context& context) {
  const auto group = group_of(context, request.logGroupName, request.logGroupIdentifier);
  if (!group) return std::unexpected(group.error());
  const auto stream = stream_named(context, *group, *request.logStreamName);
  if (!stream) return std::unexpected(stream.error());
  std::optional<Token> token;
  if (request.nextToken) {
    const auto given = token_of(*request.nextToken);
    if (!given) return std::unexpected(given.error());
    token = *given;
  }
  model::LogQuery query;
  query.streams = {*stream};
  query.from = oldest_kept(context.state().get(*group), context.tx.now());
  if (request.startTime) query.from = std::max(query.from, model::Instant{model::Duration{*request.startTime}});
  if (request.endTime) query.until = model::Instant{model::Duration{*request.endTime}};
  query.backward = token ? token->backward : !request.startFromHead.value_or(false);
  if (token) query.beyond = token->position;
  query.most_bytes = UINT64_MAX;  // the page is the bound
  const std::size_t limit = request.limit ? static_cast<std::size_t>(*request.limit) : kPage;

  api::logs::GetLogEventsResponse response;
  auto& events = response.events.emplace();
  std::size_t bytes = 0;
  std::optional<model::LogPosition> first;
  model::LogPosition last;
  const auto visit = [&](const model::LogEvent& event) {
    bytes += event.text.size() + kEventOverhead;
    if (events.size() == limit || (!events.empty() && bytes > kPageBytes)) return false;
    auto& shown = events.emplace_back();
    shown.timestamp = event.position.at.time_since_epoch().count();
    shown.ingestionTime = event.ingested_at.time_since_epoch().count();
    shown.message = std::string(event.text);
    if (!first) first = event.position;
    last = event.position;
    return true;
  };
  model::LogPosition reached;
  read(context, query, visit, reached);
  if (query.backward) {
    std::ranges::reverse(events);
    if (first) std::swap(*first, last);
  }
  // Never absent, and where there is nothing more, the token that was given: clients stop, or poll, on that.
  Token forward{false, last};
  Token backward{true, first.value_or(model::LogPosition{})};
  if (!first && token) {
    forward.position = token->backward ? just_before(token->position) : token->position;
    backward.position =
        token->backward ? token->position : model::LogPosition{token->position.at, token->position.id + 1};
  }
  response.nextForwardToken = text_of(forward);
  response.nextBackwardToken = text_of(backward);
  return response;
}

}  // namespace drydock::operations::logs
