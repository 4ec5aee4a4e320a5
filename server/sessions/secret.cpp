#include "server/sessions/secret.hpp"

#include <openssl/rand.h>

#include <array>
#include <stdexcept>

namespace drydock::sessions {
namespace {

template <std::size_t kBytes>
std::array<unsigned char, kBytes> random_bytes() {
  std::array<unsigned char, kBytes> bytes{};
  if (RAND_bytes(bytes.data(), kBytes) != 1) throw std::runtime_error("the system has no random numbers");
  return bytes;
}

}  // namespace

std::string new_secret() {
  constexpr char kLetters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string secret;
  for (const unsigned char byte : random_bytes<43>()) secret += kLetters[byte & 63U];
  return secret;
}

model::Uuid new_id() {
  std::uint64_t halves[2] = {0, 0};
  const auto bytes = random_bytes<16>();
  for (std::size_t i = 0; i < bytes.size(); ++i) halves[i / 8] = (halves[i / 8] << 8U) | bytes[i];
  return {(halves[0] & ~0xF000ULL) | 0x4000ULL, (halves[1] & ~(3ULL << 62U)) | (2ULL << 62U)};
}

}  // namespace drydock::sessions
