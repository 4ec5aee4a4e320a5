#pragma once
// The digests that signatures are made of, by OpenSSL's libcrypto.

#include <string>
#include <string_view>

namespace drydock::digest {

/// SHA-256 as 64 lower-case hex digits.
std::string sha256_hex(std::string_view text);

/// HMAC-SHA256 as 32 bytes.
std::string hmac_sha256(std::string_view key, std::string_view text);

std::string to_lower_hex(std::string_view bytes);

/// Takes the same time wherever the texts differ.
bool equal_in_constant_time(std::string_view one, std::string_view other);

}  // namespace drydock::digest
