#include "server/operations/sts/role_credentials.hpp"

#include <charconv>
#include <cstdint>

#include "model/ids.hpp"
#include "model/random.hpp"

namespace drydock::operations::sts {
namespace {

constexpr std::string_view kPrefix = "ASIA";
constexpr std::string_view kNoAccount = "000000000000";
constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";  // base32
constexpr std::size_t kLetters = 16;                                        // of five bits each

std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 14695981039346656037ULL;  // FNV-1a
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return model::Random(hash).next();
}

std::string_view account_of(std::string_view role_arn) {
  for (int colons = 0; colons < 4; ++colons) {
    const std::size_t colon = role_arn.find(':');
    if (colon == std::string_view::npos) return kNoAccount;
    role_arn.remove_prefix(colon + 1);
  }
  const std::string_view account = role_arn.substr(0, role_arn.find(':'));
  const bool digits = account.find_first_not_of("0123456789") == std::string_view::npos;
  return digits && account.size() == kNoAccount.size() ? account : kNoAccount;
}

std::uint64_t check_of(std::uint64_t account, std::uint64_t session) {
  return hash_of(std::to_string(account) + "/" + std::to_string(session)) >> 49U;
}

std::string letters(std::uint64_t bits) {
  std::string out;
  for (int shift = 35; shift >= 0; shift -= 5) out += kAlphabet[bits >> static_cast<unsigned>(shift) & 31U];
  return out;
}

}  // namespace

RoleCredentials issue_role_credentials(std::string_view role_arn, std::string_view session_name, model::Instant now,
                                       model::Duration lifetime, std::string_view seed) {
  RoleCredentials out;
  out.expiration = now + lifetime;
  const std::string session = std::string(role_arn) + "/" + std::string(session_name) + "/" +
                              std::to_string(out.expiration.time_since_epoch().count());
  const std::string_view text = account_of(role_arn);
  std::uint64_t account = 0;
  std::from_chars(text.data(), text.data() + text.size(), account);
  // 80 bits: the account's 40, 25 of the session, 15 that say that the key was made here.
  const std::uint64_t own = hash_of(session) >> 39U;
  out.access_key_id = std::string(kPrefix) + letters(account) + letters(own << 15U | check_of(account, own));
  model::Random random(hash_of(std::string(seed) + "/" + session));
  out.secret_access_key = model::to_hex(random.uuid()) + model::to_hex(random.uuid()).substr(0, 8);
  out.session_token = "drydock-session/" + session + "/" + model::to_hex(random.uuid());
  return out;
}

std::optional<std::string> account_of_temporary_key(std::string_view access_key_id) {
  if (access_key_id.size() != kPrefix.size() + kLetters || !access_key_id.starts_with(kPrefix)) return std::nullopt;
  std::uint64_t halves[2] = {0, 0};
  for (std::size_t i = 0; i < kLetters; ++i) {
    const std::size_t value = kAlphabet.find(access_key_id[kPrefix.size() + i]);
    if (value == std::string_view::npos) return std::nullopt;
    halves[i * 2 / kLetters] = halves[i * 2 / kLetters] << 5U | value;
  }
  const bool ours = check_of(halves[0], halves[1] >> 15U) == (halves[1] & 0x7FFFU);
  const std::string digits = std::to_string(halves[0]);
  if (!ours || digits.size() > kNoAccount.size()) return std::nullopt;
  return std::string(kNoAccount.size() - digits.size(), '0') + digits;
}

}  // namespace drydock::operations::sts
