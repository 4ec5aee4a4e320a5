// Generated from api-spec/ecs.json and rules.json; do not edit.
#include "api-spec/generated/operations.hpp"

#include <algorithm>
#include <array>

#include "api-spec/generated/tables.hpp"

namespace drydock::api {

using namespace tables;

namespace {

constexpr std::string_view kErrors_ListBoats[] = {
    "LeakException",};

constinit const OperationInfo kOperations[] = {
    {"ListBoats", &kStruct_ListBoatsRequest, &kStruct_ListBoatsResponse, true, kErrors_ListBoats, "LeakException", "nextToken", "maxResults", "boats", 3, 100},
    {"SinkBoat", &kStruct_SinkBoatRequest, &kStruct_SinkBoatResponse, false, {}, "InvalidParameterException", "", "", "", 0, 0},
};

constinit const std::array<const TypeInfo*, 1> kEnums = {
    &kType_BoatKind,
};

}  // namespace

std::span<const OperationInfo> operations() { return kOperations; }

const OperationInfo* find_operation(std::string_view name) {
  const auto found = std::ranges::lower_bound(kOperations, name, {}, &OperationInfo::name);
  return found != std::end(kOperations) && found->name == name ? found : nullptr;
}

std::span<const std::string_view> enum_values(std::string_view shape) {
  const auto name_of = [](const TypeInfo* type) { return type->name; };
  const auto found = std::ranges::lower_bound(kEnums, shape, {}, name_of);
  if (found == kEnums.end() || (*found)->name != shape) return {};
  return (*found)->enum_values;
}

}  // namespace drydock::api
