#include "server/operations/paging.hpp"

namespace drydock::operations {
namespace {

constexpr char kHex[] = "0123456789abcdef";

std::uint64_t checksum(std::string_view list, std::string_view key) {
  std::uint64_t hash = 14695981039346656037ULL;
  const auto mix = [&](std::string_view text) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    hash = (hash ^ 0xFFU) * 1099511628211ULL;
  };
  mix(list);
  mix(key);
  return hash;
}

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    text.push_back(kHex[static_cast<unsigned char>(c) >> 4U]);
    text.push_back(kHex[static_cast<unsigned char>(c) & 15U]);
  }
  return text;
}

std::optional<std::string> unhex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  const auto digit = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; };
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = digit(text[i]);
    const int low = digit(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes.push_back(static_cast<char>(high * 16 + low));
  }
  return bytes;
}

}  // namespace

std::string sortable(std::uint64_t number) {
  std::string digits = std::to_string(number);
  return std::string(20 - digits.size(), '0') + digits;
}

std::string make_token(std::string_view list, std::string_view key) {
  return hex(sortable(checksum(list, key)) + std::string(key));
}

Result<std::string> read_token(std::string_view list, const std::string& token) {
  const auto bytes = unhex(token);
  if (bytes && bytes->size() > 20) {
    std::string key = bytes->substr(20);
    if (bytes->substr(0, 20) == sortable(checksum(list, key))) return key;
  }
  return std::unexpected(api::ApiError::invalid_parameter("Invalid token."));
}

Result<std::size_t> page_size(const std::optional<std::int32_t>& max_results, std::size_t fallback, std::size_t limit) {
  if (!max_results) return fallback;
  if (*max_results < 1 || static_cast<std::size_t>(*max_results) > limit) {
    return std::unexpected(
        api::ApiError::invalid_parameter("maxResults should be between 1 and " + std::to_string(limit)));
  }
  return static_cast<std::size_t>(*max_results);
}

}  // namespace drydock::operations
