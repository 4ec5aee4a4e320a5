#include "model/task_definitions/overrides.hpp"

#include <string>

#include "api-spec/runtime/encode.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/model/task_definitions/requests.hpp"

using namespace drydock;
using namespace drydock::test;

namespace {

std::string refusal(const std::string& overrides) {
  const auto error = model::check_overrides(definition_of(bridge_json().dump()), decoded<api::TaskOverride>(overrides));
  if (!error) return {};
  CHECK(error->code == "InvalidParameterException");
  return error->message;
}

}  // namespace

TEST_CASE("Overrides must name containers of the task definition") {
  CHECK(refusal("{}").empty());
  CHECK(refusal(R"({"containerOverrides":[{"name":"web","cpu":5}]})").empty());
  CHECK(refusal(R"({"containerOverrides":[{"name":"db"}]})") ==
        "Override for container named db is not a container in the TaskDefinition.");
  CHECK(refusal(R"({"containerOverrides":[{"cpu":5}]})") == "Container override name can not be blank.");
}

TEST_CASE("Overrides have at most 8192 characters of JSON") {
  const auto with_command = [](const std::string& word) {
    return R"({"containerOverrides":[{"name":"web","command":[")" + word + "\"]}]}";
  };
  const std::size_t frame = with_command("").size();
  const std::string text(8192 - frame, 'x');
  CHECK(refusal(with_command(text)).empty());
  CHECK(refusal(with_command(text + "x")) == "Container Overrides length must be at most 8192");
  std::string umlauts;
  for (std::size_t i = 0; i < text.size(); ++i) umlauts += "ü";
  CHECK(refusal(with_command(umlauts)).empty());
}

TEST_CASE("Overrides ask for ephemeral storage that Fargate has") {
  CHECK(refusal(R"({"ephemeralStorage":{"sizeInGiB":21}})").empty());
  CHECK(refusal(R"({"ephemeralStorage":{"sizeInGiB":200}})").empty());
  CHECK(refusal(R"({"ephemeralStorage":{"sizeInGiB":20}})") == "EphemeralStorage size should be at least 21");
  CHECK(refusal(R"({"ephemeralStorage":{"sizeInGiB":201}})") == "EphemeralStorage size should be at most 200");
}

TEST_CASE("Task-level overrides must be sizes") {
  CHECK(refusal(R"({"cpu":"1 vCPU","memory":"2GB"})").empty());
  CHECK(refusal(R"({"cpu":"much"})") == "Invalid 'cpu' setting for task override.");
  CHECK(refusal(R"({"memory":"much"})") == "Invalid 'memory' setting for task override.");
}
