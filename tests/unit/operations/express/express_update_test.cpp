// UpdateExpressGatewayService, DescribeExpressGatewayService and DeleteExpressGatewayService (spec/operations.md).
#include "tests/unit/operations/express/express_fixture.hpp"

namespace drydock::test {
namespace {

const std::string kBad = "InvalidParameterException: ";

TEST_CASE("UpdateExpressGatewayService changes what is given, with a deployment and the revision it needs",
          "[operations][express]") {
  struct Row {
    const char* what;
    Json changes;
    int revision;  // of the task definition afterwards
  };
  const std::vector<Row> rows = {
      {"image", {{"primaryContainer", {{"image", "shop:2"}}}}, 2},
      {"port", {{"primaryContainer", {{"image", "shop"}, {"containerPort", 8080}}}}, 2},
      {"environment",
       {{"primaryContainer", {{"image", "shop"}, {"environment", {{{"name", "B"}, {"value", "2"}}}}}}},
       2},
      {"no environment", {{"primaryContainer", {{"image", "shop"}, {"environment", Json::array()}}}}, 2},
      {"cpu and memory", {{"cpu", "512"}, {"memory", "1024"}}, 2},
      {"execution role", {{"executionRoleArn", "arn:aws:iam::123456789012:role/other"}}, 2},
      {"task role", {{"taskRoleArn", "arn:aws:iam::123456789012:role/task"}}, 2},
      {"the same image", {{"primaryContainer", {{"image", "shop"}}}}, 1},
      {"health check", {{"healthCheckPath", "/health"}}, 1},
      {"scaling", {{"scalingTarget", {{"maxTaskCount", 5}}}}, 1},
      {"subnets", {{"networkConfiguration", {{"subnets", {"subnet-7"}}}}}, 1},
      {"security groups", {{"networkConfiguration", {{"securityGroups", {"sg-7"}}}}}, 1},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    ExpressWorld world;
    const Json primary = {{"image", "shop"}, {"environment", {{{"name", "A"}, {"value", "1"}}}}};
    const Json created = world.create({{"primaryContainer", primary}});
    const Json before = created["activeConfigurations"][0];
    world.run("shop");
    world.clock.advance(std::chrono::seconds(10));
    const Json updated = world.update(row.changes);
    CHECK(updated["serviceArn"] == world.shop_arn());
    CHECK(updated["cluster"] == "default");
    CHECK(updated["serviceName"] == "shop");
    CHECK(updated["status"]["statusCode"] == "ACTIVE");
    CHECK(updated["createdAt"] == created["createdAt"]);
    CHECK(updated["updatedAt"] != created["updatedAt"]);

    const Json& target = updated["targetConfiguration"];
    CHECK(target["serviceRevisionArn"] != before["serviceRevisionArn"]);
    CHECK(target["createdAt"] == updated["updatedAt"]);
    const Json own = {{"serviceRevisionArn", nullptr}, {"createdAt", nullptr}};
    CHECK(with(target, own) == with(with(before, row.changes), own));
    CHECK(world.service("shop")["taskDefinition"] ==
          world.arn("task-definition/default-shop:" + std::to_string(row.revision)));
    CHECK(world.definition("default-shop")["revision"] == row.revision);

    CHECK(world.describe()["activeConfigurations"] == Json::array({target, before}));
    world.run("shop");
    world.clock.advance(std::chrono::minutes(10));
    world.run("shop");
    CHECK(world.describe()["activeConfigurations"] == Json::array({target}));
    CHECK(world.service("shop")["resourceManagementType"] == "ECS");
    CHECK(world.service("shop")["healthCheckGracePeriodSeconds"] == 300);
  }
}

TEST_CASE("an update that names nothing starts nothing", "[operations][express]") {
  ExpressWorld world;
  const Json before = world.create();
  const Json updated = world.update(Json::object());
  CHECK(updated["targetConfiguration"] == before["activeConfigurations"][0]);
  CHECK(world.service("shop")["deployments"].size() == 1);
}

TEST_CASE("a scaling target moves the desired count into its bounds", "[operations][express]") {
  struct Row {
    int desired;
    Json target;
    int after;
  };
  const std::vector<Row> rows = {{1, {{"minTaskCount", 3}}, 3},
                                 {9, {{"maxTaskCount", 4}}, 4},
                                 {5, {{"minTaskCount", 2}, {"maxTaskCount", 8}}, 5},
                                 {0, {{"autoScalingTargetValue", 70}}, 1}};
  for (const Row& row : rows) {
    CAPTURE(row.desired, row.target.dump());
    ExpressWorld world;
    world.create();
    world.ok("UpdateService", {{"service", "shop"}, {"desiredCount", row.desired}});
    world.update({{"healthCheckPath", "/other"}});
    CHECK(world.service("shop")["desiredCount"] == row.desired);
    world.update({{"scalingTarget", row.target}});
    CHECK(world.service("shop")["desiredCount"] == row.after);
  }
}

TEST_CASE("a deployment started by UpdateService carries the configuration on", "[operations][express]") {
  ExpressWorld world;
  world.create({{"healthCheckPath", "/health"}});
  Json definition = world.definition("default-shop");
  Json request = {{"family", "by-hand"},
                  {"networkMode", "awsvpc"},
                  {"cpu", "512"},
                  {"memory", "1024"},
                  {"executionRoleArn", ExpressWorld::kExecutionRole},
                  {"containerDefinitions", definition["containerDefinitions"]}};
  request["containerDefinitions"][0]["image"] = "by-hand:1";
  request["containerDefinitions"][0]["portMappings"] = Json::array({Json::object({{"containerPort", 9000}})});
  world.ok("RegisterTaskDefinition", request);
  world.ok("UpdateService", {{"service", "shop"},
                             {"taskDefinition", "by-hand"},
                             {"networkConfiguration", {{"awsvpcConfiguration", {{"subnets", {"subnet-5"}}}}}}});
  const Json configuration = world.describe()["activeConfigurations"][0];
  CHECK(configuration["cpu"] == "512");
  CHECK(configuration["healthCheckPath"] == "/health");
  CHECK(configuration["primaryContainer"]["image"] == "by-hand:1");
  CHECK(configuration["primaryContainer"]["containerPort"] == 9000);
  CHECK(configuration["networkConfiguration"] == Json::object({{"subnets", {"subnet-5"}}}));
  // What is not about the task definition leaves it alone.
  world.update({{"healthCheckPath", "/other"}});
  CHECK(world.service("shop")["taskDefinition"] == world.arn("task-definition/by-hand:1"));
}

TEST_CASE("a refused update changes nothing", "[operations][express]") {
  struct Row {
    Json changes;
    std::string answer;  // its beginning
  };
  const std::vector<Row> rows = {
      {{{"memory", "100000"}}, "ClientException: "},
      {{{"healthCheckPath", "ping"}}, kBad},
      {{{"scalingTarget", {{"maxTaskCount", 0}}}}, kBad},
      {{{"primaryContainer", {{"image", "shop:2"}}}, {"networkConfiguration", {{"subnets", {"x"}}}}}, kBad},
  };
  for (const Row& row : rows) {
    CAPTURE(row.changes.dump());
    ExpressWorld world;
    world.create();
    const RowMap before = world.rows();
    CHECK_THAT(world.no("UpdateExpressGatewayService", with({{"serviceArn", world.shop_arn()}}, row.changes)),
               StartsWith(row.answer));
    CHECK(world.rows() == before);
  }
}

TEST_CASE("Express operations know Express services only, by full ARN", "[operations][express]") {
  ExpressWorld world;
  world.create();
  world.ok("RegisterTaskDefinition",
           {{"family", "web"}, {"containerDefinitions", {{{"name", "app"}, {"image", "web"}, {"memory", 64}}}}});
  world.ok("CreateService", {{"serviceName", "web"}, {"taskDefinition", "web"}, {"desiredCount", 1}});
  const std::vector<std::string> unknown = {
      world.arn("service/default/web"),
      world.arn("service/default/none"),
      world.arn("service/other/shop"),
      "arn:aws:ecs:us-east-1:123456789012:service/default/shop",
      "arn:aws:ecs:eu-west-1:999999999999:service/default/shop",
  };
  for (const std::string& text : unknown) {
    CAPTURE(text);
    const Json request = {{"serviceArn", text}};
    CHECK(world.no("DescribeExpressGatewayService", request) == "ResourceNotFoundException: Resource not found.");
    CHECK(world.no("UpdateExpressGatewayService", request) == "ServiceNotFoundException: Service not found.");
    CHECK(world.no("DeleteExpressGatewayService", request) == "ServiceNotFoundException: Service not found.");
  }
  for (const std::string& text : {std::string("shop"), world.arn("service/shop"), world.arn("cluster/default")}) {
    CAPTURE(text);
    for (const char* operation :
         {"DescribeExpressGatewayService", "UpdateExpressGatewayService", "DeleteExpressGatewayService"}) {
      CHECK(world.no(operation, {{"serviceArn", text}}) ==
            kBad + "Invalid identifier: Unexpected number of separators");
    }
  }
}

TEST_CASE("a deleted Express service drains and becomes INACTIVE", "[operations][express]") {
  ExpressWorld world;
  world.create();
  world.run("shop");
  const Json request = {{"serviceArn", world.shop_arn()}};
  const Json deleted = world.ok("DeleteExpressGatewayService", request)["service"];
  CHECK(deleted["status"]["statusCode"] == "DRAINING");
  CHECK(deleted["serviceArn"] == world.shop_arn());
  for (const char* operation : {"UpdateExpressGatewayService", "DeleteExpressGatewayService"}) {
    CHECK(world.no(operation, request) == "ServiceNotActiveException: Service is in DRAINING status.");
  }
  world.run("shop");
  const Json after = world.describe();
  CHECK(after["status"] == Json::object({{"statusCode", "INACTIVE"}}));
  CHECK(after["activeConfigurations"] == Json::array());
  for (const char* operation : {"UpdateExpressGatewayService", "DeleteExpressGatewayService"}) {
    CHECK(world.no(operation, request) ==
          "ServiceNotActiveException: Cannot perform this operation on a service in INACTIVE status.");
  }
  CHECK(world.definition("default-shop")["status"] == "ACTIVE");
}

}  // namespace
}  // namespace drydock::test
