#pragma once
// Shapes as data: what the generated tables are made of, and what decode, encode and validate walk over.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drydock::api {

/// A point in time as the API gives it: milliseconds since the Unix epoch, UTC.
struct Timestamp {
  std::int64_t milliseconds = 0;
  friend auto operator<=>(const Timestamp&, const Timestamp&) = default;
};

/// A free JSON document, kept and echoed as the caller wrote it.
struct Document {
  std::string text{};
  friend bool operator==(const Document&, const Document&) = default;
};

enum class Kind : std::uint8_t {
  kString,
  kInteger,
  kLong,
  kDouble,
  kBoolean,
  kTimestamp,
  kDocument,
  kStructure,
  kList,
  kMap,
};

/// The regular expressions of the model, each with a matcher of its own (validate.cpp).
enum class Pattern : std::uint8_t {
  kNone,
  kTagText,       ///< ([\p{L}\p{Z}\p{N}_.:/=+\-@]*)
  kInstanceType,  ///< [a-zA-Z0-9\.\*\-]+
  kUnknown,       ///< of a newer model; not checked
};

struct StructInfo;
struct TypeInfo;

/// How to reach the value in a std::optional<T> without knowing T.
struct OptionalAccess {
  void* (*emplace)(void* optional);
  void (*reset)(void* optional);
  const void* (*get)(const void* optional);  ///< null when absent
};

/// How to use a std::vector<T> without knowing T. For a map T is std::pair<std::string, V>.
struct SequenceAccess {
  void* (*append)(void* sequence);
  std::size_t (*size)(const void* sequence);
  const void* (*at)(const void* sequence, std::size_t index);
  std::size_t value_offset;  ///< of a map entry's value; its key stands at 0
};

/// What the model says about the values of a shape. Absent bounds are nullopt.
struct Limits {
  std::optional<double> min{};
  std::optional<double> max{};
  Pattern pattern = Pattern::kNone;
};

/// A shape as a value.
struct TypeInfo {
  Kind kind;
  std::string_view name{};                          ///< the shape's name in the model
  const OptionalAccess* optional = nullptr;         ///< of std::optional<this type>
  const SequenceAccess* sequence = nullptr;         ///< lists and maps
  const TypeInfo* element = nullptr;                ///< of a list; the values of a map
  const StructInfo* structure = nullptr;            ///< structures
  const Limits* limits = nullptr;                   ///< null when the model sets none
  std::span<const std::string_view> enum_values{};  ///< empty when any string will do
};

/// What only the documentation knows about a member (api-spec/rules.json). An empty text: the validator words it.
/// Texts may hold {value}, what the caller sent, and {values}, what is allowed.
struct MemberRule {
  bool handler = false;            ///< the operation checks this member itself; what is in it is checked as ever
  bool required = false;           ///< although the model does not say so
  bool not_empty = false;          ///< may be absent or, when required, must not be an empty string or list
  bool empty_allowed = false;      ///< a required top-level member that may be empty
  std::string_view noun{};         ///< how messages call the member
  std::string_view error{};        ///< error code; empty: the operation's
  std::string_view missing{};      ///< whole text when absent or empty
  std::string_view invalid{};      ///< whole text for any other violation
  const Limits* limits = nullptr;  ///< instead of the type's
  std::span<const std::string_view> enum_values{};  ///< instead of the type's
};

struct MemberInfo {
  std::string_view name;
  const TypeInfo* type;
  std::uint32_t offset;
  bool required;
  const MemberRule* rule = nullptr;
};

struct StructInfo {
  std::string_view name;
  std::span<const MemberInfo> members;  ///< in the model's order
};

/// The table of a generated struct; specialised in api-spec/generated/types.hpp.
template <class T>
const StructInfo& schema_of();

template <class T>
inline constexpr OptionalAccess kOptionalAccess = {
    [](void* optional) -> void* { return &static_cast<std::optional<T>*>(optional)->emplace(); },
    [](void* optional) { static_cast<std::optional<T>*>(optional)->reset(); },
    [](const void* optional) -> const void* {
      const auto& value = *static_cast<const std::optional<T>*>(optional);
      return value ? &*value : nullptr;
    }};

template <class V>
using MapEntry = std::pair<std::string, V>;
template <class T>
inline constexpr std::size_t kValueOffset = 0;
template <class V>
inline constexpr std::size_t kValueOffset<MapEntry<V>> = offsetof(MapEntry<V>, second);

template <class T>
inline constexpr SequenceAccess kSequenceAccess = {
    [](void* sequence) -> void* { return &static_cast<std::vector<T>*>(sequence)->emplace_back(); },
    [](const void* sequence) { return static_cast<const std::vector<T>*>(sequence)->size(); },
    [](const void* sequence, std::size_t index) -> const void* {
      return static_cast<const std::vector<T>*>(sequence)->data() + index;
    },
    kValueOffset<T>};

}  // namespace drydock::api
