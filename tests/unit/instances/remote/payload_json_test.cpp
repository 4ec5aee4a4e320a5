#include "instances/remote/payload_json.hpp"

#include "api-spec/runtime/encode.hpp"
#include "api-spec/runtime/schema.hpp"
#include "tests/support/catch.hpp"

namespace drydock::instances::remote {
namespace {

using Json = nlohmann::json;

/// Every member of a shape set, whatever the API's model learns: texts that need escaping, lists and maps of two.
class Filler {
 public:
  void fill(const api::StructInfo& schema, void* value) {
    for (const api::MemberInfo& member : schema.members) {
      void* place = static_cast<char*>(value) + member.offset;
      fill(*member.type, member.type->optional != nullptr ? member.type->optional->emplace(place) : place);
      ++members;
    }
  }

  int members = 0;

 private:
  std::string next_text() { return "text \"" + std::to_string(++count_) + "\"\n\xc3\xa4\xf0\x9f\x90\xb3"; }

  void fill(const api::TypeInfo& type, void* value) {
    switch (type.kind) {
      case api::Kind::kString: *static_cast<std::string*>(value) = next_text(); return;
      case api::Kind::kInteger: *static_cast<std::int32_t*>(value) = ++count_; return;
      case api::Kind::kLong: *static_cast<std::int64_t*>(value) = std::int64_t{1} << 53 | ++count_; return;
      case api::Kind::kDouble: *static_cast<double*>(value) = ++count_ + 0.1; return;
      case api::Kind::kBoolean: *static_cast<bool*>(value) = true; return;
      case api::Kind::kTimestamp: static_cast<api::Timestamp*>(value)->milliseconds = ++count_; return;
      case api::Kind::kDocument: static_cast<api::Document*>(value)->text = R"({"a":[1,2]})"; return;
      case api::Kind::kStructure: fill(*type.structure, value); return;
      case api::Kind::kList:
        for (int i = 0; i < 2; ++i) fill(*type.element, type.sequence->append(value));
        return;
      case api::Kind::kMap:
        // In an order that sorting would change.
        for (const char* key : {"z", "a"}) {
          auto* entry = static_cast<char*>(type.sequence->append(value));
          *static_cast<std::string*>(static_cast<void*>(entry)) = key;
          fill(*type.element, entry + type.sequence->value_offset);
        }
        return;
    }
  }

  int count_ = 0;
};

template <class Shape>
Shape filled() {
  Shape shape;
  Filler filler;
  filler.fill(api::schema_of<Shape>(), &shape);
  REQUIRE(filler.members > 6);
  return shape;
}

ContainerPayload whole_container(const std::string& name) {
  ContainerPayload container;
  container.container_arn = "arn:container/" + name;
  auto definition = filled<api::ContainerDefinition>();
  definition.name = name;
  container.definition = std::make_shared<const api::ContainerDefinition>(std::move(definition));
  container.tagged_image = "shop:1";
  container.gpu_ids = {"GPU-1", "GPU-2"};
  container.secrets.environment = {{"PASSWORD", "s3cret \"\n"}, {"A", ""}, {"PASSWORD", "twice"}};
  container.secrets.log_options = {{"splunk-token", "t"}};
  container.secrets.registry_auth = "eyJ1c2VybmFtZSI6ImEifQ==";
  return container;
}

TaskPayload whole_payload() {
  TaskPayload payload;
  payload.task_arn = "arn:aws:ecs:us-east-1:123456789012:task/c/0123";
  payload.cluster_arn = "arn:cluster";
  payload.desired_status = "RUNNING";
  payload.family = "web";
  payload.version = "3";
  payload.group = "service:shop";
  payload.launch_type = "EC2";
  payload.network_mode = "awsvpc";
  payload.pid_mode = "task";
  payload.ipc_mode = "host";
  payload.service_name = "shop";
  payload.task_role = "arn:role";
  payload.sequence_number = 9007199254740993;
  payload.cpu_units = 512;
  payload.memory_mib = 1024;
  payload.containers = {whole_container("app"), whole_container("side")};
  payload.volumes = {filled<api::Volume>(), api::Volume{}};
  payload.setup_error = "ResourceInitializationError: no";
  return payload;
}

void check_same(const ContainerPayload& a, const ContainerPayload& b) {
  CHECK(a.container_arn == b.container_arn);
  REQUIRE(a.definition);
  REQUIRE(b.definition);
  CHECK(api::encode(*a.definition) == api::encode(*b.definition));
  CHECK(a.tagged_image == b.tagged_image);
  CHECK(a.gpu_ids == b.gpu_ids);
  CHECK(a.secrets.environment == b.secrets.environment);
  CHECK(a.secrets.log_options == b.secrets.log_options);
  CHECK(a.secrets.registry_auth == b.secrets.registry_auth);
}

void check_same(const TaskPayload& a, const TaskPayload& b) {
  CHECK(a.task_arn == b.task_arn);
  CHECK(a.cluster_arn == b.cluster_arn);
  CHECK(a.desired_status == b.desired_status);
  CHECK(a.family == b.family);
  CHECK(a.version == b.version);
  CHECK(a.group == b.group);
  CHECK(a.launch_type == b.launch_type);
  CHECK(a.network_mode == b.network_mode);
  CHECK(a.pid_mode == b.pid_mode);
  CHECK(a.ipc_mode == b.ipc_mode);
  CHECK(a.service_name == b.service_name);
  CHECK(a.task_role == b.task_role);
  CHECK(a.sequence_number == b.sequence_number);
  CHECK(a.cpu_units == b.cpu_units);
  CHECK(a.memory_mib == b.memory_mib);
  CHECK(a.setup_error == b.setup_error);
  REQUIRE(a.containers.size() == b.containers.size());
  for (std::size_t i = 0; i < a.containers.size(); ++i) check_same(a.containers[i], b.containers[i]);
  REQUIRE(a.volumes.size() == b.volumes.size());
  for (std::size_t i = 0; i < a.volumes.size(); ++i) CHECK(api::encode(a.volumes[i]) == api::encode(b.volumes[i]));
}

}  // namespace

TEST_CASE("A task payload with every member set comes through whole, secrets included") {
  const TaskPayload sent = whole_payload();
  const auto got = payload_of_json(Json::parse(to_json(sent).dump()));
  REQUIRE(got);
  check_same(sent, *got);
  // A change of the payload is a change of this test: what is not compared here might not be carried.
  CHECK(sizeof(TaskPayload) == 13 * sizeof(std::string) + sizeof(std::int64_t) + 2 * sizeof(std::optional<int>) +
                                   sizeof(std::vector<ContainerPayload>) + sizeof(std::vector<api::Volume>));
  CHECK(sizeof(ContainerSecrets) == 2 * sizeof(std::vector<int>) + sizeof(std::string));
  CHECK(sizeof(ContainerPayload) == 2 * sizeof(std::string) + sizeof(std::shared_ptr<int>) +
                                        sizeof(std::vector<std::string>) + sizeof(ContainerSecrets));
}

TEST_CASE("A task payload with nothing but its ARN comes through as empty as it was") {
  TaskPayload sent;
  sent.task_arn = "arn:task";
  const auto got = payload_of_json(Json::parse(to_json(sent).dump()));
  REQUIRE(got);
  check_same(sent, *got);
  CHECK_FALSE(got->cpu_units);
  CHECK_FALSE(got->memory_mib);
}

TEST_CASE("An absent list of a definition stays absent and an empty one empty") {
  TaskPayload sent;
  sent.task_arn = "arn:task";
  api::ContainerDefinition definition;
  definition.command = std::vector<std::string>{};
  sent.containers = {{"arn", std::make_shared<const api::ContainerDefinition>(definition), {}, {}}};
  const auto got = payload_of_json(to_json(sent));
  REQUIRE(got);
  CHECK(got->containers[0].definition->command == std::vector<std::string>{});
  CHECK_FALSE(got->containers[0].definition->entryPoint);
}

TEST_CASE("Bytes that are no UTF-8 do not spoil the message they are in") {
  TaskPayload sent = whole_payload();
  sent.containers[0].secrets.environment = {{"LATIN", "caf\xe9"}};
  const auto got = payload_of_json(Json::parse(to_json(sent).dump()));
  REQUIRE(got);
  CHECK(got->containers[0].secrets.environment[0].second == "caf\xef\xbf\xbd");
}

TEST_CASE("A payload that cannot be read is refused without a word of what is in it") {
  const Json whole = to_json(whole_payload());
  const auto refused = [&](const Json& json) {
    const auto got = payload_of_json(json);
    REQUIRE_FALSE(got);
    CHECK(got.error().find("s3cret") == std::string::npos);
    return got.error();
  };
  CHECK(refused(Json()) == "an object with taskArn is expected");
  CHECK(refused(Json::object()) == "taskArn is missing");
  Json one = whole;
  one["containers"] = "s3cret";
  CHECK(refused(one) == "containers is no list");
  one = whole;
  one["containers"][0]["environment"] = {{"s3cret"}};
  CHECK(refused(one) == "environment is no list of pairs");
  one = whole;
  one["containers"][0]["definition"] = "{s3cret";
  CHECK(refused(one) == "definition cannot be read");
  one = whole;
  one["sequenceNumber"] = "s3cret";
  CHECK(refused(one) == "sequenceNumber is no whole number");
}

TEST_CASE("What a channel is opened to comes through whole") {
  ChannelRequest sent;
  sent.kind = ChannelRequest::Kind::kPort;
  sent.session_id = "ecs-execute-command-1";
  sent.task_arn = "arn:task";
  sent.container_name = "app";
  sent.command = "sh -c 'echo \"a b\"'";
  sent.terminal = false;
  sent.host = "db";
  sent.port = 5432;
  const auto got = channel_request_of_json(Json::parse(to_json(sent).dump()));
  REQUIRE(got);
  CHECK(got->kind == sent.kind);
  CHECK(got->session_id == sent.session_id);
  CHECK(got->task_arn == sent.task_arn);
  CHECK(got->container_name == sent.container_name);
  CHECK(got->command == sent.command);
  CHECK(got->terminal == sent.terminal);
  CHECK(got->host == sent.host);
  CHECK(got->port == sent.port);
  CHECK(channel_request_of_json(to_json(ChannelRequest{}))->kind == ChannelRequest::Kind::kCommand);
  CHECK_FALSE(channel_request_of_json(Json::parse(R"({"kind":"other"})")));
}

}  // namespace drydock::instances::remote
