// Rules of the task level: sizes, family, list sizes, roles, storage, constraints, tags.

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>

#include "model/quotas.hpp"
#include "model/task_definitions/members.hpp"
#include "model/task_definitions/rules.hpp"
#include "model/task_definitions/sizes.hpp"

namespace drydock::model::task_definitions {
namespace {

constexpr int kMinTaskCpuUnits = 128;
constexpr int kMaxTaskCpuUnits = 196608;
constexpr std::size_t kMaxContainers = default_of(Quota::kContainersPerTaskDefinition);
constexpr std::size_t kMaxConstraints = default_of(Quota::kPlacementConstraints);
constexpr std::size_t kMaxExpressionLength = 2000;
constexpr std::size_t kMaxTags = default_of(Quota::kTagsPerResource);

Verdict refuse_size(std::string_view member) {
  return refuse("Invalid '" + std::string(member) +
                "' setting for task. For more information, see the Troubleshooting section of the Amazon ECS "
                "Developer Guide.");
}

bool is_name(std::string_view name) {
  if (name.empty() || name.size() > 255) return false;
  return std::all_of(name.begin(), name.end(),
                     [](unsigned char c) { return c < 128 && (std::isalnum(c) != 0 || c == '-' || c == '_'); });
}

/// A role by ARN (`arn:<partition>:iam::<12 digits>:role/<path and name>`) or by its bare name.
bool is_role(std::string_view role) {
  constexpr std::string_view kNameSigns = "+=,.@-_/";
  const auto named = [&](std::string_view name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [&](unsigned char c) {
      return c < 128 && (std::isalnum(c) != 0 || kNameSigns.find(static_cast<char>(c)) != std::string_view::npos);
    });
  };
  if (!role.starts_with("arn:")) return named(role);
  const auto iam = role.find(":iam::");
  if (iam == std::string_view::npos || role.find(':', 4) != iam) return false;
  const std::string_view rest = role.substr(iam + 6);
  if (rest.size() < 12 || rest.substr(0, 12).find_first_not_of("0123456789") != std::string_view::npos) return false;
  const std::string_view resource = rest.substr(12);
  constexpr std::string_view kRole = ":role/";
  return resource.starts_with(kRole) && named(resource.substr(kRole.size()));
}

bool has_reserved_prefix(std::string_view key) {
  constexpr std::string_view kReserved = "aws:";
  return key.size() >= kReserved.size() &&
         std::equal(kReserved.begin(), kReserved.end(), key.begin(),
                    [](char wanted, char c) { return std::tolower(static_cast<unsigned char>(c)) == wanted; });
}

}  // namespace

Verdict check_units(const Request& request) {
  const bool fargate = requires_compatibility(request, "FARGATE");
  if (given(request.cpu)) {
    const auto cpu = parse_cpu_units(*request.cpu);
    // Fargate has a table of its own and another answer.
    if (!cpu || (!fargate && (*cpu < kMinTaskCpuUnits || *cpu > kMaxTaskCpuUnits))) return refuse_size("cpu");
  }
  if (given(request.memory)) {
    const auto memory = parse_memory_mib(*request.memory);
    if (!memory || *memory <= 0) return refuse_size("memory");
  }
  return std::nullopt;
}

Verdict check_family(const Request& request) {
  if (is_name(text(request.family))) return std::nullopt;
  return refuse("Family contains invalid characters.");
}

Verdict check_list_sizes(const Request& request) {
  if (items(request.containerDefinitions).empty()) return refuse("Container list cannot be empty.");
  if (request.containerDefinitions->size() > kMaxContainers) {
    return refuse("container definitions can have at most 10 items");
  }
  if (items(request.placementConstraints).size() > kMaxConstraints) {
    return refuse("placement constraints can have at most 10 items");
  }
  if (!items(request.inferenceAccelerators).empty()) return refuse("Unsupported field 'inferenceAccelerators'");
  return std::nullopt;
}

Verdict check_roles(const Request& request) {
  for (const auto* role : {&request.taskRoleArn, &request.executionRoleArn}) {
    if (given(*role) && !is_role(**role)) return refuse("Role is not valid");
  }
  return std::nullopt;
}

Verdict check_task_storage(const Request& request) {
  if (!request.ephemeralStorage) return std::nullopt;
  if (requires_compatibility(request, "EC2") && !requires_compatibility(request, "FARGATE")) {
    return refuse("Tasks using the EC2 launch type do not support EphemeralStorage");
  }
  if (auto why = check_ephemeral_storage(request.ephemeralStorage->sizeInGiB.value_or(0)))
    return refuse(std::move(*why));
  return std::nullopt;
}

Verdict check_placement_constraints(const Request& request) {
  for (const auto& constraint : items(request.placementConstraints)) {
    if (text(constraint.type) != "memberOf") {
      return refuse("constraint.type '" + std::string(text(constraint.type)) + "' is not supported.");
    }
    const std::string expression(text(constraint.expression));
    if (expression.empty()) return refuse("constraint.expression '' must not be empty.");
    if (expression.size() > kMaxExpressionLength) {
      return refuse("constraint.expression '" + expression + "' is longer than 2000 characters.");
    }
  }
  return std::nullopt;
}

Verdict check_tags(const Request& request) {
  if (!request.tags) return std::nullopt;
  if (request.tags->empty()) return refuse("Tags can not be empty.");
  if (request.tags->size() > kMaxTags) return refuse("tags can have at most 50 items");
  std::set<std::string_view> keys;
  for (const auto& tag : *request.tags) {
    const std::string_view key = text(tag.key);
    if (key.empty()) return refuse("Tag key can not be blank.");
    if (has_reserved_prefix(key)) return refuse("Tag key '" + std::string(key) + "' starts with the reserved 'aws:'.");
    if (!keys.insert(key).second) return refuse("Tag key '" + std::string(key) + "' is used more than once.");
  }
  return std::nullopt;
}

}  // namespace drydock::model::task_definitions
