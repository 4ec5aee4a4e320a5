#pragma once
// From a request body to its struct.

#include <expected>
#include <string_view>

#include "api-spec/runtime/api_error.hpp"
#include "api-spec/runtime/schema.hpp"

namespace drydock::api {

/// Reads a JSON object into the struct that `schema` describes. An empty body is `{}`; a null member is absent; null
/// elements of lists and maps are dropped; unknown members are skipped; of equal keys the last wins.
/// Numbers for integers may be written with a fraction or an exponent as long as the value is whole. Timestamps are
/// seconds since the epoch or an ISO 8601 text.
/// Error: SerializationException, with the place in the body as its explanation. `out` is then partly filled.
std::expected<void, ApiError> decode(std::string_view json, const StructInfo& schema, void* out);

template <class T>
std::expected<T, ApiError> decode(std::string_view json) {
  T value;
  if (auto done = decode(json, schema_of<T>(), &value); !done) return std::unexpected(std::move(done.error()));
  return value;
}

}  // namespace drydock::api
