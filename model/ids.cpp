#include "model/ids.hpp"

namespace drydock::model {
namespace {

constexpr char kDigits[] = "0123456789abcdef";

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string to_hex(const Uuid& id) { return to_hex({}, id); }

std::string to_hex(std::string_view prefix, const Uuid& id) {
  char text[32];
  for (std::size_t i = 0; i < 16; ++i) {
    text[i] = kDigits[(id.high >> (60 - 4 * i)) & 15U];
    text[16 + i] = kDigits[(id.low >> (60 - 4 * i)) & 15U];
  }
  std::string result;
  result.reserve(prefix.size() + sizeof text);
  result.append(prefix).append(text, sizeof text);
  return result;
}

std::string to_dashed(const Uuid& id) {
  std::string text = to_hex(id);
  for (std::size_t position : {20U, 16U, 12U, 8U}) text.insert(position, 1, '-');
  return text;
}

std::optional<Uuid> parse_uuid(std::string_view text) {
  if (text.size() != 32 && text.size() != 36) return std::nullopt;
  Uuid id;
  std::size_t digits = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash_expected = text.size() == 36 && (i == 8 || i == 13 || i == 18 || i == 23);
    if (dash_expected) {
      if (text[i] != '-') return std::nullopt;
      continue;
    }
    const int value = hex_value(text[i]);
    if (value < 0) return std::nullopt;
    std::uint64_t& half = digits < 16 ? id.high : id.low;
    half = (half << 4U) | static_cast<std::uint64_t>(value);
    ++digits;
  }
  return id;
}

}  // namespace drydock::model
