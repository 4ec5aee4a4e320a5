// Generated from api-spec/ecs.json and rules.json; do not edit.
#include "api-spec/generated/operations.hpp"

#include <algorithm>

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

constinit const TypeInfo* const kEnums[] = {
    &kType_BoatKind,
    nullptr,
};

}  // namespace

std::span<const OperationInfo> operations() { return kOperations; }

const OperationInfo* find_operation(std::string_view name) {
  const auto found = std::ranges::lower_bound(kOperations, name, {}, &OperationInfo::name);
  return found != std::end(kOperations) && found->name == name ? found : nullptr;
}

std::span<const std::string_view> enum_values(std::string_view shape) {
  const auto name_of = [](const TypeInfo* type) { return type->name; };
  const std::span known(kEnums, std::size(kEnums) - 1);
  const auto found = std::ranges::lower_bound(known, shape, {}, name_of);
  if (found == known.end() || (*found)->name != shape) return {};
  return (*found)->enum_values;
}

}  // namespace drydock::api
