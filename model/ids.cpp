#include "model/ids.hpp"

#include <array>
#include <cstring>

namespace drydock::model {
namespace {

constexpr char kDigits[] = "0123456789abcdef";

// Two digits for each byte: lists write many ids.
constexpr auto kPairs = [] {
  std::array<std::array<char, 2>, 256> pairs{};
  for (std::size_t byte = 0; byte < pairs.size(); ++byte) pairs[byte] = {kDigits[byte >> 4U], kDigits[byte & 15U]};
  return pairs;
}();

void write_hex(std::uint64_t half, char* out) {
  for (std::size_t i = 0; i < 8; ++i) std::memcpy(out + 2 * i, kPairs[(half >> (56 - 8 * i)) & 255U].data(), 2);
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string to_hex(const Uuid& id) { return to_hex({}, id); }

std::string to_hex(std::string_view prefix, const Uuid& id) {
  std::string result;
  result.resize(prefix.size() + 32);
  prefix.copy(result.data(), prefix.size());
  write_hex(id.high, result.data() + prefix.size());
  write_hex(id.low, result.data() + prefix.size() + 16);
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
