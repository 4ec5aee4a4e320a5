#include "api-spec/runtime/encode.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

#include "api-spec/runtime/json_reader.hpp"

namespace drydock::api {

namespace {

template <class Number>
void append_number(Number value, std::string& out) {
  std::array<char, 40> buffer{};
  const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  out.append(buffer.data(), result.ptr);
}

void append_timestamp(Timestamp value, std::string& out) {
  std::int64_t seconds = value.milliseconds / 1000;
  std::int64_t rest = value.milliseconds % 1000;
  if (rest < 0) {
    out += '-';
    seconds = -seconds;
    rest = -rest;
  } else if (seconds < 0) {
    out += '-';
    seconds = -seconds;
  }
  append_number(seconds, out);
  if (rest == 0) return;
  out += '.';
  for (std::int64_t unit = 100; rest > 0; unit /= 10) {
    out += static_cast<char>('0' + rest / unit);
    rest %= unit;
  }
}

template <class T>
const T& as(const void* value) {
  return *static_cast<const T*>(value);
}

void append_value(const TypeInfo& type, const void* value, std::string& out);

void append_sequence(const TypeInfo& type, const void* value, std::string& out) {
  const bool map = type.kind == Kind::kMap;
  const std::size_t size = type.sequence->size(value);
  out += map ? '{' : '[';
  const std::size_t begin = out.size();
  for (std::size_t i = 0; i < size; ++i) {
    if (i > 0) out += ',';
    // The elements of a list resemble each other: one growth instead of many.
    if (i == 1) out.reserve(out.size() + (size - 1) * (out.size() - begin + 8));
    const void* entry = type.sequence->at(value, i);
    if (map) {
      append_json_string(as<std::string>(entry), out);
      out += ':';
      entry = static_cast<const char*>(entry) + type.sequence->value_offset;
    }
    append_value(*type.element, entry, out);
  }
  out += map ? '}' : ']';
}

void append_value(const TypeInfo& type, const void* value, std::string& out) {
  switch (type.kind) {
    case Kind::kString: return append_json_string(as<std::string>(value), out);
    case Kind::kInteger: return append_number(as<std::int32_t>(value), out);
    case Kind::kLong: return append_number(as<std::int64_t>(value), out);
    case Kind::kDouble: return append_number(std::isfinite(as<double>(value)) ? as<double>(value) : 0.0, out);
    case Kind::kBoolean: out += as<bool>(value) ? "true" : "false"; return;
    case Kind::kTimestamp: return append_timestamp(as<Timestamp>(value), out);
    case Kind::kDocument: out += as<Document>(value).text.empty() ? "{}" : as<Document>(value).text; return;
    case Kind::kStructure: return encode(*type.structure, value, out);
    case Kind::kList:
    case Kind::kMap: return append_sequence(type, value, out);
  }
}

}  // namespace

namespace {

/// True when all eight bytes are ASCII that needs no escape: most of every response, so it is looked at in words.
bool eight_plain_bytes(const char* bytes) {
  constexpr std::uint64_t kOnes = 0x0101010101010101U;
  constexpr std::uint64_t kHighs = 0x8080808080808080U;
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  const auto has_zero = [](std::uint64_t value) { return (value - kOnes) & ~value & kHighs; };
  const std::uint64_t control = (word - kOnes * 0x20U) & ~word & kHighs;
  return ((word & kHighs) | control | has_zero(word ^ (kOnes * '"')) | has_zero(word ^ (kOnes * '\\')) |
          has_zero(word ^ (kOnes * 0x7FU))) == 0;
}

}  // namespace

namespace {

/// Length of the longest beginning that needs no escape.
std::size_t plain_prefix(std::string_view text) {
  std::size_t i = 0;
  while (i + 8 <= text.size() && eight_plain_bytes(text.data() + i)) i += 8;
  while (i < text.size() && kPlainBytes[static_cast<unsigned char>(text[i])]) ++i;
  return i;
}

void append_escaped(std::string_view text, std::string& out) {
  constexpr std::string_view hex = "0123456789abcdef";
  std::size_t start = 0;  // of the run that needs no escape
  for (std::size_t i = plain_prefix(text); i < text.size(); i += plain_prefix(text.substr(i))) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x80) {
      if (const std::size_t length = utf8_sequence(text, i); length > 0) {
        i += length;
        continue;
      }
    }
    out.append(text.substr(start, i - start));
    start = ++i;
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        if (c >= 0x80) {
          out += "\xEF\xBF\xBD";
        } else {
          out += "\\u00";
          out += hex[c >> 4U];
          out += hex[c & 0xFU];
        }
    }
  }
  out.append(text.substr(start));
}

}  // namespace

void append_json_string(std::string_view text, std::string& out) {
  if (plain_prefix(text) != text.size()) {
    out += '"';
    append_escaped(text, out);
    out += '"';
    return;
  }
  // Nearly every string of a response: grown once, copied once.
  const std::size_t before = out.size();
  const std::size_t after = before + text.size() + 2;
  // The size handed to the writer is not used: libstdc++ 12 passes the grown capacity.
  out.resize_and_overwrite(after, [&](char* data, std::size_t) {
    data[before] = '"';
    std::memcpy(data + before + 1, text.data(), text.size());
    data[after - 1] = '"';
    return after;
  });
}

void encode(const StructInfo& schema, const void* value, std::string& out) {
  out += '{';
  bool first = true;
  for (const MemberInfo& member : schema.members) {
    const void* present = member.type->optional->get(static_cast<const char*>(value) + member.offset);
    if (present == nullptr) continue;
    if (!first) out += ',';
    first = false;
    out += '"';
    out += member.name;
    out += "\":";
    append_value(*member.type, present, out);
  }
  out += '}';
}

}  // namespace drydock::api
