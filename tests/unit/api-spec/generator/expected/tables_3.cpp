// Generated from api-spec/ecs.json and rules.json; do not edit.
#include "api-spec/generated/tables.hpp"

#include <type_traits>

#include "api-spec/generated/types.hpp"

namespace drydock::api::tables {
constexpr Limits kLimits_Boats{.max = 5, .pattern = Pattern::kNone};
constinit const TypeInfo kType_Boats{.kind = Kind::kList, .name = "Boats", .optional = &kOptionalAccess<std::vector<Boat>>, .sequence = &kSequenceAccess<Boat>, .element = &kType_Boat, .limits = &kLimits_Boats};

static_assert(std::is_standard_layout_v<ListBoatsRequest>);
constexpr std::string_view kRule_ListBoatsRequest_kind_values[] = {
    "SAIL",};
constexpr MemberRule kRule_ListBoatsRequest_kind{.invalid = "Only sails.", .limits = nullptr, .enum_values = kRule_ListBoatsRequest_kind_values};
constexpr Limits kRule_ListBoatsRequest_maxResults_limits{.min = 1, .max = 100, .pattern = Pattern::kNone};
constexpr MemberRule kRule_ListBoatsRequest_maxResults{.limits = &kRule_ListBoatsRequest_maxResults_limits};
constexpr MemberInfo kMembers_ListBoatsRequest[] = {
    {"namespace", &kType_String, offsetof(ListBoatsRequest, namespace_), false},
    {"kind", &kType_BoatKind, offsetof(ListBoatsRequest, kind), false, &kRule_ListBoatsRequest_kind},
    {"maxResults", &kType_Integer, offsetof(ListBoatsRequest, maxResults), false, &kRule_ListBoatsRequest_maxResults},
    {"nextToken", &kType_String, offsetof(ListBoatsRequest, nextToken), false},
};
constinit const StructInfo kStruct_ListBoatsRequest{"ListBoatsRequest", kMembers_ListBoatsRequest};
constinit const TypeInfo kType_ListBoatsRequest{.kind = Kind::kStructure, .name = "ListBoatsRequest", .optional = &kOptionalAccess<ListBoatsRequest>, .structure = &kStruct_ListBoatsRequest};

static_assert(std::is_standard_layout_v<SinkBoatRequest>);
constinit const StructInfo kStruct_SinkBoatRequest{"SinkBoatRequest", {}};
constinit const TypeInfo kType_SinkBoatRequest{.kind = Kind::kStructure, .name = "SinkBoatRequest", .optional = &kOptionalAccess<SinkBoatRequest>, .structure = &kStruct_SinkBoatRequest};
constexpr Limits kLimits_Weight{.min = 0.5, .pattern = Pattern::kNone};
constinit const TypeInfo kType_Weight{.kind = Kind::kDouble, .name = "Weight", .optional = &kOptionalAccess<double>, .limits = &kLimits_Weight};

}  // namespace drydock::api::tables

namespace drydock::api {

template <>
const StructInfo& schema_of<ListBoatsRequest>() { return tables::kStruct_ListBoatsRequest; }
template <>
const StructInfo& schema_of<SinkBoatRequest>() { return tables::kStruct_SinkBoatRequest; }

}  // namespace drydock::api
