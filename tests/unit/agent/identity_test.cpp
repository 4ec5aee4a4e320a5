#include "agent/identity.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/support/catch.hpp"
#include "tests/support/temp_directory.hpp"

namespace drydock::agent {

namespace {

std::string contents(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("A machine keeps who it is over restarts") {
  const test::TempDirectory directory;
  const std::string path = directory.path().string() + "/data/agent";
  Identity made;
  {
    const auto file = IdentityFile::open(path);
    REQUIRE(file);
    made = (*file)->identity();
    CHECK(made.instance_id.size() == 19);
    CHECK(made.instance_id.starts_with("i-"));
    CHECK(made.drydock_id.size() == 16);
    CHECK(made.container_instance_arn.empty());
    Identity registered = made;
    registered.container_instance_arn = "arn:aws:ecs:us-east-1:000000000000:container-instance/web/1";
    registered.cluster = "web";
    registered.server = "http://10.0.0.5:4566";
    REQUIRE((*file)->keep(registered));
  }
  const auto again = IdentityFile::open(path);
  REQUIRE(again);
  CHECK((*again)->identity().instance_id == made.instance_id);
  CHECK((*again)->identity().drydock_id == made.drydock_id);
  CHECK((*again)->identity().container_instance_arn == "arn:aws:ecs:us-east-1:000000000000:container-instance/web/1");
  CHECK((*again)->identity().cluster == "web");
  CHECK((*again)->identity().server == "http://10.0.0.5:4566");
}

TEST_CASE("Two machines are never the same") {
  const test::TempDirectory one;
  const test::TempDirectory two;
  const auto first = IdentityFile::open(one.path().string());
  const auto second = IdentityFile::open(two.path().string());
  REQUIRE(first);
  REQUIRE(second);
  CHECK((*first)->identity().instance_id != (*second)->identity().instance_id);
  CHECK((*first)->identity().drydock_id != (*second)->identity().drydock_id);
}

TEST_CASE("A directory is one agent's at a time") {
  const test::TempDirectory directory;
  {
    const auto file = IdentityFile::open(directory.path().string());
    REQUIRE(file);
    const auto other = IdentityFile::open(directory.path().string());
    REQUIRE_FALSE(other);
    CHECK_THAT(other.error(), test::StartsWith("another drydock agent uses "));
  }
  CHECK(IdentityFile::open(directory.path().string()));
}

TEST_CASE("A power failure while the identity is written leaves the old one") {
  const test::TempDirectory directory;
  const std::string path = directory.path().string();
  std::string id;
  {
    const auto file = IdentityFile::open(path);
    REQUIRE(file);
    id = (*file)->identity().instance_id;
  }
  // What is left when the new file was never renamed.
  std::ofstream(path + "/agent.json.new") << "{\"instanceId\": \"i-ha";
  const auto file = IdentityFile::open(path);
  REQUIRE(file);
  CHECK((*file)->identity().instance_id == id);
  REQUIRE((*file)->keep((*file)->identity()));
  CHECK_FALSE(std::filesystem::exists(path + "/agent.json.new"));
}

TEST_CASE("A file that is no identity is not written over") {
  const test::TempDirectory directory;
  const std::string path = directory.path().string() + "/agent.json";
  std::ofstream(path) << "{}";
  const auto file = IdentityFile::open(directory.path().string());
  REQUIRE_FALSE(file);
  CHECK_THAT(file.error(), test::ContainsSubstring("joins as a new one"));
  CHECK(contents(path) == "{}");
}

}  // namespace drydock::agent
