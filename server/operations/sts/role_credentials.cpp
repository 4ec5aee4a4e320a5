#include "server/operations/sts/role_credentials.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <vector>

#include "model/base64.hpp"
#include "server/operations/digest.hpp"

namespace drydock::operations::sts {
namespace {

constexpr std::string_view kKeyPrefix = "ASIA";
constexpr std::string_view kTokenStart = "drydock-session-1";
constexpr std::string_view kNoAccount = "000000000000";
constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";  // RFC 4648's base32
constexpr std::size_t kKeyLetters = 16;                                     // five bits each

bool is_account(std::string_view text) {
  return text.size() == kNoAccount.size() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string_view account_of(std::string_view role_arn) {
  const auto parts = split(role_arn, ':');
  return parts.size() >= 6 && is_account(parts[4]) ? parts[4] : kNoAccount;
}

std::uint64_t number_of(std::string_view hex) {
  std::uint64_t value = 0;
  std::from_chars(hex.data(), hex.data() + hex.size(), value, 16);
  return value;
}

/// A number below 2^bits that follows from the text.
std::uint64_t hashed(std::string_view text, unsigned bits) {
  return number_of(digest::sha256_hex(text).substr(0, 16)) >> (64 - bits);
}

std::string base32(std::uint64_t high, std::uint64_t low) {
  std::string out;
  for (const std::uint64_t half : {high, low}) {
    for (int shift = 35; shift >= 0; shift -= 5) out += kAlphabet[half >> shift & 31U];
  }
  return out;
}

/// 80 bits: 1, the account (40), 24 that tell sessions apart, 15 that say that the key was made here.
std::string key_of(std::string_view account, std::string_view session) {
  std::uint64_t number = 0;
  std::from_chars(account.data(), account.data() + account.size(), number);
  const std::uint64_t own = hashed(session, 24);
  const std::uint64_t high = 1ULL << 39U | number >> 1U;
  const std::uint64_t head = (number & 1U) << 24U | own;
  const std::uint64_t check = hashed(std::to_string(high) + "/" + std::to_string(head), 15);
  return std::string(kKeyPrefix) + base32(high, head << 15U | check);
}

RoleCredentials issue(std::string_view account, std::string_view role_arn, std::string_view session_name,
                      model::Instant expiration, std::string_view seed) {
  RoleCredentials made;
  made.expiration = expiration;
  std::string text(kTokenStart);
  for (const std::string_view part : {role_arn, session_name}) {
    text += '\n';
    text += part;
  }
  text += '\n';
  text += std::to_string(expiration.time_since_epoch().count());
  made.access_key_id = key_of(account, text);
  made.session_token = model::to_base64(text + "\n" + made.access_key_id);
  made.secret_access_key = secret_of(made.session_token, seed);
  return made;
}

}  // namespace

RoleCredentials issue_role_credentials(std::string_view role_arn, std::string_view session_name, model::Instant now,
                                       model::Duration lifetime, std::string_view seed) {
  return issue(account_of(role_arn), role_arn, session_name, now + lifetime, seed);
}

RoleCredentials issue_session_credentials(std::string_view account, model::Instant now, model::Duration lifetime,
                                          std::string_view seed) {
  return issue(is_account(account) ? account : kNoAccount, "", "", now + lifetime, seed);
}

std::optional<std::string> account_of_temporary_key(std::string_view access_key_id) {
  if (access_key_id.size() != kKeyPrefix.size() + kKeyLetters || !access_key_id.starts_with(kKeyPrefix)) {
    return std::nullopt;
  }
  std::uint64_t halves[2] = {0, 0};
  for (std::size_t i = 0; i < kKeyLetters; ++i) {
    const std::size_t value = kAlphabet.find(access_key_id[kKeyPrefix.size() + i]);
    if (value == std::string_view::npos) return std::nullopt;
    std::uint64_t& half = halves[i / (kKeyLetters / 2)];
    half = half << 5U | value;
  }
  const std::uint64_t head = halves[1] >> 15U;
  const std::uint64_t check = hashed(std::to_string(halves[0]) + "/" + std::to_string(head), 15);
  if ((halves[0] >> 39U) != 1 || check != (halves[1] & 0x7FFFU)) return std::nullopt;
  const std::uint64_t account = (halves[0] & ((1ULL << 39U) - 1)) << 1U | head >> 24U;
  const std::string digits = std::to_string(account);
  if (digits.size() > kNoAccount.size()) return std::nullopt;
  return std::string(kNoAccount.size() - digits.size(), '0') + digits;
}

std::optional<RoleSession> read_session_token(std::string_view token) {
  const auto text = model::from_base64(token);
  if (!text) return std::nullopt;
  const auto parts = split(*text, '\n');
  if (parts.size() != 5 || parts[0] != kTokenStart) return std::nullopt;
  std::int64_t expires = 0;
  const auto read = std::from_chars(parts[3].data(), parts[3].data() + parts[3].size(), expires);
  if (read.ec != std::errc{} || read.ptr != parts[3].data() + parts[3].size()) return std::nullopt;
  return RoleSession{std::string(parts[1]), std::string(parts[2]), std::string(parts[4]),
                     model::Instant{model::Duration{expires}}};
}

std::string secret_of(std::string_view session_token, std::string_view seed) {
  constexpr std::size_t kSecretBytes = 30;  // 40 characters, as AWS's
  const std::string key = "drydock/" + std::string(seed);
  return model::to_base64(digest::hmac_sha256(key, session_token).substr(0, kSecretBytes));
}

std::string principal_id(std::string_view prefix, std::string_view name) {
  const std::string hex = digest::sha256_hex(name);
  const std::uint64_t mask = (1ULL << 40U) - 1;
  return std::string(prefix) + base32(number_of(hex.substr(0, 16)) & mask, number_of(hex.substr(16, 16)) & mask);
}

std::string assumed_role_arn(std::string_view role_arn, std::string_view session_name) {
  const auto parts = split(role_arn, ':');
  const std::string partition = parts.size() >= 6 ? std::string(parts[1]) : "aws";
  // A role's path is not part of its sessions' names.
  const std::string role(role_arn.substr(role_arn.rfind('/') + 1));
  return "arn:" + partition + ":sts::" + std::string(account_of(role_arn)) + ":assumed-role/" + role + "/" +
         std::string(session_name);
}

}  // namespace drydock::operations::sts
