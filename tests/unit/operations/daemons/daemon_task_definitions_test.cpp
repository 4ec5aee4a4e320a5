// Daemon task definitions (spec/operations.md, "Daemons").
#include "tests/support/drydock_world.hpp"

namespace drydock::test {
namespace {

Json agent(const std::string& family) {
  return {{"family", family}, {"containerDefinitions", {{{"name", "agent"}, {"image", "busybox"}, {"memory", 64}}}}};
}

struct Fixture : DrydockWorld {
  std::string add(const std::string& family) {
    return ok("RegisterDaemonTaskDefinition", agent(family))["daemonTaskDefinitionArn"];
  }
  Json describe(const std::string& name) {
    return ok("DescribeDaemonTaskDefinition", {{"daemonTaskDefinition", name}})["daemonTaskDefinition"];
  }
  std::vector<std::string> list(const Json& request) {
    std::vector<std::string> names;
    const Json answer = ok("ListDaemonTaskDefinitions", request);
    for (const Json& one : answer["daemonTaskDefinitions"]) {
      const std::string arn = one["arn"];
      names.push_back(arn.substr(arn.find('/') + 1));
    }
    return names;
  }
  void erase(const std::string& name) { ok("DeleteDaemonTaskDefinition", {{"daemonTaskDefinition", name}}); }
};

using Names = std::vector<std::string>;

TEST_CASE("a daemon task definition comes back as it was registered, with defaults", "[daemons]") {
  Fixture world;
  Json body = with(agent("agent"), {{"cpu", "256"},
                                    {"memory", "512"},
                                    {"taskRoleArn", "arn:aws:iam::123456789012:role/agent"},
                                    {"volumes", {{{"name", "logs"}, {"host", {{"sourcePath", "/var/log"}}}}}},
                                    {"tags", {{{"key", "k"}, {"value", "v"}}}}});
  body["containerDefinitions"][0].merge_patch({{"privileged", true},
                                               {"linuxParameters", {{"initProcessEnabled", true}}},
                                               {"mountPoints", {{{"sourceVolume", "logs"}, {"containerPath", "/l"}}}}});
  const std::string arn = world.ok("RegisterDaemonTaskDefinition", body)["daemonTaskDefinitionArn"];
  CHECK(arn == world.arn("daemon-task-definition/agent:1"));
  const Json shown = world.describe(arn);
  CHECK(shown["family"] == "agent");
  CHECK(shown["revision"] == 1);
  CHECK(shown["status"] == "ACTIVE");
  CHECK(shown["cpu"] == "256");
  CHECK(shown["memory"] == "512");
  CHECK(shown["taskRoleArn"] == body["taskRoleArn"]);
  CHECK(shown["volumes"] == body["volumes"]);
  CHECK(shown["registeredBy"] == "arn:aws:iam::123456789012:root");
  CHECK(shown["registeredAt"] == 1'700'000'000.0);
  CHECK_FALSE(shown.contains("deleteRequestedAt"));
  const Json& container = shown["containerDefinitions"][0];
  CHECK(container["essential"] == true);
  CHECK(container["privileged"] == true);
  CHECK(container["linuxParameters"] == Json{{"initProcessEnabled", true}});
  CHECK(container["mountPoints"] == body["containerDefinitions"][0]["mountPoints"]);
  CHECK(container["environment"] == Json::array());
  CHECK_FALSE(container.contains("portMappings"));
  const Json tags = world.ok("ListTagsForResource", {{"resourceArn", arn}})["tags"];
  CHECK(tags == body["tags"]);
  world.ok("TagResource", {{"resourceArn", arn}, {"tags", {{{"key", "b"}, {"value", "2"}}}}});
  world.ok("UntagResource", {{"resourceArn", arn}, {"tagKeys", {"k"}}});
  CHECK(world.ok("ListTagsForResource", {{"resourceArn", arn}})["tags"].size() == 1);
}

TEST_CASE("families of daemons are not those of tasks", "[daemons]") {
  Fixture world;
  world.add("agent");
  world.add("agent");
  world.ok("RegisterTaskDefinition", agent("agent"));
  CHECK(world.describe("agent")["revision"] == 2);
  CHECK(world.ok("DescribeTaskDefinition", {{"taskDefinition", "agent"}})["taskDefinition"]["revision"] == 1);
  CHECK(world.no("DescribeTaskDefinition", {{"taskDefinition", "agent:2"}}) ==
        "ClientException: Unable to describe task definition.");
}

TEST_CASE("what cannot be registered, described or deleted as a daemon task definition", "[daemons]") {
  Fixture world;
  world.add("agent");
  struct Row {
    const char* operation;
    Json body;
    const char* error;
  };
  Json nameless = agent("a");
  nameless["containerDefinitions"][0].erase("name");
  Json sizeless = agent("a");
  sizeless["containerDefinitions"][0].erase("memory");
  const Row rows[] = {
      {"RegisterDaemonTaskDefinition", with(agent("a"), {{"family", "a b"}}),
       "ClientException: Family contains invalid characters."},
      {"RegisterDaemonTaskDefinition", nameless, "ClientException: Container.name should not be null or empty."},
      {"RegisterDaemonTaskDefinition", sizeless,
       "ClientException: Invalid setting for container 'agent'. At least one of 'memory' or 'memoryReservation' must "
       "be specified."},
      {"RegisterDaemonTaskDefinition", with(agent("a"), {{"tags", Json::array()}}),
       "ClientException: Tags can not be empty."},
      {"DescribeDaemonTaskDefinition",
       {{"daemonTaskDefinition", "other"}},
       "ClientException: Unable to describe task definition."},
      {"DescribeDaemonTaskDefinition",
       {{"daemonTaskDefinition", "agent:2"}},
       "ClientException: Unable to describe task definition."},
      {"DescribeDaemonTaskDefinition",
       {{"daemonTaskDefinition", "arn:aws:ecs:us-west-2:123456789012:daemon-task-definition/agent:1"}},
       "ClientException: Unable to describe task definition."},
      {"DescribeDaemonTaskDefinition",
       {{"daemonTaskDefinition", "agent:x"}},
       "InvalidParameterException: Invalid revision number. Number: x"},
      {"DescribeDaemonTaskDefinition",
       {{"daemonTaskDefinition", "a:1:2"}},
       "InvalidParameterException: Invalid identifier: Unexpected number of separators"},
      {"DeleteDaemonTaskDefinition",
       {{"daemonTaskDefinition", "agent:7"}},
       "ClientException: Unable to delete task definition."},
  };
  for (const Row& row : rows) {
    INFO(row.operation << " " << row.body.dump());
    CHECK(world.no(row.operation, row.body) == row.error);
  }
  CHECK(world.list({{"status", "ALL"}}) == Names{"agent:1"});
}

TEST_CASE("a deleted daemon task definition goes from DELETE_IN_PROGRESS to DELETED and can be seen", "[daemons]") {
  Fixture world;
  const std::string arn = world.add("agent");
  world.add("agent");
  CHECK(world.ok("DeleteDaemonTaskDefinition", {{"daemonTaskDefinition", "agent:1"}})["daemonTaskDefinitionArn"] ==
        arn);
  CHECK(world.describe(arn)["status"] == "DELETE_IN_PROGRESS");
  CHECK(world.describe(arn).contains("deleteRequestedAt"));
  CHECK(world.list({{"status", "DELETE_IN_PROGRESS"}}) == Names{"agent:1"});
  CHECK(world.no("DeleteDaemonTaskDefinition", {{"daemonTaskDefinition", arn}}) ==
        "ClientException: The specified daemon task definition is not in ACTIVE status.");
  CHECK(indexes_after_restart(world.stored) == indexes_of(world.state));
  world.settle();
  CHECK(world.describe(arn)["status"] == "DELETED");
  CHECK(world.list(Json::object()) == Names{"agent:2"});
  CHECK(world.list({{"status", "DELETE_IN_PROGRESS"}}).empty());
  CHECK(world.list({{"status", "ALL"}}) == Names{"agent:1", "agent:2"});
  CHECK(world.no("ListTagsForResource", {{"resourceArn", arn}}).starts_with("ResourceNotFoundException"));
  world.erase("agent:2");
  CHECK(world.no("DescribeDaemonTaskDefinition", {{"daemonTaskDefinition", "agent"}}) ==
        "ClientException: Unable to describe task definition.");
  CHECK(world.add("agent") == world.arn("daemon-task-definition/agent:3"));
  CHECK(world.rows() == world.stored);
  CHECK(indexes_after_restart(world.stored) == indexes_of(world.state));
}

TEST_CASE("daemon task definitions are listed by family and revision", "[daemons]") {
  Fixture world;
  for (int i = 0; i < 10; ++i) world.add("agent");
  world.add("agent-two");
  world.add("log");
  world.erase("agent:10");
  struct Row {
    Json request;
    Names expected;
  };
  const Row rows[] = {
      {{{"family", "log"}}, {"log:1"}},
      {{{"family", "lo"}}, {}},
      {{{"familyPrefix", "lo"}}, {"log:1"}},
      {{{"familyPrefix", "agent-"}}, {"agent-two:1"}},
      {{{"revision", "LAST_REGISTERED"}}, {"agent:9", "agent-two:1", "log:1"}},
      {{{"revision", "LAST_REGISTERED"}, {"status", "ALL"}, {"family", "agent"}}, {"agent:10"}},
      {{{"sort", "DESC"}, {"maxResults", 3}}, {"log:1", "agent-two:1", "agent:9"}},
  };
  for (const Row& row : rows) {
    INFO(row.request.dump());
    CHECK(world.list(row.request) == row.expected);
  }
  Names all;
  Json request = {{"maxResults", 4}};
  for (int page = 0; page < 3; ++page) {
    const Json answer = world.ok("ListDaemonTaskDefinitions", request);
    for (const Json& one : answer["daemonTaskDefinitions"]) all.push_back(one["arn"]);
    CHECK(answer.contains("nextToken") == (page < 2));
    if (page < 2) request["nextToken"] = answer["nextToken"];
  }
  CHECK(all.size() == 11);
  CHECK(std::ranges::is_sorted(all) == false);  // agent:9 before agent-two: by family, then by number
  CHECK(world.no("ListDaemonTaskDefinitions", {{"nextToken", "zz"}}) == "InvalidParameterException: Invalid token.");
}

}  // namespace
}  // namespace drydock::test
