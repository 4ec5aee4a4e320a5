// Generated from api-spec/ecs.json and rules.json; do not edit.
#include "api-spec/generated/tables.hpp"

#include <type_traits>

#include "api-spec/generated/types.hpp"

namespace drydock::api::tables {
constexpr std::string_view kEnum_BoatKind[] = {
    "SAIL",
    "MOTOR",};
constinit const TypeInfo kType_BoatKind{.kind = Kind::kString, .name = "BoatKind", .optional = &kOptionalAccess<std::string>, .enum_values = kEnum_BoatKind};
constinit const TypeInfo kType_Flags{.kind = Kind::kMap, .name = "Flags", .optional = &kOptionalAccess<std::vector<std::pair<std::string, std::string>>>, .sequence = &kSequenceAccess<std::pair<std::string, std::string>>, .element = &kType_String};
constinit const TypeInfo kType_Long{.kind = Kind::kLong, .name = "Long", .optional = &kOptionalAccess<std::int64_t>};
constinit const TypeInfo kType_String{.kind = Kind::kString, .name = "String", .optional = &kOptionalAccess<std::string>};

}  // namespace drydock::api::tables

namespace drydock::api {


}  // namespace drydock::api
