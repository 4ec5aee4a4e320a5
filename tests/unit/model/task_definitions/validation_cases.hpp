#pragma once
// Rows of RegisterTaskDefinition's table: a change to a valid request and the refusal it must get.

#include <string>
#include <vector>

#include "model/task_definitions/validate.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/model/task_definitions/requests.hpp"

namespace drydock::test {

enum class Base { kBridge, kAwsvpc, kFargate };

struct Case {
  Base base;
  std::string task;       // merge patch over the request
  std::string container;  // merge patch over its first container
  std::string message;    // empty: accepted
};

inline Json base_json(Base base) {
  switch (base) {
    case Base::kBridge: return bridge_json();
    case Base::kAwsvpc: return awsvpc_json();
    case Base::kFargate: return fargate_json();
  }
  return {};
}

inline void check(const std::vector<Case>& cases) {
  for (const auto& row : cases) {
    const std::string text = patched(base_json(row.base), row.task, row.container);
    CAPTURE(text, row.message);
    const auto refusal = model::validate_task_definition(request_of(text));
    if (row.message.empty()) {
      CHECK((refusal ? refusal->message : std::string()).empty());
      continue;
    }
    REQUIRE(refusal.has_value());
    CHECK(refusal->code == "ClientException");
    CHECK(refusal->message == row.message);
  }
}

inline std::string containers(const std::string& list) { return R"({"containerDefinitions":[)" + list + "]}"; }

inline std::string repeated(const std::string& item, int count) {
  std::string list;
  for (int i = 0; i < count; ++i) list += (i ? "," : "") + item;
  return list;
}

inline constexpr Base kBridge = Base::kBridge;
inline constexpr Base kAwsvpc = Base::kAwsvpc;
inline constexpr Base kFargate = Base::kFargate;

inline const std::string kBadCpu =
    "Invalid 'cpu' setting for task. For more information, see the Troubleshooting section of the Amazon ECS "
    "Developer Guide.";
inline const std::string kBadMemory =
    "Invalid 'memory' setting for task. For more information, see the Troubleshooting section of the Amazon ECS "
    "Developer Guide.";
inline const std::string kBadFamily = "Family contains invalid characters.";
inline const std::string kBadSize = "No Fargate configuration exists for given values.";
inline const std::string kRole = "arn:aws:iam::123456789012:role/ecsTaskExecutionRole";
inline const std::string kAwslogs =
    R"({"logConfiguration":{"logDriver":"awslogs","options":{"awslogs-group":"g","awslogs-region":"eu-west-1"}}})";

}  // namespace drydock::test
