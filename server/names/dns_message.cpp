#include "server/names/dns_message.hpp"

#include <algorithm>

#include <boost/asio/ip/address.hpp>

namespace drydock::server {
namespace {

constexpr std::size_t kHeader = 12;
constexpr std::size_t kMostName = 253;
constexpr std::uint16_t kInternet = 1;
constexpr std::uint16_t kOpt = 41;
constexpr std::size_t kMostUdp = 1232;  // what passes every network unbroken

std::uint16_t number_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint16_t>(static_cast<unsigned char>(bytes[at]) << 8U |
                                    static_cast<unsigned char>(bytes[at + 1]));
}

void put(std::string& out, std::uint16_t number) {
  out.push_back(static_cast<char>(number >> 8U));
  out.push_back(static_cast<char>(number & 0xFFU));
}

void put_long(std::string& out, std::uint32_t number) {
  put(out, static_cast<std::uint16_t>(number >> 16U));
  put(out, static_cast<std::uint16_t>(number & 0xFFFFU));
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// A name as its labels with their lengths.
std::string labels_of(std::string_view name) {
  std::string out;
  while (!name.empty()) {
    const std::string_view label = name.substr(0, std::min(name.find('.'), std::size_t{63}));
    out.push_back(static_cast<char>(label.size()));
    out.append(label);
    name.remove_prefix(std::min(name.size(), label.size() + 1));
  }
  out.push_back('\0');
  return out;
}

/// What is special about a record of its type; empty for an address that is none.
std::string data_of(const Record& record) {
  std::string data;
  boost::system::error_code error;
  switch (record.type) {
    case RecordType::kA: {
      const auto address = boost::asio::ip::make_address_v4(record.address, error);
      if (error) return {};
      for (const unsigned char byte : address.to_bytes()) data.push_back(static_cast<char>(byte));
      return data;
    }
    case RecordType::kAaaa: {
      const auto address = boost::asio::ip::make_address_v6(record.address, error);
      if (error) return {};
      for (const unsigned char byte : address.to_bytes()) data.push_back(static_cast<char>(byte));
      return data;
    }
    case RecordType::kSrv:
      put(data, 1);  // priority
      put(data, 1);  // weight
      put(data, record.port);
      return data + labels_of(record.target);
    case RecordType::kCname: return labels_of(record.target);
    default: return {};
  }
}

/// The most that the sender takes by UDP: in an OPT record behind the question.
std::size_t offered_bytes(std::string_view packet, std::size_t at) {
  if (number_at(packet, 10) != 1 || packet.size() < at + 11 || packet[at] != '\0') return 512;
  if (number_at(packet, at + 1) != kOpt) return 512;
  return std::clamp<std::size_t>(number_at(packet, at + 3), 512, kMostUdp);
}

}  // namespace

std::optional<Question> read_question(std::string_view packet) {
  if (packet.size() < kHeader + 5) return std::nullopt;
  const std::uint16_t flags = number_at(packet, 2);
  const bool is_question = (flags & 0xF800U) == 0;
  if (!is_question || number_at(packet, 4) != 1) return std::nullopt;
  Question question;
  question.id = number_at(packet, 0);
  question.recursion_desired = (flags & 0x0100U) != 0;
  std::size_t at = kHeader;
  while (true) {
    if (at >= packet.size()) return std::nullopt;
    const auto length = static_cast<unsigned char>(packet[at]);
    if (length > 63) return std::nullopt;
    if (length == 0) break;
    if (at + 1 + length > packet.size() || question.name.size() + length > kMostName) return std::nullopt;
    if (!question.name.empty()) question.name += '.';
    for (const char c : packet.substr(at + 1, length)) question.name += lower(c);
    at += 1U + length;
  }
  if (at + 5 > packet.size()) return std::nullopt;
  question.type = number_at(packet, at + 1);
  question.kind = number_at(packet, at + 3);
  question.text = std::string(packet.substr(kHeader, at + 5 - kHeader));
  question.most_bytes = offered_bytes(packet, at + 5);
  return question;
}

std::string write_answer(const Question& question, Outcome outcome, const std::vector<Record>& records,
                         std::size_t most_bytes) {
  std::string body;
  std::uint16_t count = 0;
  bool cut = false;
  for (const Record& record : records) {
    const std::string data = data_of(record);
    if (data.empty()) continue;
    std::string one;
    put(one, 0xC00C);  // the name that was asked for
    put(one, static_cast<std::uint16_t>(record.type));
    put(one, kInternet);
    put_long(one, record.ttl);
    put(one, static_cast<std::uint16_t>(data.size()));
    one += data;
    if (kHeader + question.text.size() + body.size() + one.size() > most_bytes) {
      cut = true;
      break;
    }
    body += one;
    ++count;
  }
  std::uint16_t flags = 0x8400;  // an answer, by who knows
  if (question.recursion_desired) flags |= 0x0180U;
  if (cut) flags |= 0x0200U;
  flags |= static_cast<std::uint16_t>(outcome);
  std::string out;
  put(out, question.id);
  put(out, flags);
  put(out, 1);
  put(out, count);
  put(out, 0);
  put(out, 0);
  return out + question.text + body;
}

}  // namespace drydock::server
