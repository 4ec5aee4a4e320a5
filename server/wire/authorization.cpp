#include "server/wire/authorization.hpp"

#include <array>

#include "server/wire/query.hpp"

namespace drydock::wire {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";

std::unexpected<api::ApiError> incomplete(std::string message) {
  return std::unexpected(api::ApiError::incomplete_signature(std::move(message)));
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

/// Splits the credential into its five parts. False when there are more or fewer.
bool read_credential(std::string_view credential, Authorization& into) {
  const std::array<std::string*, 5> parts = {&into.access_key, &into.date, &into.region, &into.service,
                                             &into.terminator};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::size_t slash = credential.find('/');
    const bool last = i + 1 == parts.size();
    if ((slash == std::string_view::npos) != last) return false;
    *parts[i] = credential.substr(0, slash);
    if (!last) credential.remove_prefix(slash + 1);
  }
  return !into.access_key.empty();
}

std::unexpected<api::ApiError> not_five_parts(std::string_view credential) {
  return incomplete(
      "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '" +
      std::string(credential) + "'");
}

std::expected<Authorization, api::ApiError> from_header(std::string_view header) {
  Authorization found;
  const std::size_t space = header.find(' ');
  const std::string_view algorithm = header.substr(0, space);
  std::string_view rest = space == std::string_view::npos ? std::string_view{} : header.substr(space + 1);
  std::string_view credential;
  while (!rest.empty()) {
    const std::size_t comma = rest.find(',');
    const std::string_view part = trimmed(rest.substr(0, comma));
    rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
    if (part.empty()) continue;
    const std::size_t equals = part.find('=');
    if (equals == std::string_view::npos) {
      return incomplete("'" + std::string(part) +
                        "' not a valid key=value pair (missing equal-sign) in Authorization header: '" +
                        std::string(header) + "'.");
    }
    const std::string_view key = part.substr(0, equals);
    const std::string_view value = part.substr(equals + 1);
    if (key == "Credential") credential = value;
    if (key == "SignedHeaders") found.signed_headers = value;
    if (key == "Signature") found.signature = value;
  }
  if (algorithm != kAlgorithm || credential.empty()) {
    return incomplete("Authorization header requires 'Credential' parameter. Authorization=" + std::string(header));
  }
  if (!read_credential(credential, found)) return not_five_parts(credential);
  return found;
}

std::expected<std::optional<Authorization>, api::ApiError> from_query(std::string_view target) {
  if (target.find("X-Amz-Credential=") == std::string_view::npos) return std::nullopt;
  Authorization found;
  found.presigned = true;
  std::string algorithm;
  std::string credential;
  for (auto& [name, value] : query_of(target)) {
    if (name == "X-Amz-Algorithm") algorithm = value;
    if (name == "X-Amz-Credential") credential = value;
    if (name == "X-Amz-Date") found.timestamp = value;
    if (name == "X-Amz-Expires") found.expires = value;
    if (name == "X-Amz-SignedHeaders") found.signed_headers = value;
    if (name == "X-Amz-Signature") found.signature = value;
    if (name == "X-Amz-Security-Token") found.security_token = value;
  }
  if (algorithm != kAlgorithm) return incomplete("AWS query-string parameters must include 'X-Amz-Algorithm'.");
  if (!read_credential(credential, found)) return not_five_parts(credential);
  return found;
}

}  // namespace

std::expected<std::optional<Authorization>, api::ApiError> authorization_of(std::string_view header,
                                                                            std::string_view target) {
  header = trimmed(header);
  if (header.empty()) return from_query(target);
  return from_header(header);
}

std::optional<api::ApiError> check_complete(const Authorization& authorization, std::string_view header,
                                            bool has_date) {
  std::string missing;
  if (authorization.presigned) {
    const auto need = [&](const std::string& value, const char* name) {
      if (value.empty()) missing += std::string(missing.empty() ? "" : ", ") + "'" + name + "'";
    };
    need(authorization.timestamp, "X-Amz-Date");
    need(authorization.expires, "X-Amz-Expires");
    need(authorization.signed_headers, "X-Amz-SignedHeaders");
    need(authorization.signature, "X-Amz-Signature");
    if (missing.empty()) return std::nullopt;
    return api::ApiError::incomplete_signature("AWS query-string parameters must include " + missing + ".");
  }
  if (authorization.signature.empty()) missing += "Authorization header requires 'Signature' parameter. ";
  if (authorization.signed_headers.empty()) missing += "Authorization header requires 'SignedHeaders' parameter. ";
  if (!has_date) {
    missing += "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ";
  }
  if (missing.empty()) return std::nullopt;
  return api::ApiError::incomplete_signature(missing + "Authorization=" + std::string(header));
}

}  // namespace drydock::wire
