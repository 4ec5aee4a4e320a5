// spec/placement.md section 6: typing per subject, and the meaning of operators.
#include "scheduler/query/evaluate.hpp"

#include "scheduler/query/parser.hpp"
#include "tests/support/catch.hpp"

namespace drydock::scheduler::query {
namespace {

api::Attribute attribute(const char* name, std::optional<std::string> value) {
  api::Attribute made;
  made.name = name;
  made.value = std::move(value);
  return made;
}

struct Fixture {
  std::vector<api::Attribute> attributes = {attribute("cores", "12"), attribute("ecs.instance-type", "t2.small"),
                                            attribute("mark", std::nullopt), attribute("stack", "prod")};
  InstanceFacts facts;

  Fixture() {
    facts.agent_connected = true;
    facts.agent_version = "1.14.5";
    facts.instance_id = "i-abcd1234";
    facts.registered_at = model::Instant(std::chrono::milliseconds(1529360908250));  // 2018-06-18T22:28:28.250Z
    facts.running_tasks = 3;
    facts.attributes = &attributes;
    facts.groups = {"family:web", "service:production"};
  }

  [[nodiscard]] bool operator()(const std::string& text) const {
    const auto node = parse(text);
    INFO(text);
    REQUIRE(node.has_value());
    return holds(*node, facts);
  }
};

TEST_CASE("what the query language says of an instance", "[scheduler][query]") {
  const Fixture is;
  const char* const kTrue[] = {
      "agentConnected == true",
      "agentConnected != false",
      "agentConnected in [true,false]",
      "agentConnected =~ t.*",
      "agentVersion == 1.14.5",
      "agentVersion != 1.14",
      "agentVersion < 1.105.1",
      "agentVersion > 1.9.99",
      "agentVersion >= 1.14.5",
      "agentVersion <= 1.14.5",
      "ec2InstanceId == i-abcd1234",
      "ec2InstanceId in ['i-abcd1234', 'i-wxyx7890']",
      "ec2InstanceId !in [i-1]",
      "registeredAt == 2018-06-18T22:28:28+00:00",
      "registeredAt == 2018-06-18T22:28:28Z",
      "registeredAt == 2018-06-18T22:28:28",
      "registeredAt == 2018-06-19T00:28:28+02:00",
      "registeredAt > 2018-06-18",
      "registeredAt < 2018-06-19",
      "registeredAt > 2018-06-18T22:28:28.249",
      "registeredAt != 2018-06-18T22:28:28.000",
      "runningTasksCount == 3",
      "runningTasksCount > 2",
      "runningTasksCount <= 10",
      "task:group == service:production",
      "task:group in [service:x, family:web]",
      "task:group =~ family:.*",
      "task:group != database",
      "task:group !in [database]",
      "not(task:group == database)",
      "attribute:ecs.instance-type == t2.small",
      "attribute:ecs.instance-type =~ t2.*",
      "attribute:ecs.instance-type !~ t2",
      "attribute:ecs.instance-type in [t2.small, t2.large]",
      "attribute:stack != dev",
      "attribute:stack exists",
      "attribute:mark exists",
      "attribute:mark != anything",
      "attribute:none !exists",
      "attribute:cores > 9",
      "attribute:cores >= 12.0",
      "attribute:stack > dev",
  };
  const char* const kFalse[] = {
      "agentConnected == false",
      "agentVersion < 1.14.5",
      "runningTasksCount != 3",
      "runningTasksCount < 3",
      "task:group == database",
      "task:group != service:production",
      "task:group !~ service:.*",
      "attribute:ecs.instance-type == T2.small",
      "attribute:ecs.instance-type =~ small",
      // An attribute that is not there does not differ from anything either.
      "attribute:none == a",
      "attribute:none != a",
      "attribute:none !in [a]",
      "attribute:none !~ a",
      "attribute:none < a",
      "attribute:none exists",
      // One without a value equals nothing.
      "attribute:mark == ''",
      "attribute:mark =~ .*",
      "attribute:mark > ''",
      "attribute:mark in ['']",
      "attribute:stack !exists",
      "attribute:stack != prod",
      "attribute:cores < 9",
  };
  for (const char* text : kTrue) {
    INFO(text);
    CHECK(is(text));
    CHECK_FALSE(is("not(" + std::string(text) + ")"));
  }
  for (const char* text : kFalse) {
    INFO(text);
    CHECK_FALSE(is(text));
  }
}

TEST_CASE("and binds more than or, not more than and", "[scheduler][query]") {
  const Fixture is;
  CHECK(is("attribute:stack == prod or attribute:none exists and attribute:none exists"));
  CHECK_FALSE(is("(attribute:stack == prod or attribute:none exists) and attribute:none exists"));
  CHECK(is("not attribute:none exists and attribute:stack == prod"));
  CHECK_FALSE(is("not (attribute:none !exists and attribute:stack == prod)"));
}

TEST_CASE("an agent that never told its version compares with none", "[scheduler][query]") {
  Fixture is;
  is.facts.agent_version = {};
  CHECK_FALSE(is("agentVersion == 1.14.5"));
  CHECK_FALSE(is("agentVersion < 1.14.5"));
  is.facts.agent_version = "1.14.6-dev";
  CHECK(is("agentVersion == 1.14.6"));
  is.facts.agent_version = "1.14";
  CHECK(is("agentVersion == 1.14.0"));
}

TEST_CASE("what an instance has is told for each subject once", "[scheduler][query]") {
  const Fixture is;
  const auto told = [&](const char* text) { return describe(*parse(text), is.facts); };
  CHECK(told("attribute:stack == dev or attribute:stack == test") == "attribute:stack is 'prod'");
  CHECK(told("attribute:none == 1 and not(attribute:mark == 2)") ==
        "attribute:none is missing, attribute:mark has no value");
  CHECK(told("runningTasksCount > 5 or agentConnected == false") == "runningTasksCount is 3, agentConnected is true");
  CHECK(told("task:group == x") == "task:group is one of 'family:web' 'service:production'");
}

}  // namespace
}  // namespace drydock::scheduler::query
