#pragma once
// From a response struct to its body.

#include <string>

#include "api-spec/runtime/schema.hpp"

namespace drydock::api {

/// Appends the struct as JSON. Absent members are left out; integers have no fraction; timestamps are seconds with at
/// most three decimals; bytes that are not UTF-8 become U+FFFD.
void encode(const StructInfo& schema, const void* value, std::string& out);

template <class T>
std::string encode(const T& value) {
  std::string out;
  encode(schema_of<T>(), &value, out);
  return out;
}

/// Appends a JSON string, quotes included.
void append_json_string(std::string_view text, std::string& out);

}  // namespace drydock::api
