#include "instances/simulated/behaviour.hpp"

#include "tests/support/catch.hpp"

using namespace drydock;
using namespace drydock::instances::simulated;

namespace {

std::string shown(const std::vector<TimedText>& entries) {
  std::string text;
  for (const TimedText& entry : entries) text += std::to_string(entry.after.count()) + "=" + entry.text + ";";
  return text;
}

api::ContainerDefinition labelled(std::vector<std::pair<std::string, std::string>> labels) {
  api::ContainerDefinition container;
  container.name = "main";
  container.image = "shop/web:1.2";
  for (auto& [name, value] : labels) name = "drydock.simulated." + name;
  container.dockerLabels = std::move(labels);
  return container;
}

}  // namespace

TEST_CASE("Health changes and output come with their times") {
  struct Row {
    std::string name;
    std::string value;
    std::string shown;  // empty: refused
  };
  const Row row =
      GENERATE(values<Row>({{"health", "UNHEALTHY", "0=UNHEALTHY;"},
                            {"health", "UNKNOWN,10:HEALTHY,2.5:UNHEALTHY", "0=UNKNOWN;2500=UNHEALTHY;10000=HEALTHY;"},
                            {"health", "10:HEALTHY", "0=UNKNOWN;10000=HEALTHY;"},
                            {"health", "", ""},
                            {"health", "FINE", ""},
                            {"health", "HEALTHY,", "0=HEALTHY;"},
                            {"logs", "one\n2:two: three\nat 5: four", "0=one;0=at 5: four;2000=two: three;"},
                            {"logs", ":x", "0=:x;"}}));
  CAPTURE(row.value);
  Behaviour behaviour;
  const bool done = set(behaviour, row.name, row.value).has_value();
  CHECK(done == !row.shown.empty());
  if (done) CHECK(shown(row.name == "health" ? behaviour.health : behaviour.logs) == row.shown);
}

TEST_CASE("A setting that cannot be read says what it takes and changes nothing") {
  struct Row {
    std::string name;
    std::string value;
    std::string told;
  };
  const Row row =
      GENERATE(values<Row>({{"pull-for", "soon", "pull-for takes seconds, not \"soon\""},
                            {"run-for", "-1", "run-for takes seconds, not \"-1\""},
                            {"exit-code", "256", "exit-code takes a number from 0 to 255, not \"256\""},
                            {"exit-code", "1x", "exit-code takes a number from 0 to 255, not \"1x\""},
                            {"ignore-stop", "yes", "ignore-stop takes true or false, not \"yes\""},
                            {"digest", "latest", "digest takes sha256: and 64 hexadecimal digits, not \"latest\""},
                            {"pull-four", "1", "no behaviour is called pull-four"}}));
  Behaviour behaviour;
  const auto done = set(behaviour, row.name, row.value);
  REQUIRE(!done);
  CHECK(done.error() == row.told);
  CHECK((behaviour.pull_for.count() == 0 && !behaviour.run_for && behaviour.exit_code == 0 && !behaviour.ignore_stop));
}

TEST_CASE("Every setting of the list can be set") {
  for (const std::string_view name : behaviour_settings()) {
    CAPTURE(name);
    Behaviour behaviour;
    const std::map<std::string_view, std::string> special = {
        {"health", "HEALTHY"}, {"ignore-stop", "true"}, {"digest", "sha256:" + std::string(64, 'a')}};
    const auto known = special.find(name);
    CHECK(set(behaviour, name, known == special.end() ? "1" : known->second));
  }
}

TEST_CASE("Patterns know * and ?") {
  struct Row {
    std::string pattern;
    std::string text;
    bool matches;
  };
  const Row row = GENERATE(values<Row>({{"*", "", true},
                                        {"*", "anything/at:all", true},
                                        {"web", "web", true},
                                        {"web", "web:1", false},
                                        {"web:*", "web:1", true},
                                        {"w?b", "web", true},
                                        {"w?b", "wb", false},
                                        {"*/web:1.*", "shop/web:1.2", true},
                                        {"*a*b", "xaxbxab", true},
                                        {"*a*b", "xaxbxa", false},
                                        {"", "", true},
                                        {"", "x", false},
                                        {"**x", "x", true}}));
  CAPTURE(row.pattern, row.text);
  CHECK(matches_pattern(row.pattern, row.text) == row.matches);
}

TEST_CASE("Rules win over labels, and later ones over earlier ones") {
  const auto container = labelled({{"pull-for", "1"}, {"stop-for", "2"}, {"exit-code", "nonsense"}});
  BehaviourRules rules;
  rules["a"] = {"shop/*", "", {{"pull-for", "3"}, {"exit-code", "4"}}};
  rules["b"] = {"*:1.2", "main", {{"exit-code", "5"}}};
  rules["c"] = {"*", "sidecar", {{"exit-code", "6"}}};
  rules["d"] = {"shop/api*", "", {{"exit-code", "7"}}};
  const Behaviour behaviour = behaviour_of(container, rules);
  CHECK(behaviour.pull_for == std::chrono::seconds(3));
  CHECK(behaviour.stop_for == std::chrono::seconds(2));
  CHECK(behaviour.exit_code == 5);
  CHECK(behaviour_of(container).exit_code == 0);
}
