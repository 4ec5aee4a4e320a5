#pragma once
// Percent-encoding as Signature Version 4 wants it, and the parameters of a request's target.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drydock::wire {

/// %XX become bytes; what is no such sequence stays.
std::string percent_decoded(std::string_view text);

/// Everything but letters, digits and -._~ as %XX with upper-case hex; '/' stays when `keep_slash`.
std::string percent_encoded(std::string_view text, bool keep_slash);

using Parameters = std::vector<std::pair<std::string, std::string>>;

/// The decoded name=value pairs behind the '?' of a request's target, in their order.
Parameters query_of(std::string_view target);

}  // namespace drydock::wire
