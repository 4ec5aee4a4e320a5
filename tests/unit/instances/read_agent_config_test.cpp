#include "instances/read_agent_config.hpp"

#include <fstream>

#include "tests/support/catch.hpp"
#include "tests/support/temp_directory.hpp"

using drydock::instances::read_agent_config;
using drydock::test::TempDirectory;

TEST_CASE("The settings of an instance come from a file, whose name is in what is wrong with it") {
  const TempDirectory directory;
  const std::string path = (directory.path() / "ecs.config").string();
  std::ofstream(path) << "ECS_CLUSTER=harbour\n";
  const auto config = read_agent_config(path);
  REQUIRE(config);
  CHECK(config->cluster == "harbour");

  std::ofstream(path) << "ECS_RESERVED_MEMORY=lots\n";
  const auto wrong = read_agent_config(path);
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error() == path + ": line 1: ECS_RESERVED_MEMORY=lots: expected a whole number of at least 0");

  const auto missing = read_agent_config(path + ".none");
  REQUIRE_FALSE(missing);
  CHECK(missing.error() == "cannot read the instance configuration " + path + ".none");
}
