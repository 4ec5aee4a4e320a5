#include "server/task_http/questions.hpp"

#include <nlohmann/json.hpp>

#include "instances/docker/metadata/ids.hpp"
#include "server/task_http/replies.hpp"
#include "tests/support/catch.hpp"

using namespace drydock;
using namespace drydock::task_http;
using Verb = boost::beast::http::verb;

namespace {

constexpr const char* kDrydock = "d-1";
constexpr const char* kTask = "arn:aws:ecs:us-east-1:123456789012:task/default/1";
constexpr const char* kContainer = "arn:aws:ecs:us-east-1:123456789012:container/default/1/1";

/// One task with a role whose container runs, and answerers that note what they are asked.
struct Asked {
  boost::asio::io_context io;
  std::shared_ptr<docker::TaskEndpoint> endpoint =
      std::make_shared<docker::TaskEndpoint>(io.get_executor(), kDrydock, true, nullptr);
  docker::CorePtr core;
  docker::RunPtr run;
  std::vector<ProtectionCall> protection;
  std::vector<std::string> metadata;
  bool has_credentials = true;
  Questions questions;

  explicit Asked(bool api = true) : questions(endpoint, answerers(api)) {
    docker::DockerAgentOptions options;
    options.log_executor = io.get_executor();
    core = std::make_shared<docker::AgentCore>(io.get_executor(), options, instances::ControlPlane{});
    api::ContainerDefinition definition;
    definition.name = "web";
    instances::ContainerPayload container;
    container.container_arn = kContainer;
    container.definition = std::make_shared<const api::ContainerDefinition>(std::move(definition));
    instances::TaskPayload payload;
    payload.task_arn = kTask;
    payload.cluster_arn = "arn:aws:ecs:us-east-1:123456789012:cluster/default";
    payload.task_role = "reader";
    payload.containers.push_back(std::move(container));
    run = std::make_shared<docker::TaskRun>(io.get_executor(), payload);
    endpoint->enter(core, run);
  }

  Answerers answerers(bool with_api) {
    Answerers made;
    if (with_api) made.api = [](const http::Request&, http::ReplyFn reply) { reply(json_response(200, "{}")); };
    made.credentials = [this](const std::string&, const instances::TaskPayload&) {
      const TaskCredentials held{"arn:role", "key", "secret", "token", "2026-11-24T00:00:00Z"};
      return has_credentials ? std::optional(held) : std::nullopt;
    };
    made.protection = [this](ProtectionCall call, http::ReplyFn reply) {
      protection.push_back(std::move(call));
      reply(json_response(200, "{}"));
    };
    made.metadata = [this](const docker::MetadataRequest& request, http::ReplyFn reply) {
      metadata.push_back(request.path + " of " + request.client_address);
      reply(json_response(200, "{}"));
    };
    return made;
  }

  http::Response answer(Verb method, const std::string& target, const std::string& body = {}) {
    http::Request request;
    request.method = method;
    request.target = target;
    request.body = body;
    request.remote_address = "172.17.0.2";
    http::Response answer;
    answer.status = 0;
    questions.take(request, [&answer](http::Response made) { answer = std::move(made); });
    return answer;
  }
};

}  // namespace

TEST_CASE("A request without known credentials is told what is wrong with it", "[task_http]") {
  Asked asked;
  struct Row {
    std::string target;
    std::string code;
    std::string message;
  };
  // The codes and texts are those of AWS's agent.
  const std::vector<Row> rows = {
      {"/v1/credentials", "NoIdInRequest", "CredentialsV1Request: No Credential ID in the request"},
      {"/v1/credentials?id=", "NoIdInRequest", "CredentialsV1Request: No Credential ID in the request"},
      {"/v1/credentials?id=other", "InvalidIdInRequest", "CredentialsV1Request: Credentials not found"},
      {"/v2/credentials", "NoIdInRequest", "CredentialsV2Request: No Credential ID in the request"},
      {"/v2/credentials/", "NoIdInRequest", "CredentialsV2Request: No Credential ID in the request"},
      {"/v2/credentials/other", "InvalidIdInRequest", "CredentialsV2Request: Credentials not found"},
  };
  for (const Row& row : rows) {
    INFO(row.target);
    const auto answer = asked.answer(Verb::get, row.target);
    CHECK(answer.status == 400);
    CHECK(answer.body == R"({"code":")" + row.code + R"(","message":")" + row.message + R"(","HTTPErrorCode":400})");
  }
}

TEST_CASE("A task has the credentials of its role by either path", "[task_http]") {
  Asked asked;
  const std::string id = docker::credentials_id(kDrydock, kTask);
  for (const std::string path : {"/v1/credentials?id=", "/v2/credentials/"}) {
    const auto answer = asked.answer(Verb::get, path + id);
    CHECK(answer.status == 200);
    CHECK(answer.body == R"({"RoleArn":"arn:role","AccessKeyId":"key","SecretAccessKey":"secret","Token":"token",)"
                         R"("Expiration":"2026-11-24T00:00:00Z"})");
  }
  asked.has_credentials = false;
  CHECK(nlohmann::json::parse(asked.answer(Verb::get, "/v2/credentials/" + id).body)["code"] == "InvalidIdInRequest");
}

TEST_CASE("A call for task protection says whose it is, where that is known", "[task_http]") {
  Asked asked;
  const std::string own = "/api/" + docker::endpoint_id(kDrydock, kContainer) + "/task-protection/v1/state";
  CHECK(asked.answer(Verb::get, own).status == 200);
  CHECK(asked.answer(Verb::put, own, R"({"ProtectionEnabled":true})").status == 200);
  CHECK(asked.answer(Verb::get, "/api/other/task-protection/v1/state").status == 200);
  CHECK(asked.answer(Verb::delete_, own).status == 405);
  REQUIRE(asked.protection.size() == 3);
  CHECK(asked.protection[0].task_arn == kTask);
  CHECK(asked.protection[0].has_role);
  CHECK_FALSE(asked.protection[0].updates);
  CHECK(asked.protection[1].updates);
  CHECK(asked.protection[1].body == R"({"ProtectionEnabled":true})");
  CHECK(asked.protection[2].task_arn.empty());
  CHECK_FALSE(asked.protection[2].has_role);
}

TEST_CASE("What else is got is metadata, and what is posted is a call of AWS's APIs", "[task_http]") {
  Asked asked;
  const auto told = asked.answer(Verb::get, "/v4/1/task?pretty");
  CHECK(told.status == 200);
  CHECK(told.headers.size() == 4);  // of the rate limit
  CHECK(asked.metadata == std::vector<std::string>{"/v4/1/task of 172.17.0.2"});
  CHECK(asked.answer(Verb::put, "/v4/1/task").status == 405);
  const auto called = asked.answer(Verb::post, "/");
  CHECK(called.status == 200);
  CHECK(called.headers.empty());
  CHECK(asked.answer(Verb::post, "/v4/1/task").body == "404 page not found\n");
  Asked without(false);
  CHECK(without.answer(Verb::post, "/").status == 404);
}
