#include "server/operations/logs/logs.hpp"

#include "model/log_lines.hpp"
#include "storage/logs/log_store.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_directory.hpp"
#include "tests/support/world.hpp"

namespace drydock::test {
namespace {

namespace logs = operations::logs;
namespace wire = api::logs;

constexpr std::int64_t kNow = 1'700'000'000'000;

/// A world with somebody who keeps lines.
struct LogWorld : TestWorld {
  TempDirectory directory;
  std::unique_ptr<storage::LogStore> store;
  model::LogLines lines;

  LogWorld() {
    auto opened = storage::LogStore::open({directory.path(), 1U << 30}, {}, [](model::LogStreamId) { return true; });
    REQUIRE(opened.has_value());
    store = std::move(*opened);
    lines.append = [this](model::LogStreamId stream, std::vector<model::LogLine> texts, model::Instant now) {
      store->append(stream, std::move(texts), now);
      store->flush();
    };
    lines.facts = [this](model::LogStreamId stream) { return store->facts(stream); };
    lines.read = [this](const model::LogQuery& query, const std::function<bool(const model::LogEvent&)>& visit,
                        model::LogPosition& reached) { return store->read(query, visit, reached).value(); };
    settings.logs = &lines;
  }

  void group(const std::string& name) {
    wire::CreateLogGroupRequest request;
    request.logGroupName = name;
    must(&logs::create_log_group, request);
  }
  void stream(const std::string& group, const std::string& name) {
    wire::CreateLogStreamRequest request;
    request.logGroupName = group;
    request.logStreamName = name;
    must(&logs::create_log_stream, request);
  }
  wire::PutLogEventsRequest batch(const std::string& stream, std::vector<std::pair<std::int64_t, std::string>> events) {
    wire::PutLogEventsRequest request;
    request.logGroupName = "g";
    request.logStreamName = stream;
    request.logEvents.emplace();
    for (auto& [at, text] : events) {
      auto& event = request.logEvents->emplace_back();
      event.timestamp = at;
      event.message = std::move(text);
    }
    return request;
  }
  wire::PutLogEventsResponse put(const std::string& stream, std::vector<std::pair<std::int64_t, std::string>> events) {
    return must(&logs::put_log_events, batch(stream, std::move(events)));
  }
  wire::GetLogEventsResponse get(const std::string& stream, std::optional<std::string> token = {}, int limit = 100,
                                 bool head = true) {
    wire::GetLogEventsRequest request;
    request.logGroupName = "g";
    request.logStreamName = stream;
    request.nextToken = std::move(token);
    request.limit = limit;
    request.startFromHead = head;
    return must(&logs::get_log_events, request);
  }
};

std::vector<std::string> texts(const auto& response) {
  std::vector<std::string> out;
  for (const auto& event : *response.events) out.push_back(*event.message);
  return out;
}
using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("Log groups are made, described, tagged, kept for some days and deleted with their streams") {
  LogWorld world;
  world.group("/ecs/web");
  world.group("/ecs/db");
  world.stream("/ecs/web", "one");
  wire::CreateLogGroupRequest again;
  again.logGroupName = "/ecs/web";
  CHECK(world.refusal(&logs::create_log_group, again).code == "ResourceAlreadyExistsException");
  again.logGroupName = "no spaces";
  CHECK(world.refusal(&logs::create_log_group, again).code == "InvalidParameterException");
  again.logGroupName = "aws/reserved";
  CHECK(world.refusal(&logs::create_log_group, again).code == "InvalidParameterException");

  wire::PutRetentionPolicyRequest keep;
  keep.logGroupName = "/ecs/web";
  keep.retentionInDays = 2;
  CHECK(world.refusal(&logs::put_retention_policy, keep).code == "InvalidParameterException");
  keep.retentionInDays = 7;
  world.must(&logs::put_retention_policy, keep);

  wire::DescribeLogGroupsRequest describe;
  describe.logGroupNamePrefix = "/ecs/";
  describe.limit = 1;
  const auto first = world.must(&logs::describe_log_groups, describe);
  REQUIRE(first.logGroups->size() == 1);
  CHECK(first.logGroups->front().logGroupName == "/ecs/db");
  describe.nextToken = first.nextToken;
  const auto second = world.must(&logs::describe_log_groups, describe);
  const auto& web = second.logGroups->front();
  CHECK(web.retentionInDays == 7);
  CHECK(web.arn == "arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/web:*");
  CHECK_FALSE(second.nextToken);

  wire::TagResourceRequest tag;
  tag.resourceArn = "arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/web";
  tag.tags = {{{"team", "harbour"}}};
  world.must(&logs::tag_resource, tag);
  wire::ListTagsLogGroupRequest list;
  list.logGroupName = "/ecs/web";
  CHECK(world.must(&logs::list_tags_log_group, list).tags->front().second == "harbour");

  wire::DeleteLogGroupRequest remove;
  remove.logGroupName = "/ecs/web";
  world.must(&logs::delete_log_group, remove);
  CHECK(world.refusal(&logs::delete_log_group, remove).message == "The specified log group does not exist.");
  CHECK(indexes_after_restart(world.stored) == indexes_of(world.state));
}

TEST_CASE("PutLogEvents refuses batches that are no batches and passes over events that are too old or too new") {
  LogWorld world;
  world.group("g");
  world.stream("g", "s");
  const auto refusal = [&](std::vector<std::pair<std::int64_t, std::string>> events) {
    return world.refusal(&logs::put_log_events, world.batch("s", std::move(events))).message;
  };
  CHECK_THAT(refusal({{kNow, "b"}, {kNow - 1, "a"}}), ContainsSubstring("chronological"));
  CHECK_THAT(refusal({{kNow - 86'400'001, "a"}, {kNow, "b"}}), ContainsSubstring("24 hours"));
  CHECK_THAT(refusal({{kNow, std::string(1'048'576, 'x')}}), ContainsSubstring("Upload too large"));
  CHECK(world.refusal(&logs::put_log_events, world.batch("none", {{kNow, "x"}})).message ==
        "The specified log stream does not exist.");
  const std::int64_t day = 86'400'000;
  const auto old = world.put("s", {{kNow - 14 * day - 1, "too old"}, {kNow - 14 * day, "just in time"}});
  CHECK(old.rejectedLogEventsInfo->tooOldLogEventEndIndex == 1);
  const auto early = world.put("s", {{kNow, "now"}, {kNow + 7'200'001, "x"}, {kNow + 7'200'002, "y"}});
  CHECK(early.rejectedLogEventsInfo->tooNewLogEventStartIndex == 1);
  CHECK(texts(world.get("s")) == Texts{"just in time", "now"});
}

TEST_CASE("GetLogEvents pages with tokens that are equal at the end") {
  LogWorld world;
  world.group("g");
  world.stream("g", "s");
  const auto empty = world.get("s");
  CHECK(empty.events->empty());
  CHECK(world.get("s", empty.nextForwardToken).nextForwardToken == empty.nextForwardToken);
  world.put("s", {{kNow, "1"}, {kNow + 1, "2"}, {kNow + 1, "3"}, {kNow + 2, "4"}});
  CHECK(texts(world.get("s", empty.nextForwardToken)) == Texts{"1", "2", "3", "4"});
  const auto first = world.get("s", {}, 2);
  CHECK(texts(first) == Texts{"1", "2"});
  const auto second = world.get("s", first.nextForwardToken, 2);
  CHECK(texts(second) == Texts{"3", "4"});
  const auto end = world.get("s", second.nextForwardToken, 2);
  CHECK(end.events->empty());
  CHECK(end.nextForwardToken == second.nextForwardToken);
  CHECK(texts(world.get("s", end.nextBackwardToken, 3)) == Texts{"2", "3", "4"});
  CHECK(texts(world.get("s", second.nextBackwardToken, 10)) == Texts{"1", "2"});
  const auto newest = world.get("s", {}, 1, false);
  CHECK(texts(newest) == Texts{"4"});
  const auto start = world.get("s", world.get("s", {}, 1).nextBackwardToken, 5);
  CHECK(start.events->empty());
  CHECK(texts(world.get("s", start.nextForwardToken, 1)) == Texts{"1"});
  // What comes later, with the same time, is not passed over.
  world.put("s", {{kNow + 2, "5"}});
  CHECK(texts(world.get("s", end.nextForwardToken)) == Texts{"5"});
  wire::GetLogEventsRequest request;
  request.logGroupName = "g";
  request.logStreamName = "s";
  request.nextToken = "f/0/s";
  CHECK(world.refusal(&logs::get_log_events, request).message == "The specified nextToken is invalid.");
  request.nextToken.reset();
  request.startTime = kNow + 1;
  request.endTime = kNow + 2;
  CHECK(texts(world.must(&logs::get_log_events, request)) == Texts{"2", "3"});
}

TEST_CASE("FilterLogEvents mixes streams by time, takes what matches, and goes on where a page ended") {
  LogWorld world;
  world.group("g");
  for (const char* name : {"web/1", "web/2", "db/1"}) world.stream("g", name);
  world.put("web/1", {{kNow, "GET /"}, {kNow + 2, "ERROR lost"}});
  world.put("web/2", {{kNow + 1, "GET /a"}, {kNow + 3, "ERROR again"}});
  world.put("db/1", {{kNow + 1, "ERROR disk"}});
  wire::FilterLogEventsRequest request;
  request.logGroupIdentifier = "arn:aws:logs:eu-west-1:123456789012:log-group:g:*";
  CHECK(texts(world.must(&logs::filter_log_events, request)) ==
        Texts{"GET /", "GET /a", "ERROR disk", "ERROR lost", "ERROR again"});
  request.filterPattern = "ERROR";
  request.limit = 2;
  const auto page = world.must(&logs::filter_log_events, request);
  CHECK(texts(page) == Texts{"ERROR disk", "ERROR lost"});
  CHECK(page.events->front().eventId->size() == 56);
  CHECK(page.searchedLogStreams->empty());
  request.nextToken = page.nextToken;
  const auto last = world.must(&logs::filter_log_events, request);
  CHECK(texts(last) == Texts{"ERROR again"});
  CHECK_FALSE(last.nextToken);
  request = {};
  request.logGroupName = "g";
  request.logStreamNamePrefix = "web/";
  request.endTime = kNow + 2;
  CHECK(texts(world.must(&logs::filter_log_events, request)) == Texts{"GET /", "GET /a", "ERROR lost"});
  request.logStreamNames = {{"web/1"}};
  CHECK(world.refusal(&logs::filter_log_events, request).code == "InvalidParameterException");
  request.logStreamNamePrefix.reset();
  request.logStreamNames = {{"nobody"}};
  CHECK(world.refusal(&logs::filter_log_events, request).code == "ResourceNotFoundException");
}

TEST_CASE("Expired events are shown no more, as soon as the clock says so") {
  LogWorld world;
  world.group("g");
  world.stream("g", "s");
  world.put("s", {{kNow, "old"}});
  wire::PutRetentionPolicyRequest keep;
  keep.logGroupName = "g";
  keep.retentionInDays = 1;
  world.must(&logs::put_retention_policy, keep);
  world.clock.advance(std::chrono::hours(24));
  CHECK(texts(world.get("s")) == Texts{"old"});
  world.clock.advance(model::Duration{1});
  CHECK(world.get("s").events->empty());
  const auto late = world.put("s", {{kNow, "expired"}});
  CHECK(late.rejectedLogEventsInfo->expiredLogEventEndIndex == 1);
}

TEST_CASE("Log streams are listed by name or by their last event") {
  LogWorld world;
  world.group("g");
  for (const char* name : {"b", "a", "c"}) world.stream("g", name);
  world.put("a", {{kNow + 5, "x"}});
  world.put("b", {{kNow + 9, "x"}});
  const auto names = [&](const wire::DescribeLogStreamsRequest& request) {
    Texts out;
    const auto answer = world.must(&logs::describe_log_streams, request);
    for (const auto& stream : *answer.logStreams) {
      out.push_back(*stream.logStreamName);
    }
    return out;
  };
  wire::DescribeLogStreamsRequest request;
  request.logGroupName = "g";
  CHECK(names(request) == Texts{"a", "b", "c"});
  request.descending = true;
  CHECK(names(request) == Texts{"c", "b", "a"});
  request.orderBy = "LastEventTime";
  CHECK(names(request) == Texts{"b", "a", "c"});
  request.logStreamNamePrefix = "a";
  CHECK(world.refusal(&logs::describe_log_streams, request).message ==
        "Cannot order by LastEventTime with a logStreamNamePrefix.");
}

}  // namespace drydock::test
