#include "api-spec/runtime/decode.hpp"

#include <charconv>
#include <chrono>
#include <cmath>
#include <limits>

#include "api-spec/runtime/json_reader.hpp"

namespace drydock::api {

namespace {

using Token = JsonReader::Token;

// Where the walker stands, for the explanation of an error: a chain on the stack, free until it is needed.
struct Place {
  const Place* parent = nullptr;
  std::string_view name{};
  std::size_t index = 0;
};

std::string path_of(const Place* place) {
  if (place == nullptr || place->parent == nullptr) return "";
  std::string path = path_of(place->parent);
  if (place->name.empty()) return path + "[" + std::to_string(place->index) + "]";
  return path.empty() ? std::string(place->name) : path + "." + std::string(place->name);
}

class Walker {
 public:
  explicit Walker(std::string_view json) : reader_(json) {}

  std::expected<void, ApiError> read(const StructInfo& schema, void* out);

 private:
  bool read_struct(const StructInfo& schema, void* out, const Place& place);
  bool read_member(const MemberInfo& member, void* optional, const Place& place);
  bool read_value(const TypeInfo& type, void* out, const Place& place);
  bool read_list(const TypeInfo& type, void* out, const Place& place);
  bool read_map(const TypeInfo& type, void* out, const Place& place);
  bool read_timestamp(Timestamp& out, const Place& place);
  template <class Integer>
  bool read_integer(Integer& out, const char* type, const Place& place);
  bool read_double(double& out, const Place& place);
  bool wrong_type(Token token, const TypeInfo& type, const Place& place);
  bool refuse(std::string message, const Place& place);

  JsonReader reader_;
  std::string key_;
  std::string message_;  // when the JSON is fine but does not fit
  std::string path_;
};

bool Walker::refuse(std::string message, const Place& place) {
  message_ = std::move(message);
  path_ = path_of(&place);
  return false;
}

const char* type_name(Kind kind) {
  switch (kind) {
    case Kind::kString: return "a String";
    case Kind::kInteger: return "an Integer";
    case Kind::kLong: return "a Long";
    case Kind::kDouble: return "a Double";
    case Kind::kBoolean: return "a Boolean";
    case Kind::kTimestamp: return "a Timestamp";
    default: return "this type";
  }
}

bool Walker::wrong_type(Token token, const TypeInfo& type, const Place& place) {
  std::string_view found = "NUMBER_VALUE";
  switch (token) {
    case Token::kObject: return refuse("Start of structure or map found where not expected.", place);
    case Token::kArray: return refuse("Start of list found where not expected", place);
    case Token::kError: return false;
    case Token::kString: found = "STRING_VALUE"; break;
    case Token::kTrue: found = "TRUE_VALUE"; break;
    case Token::kFalse: found = "FALSE_VALUE"; break;
    default: break;
  }
  if (type.kind == Kind::kList) return refuse("Expected list or null", place);
  if (type.kind == Kind::kStructure || type.kind == Kind::kMap) {
    return refuse("Expected structure or map or null", place);
  }
  return refuse(std::string(found) + " can not be converted to " + type_name(type.kind), place);
}

template <class Integer>
bool Walker::read_integer(Integer& out, const char* type, const Place& place) {
  std::string_view text;
  if (!reader_.read_number(text)) return false;
  const char* end = text.data() + text.size();
  const auto [rest, status] = std::from_chars(text.data(), end, out);
  if (status == std::errc() && rest == end) return true;
  const std::string tail = std::string(" can not be converted to ") + type;
  double value = 0;
  const auto real = std::from_chars(text.data(), end, value);
  if (real.ec != std::errc() || real.ptr != end) return refuse("NUMBER_VALUE out of range" + tail, place);
  if (value != std::trunc(value)) return refuse("DECIMAL_VALUE" + tail, place);
  // 2^31 and 2^63 are exact as doubles, their predecessors need not be.
  const double bound = std::ldexp(1.0, std::numeric_limits<Integer>::digits);
  if (value < -bound || value >= bound) return refuse("NUMBER_VALUE out of range" + tail, place);
  out = static_cast<Integer>(value);
  return true;
}

bool Walker::read_double(double& out, const Place& place) {
  std::string_view text;
  if (!reader_.read_number(text)) return false;
  const auto [rest, status] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (status == std::errc()) return true;
  return refuse("NUMBER_VALUE out of range can not be converted to a Double", place);
}

bool parse_digits(std::string_view text, std::size_t at, std::size_t count, int& out) {
  if (at + count > text.size()) return false;
  const char* end = text.data() + at + count;
  if (text[at] == '-' || text[at] == '+') return false;
  const auto [rest, status] = std::from_chars(text.data() + at, end, out);
  return status == std::errc() && rest == end;
}

// 2026-11-22T18:42:18[.123](Z|+01:00); digits of the fraction beyond milliseconds are cut.
bool parse_iso8601(std::string_view text, Timestamp& out) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  if (!parse_digits(text, 0, 4, year) || !parse_digits(text, 5, 2, month) || !parse_digits(text, 8, 2, day) ||
      !parse_digits(text, 11, 2, hour) || !parse_digits(text, 14, 2, minute) || !parse_digits(text, 17, 2, second)) {
    return false;
  }
  if (text[4] != '-' || text[7] != '-' || (text[10] != 'T' && text[10] != ' ') || text[13] != ':' || text[16] != ':') {
    return false;
  }
  std::size_t at = 19;
  int millis = 0;
  if (at < text.size() && text[at] == '.') {
    int unit = 100;
    const std::size_t start = ++at;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, unit /= 10) millis += unit * (text[at] - '0');
    if (at == start) return false;
  }
  int offset_minutes = 0;
  const std::string_view zone = text.substr(at);
  if (zone.size() == 6 && (zone[0] == '+' || zone[0] == '-') && zone[3] == ':') {
    int zone_hour = 0, zone_minute = 0;
    if (!parse_digits(zone, 1, 2, zone_hour) || !parse_digits(zone, 4, 2, zone_minute)) return false;
    offset_minutes = (zone[0] == '-' ? -1 : 1) * (zone_hour * 60 + zone_minute);
  } else if (zone != "Z" && zone != "z") {
    return false;
  }
  using namespace std::chrono;
  const year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                            std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok() || hour > 23 || minute > 59 || second > 60) return false;
  const sys_time<milliseconds> time =
      sys_days{date} + hours{hour} + minutes{minute - offset_minutes} + seconds{second} + milliseconds{millis};
  out.milliseconds = time.time_since_epoch().count();
  return true;
}

bool Walker::read_timestamp(Timestamp& out, const Place& place) {
  if (reader_.peek() == Token::kString) {
    std::string text;
    if (!reader_.read_string(text)) return false;
    if (parse_iso8601(text, out)) return true;
    return refuse("STRING_VALUE can not be converted to a Timestamp", place);
  }
  double seconds = 0;
  if (!read_double(seconds, place)) return false;
  // Year 9999 and its mirror: beyond it no client can print the value.
  if (std::abs(seconds) > 253402300800.0) return refuse("NUMBER_VALUE out of range for a Timestamp", place);
  out.milliseconds = std::llround(seconds * 1000.0);
  return true;
}

bool Walker::read_list(const TypeInfo& type, void* out, const Place& place) {
  if (!reader_.enter_array()) return false;
  std::size_t index = 0;
  while (reader_.next_element()) {
    const Place here{&place, {}, index++};
    if (reader_.peek() == Token::kNull) {
      if (!reader_.read_literal()) return false;
      continue;
    }
    if (!read_value(*type.element, type.sequence->append(out), here)) return false;
  }
  return !reader_.failed();
}

bool Walker::read_map(const TypeInfo& type, void* out, const Place& place) {
  if (!reader_.enter_object()) return false;
  std::string key;
  while (reader_.next_key(key)) {
    const Place here{&place, key, 0};
    if (reader_.peek() == Token::kNull) {
      if (!reader_.read_literal()) return false;
      continue;
    }
    void* entry = type.sequence->append(out);
    *static_cast<std::string*>(entry) = key;
    if (!read_value(*type.element, static_cast<char*>(entry) + type.sequence->value_offset, here)) return false;
  }
  return !reader_.failed();
}

bool Walker::read_value(const TypeInfo& type, void* out, const Place& place) {
  const Token token = reader_.peek();
  const bool number = token == Token::kNumber;
  switch (type.kind) {
    case Kind::kString:
      if (token == Token::kString) return reader_.read_string(*static_cast<std::string*>(out));
      break;
    case Kind::kInteger:
      if (number) return read_integer(*static_cast<std::int32_t*>(out), "an Integer", place);
      break;
    case Kind::kLong:
      if (number) return read_integer(*static_cast<std::int64_t*>(out), "a Long", place);
      break;
    case Kind::kDouble:
      if (number) return read_double(*static_cast<double*>(out), place);
      break;
    case Kind::kBoolean:
      if (token != Token::kTrue && token != Token::kFalse) break;
      *static_cast<bool*>(out) = token == Token::kTrue;
      return reader_.read_literal();
    case Kind::kTimestamp:
      if (number || token == Token::kString) return read_timestamp(*static_cast<Timestamp*>(out), place);
      break;
    case Kind::kDocument: {
      std::string_view raw;
      if (!reader_.read_raw(raw)) return false;
      static_cast<Document*>(out)->text = raw;
      return true;
    }
    case Kind::kStructure:
      if (token == Token::kObject) return read_struct(*type.structure, out, place);
      break;
    case Kind::kList:
      if (token == Token::kArray) return read_list(type, out, place);
      break;
    case Kind::kMap:
      if (token == Token::kObject) return read_map(type, out, place);
      break;
  }
  return wrong_type(token, type, place);
}

bool Walker::read_member(const MemberInfo& member, void* optional, const Place& place) {
  if (reader_.peek() == Token::kNull) {
    member.type->optional->reset(optional);
    return reader_.read_literal();
  }
  return read_value(*member.type, member.type->optional->emplace(optional), place);
}

bool Walker::read_struct(const StructInfo& schema, void* out, const Place& place) {
  if (!reader_.enter_object()) return false;
  std::size_t guess = 0;  // clients mostly write members in one order, so the next one is a good guess
  while (reader_.next_key(key_)) {
    const std::size_t count = schema.members.size();
    const MemberInfo* member = nullptr;
    for (std::size_t i = 0; i < count && member == nullptr; ++i) {
      const std::size_t at = guess + i < count ? guess + i : guess + i - count;
      if (schema.members[at].name != key_) continue;
      member = &schema.members[at];
      guess = at + 1 < count ? at + 1 : 0;
    }
    if (member == nullptr) {
      if (!reader_.skip_value()) return false;
      continue;
    }
    if (!read_member(*member, static_cast<char*>(out) + member->offset, Place{&place, member->name, 0})) return false;
  }
  return !reader_.failed();
}

std::expected<void, ApiError> Walker::read(const StructInfo& schema, void* out) {
  if (reader_.at_end()) return {};  // an empty body equals {}
  const Place root;
  bool done = false;
  if (const Token token = reader_.peek(); token == Token::kObject) {
    done = read_struct(schema, out, root);
  } else {
    wrong_type(token, TypeInfo{.kind = Kind::kStructure}, root);
  }
  if (done && reader_.at_end()) return {};
  const std::string byte = "byte " + std::to_string(reader_.position()) + " of the body";
  if (done) {
    return std::unexpected(
        ApiError::serialization("Unexpected text after the end of the request").explained("See " + byte + "."));
  }
  if (reader_.failed()) {
    return std::unexpected(
        ApiError::serialization(reader_.error()).explained("The body is not valid JSON; see " + byte + "."));
  }
  return std::unexpected(ApiError::serialization(std::move(message_))
                             .explained("See " + (path_.empty() ? "" : path_ + ", ") + byte + "."));
}

}  // namespace

std::expected<void, ApiError> decode(std::string_view json, const StructInfo& schema, void* out) {
  return Walker(json).read(schema, out);
}

}  // namespace drydock::api
