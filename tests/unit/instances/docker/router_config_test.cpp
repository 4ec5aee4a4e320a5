// The log router's configuration, row by row of what AWS's agent writes (its source).
#include "instances/docker/firelens/router_config.hpp"

#include "tests/support/catch.hpp"

using namespace drydock::instances::docker;

namespace {

RouterFacts facts(bool fluentd, const char* mode) {
  RouterFacts out;
  out.fluentd = fluentd;
  out.network_mode = mode;
  return out;
}

std::string written(const RouterFacts& facts) {
  const auto text = router_config(facts);
  REQUIRE(text);
  return *text;
}

}  // namespace

TEST_CASE("A router listens at its socket, and at a port where the network mode has one", "[firelens]") {
  const std::string bit = "\n[INPUT]\n    Name forward\n    unix_path /var/run/fluent.sock\n";
  const std::string check =
      "\n[INPUT]\n    Name tcp\n    Tag firelens-healthcheck\n    Listen 127.0.0.1\n    Port 8877\n";
  const std::string checked = "\n[OUTPUT]\n    Name null\n    Match firelens-healthcheck\n";
  const auto port = [](const std::string& address) {
    return "\n[INPUT]\n    Name forward\n    Listen " + address + "\n    Port 24224\n";
  };
  CHECK(written(facts(false, "bridge")) == bit + port("0.0.0.0") + check + checked);
  CHECK(written(facts(false, "awsvpc")) == bit + port("127.0.0.1") + check + checked);
  CHECK(written(facts(false, "host")) == bit);
  CHECK(written(facts(false, "none")) == bit);
  const std::string d = "\n<source>\n    @type unix\n    path /var/run/fluent.sock\n</source>\n";
  const auto forward = [](const std::string& address) {
    return "\n<source>\n    @type forward\n    bind " + address + "\n    port 24224\n</source>\n";
  };
  CHECK(written(facts(true, "bridge")) == d + forward("0.0.0.0"));
  CHECK(written(facts(true, "awsvpc")) == d + forward("127.0.0.1"));
  CHECK(written(facts(true, "host")) == d);
}

TEST_CASE("Filters come before the user's file, and outputs after it", "[firelens]") {
  RouterFacts bit = facts(false, "host");
  bit.include = "/extra.conf";
  bit.fields = {{"ecs_cluster", "shop"}, {"ec2_instance_id", "i-1"}};
  bit.containers = {{"app",
                     {{"Name", "cloudwatch"},
                      {"region", "us-east-1"},
                      {"include-pattern", "*failure*"},
                      {"exclude-pattern", "*success*"},
                      {"log-driver-buffer-limit", "2097152"},
                      {"log_group_name", "shop"}}}};
  CHECK(
      written(bit) ==
      "\n[INPUT]\n    Name forward\n    unix_path /var/run/fluent.sock\n"
      "\n[FILTER]\n    Name   grep\n    Match app-firelens*\n    Regex  log *failure*\n"
      "\n[FILTER]\n    Name   grep\n    Match app-firelens*\n    Exclude log *success*\n"
      "\n[FILTER]\n    Name record_modifier\n    Match *\n    Record ec2_instance_id i-1\n    Record ecs_cluster shop\n"
      "\n@INCLUDE /extra.conf\n"
      "\n[OUTPUT]\n    Name cloudwatch\n    Match app-firelens*\n    log_group_name shop\n    region us-east-1\n");
  RouterFacts d = facts(true, "host");
  d.include = bit.include;
  d.fields = bit.fields;
  d.containers = {{"app", {{"@type", "stdout"}, {"include-pattern", "a"}, {"exclude-pattern", "b"}, {"x", "y"}}}};
  CHECK(written(d) ==
        "\n<source>\n    @type unix\n    path /var/run/fluent.sock\n</source>\n"
        "\n<filter app-firelens**>\n    @type  grep\n    <regexp>\n        key log\n        pattern a\n    "
        "</regexp>\n</filter>\n"
        "\n<filter app-firelens**>\n    @type  grep\n    <exclude>\n        key log\n        pattern b\n    "
        "</exclude>\n</filter>\n"
        "\n<filter **>\n    @type record_transformer\n    <record>\n        ec2_instance_id i-1\n        ecs_cluster "
        "shop\n"
        "    </record>\n</filter>\n"
        "\n@include /extra.conf\n"
        "\n<match app-firelens**>\n    @type stdout\n    x y\n</match>\n");
}

TEST_CASE("Options need an output that they are for, and without options the user's file may have it", "[firelens]") {
  struct Case {
    bool fluentd;
    LogOptions options;
    bool fine;
  };
  const Case cases[] = {{false, {{"Name", "stdout"}}, true},       {false, {}, true},
                        {false, {{"include-pattern", "a"}}, true}, {false, {{"log-driver-buffer-limit", "1"}}, true},
                        {false, {{"region", "us-east-1"}}, false}, {false, {{"@type", "stdout"}}, false},
                        {true, {{"@type", "stdout"}}, true},       {true, {{"Name", "stdout"}}, false}};
  for (const Case& one : cases) {
    RouterFacts router = facts(one.fluentd, "host");
    router.containers = {{"app", one.options}};
    const auto text = router_config(router);
    CHECK(text.has_value() == one.fine);
    if (text) continue;
    const std::string key = one.fluentd ? "@type" : "Name";
    CHECK(text.error() == "unable to apply log options of container app to firelens config: missing output key " + key +
                              " which is required for firelens configuration of type " +
                              (one.fluentd ? "fluentd" : "fluentbit"));
  }
}
