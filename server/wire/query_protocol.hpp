#pragma once
// AWS's query protocol: a form comes in, XML goes out. All speak it with STS, older SDKs with CloudWatch; here it is
// translated from and to the JSON that every operation reads and writes.

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "api-spec/runtime/api_error.hpp"
#include "api-spec/runtime/schema.hpp"
#include "server/wire/query.hpp"

namespace drydock::wire {

/// Whether a request without X-Amz-Target is one of this protocol.
bool is_query_protocol(std::string_view content_type);

/// The form's fields. The operation is the field Action.
Parameters read_form(std::string_view body);
/// The first field of this name; empty when there is none.
std::string_view field(const Parameters& form, std::string_view name);

/// The members of the structure as JSON: "MetricData.member.1.Value=3" becomes {"MetricData":[{"Value":3}]}. Fields
/// that the structure does not have are left out. Error: SerializationException for a number that is none, and for more
/// list elements than any request has.
std::expected<std::string, api::ApiError> json_of_form(const Parameters& form, const api::StructInfo& schema);

/// The answer in XML, in the service's namespace.
std::string xml_of_answer(std::string_view xml_namespace, std::string_view operation, std::string_view json,
                          const api::StructInfo& schema, std::string_view request_id);
std::string xml_of_error(std::string_view xml_namespace, const api::ApiError& error, std::string_view request_id);

}  // namespace drydock::wire
