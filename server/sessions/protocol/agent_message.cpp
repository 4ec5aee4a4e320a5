#include "server/sessions/protocol/agent_message.hpp"

#include <openssl/sha.h>

#include <array>

namespace drydock::sessions {
namespace {

constexpr std::size_t kHeaderBytes = 116;  // without the payload's length, which follows it
constexpr std::size_t kTypeBytes = 32;
constexpr std::size_t kDigestBytes = 32;
constexpr std::size_t kLengthBytes = 4;

void put(std::string& out, std::uint64_t value, int bytes) {
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) out += static_cast<char>((value >> shift) & 0xFFU);
}

std::uint64_t number_at(std::string_view frame, std::size_t offset, std::size_t bytes) {
  std::uint64_t value = 0;
  for (const char c : frame.substr(offset, bytes)) value = (value << 8U) | static_cast<unsigned char>(c);
  return value;
}

std::string digest_of(std::string_view payload) {
  std::array<unsigned char, kDigestBytes> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(payload.data()), payload.size(), digest.data());
  return {digest.begin(), digest.end()};
}

}  // namespace

std::string encode(const AgentMessage& message) {
  std::string out;
  out.reserve(kHeaderBytes + kLengthBytes + message.payload.size());
  put(out, kHeaderBytes, 4);
  std::string type = message.type.substr(0, kTypeBytes);
  type.resize(kTypeBytes, ' ');
  out += type;
  put(out, message.schema_version, 4);
  put(out, static_cast<std::uint64_t>(message.created.time_since_epoch().count()), 8);
  put(out, static_cast<std::uint64_t>(message.sequence), 8);
  put(out, message.flags, 8);
  // The halves of the id change places on the wire.
  put(out, message.id.low, 8);
  put(out, message.id.high, 8);
  out += digest_of(message.payload);
  put(out, static_cast<std::uint32_t>(message.payload_type), 4);
  put(out, message.payload.size(), 4);
  out += message.payload;
  return out;
}

std::expected<AgentMessage, std::string> decode(std::string_view frame) {
  if (frame.size() < kHeaderBytes + kLengthBytes) return std::unexpected("shorter than a header");
  if (number_at(frame, 0, 4) != kHeaderBytes) return std::unexpected("the header's length is not 116");
  if (number_at(frame, kHeaderBytes, kLengthBytes) != frame.size() - kHeaderBytes - kLengthBytes) {
    return std::unexpected("the payload's length is not the frame's");
  }
  AgentMessage message;
  std::string_view type = frame.substr(4, kTypeBytes);
  constexpr std::string_view kPadding("\0 ", 2);
  const std::size_t first = type.find_first_not_of(kPadding);
  if (first == std::string_view::npos) return std::unexpected("no message type");
  message.type = type.substr(first, type.find_last_not_of(kPadding) - first + 1);
  message.schema_version = static_cast<std::uint32_t>(number_at(frame, 36, 4));
  message.created = model::Instant(model::Duration(static_cast<std::int64_t>(number_at(frame, 40, 8))));
  if (message.created == model::Instant{}) return std::unexpected("no creation date");
  message.sequence = static_cast<std::int64_t>(number_at(frame, 48, 8));
  message.flags = number_at(frame, 56, 8);
  message.id = {number_at(frame, 72, 8), number_at(frame, 64, 8)};
  message.payload_type = static_cast<PayloadType>(number_at(frame, 112, 4));
  message.payload = frame.substr(kHeaderBytes + kLengthBytes);
  if (!message.payload.empty() && frame.substr(80, kDigestBytes) != digest_of(message.payload)) {
    return std::unexpected("the digest is not the payload's");
  }
  return message;
}

}  // namespace drydock::sessions
