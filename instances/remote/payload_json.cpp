#include "instances/remote/payload_json.hpp"

#include <string_view>

#include "api-spec/runtime/decode.hpp"
#include "api-spec/runtime/encode.hpp"

namespace drydock::instances::remote {
namespace {

using Json = nlohmann::json;
using Pairs = std::vector<std::pair<std::string, std::string>>;

/// Thrown inside of this file only.
struct Wrong {
  std::string what;
};

/// A JSON string of what may not be UTF-8.
Json text(const std::string& value) {
  std::string quoted;
  api::append_json_string(value, quoted);
  return Json::parse(quoted);
}

Json pairs(const Pairs& list) {
  Json out = Json::array();
  for (const auto& [name, value] : list) out.push_back(Json::array({text(name), text(value)}));
  return out;
}

/// Shapes of the API go as texts: their maps keep the caller's order, which an object would not.
Json definition(const ContainerPayload& container) {
  return container.definition ? Json(api::encode(*container.definition)) : Json();
}

Json container_json(const ContainerPayload& container) {
  Json out;
  out["containerArn"] = text(container.container_arn);
  out["definition"] = definition(container);
  out["taggedImage"] = text(container.tagged_image);
  for (const std::string& id : container.gpu_ids) out["gpuIds"].push_back(text(id));
  out["environment"] = pairs(container.secrets.environment);
  out["logOptions"] = pairs(container.secrets.log_options);
  out["registryAuth"] = text(container.secrets.registry_auth);
  return out;
}

const Json& member(const Json& json, const char* name) {
  static const Json kNone;
  if (!json.is_object()) throw Wrong{std::string("an object with ") + name + " is expected"};
  const auto found = json.find(name);
  return found == json.end() ? kNone : *found;
}

std::string text_at(const Json& json, const char* name) {
  const Json& value = member(json, name);
  if (value.is_null()) return {};
  if (!value.is_string()) throw Wrong{std::string(name) + " is no text"};
  return value.get<std::string>();
}

std::int64_t number_at(const Json& json, const char* name) {
  const Json& value = member(json, name);
  if (value.is_null()) return 0;
  if (!value.is_number_integer()) throw Wrong{std::string(name) + " is no whole number"};
  return value.get<std::int64_t>();
}

std::optional<int> limit_at(const Json& json, const char* name) {
  if (member(json, name).is_null()) return std::nullopt;
  return static_cast<int>(number_at(json, name));
}

const Json& list_at(const Json& json, const char* name) {
  static const Json kEmpty = Json::array();
  const Json& value = member(json, name);
  if (value.is_null()) return kEmpty;
  if (!value.is_array()) throw Wrong{std::string(name) + " is no list"};
  return value;
}

Pairs pairs_at(const Json& json, const char* name) {
  Pairs out;
  for (const Json& one : list_at(json, name)) {
    const bool pair = one.is_array() && one.size() == 2 && one[0].is_string() && one[1].is_string();
    if (!pair) throw Wrong{std::string(name) + " is no list of pairs"};
    out.emplace_back(one[0].get<std::string>(), one[1].get<std::string>());
  }
  return out;
}

template <class Shape>
Shape shape_of(const Json& json, const char* name) {
  if (!json.is_string()) throw Wrong{std::string(name) + " is no text"};
  auto shape = api::decode<Shape>(json.get_ref<const std::string&>());
  if (!shape) throw Wrong{std::string(name) + " cannot be read"};
  return std::move(*shape);
}

ContainerPayload container_of(const Json& json) {
  ContainerPayload container;
  container.container_arn = text_at(json, "containerArn");
  if (const Json& given = member(json, "definition"); !given.is_null()) {
    container.definition =
        std::make_shared<const api::ContainerDefinition>(shape_of<api::ContainerDefinition>(given, "definition"));
  }
  container.tagged_image = text_at(json, "taggedImage");
  for (const Json& id : list_at(json, "gpuIds")) {
    if (!id.is_string()) throw Wrong{"gpuIds is no list of texts"};
    container.gpu_ids.push_back(id.get<std::string>());
  }
  container.secrets.environment = pairs_at(json, "environment");
  container.secrets.log_options = pairs_at(json, "logOptions");
  container.secrets.registry_auth = text_at(json, "registryAuth");
  return container;
}

struct TextMember {
  const char* name;
  std::string TaskPayload::* member;
};

constexpr TextMember kTexts[] = {
    {"taskArn", &TaskPayload::task_arn},
    {"clusterArn", &TaskPayload::cluster_arn},
    {"desiredStatus", &TaskPayload::desired_status},
    {"family", &TaskPayload::family},
    {"version", &TaskPayload::version},
    {"group", &TaskPayload::group},
    {"launchType", &TaskPayload::launch_type},
    {"networkMode", &TaskPayload::network_mode},
    {"pidMode", &TaskPayload::pid_mode},
    {"ipcMode", &TaskPayload::ipc_mode},
    {"serviceName", &TaskPayload::service_name},
    {"taskRole", &TaskPayload::task_role},
    {"setupError", &TaskPayload::setup_error},
};

}  // namespace

Json to_json(const TaskPayload& payload) {
  Json out = Json::object();
  for (const TextMember& one : kTexts) out[one.name] = text(payload.*one.member);
  out["sequenceNumber"] = payload.sequence_number;
  if (payload.cpu_units) out["cpuUnits"] = *payload.cpu_units;
  if (payload.memory_mib) out["memoryMib"] = *payload.memory_mib;
  out["containers"] = Json::array();
  for (const ContainerPayload& container : payload.containers) out["containers"].push_back(container_json(container));
  out["volumes"] = Json::array();
  for (const api::Volume& volume : payload.volumes) out["volumes"].push_back(api::encode(volume));
  return out;
}

std::expected<TaskPayload, std::string> payload_of_json(const Json& json) {
  try {
    TaskPayload payload;
    for (const TextMember& one : kTexts) payload.*one.member = text_at(json, one.name);
    if (payload.task_arn.empty()) throw Wrong{"taskArn is missing"};
    payload.sequence_number = number_at(json, "sequenceNumber");
    payload.cpu_units = limit_at(json, "cpuUnits");
    payload.memory_mib = limit_at(json, "memoryMib");
    for (const Json& one : list_at(json, "containers")) payload.containers.push_back(container_of(one));
    for (const Json& one : list_at(json, "volumes")) payload.volumes.push_back(shape_of<api::Volume>(one, "volume"));
    return payload;
  } catch (const Wrong& wrong) {
    return std::unexpected(wrong.what);
  }
}

Json to_json(const ChannelRequest& request) {
  Json out;
  out["kind"] = request.kind == ChannelRequest::Kind::kPort ? "port" : "command";
  out["sessionId"] = text(request.session_id);
  out["taskArn"] = text(request.task_arn);
  out["containerName"] = text(request.container_name);
  out["command"] = text(request.command);
  out["terminal"] = request.terminal;
  out["host"] = text(request.host);
  out["port"] = request.port;
  return out;
}

std::expected<ChannelRequest, std::string> channel_request_of_json(const Json& json) {
  try {
    ChannelRequest request;
    const std::string kind = text_at(json, "kind");
    if (kind != "port" && kind != "command") throw Wrong{"kind is neither port nor command"};
    request.kind = kind == "port" ? ChannelRequest::Kind::kPort : ChannelRequest::Kind::kCommand;
    request.session_id = text_at(json, "sessionId");
    request.task_arn = text_at(json, "taskArn");
    request.container_name = text_at(json, "containerName");
    request.command = text_at(json, "command");
    const Json& terminal = member(json, "terminal");
    request.terminal = !terminal.is_boolean() || terminal.get<bool>();
    request.host = text_at(json, "host");
    request.port = static_cast<int>(number_at(json, "port"));
    return request;
  } catch (const Wrong& wrong) {
    return std::unexpected(wrong.what);
  }
}

}  // namespace drydock::instances::remote
