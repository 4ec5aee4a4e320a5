#include "api-spec/runtime/api_error.hpp"

#include "api-spec/generated/errors.hpp"
#include "api-spec/runtime/encode.hpp"

namespace drydock::api {

ApiError ApiError::of(std::string_view code, std::string message) {
  ApiError error;
  error.code = code;
  error.message = std::move(message);
  for (const ErrorInfo& known : kErrors) {
    if (known.code == code) error.http_status = known.http_status;
  }
  return error;
}

std::string to_json(const ApiError& error) {
  std::string out = "{\"__type\":";
  append_json_string(error.code, out);
  out += ",\"message\":";
  append_json_string(error.message, out);
  if (!error.resource_ids.empty()) {
    out += ",\"resourceIds\":[";
    for (std::size_t i = 0; i < error.resource_ids.size(); ++i) {
      if (i > 0) out += ',';
      append_json_string(error.resource_ids[i], out);
    }
    out += ']';
  }
  if (!error.explanation.empty()) {
    out += ",\"explanation\":";
    append_json_string(error.explanation, out);
  }
  return out + '}';
}

}  // namespace drydock::api
