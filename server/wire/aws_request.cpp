#include "server/wire/aws_request.hpp"

#include <algorithm>

#include "api-spec/generated/operations.hpp"

namespace drydock::wire {

std::expected<std::string_view, api::ApiError> operation_of(std::string_view target_header) {
  const std::size_t dot = target_header.find('.');
  if (dot == std::string_view::npos || target_header.substr(0, dot) != api::kTargetPrefix) {
    const std::string given = target_header.empty() ? "is missing" : "is " + std::string(target_header.substr(0, 200));
    return std::unexpected(api::ApiError::unknown_operation(
        "X-Amz-Target should be " + std::string(api::kTargetPrefix) + ".<Operation>, but it " + given + "."));
  }
  return target_header.substr(dot + 1);
}

bool is_account(std::string_view text) {
  return text.size() == 12 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_region(std::string_view text) {
  const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  return !text.empty() && text.size() <= 32 && std::ranges::all_of(text, allowed);
}

}  // namespace drydock::wire
