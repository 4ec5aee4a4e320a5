#pragma once
// Base64 (RFC 4648), with and without the alphabet that is safe in URLs.

#include <optional>
#include <string>
#include <string_view>

namespace drydock::model {

/// With padding.
std::string to_base64(std::string_view bytes);
/// With '-' and '_' for '+' and '/', and padding, as the Docker Engine reads it.
std::string to_base64url(std::string_view bytes);
/// Of the standard alphabet; nullopt for anything else, and without its padding.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace drydock::model
