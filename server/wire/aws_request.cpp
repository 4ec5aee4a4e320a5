#include "server/wire/aws_request.hpp"

#include <algorithm>

#include "api-spec/generated/operations.hpp"

namespace drydock::wire {
namespace {

bool is_account(std::string_view text) {
  return text.size() == 12 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_region(std::string_view text) {
  const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  return !text.empty() && text.size() <= 32 && std::ranges::all_of(text, allowed);
}

}  // namespace

std::expected<std::string_view, api::ApiError> operation_of(std::string_view target_header) {
  const std::size_t dot = target_header.find('.');
  if (dot == std::string_view::npos || target_header.substr(0, dot) != api::kTargetPrefix) {
    const std::string given = target_header.empty() ? "is missing" : "is " + std::string(target_header.substr(0, 200));
    return std::unexpected(api::ApiError::unknown_operation(
        "X-Amz-Target should be " + std::string(api::kTargetPrefix) + ".<Operation>, but it " + given + "."));
  }
  return target_header.substr(dot + 1);
}

Scope scope_of(std::string_view authorization_header, const Scope& fallback) {
  Scope scope = fallback;
  constexpr std::string_view kCredential = "Credential=";
  const std::size_t at = authorization_header.find(kCredential);
  if (at == std::string_view::npos) return scope;
  std::string_view rest = authorization_header.substr(at + kCredential.size());
  rest = rest.substr(0, rest.find_first_of(", "));
  std::string_view parts[3];
  for (std::string_view& part : parts) {
    const std::size_t slash = rest.find('/');
    part = rest.substr(0, slash);
    rest = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash + 1);
  }
  if (is_account(parts[0])) scope.account = parts[0];
  if (is_region(parts[2])) scope.region = parts[2];
  return scope;
}

}  // namespace drydock::wire
