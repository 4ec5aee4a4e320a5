#pragma once
// RegisterTaskDefinition requests for tests: a small valid one and JSON merge patches over it.

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

#include "api-spec/generated/types.hpp"
#include "api-spec/runtime/decode.hpp"
#include "model/task_definitions/normalize.hpp"

namespace drydock::test {

using Json = nlohmann::json;

template <class T>
T decoded(const std::string& text) {
  auto value = api::decode<T>(text);
  if (!value) throw std::runtime_error(value.error().message + " " + value.error().explanation + ": " + text);
  return std::move(*value);
}

inline Json bridge_json() {
  return Json::parse(R"({"family":"web","containerDefinitions":[{"name":"web","image":"nginx","memory":128}]})");
}

inline Json awsvpc_json() {
  Json json = bridge_json();
  json["networkMode"] = "awsvpc";
  return json;
}

inline Json fargate_json() {
  Json json = awsvpc_json();
  json["requiresCompatibilities"] = Json::array({"FARGATE"});
  json["cpu"] = "256";
  json["memory"] = "512";
  return json;
}

/// The JSON with the patch merged in at the task level; `container` is merged into the first container.
inline std::string patched(Json json, const std::string& task, const std::string& container = "{}") {
  Json first = json["containerDefinitions"][0];
  first.merge_patch(Json::parse(container));
  json["containerDefinitions"][0] = first;
  json.merge_patch(Json::parse(task));
  return json.dump();
}

inline api::RegisterTaskDefinitionRequest request_of(const std::string& text) {
  return decoded<api::RegisterTaskDefinitionRequest>(text);
}

inline api::TaskDefinition definition_of(const std::string& text) {
  return model::make_task_definition(request_of(text));
}

}  // namespace drydock::test
