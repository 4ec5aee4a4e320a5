#include "instances/launch/launch_resources.hpp"

#include <map>

#include "api-spec/runtime/decode.hpp"
#include "model/base64.hpp"
#include "server/operations/secretsmanager/secretsmanager.hpp"
#include "server/operations/ssm/ssm.hpp"
#include "tests/support/world.hpp"

namespace drydock::test {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

/// A task of one container and the stores it takes from.
struct LaunchWorld : TestWorld {
  void put_parameter(const std::string& name, const std::string& value) {
    api::ssm::PutParameterRequest request;
    request.Name = name;
    request.Value = value;
    request.Type = "SecureString";
    must(operations::ssm::put_parameter, request);
  }
  std::string put_secret(const std::string& name, const std::string& value) {
    api::secretsmanager::CreateSecretRequest request;
    request.Name = name;
    request.SecretString = value;
    return *must(operations::secretsmanager::create_secret, request).ARN;
  }
  /// What is sent for a task of one container with these members.
  instances::TaskPayload launch(const std::string& members, bool fargate = false, bool has_run = false) {
    model::Task task;
    edit([&](model::Transaction& tx) {
      model::Cluster cluster;
      cluster.world = id;
      cluster.name = "cluster-" + std::to_string(state.clusters().size());
      task.cluster = tx.create(std::move(cluster));
    });
    task.launch_type = fargate ? model::LaunchType::kFargate : model::LaunchType::kEc2;
    task.ever_running = has_run;
    instances::TaskPayload payload;
    auto definition = api::decode<api::ContainerDefinition>(R"({"name":"c","image":"i","memory":64,)" + members + "}");
    REQUIRE(definition);
    instances::ContainerPayload container;
    container.definition = std::make_shared<const api::ContainerDefinition>(std::move(*definition));
    payload.containers.push_back(std::move(container));
    const auto read = [this](const std::string& bucket, const std::string& key,
                             const std::function<void(instances::ObjectRead)>& then) {
      const auto found = objects.find(bucket + "/" + key);
      if (found == objects.end()) return then(std::unexpected("NoSuchKey: The specified key does not exist."));
      then(found->second);
    };
    instances::read_objects(read, instances::environment_files_of(payload), [&](const instances::Objects& files) {
      instances::add_launch_resources(state, task, clock.now(), files, payload);
    });
    return payload;
  }
  std::map<std::string, std::string> objects;
};

std::string secrets(const std::string& value_from, const std::string& name = "S") {
  return R"("secrets":[{"name":")" + name + R"(","valueFrom":")" + value_from + R"("}])";
}

TEST_CASE("Each form of valueFrom finds its value, and only the payload has it") {
  LaunchWorld world;
  world.put_parameter("flat", "one");
  world.put_parameter("/shop/url", "two");
  const std::string arn = world.put_secret("db", R"({"user":"admin","port":5432})");
  struct Row {
    std::string value_from;
    std::string value;
  };
  const std::string ssm = "arn:aws:ssm:eu-west-1:123456789012:parameter";
  const Row row = GENERATE_COPY(values<Row>({{"flat", "one"},
                                             {"/shop/url", "two"},
                                             {ssm + "/shop/url", "two"},
                                             {ssm + "/flat", "one"},
                                             {"/shop/url:1", "two"},
                                             {arn, R"({"user":"admin","port":5432})"},
                                             {arn + ":user::", "admin"},
                                             {arn + ":port::", "5432"},
                                             {arn + "::AWSCURRENT:", R"({"user":"admin","port":5432})"}}));
  CAPTURE(row.value_from);
  const auto payload = world.launch(secrets(row.value_from));
  CHECK(payload.setup_error.empty());
  CHECK(payload.containers[0].secrets.environment == Pairs{{"S", row.value}});
  for (const auto& variable :
       payload.containers[0].definition->environment.value_or(std::vector<api::KeyValuePair>{})) {
    CHECK(variable.name != "S");
  }
  for (const auto& [key, body] : world.rows()) {
    const bool store = key.first == model::EntityKind::kParameter || key.first == model::EntityKind::kSecret;
    if (!store) CHECK(body.find("admin") == std::string::npos);
  }
}

TEST_CASE("What is missing ends the task with the agent's words") {
  LaunchWorld world;
  const std::string arn = world.put_secret("db", "no json");
  const std::string none = "arn:aws:secretsmanager:us-west-2:123456789012:secret:none-AbCdEf";
  const std::string manager = "from AWS Secrets Manager. Check whether the secret exists in the specified Region";
  struct Row {
    bool fargate;
    std::string value_from;
    std::string error;
  };
  const std::string pull =
      "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: ";
  const Row row = GENERATE_COPY(values<Row>({
      {false, "/none",
       "ResourceInitializationError: fetching secret data from SSM Parameter Store in eu-west-1: invalid parameters: "
       "/none"},
      {true, "/none",
       pull +
           "unable to retrieve secrets from ssm: service call has been retried 1 time(s): invalid parameters: /none"},
      {false, none,
       "ResourceInitializationError: fetching secret data from AWS Secrets Manager in region us-west-2: "
       "ResourceNotFoundException: The task can't retrieve the secret with ARN '" +
           none + "' " + manager + ": ResourceNotFoundException: Secrets Manager can't find the specified secret."},
      {true, none,
       pull + "unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret " +
           none + " from secrets manager: ResourceNotFoundException: Secrets Manager can't find the specified secret."},
      {false, arn + ":user::",
       "ResourceInitializationError: fetching secret data from AWS Secrets Manager in region eu-west-1: secret " + arn +
           ": secret value is not a JSON object"},
      {false, arn + ":user",
       "ResourceInitializationError: trying to retrieve secret with value " + arn +
           ":user resulted in error: an invalid ARN format for the AWS Secrets Manager secret was specified. Specify a "
           "valid ARN and try again."},
      {false, arn + "::BLUE:",
       "ResourceInitializationError: fetching secret data from AWS Secrets Manager in region eu-west-1: "
       "ResourceNotFoundException: The task can't retrieve the secret with ARN '" +
           arn + "' " + manager +
           ": ResourceNotFoundException: Secrets Manager can't find the specified secret value for staging label: "
           "BLUE"},
  }));
  CAPTURE(row.value_from);
  const auto payload = world.launch(secrets(row.value_from), row.fargate);
  CHECK(payload.setup_error == row.error);
  CHECK(payload.setup_error.find("no json") == std::string::npos);
}

TEST_CASE("Parameters that are missing are named together") {
  LaunchWorld world;
  world.put_parameter("/b", "v");
  const auto payload = world.launch(
      R"("secrets":[{"name":"A","valueFrom":"/a"},{"name":"B","valueFrom":"/b"},{"name":"C","valueFrom":"/c"}])");
  CHECK(payload.setup_error.ends_with("invalid parameters: /a,/c"));
}

TEST_CASE("A task that has run is not ended by a secret that went away") {
  LaunchWorld world;
  CHECK(world.launch(secrets("/none"), false, true).setup_error.empty());
}

TEST_CASE("Log options and the registry get their secrets") {
  LaunchWorld world;
  world.put_parameter("/token", "t0ken");
  const std::string arn = world.put_secret("registry", R"({"username":"me","password":"p/w"})");
  const auto payload = world.launch(
      R"("logConfiguration":{"logDriver":"splunk","secretOptions":[{"name":"splunk-token","valueFrom":"/token"}]},)"
      R"("repositoryCredentials":{"credentialsParameter":")" +
      arn + R"("})");
  CHECK(payload.setup_error.empty());
  CHECK(payload.containers[0].secrets.log_options == Pairs{{"splunk-token", "t0ken"}});
  CHECK(payload.containers[0].secrets.registry_auth == model::to_base64url(R"({"password":"p/w","username":"me"})"));
}

TEST_CASE("Registry credentials that cannot be used") {
  LaunchWorld world;
  struct Row {
    const char* secret;
    const char* error;
  };
  const Row row = GENERATE(values<Row>(
      {{"text", "asm fetching authorization data: unable to unmarshal secret value, invalid schema"},
       {R"({"password":"p"})", "asm fetching username: AuthorizationData is malformed, empty field"},
       {R"({"username":"u","password":""})", "asm fetching password: AuthorizationData is malformed, empty field"}}));
  world.put_secret("registry", row.secret);
  const auto payload = world.launch(R"("repositoryCredentials":{"credentialsParameter":"registry"})");
  CHECK(payload.setup_error == std::string("ResourceInitializationError: ") + row.error);
}

TEST_CASE("Environment files fill in what nothing else sets") {
  LaunchWorld world;
  world.put_parameter("/secret", "s");
  world.objects["config/a.env"] = "A=file\nB=first\nS=file\n# C=1\n";
  world.objects["config/b.env"] = "B=second\nD=4\n";
  const auto payload = world.launch(
      R"("environment":[{"name":"A","value":"own"}],"environmentFiles":[)"
      R"({"type":"s3","value":"arn:aws:s3:::config/a.env"},{"type":"s3","value":"arn:aws:s3:::config/b.env"}],)" +
      secrets("/secret"));
  CHECK(payload.setup_error.empty());
  Pairs environment;
  for (const auto& one : *payload.containers[0].definition->environment)
    environment.emplace_back(*one.name, *one.value);
  CHECK(environment == Pairs{{"A", "own"}, {"B", "first"}, {"D", "4"}});
  CHECK(payload.containers[0].secrets.environment == Pairs{{"S", "s"}});
}

TEST_CASE("An ARN that names no object ends the task") {
  LaunchWorld world;
  CHECK(world.launch(R"("environmentFiles":[{"type":"s3","value":"arn:aws:s3:::config"}])").setup_error ==
        "ResourceInitializationError: unable to parse bucket and key from s3 ARN specified in environmentFile "
        "arn:aws:s3:::config, error: invalid s3 ARN");
}

TEST_CASE("Without buckets an environment file ends the task") {
  std::vector<std::string> errors;
  instances::read_objects({}, {"arn:aws:s3:::config/a.env"}, [&](const instances::Objects& files) {
    for (const auto& [arn, read] : files) errors.push_back(read.error());
  });
  CHECK(errors == std::vector<std::string>{"NoSuchBucket: there are no buckets here; --s3-dir names their directory"});
}

TEST_CASE("Objects are answered together, once all were read") {
  using Then = std::function<void(instances::ObjectRead)>;
  std::vector<Then> asked;
  const auto read = [&](const std::string&, const std::string&, Then then) { asked.push_back(std::move(then)); };
  std::vector<instances::Objects> answers;
  instances::read_objects(read, {"arn:aws:s3:::b/a", "arn:aws:s3:::b/c", "nonsense"},
                          [&](instances::Objects objects) { answers.push_back(std::move(objects)); });
  REQUIRE(asked.size() == 2);
  asked[1]("C");
  CHECK(answers.empty());
  asked[0]("A");
  REQUIRE(answers.size() == 1);
  CHECK(answers[0] == instances::Objects{{"arn:aws:s3:::b/a", "A"}, {"arn:aws:s3:::b/c", "C"}});
}

TEST_CASE("An environment file that is not there ends the task") {
  LaunchWorld world;
  CHECK(world.launch(R"("environmentFiles":[{"type":"s3","value":"arn:aws:s3:::config/no.env"}])").setup_error ==
        "ResourceInitializationError: unable to download env file with key no.env from bucket config, error: "
        "NoSuchKey: The specified key does not exist.");
}

}  // namespace
}  // namespace drydock::test
