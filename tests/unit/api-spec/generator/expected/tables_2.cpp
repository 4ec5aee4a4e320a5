// Generated from api-spec/ecs.json and rules.json; do not edit.
#include "api-spec/generated/tables.hpp"

#include <type_traits>

#include "api-spec/generated/types.hpp"

namespace drydock::api::tables {
constexpr Limits kLimits_BoatName{.min = 1, .max = 8, .pattern = Pattern::kInstanceType};
constinit const TypeInfo kType_BoatName{.kind = Kind::kString, .name = "BoatName", .optional = &kOptionalAccess<std::string>, .limits = &kLimits_BoatName};
constinit const TypeInfo kType_Integer{.kind = Kind::kInteger, .name = "Integer", .optional = &kOptionalAccess<std::int32_t>};
constinit const TypeInfo kType_Notes{.kind = Kind::kDocument, .name = "Notes", .optional = &kOptionalAccess<Document>};
constinit const TypeInfo kType_Time{.kind = Kind::kTimestamp, .name = "Time", .optional = &kOptionalAccess<Timestamp>};

}  // namespace drydock::api::tables

namespace drydock::api {


}  // namespace drydock::api
