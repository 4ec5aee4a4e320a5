#pragma once
// Generated from api-spec/ecs.json and rules.json; do not edit.
#include "api-spec/runtime/schema.hpp"

namespace drydock::api::tables {

extern const TypeInfo kType_Boat;
extern const StructInfo kStruct_Boat;
extern const TypeInfo kType_BoatKind;
extern const TypeInfo kType_BoatName;
extern const TypeInfo kType_Boats;
extern const TypeInfo kType_Boolean;
extern const TypeInfo kType_Flags;
extern const TypeInfo kType_Integer;
extern const TypeInfo kType_ListBoatsRequest;
extern const StructInfo kStruct_ListBoatsRequest;
extern const TypeInfo kType_ListBoatsResponse;
extern const StructInfo kStruct_ListBoatsResponse;
extern const TypeInfo kType_Long;
extern const TypeInfo kType_Notes;
extern const TypeInfo kType_SinkBoatRequest;
extern const StructInfo kStruct_SinkBoatRequest;
extern const TypeInfo kType_SinkBoatResponse;
extern const StructInfo kStruct_SinkBoatResponse;
extern const TypeInfo kType_String;
extern const TypeInfo kType_Time;
extern const TypeInfo kType_Weight;

}  // namespace drydock::api::tables
