#include "instances/agent_config.hpp"

#include "tests/support/catch.hpp"

using namespace drydock::instances;
using drydock::test::ContainsSubstring;
using drydock::test::StartsWith;
using namespace std::chrono_literals;

TEST_CASE("An empty agent configuration has the defaults of AWS's agent") {
  const auto config = parse_agent_config("", {});
  REQUIRE(config);
  CHECK(config->cluster == "default");
  CHECK(config->reserved_memory_mib == 0);
  CHECK(config->reserved_ports == std::vector<int>{22, 2375, 2376, 51678, 51679});
  CHECK(config->reserved_ports_udp.empty());
  CHECK(config->stop_timeout == 30s);
  CHECK(config->cleanup_wait == 3h);
  CHECK(config->pull_behavior == PullBehavior::kDefault);
  CHECK_FALSE(config->dynamic_ports);
}

TEST_CASE("A config file may have comments, blank lines, quotes and Windows line ends") {
  const auto config = parse_agent_config(
      "# my instance\r\n"
      "\r\n"
      "ECS_CLUSTER=deepdive\r\n"
      "  ECS_RESERVED_MEMORY = 256 \n"
      "ECS_RESERVED_PORTS=[22, 8080]\n"
      "ECS_RESERVED_PORTS_UDP='[53]'\n"
      "ECS_INSTANCE_ATTRIBUTES={\"rack\":\"r1\",\"disk\":\"ssd\"}\n"
      "ECS_CONTAINER_INSTANCE_TAGS=\"{\\\"team\\\":\\\"sea\\\"}\"\n"
      "ECS_AVAILABLE_LOGGING_DRIVERS=[\"json-file\",\"awslogs\"]\n"
      "ECS_CONTAINER_STOP_TIMEOUT=1m30s\n"
      "ECS_ENGINE_TASK_CLEANUP_WAIT_DURATION=10m\n"
      "ECS_IMAGE_PULL_BEHAVIOR=prefer-cached\n"
      "ECS_DYNAMIC_HOST_PORT_RANGE=49153-65535\n"
      "ECS_ENABLE_GPU_SUPPORT=false\n"
      "ECS_NVIDIA_RUNTIME=other\n"
      "ECS_LOGLEVEL=debug\n"
      "AWS_DEFAULT_REGION=eu-west-1",
      {});
  REQUIRE(config);
  CHECK(config->cluster == "deepdive");
  CHECK(config->reserved_memory_mib == 256);
  CHECK(config->reserved_ports == std::vector<int>{22, 8080});
  CHECK(config->reserved_ports_udp == std::vector<int>{53});
  using Texts = std::vector<std::pair<std::string, std::string>>;
  CHECK(config->attributes == Texts{{"disk", "ssd"}, {"rack", "r1"}});
  CHECK(config->tags == Texts{{"team", "sea"}});
  CHECK(config->logging_drivers == std::vector<std::string>{"json-file", "awslogs"});
  CHECK(config->stop_timeout == 90s);
  CHECK(config->cleanup_wait == 10min);
  CHECK(config->pull_behavior == PullBehavior::kPreferCached);
  REQUIRE(config->dynamic_ports);
  CHECK(config->dynamic_ports->first == 49153);
  CHECK(config->dynamic_ports->last == 65535);
  CHECK_FALSE(config->gpu_support);
  CHECK(config->nvidia_runtime == "other");
  CHECK(config->ignored == std::vector<std::string>{"AWS_DEFAULT_REGION", "ECS_LOGLEVEL"});
}

TEST_CASE("The config file wins over the environment, which fills what the file leaves open") {
  const auto config =
      parse_agent_config("ECS_CLUSTER=from-file\n",
                         {{"ECS_CLUSTER", "from-environment"}, {"ECS_RESERVED_MEMORY", "32"}, {"HOME", "/nowhere"}});
  REQUIRE(config);
  CHECK(config->cluster == "from-file");
  CHECK(config->reserved_memory_mib == 32);
  CHECK(config->ignored.empty());
}

TEST_CASE("An empty value leaves the default") {
  const auto config = parse_agent_config("ECS_CLUSTER=\nECS_RESERVED_MEMORY=\n", {});
  REQUIRE(config);
  CHECK(config->cluster == "default");
}

TEST_CASE("A wrong setting is refused with its line or variable and what was expected") {
  struct Row {
    const char* text;
    const char* place;
    const char* expected;
  };
  const auto row = GENERATE(
      Row{"ECS_CLUSTER=a\nECS_RESERVED_MEMORY=lots", "line 2: ECS_RESERVED_MEMORY=lots", "whole number"},
      Row{"ECS_RESERVED_MEMORY=-1", "line 1: ECS_RESERVED_MEMORY", "at least 0"},
      Row{"ECS_RESERVED_PORTS=22,80", "line 1: ECS_RESERVED_PORTS", "JSON list of ports"},
      Row{"ECS_RESERVED_PORTS=[70000]", "line 1: ECS_RESERVED_PORTS", "JSON list of ports"},
      Row{"ECS_INSTANCE_ATTRIBUTES=[1]", "line 1: ECS_INSTANCE_ATTRIBUTES", "JSON object"},
      Row{"ECS_AVAILABLE_LOGGING_DRIVERS=json-file", "line 1: ECS_AVAILABLE_LOGGING_DRIVERS", "JSON list of names"},
      Row{"ECS_CONTAINER_STOP_TIMEOUT=30", "line 1: ECS_CONTAINER_STOP_TIMEOUT", "duration"},
      Row{"ECS_CONTAINER_STOP_TIMEOUT=10ms", "line 1: ECS_CONTAINER_STOP_TIMEOUT", "at least 1s"},
      Row{"ECS_IMAGE_PULL_BEHAVIOR=never", "line 1: ECS_IMAGE_PULL_BEHAVIOR", "prefer-cached"},
      Row{"ECS_ENABLE_GPU_SUPPORT=yes", "line 1: ECS_ENABLE_GPU_SUPPORT", "expected true or false"},
      Row{"ECS_DYNAMIC_HOST_PORT_RANGE=9-1", "line 1: ECS_DYNAMIC_HOST_PORT_RANGE", "range of ports"},
      Row{"\nnonsense", "line 2", "KEY=VALUE"}, Row{"a b=c", "line 1", "KEY=VALUE"});
  const auto config = parse_agent_config(row.text, {});
  REQUIRE_FALSE(config);
  CHECK_THAT(config.error(), StartsWith(row.place));
  CHECK_THAT(config.error(), ContainsSubstring(row.expected));
}

TEST_CASE("A wrong environment variable is named as such") {
  const auto config = parse_agent_config("", {{"ECS_RESERVED_MEMORY", "x"}});
  REQUIRE_FALSE(config);
  CHECK_THAT(config.error(), StartsWith("environment: ECS_RESERVED_MEMORY=x"));
}

TEST_CASE("Go durations are read with all their units") {
  CHECK(parse_go_duration("30s") == 30s);
  CHECK(parse_go_duration("1h30m") == 90min);
  CHECK(parse_go_duration("2.5s") == 2500ms);
  CHECK(parse_go_duration("300ms") == 300ms);
  for (const char* wrong : {"", "30", "s", "-1s", "1d", "1h-2m"}) CHECK_FALSE(parse_go_duration(wrong));
}
