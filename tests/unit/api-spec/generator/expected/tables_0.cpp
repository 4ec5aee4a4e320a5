// Generated from api-spec/ecs.json and rules.json; do not edit.
#include "api-spec/generated/tables.hpp"

#include <type_traits>

#include "api-spec/generated/types.hpp"

namespace drydock::api::tables {

static_assert(std::is_standard_layout_v<Boat>);
constexpr MemberRule kRule_Boat_name{.handler = true, .noun = "boat \"name\"", .limits = nullptr};
constexpr MemberInfo kMembers_Boat[] = {
    {"name", &kType_BoatName, offsetof(Boat, name), true, &kRule_Boat_name},
    {"flags", &kType_Flags, offsetof(Boat, flags), false},
    {"launched", &kType_Time, offsetof(Boat, launched), false},
    {"weight", &kType_Weight, offsetof(Boat, weight), false},
    {"notes", &kType_Notes, offsetof(Boat, notes), false},
    {"afloat", &kType_Boolean, offsetof(Boat, afloat), false},
    {"serial", &kType_Long, offsetof(Boat, serial), false},
};
constinit const StructInfo kStruct_Boat{"Boat", kMembers_Boat};
constinit const TypeInfo kType_Boat{.kind = Kind::kStructure, .name = "Boat", .optional = &kOptionalAccess<Boat>, .structure = &kStruct_Boat};
constinit const TypeInfo kType_Boolean{.kind = Kind::kBoolean, .name = "Boolean", .optional = &kOptionalAccess<bool>};

static_assert(std::is_standard_layout_v<ListBoatsResponse>);
constexpr MemberInfo kMembers_ListBoatsResponse[] = {
    {"boats", &kType_Boats, offsetof(ListBoatsResponse, boats), false},
    {"nextToken", &kType_String, offsetof(ListBoatsResponse, nextToken), false},
};
constinit const StructInfo kStruct_ListBoatsResponse{"ListBoatsResponse", kMembers_ListBoatsResponse};
constinit const TypeInfo kType_ListBoatsResponse{.kind = Kind::kStructure, .name = "ListBoatsResponse", .optional = &kOptionalAccess<ListBoatsResponse>, .structure = &kStruct_ListBoatsResponse};

static_assert(std::is_standard_layout_v<SinkBoatResponse>);
constinit const StructInfo kStruct_SinkBoatResponse{"SinkBoatResponse", {}};
constinit const TypeInfo kType_SinkBoatResponse{.kind = Kind::kStructure, .name = "SinkBoatResponse", .optional = &kOptionalAccess<SinkBoatResponse>, .structure = &kStruct_SinkBoatResponse};

}  // namespace drydock::api::tables

namespace drydock::api {

template <>
const StructInfo& schema_of<Boat>() { return tables::kStruct_Boat; }
template <>
const StructInfo& schema_of<ListBoatsResponse>() { return tables::kStruct_ListBoatsResponse; }
template <>
const StructInfo& schema_of<SinkBoatResponse>() { return tables::kStruct_SinkBoatResponse; }

}  // namespace drydock::api
