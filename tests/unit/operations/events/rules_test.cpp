// EventBridge's operations on the default bus (spec/adjuncts.md section 6).

#include "scheduler/events/deliveries.hpp"
#include "tests/unit/events/event_world.hpp"

namespace drydock::test {
namespace {

const Json kPattern = {{"source", {"aws.ecs"}}, {"detail", {{"lastStatus", {"STOPPED"}}}}};

Json rule(const std::string& name, const Json& more = Json::object()) {
  return with({{"Name", name}, {"EventPattern", kPattern.dump()}}, more);
}

Json log_target(const std::string& id) {
  return {{"Id", id}, {"Arn", "arn:aws:logs:eu-west-1:123456789012:log-group:/events/ecs"}};
}

const model::EventRule& stored(const EventWorld& world, const std::string& name) {
  const model::EventRule* found = world.state.event_rule_named(world.id, name);
  REQUIRE(found != nullptr);
  return *found;
}

std::size_t waiting(const EventWorld& world, const std::string& name, const std::string& target) {
  const auto way = world.state.event_deliveries().find({stored(world, name).id, target});
  return way == world.state.event_deliveries().end() ? 0 : way->second.size();
}

}  // namespace

TEST_CASE("A rule is made, replaced, listed, switched and deleted", "[events]") {
  EventWorld world;
  const Json made = world.ok("events:PutRule", rule("stopped", {{"Description", "d"}}));
  CHECK(made["RuleArn"] == "arn:aws:events:eu-west-1:123456789012:rule/stopped");
  Json shown = world.ok("events:DescribeRule", {{"Name", "stopped"}});
  CHECK(shown["State"] == "ENABLED");
  CHECK(shown["EventBusName"] == "default");
  CHECK(shown["EventPattern"] == kPattern.dump());
  CHECK(shown["Description"] == "d");
  world.ok("events:PutRule", {{"Name", "stopped"}, {"ScheduleExpression", "rate(5 minutes)"}, {"State", "DISABLED"}});
  shown = world.ok("events:DescribeRule", {{"Name", "stopped"}});
  CHECK_FALSE(shown.contains("EventPattern"));
  CHECK_FALSE(shown.contains("Description"));
  CHECK(shown["State"] == "DISABLED");
  CHECK(stored(world, "stopped").next_at == model::Instant{});
  world.ok("events:EnableRule", {{"Name", "stopped"}});
  CHECK(stored(world, "stopped").next_at == world.clock.now() + std::chrono::minutes(5));
  world.ok("events:DisableRule", {{"Name", "stopped"}});
  CHECK(stored(world, "stopped").next_at == model::Instant{});
  world.ok("events:PutRule", rule("other"));
  const Json page = world.ok("events:ListRules", {{"Limit", 1}});
  CHECK(page["Rules"][0]["Name"] == "other");
  const Json rest = world.ok("events:ListRules", {{"Limit", 1}, {"NextToken", page["NextToken"]}});
  CHECK(rest["Rules"][0]["Name"] == "stopped");
  CHECK_FALSE(rest.contains("NextToken"));
  CHECK(world.ok("events:ListRules", {{"NamePrefix", "st"}})["Rules"].size() == 1);
  world.ok("events:DeleteRule", {{"Name", "other"}});
  world.ok("events:DeleteRule", {{"Name", "other"}});
  CHECK(world.no("events:DescribeRule", {{"Name", "other"}}) ==
        "ResourceNotFoundException: Rule other does not exist on EventBus default.");
}

TEST_CASE("What EventBridge refuses of rules is refused", "[events]") {
  EventWorld world;
  CHECK(world.no("events:PutRule", {{"Name", "a"}}) ==
        "ValidationException: Parameter(s) EventPattern or ScheduleExpression must be specified.");
  CHECK(world.no("events:PutRule", {{"Name", "a"}, {"EventPattern", R"({"source":"x"})"}}) ==
        R"(InvalidEventPatternException: Event pattern is not valid. Reason: "source" must be an object or an array)");
  for (const char* schedule : {"rate(0 minutes)", "cron(* * *)", "at(2026-01-01T00:00:00)", "daily"}) {
    CHECK(world.no("events:PutRule", {{"Name", "a"}, {"ScheduleExpression", schedule}}) ==
          "ValidationException: Parameter ScheduleExpression is not valid.");
  }
  CHECK(world.no("events:PutRule", rule("a", {{"EventBusName", "mine"}})) ==
        "ResourceNotFoundException: Event bus mine does not exist.");
  world.ok("events:PutRule", rule("a"));
  world.ok("events:PutTargets", {{"Rule", "a"}, {"Targets", {log_target("1")}}});
  CHECK(world.no("events:DeleteRule", {{"Name", "a"}}) ==
        "ValidationException: Rule can't be deleted since it has targets.");
}

TEST_CASE("Targets are kept by id, and checked", "[events]") {
  EventWorld world;
  world.ok("events:PutRule", rule("a"));
  const Json task = {{"Id", "task"},
                     {"Arn", world.arn("cluster/default")},
                     {"RoleArn", "arn:aws:iam::123456789012:role/events"},
                     {"EcsParameters", {{"TaskDefinitionArn", "web"}, {"TaskCount", 2}}}};
  const Json put = world.ok("events:PutTargets", {{"Rule", "a"}, {"Targets", {task, log_target("log")}}});
  CHECK(put["FailedEntryCount"] == 0);
  const Json listed = world.ok("events:ListTargetsByRule", {{"Rule", "a"}});
  REQUIRE(listed["Targets"].size() == 2);
  CHECK(listed["Targets"][0]["Id"] == "log");
  CHECK(listed["Targets"][1] == task);
  CHECK(world.ok("events:ListRuleNamesByTarget", {{"TargetArn", world.arn("cluster/default")}})["RuleNames"] ==
        Json::array({"a"}));
  CHECK(world.ok("events:ListRuleNamesByTarget", {{"TargetArn", "arn:aws:sqs:eu-west-1:1:q"}})["RuleNames"].empty());
  const Json removed = world.ok("events:RemoveTargets", {{"Rule", "a"}, {"Ids", {"log", "none"}}});
  CHECK(removed["FailedEntryCount"] == 1);
  CHECK(removed["FailedEntries"][0]["TargetId"] == "none");
  CHECK(world.ok("events:ListTargetsByRule", {{"Rule", "a"}})["Targets"].size() == 1);
  Json bare = task;
  bare.erase("EcsParameters");
  CHECK(world.no("events:PutTargets", {{"Rule", "a"}, {"Targets", {bare}}}) ==
        "ValidationException: Parameter(s) EcsParameters must be specified for target: task.");
  CHECK(world.no("events:PutTargets", {{"Rule", "a"}, {"Targets", {with(log_target("x"), {{"Input", "{"}})}}}) ==
        "ValidationException: JSON syntax error in input for target x.");
  Json many = Json::array();
  for (int i = 0; i < 6; ++i) many.push_back(log_target(std::to_string(i)));
  CHECK(world.no("events:PutTargets", {{"Rule", "a"}, {"Targets", many}}).starts_with("LimitExceededException"));
  CHECK(world.no("events:PutTargets", {{"Rule", "b"}, {"Targets", {task}}}).starts_with("ResourceNotFoundException"));
}

TEST_CASE("Rules hear of the events that their patterns match, in order", "[events]") {
  EventWorld world;
  world.add_instance("eu-west-1a");
  world.ok("events:PutRule", rule("stopped"));
  world.ok("events:PutTargets", {{"Rule", "stopped"}, {"Targets", {log_target("1"), log_target("2")}}});
  world.ok("events:PutRule", rule("off", {{"State", "DISABLED"}}));
  world.ok("events:PutTargets", {{"Rule", "off"}, {"Targets", {log_target("1")}}});
  const Json answer = world.ok("RunTask", {{"taskDefinition", "web"}});
  const std::string arn = answer["tasks"][0]["taskArn"];
  const auto task = world.state.task_with(*model::parse_uuid(arn.substr(arn.rfind('/') + 1)))->id;
  world.settle();
  world.report(task, model::TaskStatus::kRunning);
  CHECK(waiting(world, "stopped", "1") == 0);
  world.report(task, model::TaskStatus::kStopped, 0);
  world.settle();
  CHECK(waiting(world, "stopped", "1") == 1);
  CHECK(waiting(world, "stopped", "2") == 1);
  CHECK(waiting(world, "off", "1") == 0);
  const auto way = world.state.event_deliveries().at({stored(world, "stopped").id, "1"});
  const model::EventDelivery& delivery = world.state.get(*way.begin());
  CHECK(Json::parse(delivery.event)["detail"]["taskArn"] == arn);
  CHECK(world.state.find(model::EventId{delivery.sequence})->json == delivery.event);
  CHECK(indexes_after_restart(world.stored) == indexes_of(world.state));
  // What becomes of it
  const model::EventDeliveryId first = delivery.id;
  world.edit([&](model::Transaction& tx) { scheduler::try_again_later(tx, first, "refused"); });
  CHECK(world.state.get(first).due == world.clock.now() + std::chrono::seconds(1));
  world.edit([&](model::Transaction& tx) { scheduler::try_again_later(tx, first, "refused"); });
  CHECK(world.state.get(first).due == world.clock.now() + std::chrono::seconds(2));
  for (int i = 2; i < scheduler::kMostAttempts; ++i) {
    REQUIRE(world.state.find(first) != nullptr);
    world.edit([&](model::Transaction& tx) { scheduler::try_again_later(tx, first, "refused"); });
  }
  CHECK(world.state.find(first) == nullptr);
  CHECK(stored(world, "stopped").failed == 1);
  REQUIRE(stored(world, "stopped").failures.size() == 1);
  CHECK(stored(world, "stopped").failures[0].reason == "refused (12 attempts)");
  CHECK(stored(world, "stopped").failures[0].target == "1");
  world.ok("events:RemoveTargets", {{"Rule", "stopped"}, {"Ids", {"2"}}});
  CHECK(world.state.event_deliveries().empty());
}

TEST_CASE("A schedule sends an event of its own when its time comes, and nothing for a time that was missed",
          "[events]") {
  EventWorld world;
  world.ok("events:PutRule", {{"Name", "tick"}, {"ScheduleExpression", "rate(5 minutes)"}});
  world.ok("events:PutTargets", {{"Rule", "tick"}, {"Targets", {log_target("1")}}});
  world.clock.advance(std::chrono::minutes(5) - std::chrono::milliseconds(1));
  world.settle();
  CHECK(waiting(world, "tick", "1") == 0);
  world.clock.advance(std::chrono::milliseconds(1));
  world.settle();
  REQUIRE(waiting(world, "tick", "1") == 1);
  const auto way = world.state.event_deliveries().at({stored(world, "tick").id, "1"});
  const Json event = Json::parse(world.state.get(*way.begin()).event);
  CHECK(event["detail-type"] == "Scheduled Event");
  CHECK(event["source"] == "aws.events");
  CHECK(event["detail"] == Json::object());
  CHECK(event["resources"] == Json::array({"arn:aws:events:eu-west-1:123456789012:rule/tick"}));
  CHECK(stored(world, "tick").next_at == world.clock.now() + std::chrono::minutes(5));
  world.clock.advance(std::chrono::minutes(23));  // nobody was there
  world.settle();
  CHECK(waiting(world, "tick", "1") == 1);
  CHECK(stored(world, "tick").next_at > world.clock.now());
}

TEST_CASE("Anybody's events are matched and kept, ECS's cannot be made up", "[events]") {
  EventWorld world;
  world.ok("events:PutRule", {{"Name", "shop"}, {"EventPattern", R"({"source":["shop"]})"}});
  world.ok("events:PutTargets", {{"Rule", "shop"}, {"Targets", {log_target("1")}}});
  const Json answer =
      world.ok("events:PutEvents",
               {{"Entries",
                 {{{"Source", "shop"}, {"DetailType", "Order"}, {"Detail", R"({"n": 1})"}, {"Resources", {"r"}}},
                  {{"Source", "aws.ecs"}, {"DetailType", "Order"}, {"Detail", "{}"}},
                  {{"Source", "shop"}, {"DetailType", "Order"}, {"Detail", "[]"}},
                  {{"Source", "shop"}, {"Detail", "{}"}},
                  {{"Source", "shop"}, {"DetailType", "Order"}, {"Detail", "{}"}, {"EventBusName", "mine"}}}}});
  CHECK(answer["FailedEntryCount"] == 4);
  CHECK(answer["Entries"][0].contains("EventId"));
  CHECK(answer["Entries"][1]["ErrorCode"] == "NotAuthorizedForSourceException");
  CHECK(answer["Entries"][2]["ErrorCode"] == "MalformedDetail");
  CHECK(answer["Entries"][3]["ErrorCode"] == "InvalidArgument");
  CHECK(waiting(world, "shop", "1") == 1);
  const auto kept = world.sent("Order");
  REQUIRE(kept.size() == 1);
  CHECK(kept[0]["id"] == answer["Entries"][0]["EventId"]);
  CHECK(kept[0]["detail"] == Json{{"n", 1}});
  CHECK(kept[0]["resources"] == Json::array({"r"}));
}

TEST_CASE("TestEventPattern says whether a pattern matches", "[events]") {
  EventWorld world;
  const Json event = {
      {"id", "1"},     {"account", "123456789012"},  {"source", "shop"},      {"time", "2026-01-01T00:00:00Z"},
      {"region", "x"}, {"resources", Json::array()}, {"detail-type", "Order"}};
  const auto test = [&](const char* pattern) {
    return world.ok("events:TestEventPattern", {{"EventPattern", pattern}, {"Event", event.dump()}})["Result"];
  };
  CHECK(test(R"({"source":["shop"]})") == true);
  CHECK(test(R"({"source":["mall"]})") == false);
  CHECK(world.no("events:TestEventPattern", {{"EventPattern", "{"}, {"Event", event.dump()}})
            .starts_with("InvalidEventPatternException"));
  CHECK(world.no("events:TestEventPattern", {{"EventPattern", R"({"source":["a"]})"}, {"Event", "{}"}})
            .starts_with("ValidationException"));
}

TEST_CASE("Rules have tags", "[events]") {
  EventWorld world;
  const Json tags = Json::parse(R"([{"Key":"team","Value":"a"}])");
  const std::string arn = world.ok("events:PutRule", rule("a", {{"Tags", tags}}))["RuleArn"];
  CHECK(world.ok("events:ListTagsForResource", {{"ResourceARN", arn}})["Tags"] == tags);
  world.ok("events:TagResource", {{"ResourceARN", arn}, {"Tags", Json::parse(R"([{"Key":"x","Value":"y"}])")}});
  world.ok("events:UntagResource", {{"ResourceARN", arn}, {"TagKeys", {"team"}}});
  CHECK(world.ok("events:ListTagsForResource", {{"ResourceARN", arn}})["Tags"] ==
        Json::parse(R"([{"Key":"x","Value":"y"}])"));
}

}  // namespace drydock::test
