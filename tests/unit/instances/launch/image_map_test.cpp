// --image-map: what is run in place of an image.
#include "instances/launch/image_map.hpp"

#include "instances/stub.hpp"
#include "tests/support/catch.hpp"

using namespace drydock::instances;

namespace {

ImageMap map_of(std::string_view file) {
  ImageMap map;
  REQUIRE(add_image_rules(map, file));
  return map;
}

std::string mistake(std::string_view rule) {
  ImageMap map;
  const auto added = add_image_rule(map, rule);
  return added ? "" : added.error();
}

}  // namespace

TEST_CASE("The first rule that fits decides what is run", "[image map]") {
  const ImageMap map = map_of(
      "# our own\n"
      "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:v2 = shop:two\n"
      "\n"
      "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop=shop  # any tag\n"
      "123456789012.dkr.ecr.eu-west-1.amazonaws.com/fixed=fixed:local\n"
      "public.ecr.aws/datadog/*=busybox:latest\n"
      "public.ecr.aws/*=localhost:5000/*\n");
  struct Case {
    const char* image;
    const char* runs;
  };
  const Case cases[] = {
      {"123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:v2", "shop:two"},
      {"123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:v3", "shop:v3"},
      {"123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop", "shop"},
      {"123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop@sha256:ab", "shop@sha256:ab"},
      {"123456789012.dkr.ecr.eu-west-1.amazonaws.com/shopping:v1",
       "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shopping:v1"},
      {"123456789012.dkr.ecr.eu-west-1.amazonaws.com/fixed:v9", "fixed:local"},
      {"public.ecr.aws/datadog/agent:7", "busybox:latest"},
      {"public.ecr.aws/nginx/nginx:1", "localhost:5000/nginx/nginx:1"},
      {"busybox", "busybox"},
  };
  for (const Case& one : cases) {
    INFO(one.image);
    CHECK(mapped_image(map, one.image) == one.runs);
  }
  const ImageMap port = map_of("localhost:5000/app=app");
  CHECK(mapped_image(port, "localhost:5000/app:v1") == "app:v1");
}

TEST_CASE("Rules that mean nothing are refused", "[image map]") {
  for (const char* rule : {"", "a", "a=", "=b", "a*b=c", "a=b*", "a*=b*c"}) {
    INFO(rule);
    CHECK_FALSE(mistake(rule).empty());
  }
  CHECK(mistake("a*=b*").empty());
  ImageMap map;
  CHECK(add_image_rules(map, "a=b\nc\n").error().starts_with("line 2: "));
}

TEST_CASE("A stub gets nothing of what was meant for the program in its place", "[image map]") {
  CHECK(mapped_image(map_of("vendor/agent=stub"), "vendor/agent:7") == "stub");
  auto definition = std::make_shared<drydock::api::ContainerDefinition>();
  definition->image = "vendor/agent:7";
  definition->command = {"--config", "x"};
  definition->entryPoint = {"/agent"};
  definition->user = "vendor";
  definition->memory = 64;
  definition->healthCheck.emplace().command = {"CMD", "/agent", "ping"};
  definition->healthCheck->interval = 300;
  TaskPayload payload;
  payload.containers.push_back({"arn", definition});
  map_images(map_of("vendor/*=stub"), payload);
  const auto& stub = *payload.containers[0].definition;
  CHECK(stub.image == drydock::instances::kStubImage);
  CHECK_FALSE(stub.command);
  CHECK_FALSE(stub.entryPoint);
  CHECK_FALSE(stub.user);
  CHECK(stub.memory == 64);
  CHECK(stub.healthCheck->command == std::vector<std::string>{"CMD", "/stub", "healthy"});
  CHECK(stub.healthCheck->interval == 5);
}

TEST_CASE("A payload gets the image that is to run, and the definition that others share keeps its own",
          "[image map]") {
  auto definition = std::make_shared<drydock::api::ContainerDefinition>();
  definition->image = "far/app:1";
  TaskPayload payload;
  payload.containers.push_back({"arn", definition});
  map_images(map_of("far/*=near/*"), payload);
  CHECK(payload.containers[0].definition->image == "near/app:1");
  CHECK(definition->image == "far/app:1");
}
