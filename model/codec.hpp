#pragma once
// The tagged binary encoding behind rows.hpp. An entity lists its fields once (fields.hpp); Writer and Reader visit
// that list. Empty texts, ids and times are not written; unknown fields are skipped.

#include <bit>
#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "api-spec/runtime/decode.hpp"
#include "api-spec/runtime/encode.hpp"
#include "model/boxed.hpp"
#include "model/clock.hpp"
#include "model/ids.hpp"

namespace drydock::model::codec {

enum class Wire : std::uint8_t { kVarint = 0, kBytes = 1 };

template <class T>
inline constexpr bool kIsId = false;
template <class Tag>
inline constexpr bool kIsId<Id<Tag>> = true;
template <class T>
inline constexpr bool kIsVector = false;
template <class T>
inline constexpr bool kIsVector<std::vector<T>> = true;
template <class T>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;
template <class T>
inline constexpr bool kIsOptional<Boxed<T>> = true;
template <class T>
inline constexpr bool kIsShared = false;
template <class T>
inline constexpr bool kIsShared<std::shared_ptr<const T>> = true;

struct IgnoreFields {
  template <class T>
  void operator()(int, T&) {}
};

/// A struct of the model that lists its fields.
template <class T>
concept Listed = requires(T& value) { list_fields(value, IgnoreFields{}); };
/// A struct of the API, stored as its JSON text.
template <class T>
concept ApiStruct =
    std::is_class_v<T> && !Listed<T> && !kIsId<T> && !kIsVector<T> && !kIsOptional<T> && !kIsShared<T> &&
    !std::is_same_v<T, std::string> && !std::is_same_v<T, Uuid> && !std::is_same_v<T, Instant>;

class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  template <class T>
  void operator()(int field, const T& value) {
    if constexpr (kIsShared<T>) {
      if (value) (*this)(field, *value);
    } else if constexpr (kIsOptional<T>) {
      if (value) tagged(field, *value);
    } else if constexpr (kIsVector<T>) {
      for (const auto& item : value) tagged(field, item);
    } else {
      // A shared or API value is written even when it equals the default: it is there. Numbers and enums are written
      // even when they are zero: what their struct starts with need not be zero (minimum_healthy_percent, last_status).
      if constexpr (std::equality_comparable<T> && !ApiStruct<T> && !std::is_arithmetic_v<T> && !std::is_enum_v<T>) {
        if (value == T{}) return;
      }
      tagged(field, value);
    }
  }

 private:
  template <class T>
  void tagged(int field, const T& value) {
    if constexpr (std::is_same_v<T, bool>) {
      varint_field(field, value ? 1 : 0);
    } else if constexpr (std::is_enum_v<T>) {
      varint_field(field, static_cast<std::uint64_t>(value));
    } else if constexpr (std::is_same_v<T, double>) {
      varint_field(field, std::bit_cast<std::uint64_t>(value));
    } else if constexpr (std::is_signed_v<T> && std::is_integral_v<T>) {
      const auto wide = static_cast<std::int64_t>(value);
      varint_field(field, (static_cast<std::uint64_t>(wide) << 1U) ^ static_cast<std::uint64_t>(wide >> 63));
    } else if constexpr (std::is_unsigned_v<T>) {
      varint_field(field, value);
    } else if constexpr (kIsId<T>) {
      varint_field(field, value.value);
    } else if constexpr (std::is_same_v<T, Instant>) {
      varint_field(field, static_cast<std::uint64_t>(value.time_since_epoch().count()));
    } else if constexpr (std::is_same_v<T, std::string>) {
      bytes_field(field, value);
    } else if constexpr (std::is_same_v<T, Uuid>) {
      std::string bytes(16, '\0');
      for (unsigned i = 0; i < 8; ++i) {
        bytes[i] = static_cast<char>(value.high >> (56 - 8 * i));
        bytes[8 + i] = static_cast<char>(value.low >> (56 - 8 * i));
      }
      bytes_field(field, bytes);
    } else if constexpr (ApiStruct<T>) {
      bytes_field(field, api::encode(value));
    } else {
      std::string nested;
      Writer writer(nested);
      list_fields(const_cast<T&>(value), writer);
      bytes_field(field, nested);
    }
  }
  void varint(std::uint64_t value) {
    while (value >= 0x80) {
      out_.push_back(static_cast<char>(value | 0x80));
      value >>= 7U;
    }
    out_.push_back(static_cast<char>(value));
  }
  void varint_field(int field, std::uint64_t value) {
    varint((static_cast<std::uint64_t>(field) << 1U) | static_cast<std::uint64_t>(Wire::kVarint));
    varint(value);
  }
  void bytes_field(int field, std::string_view bytes) {
    varint((static_cast<std::uint64_t>(field) << 1U) | static_cast<std::uint64_t>(Wire::kBytes));
    varint(bytes.size());
    out_.append(bytes);
  }
  std::string& out_;
};

/// Visits the fields in ascending order, as they were written. failed() after an encoding that cannot be read.
class Reader {
 public:
  explicit Reader(std::string_view in) : in_(in) { next(); }

  template <class T>
  void operator()(int field, T& value) {
    while (has_tag_ && tag_field_ < field) skip();
    if (!has_tag_ || tag_field_ != field) return;
    if constexpr (kIsShared<T>) {
      using Inner = std::remove_const_t<typename T::element_type>;
      auto inner = std::make_shared<Inner>();
      (*this)(field, *inner);
      value = std::move(inner);
    } else if constexpr (kIsOptional<T>) {
      read(value.emplace());
    } else if constexpr (kIsVector<T>) {
      while (has_tag_ && tag_field_ == field) read(value.emplace_back());
    } else {
      read(value);
    }
  }
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  template <class T>
  void read(T& value) {
    if constexpr (std::is_same_v<T, std::string>) {
      value = bytes();
    } else if constexpr (std::is_same_v<T, Uuid>) {
      const std::string_view raw = bytes();
      if (raw.size() != 16) return fail();
      for (unsigned i = 0; i < 8; ++i) {
        value.high = (value.high << 8U) | static_cast<unsigned char>(raw[i]);
        value.low = (value.low << 8U) | static_cast<unsigned char>(raw[8 + i]);
      }
    } else if constexpr (ApiStruct<T>) {
      auto decoded = api::decode<T>(bytes());
      if (!decoded) return fail();
      value = std::move(*decoded);
    } else if constexpr (Listed<T>) {
      Reader reader(bytes());
      list_fields(value, reader);
      if (reader.failed()) return fail();
    } else {
      const std::uint64_t raw = number();
      if constexpr (std::is_same_v<T, bool>) {
        value = raw != 0;
      } else if constexpr (std::is_same_v<T, double>) {
        value = std::bit_cast<double>(raw);
      } else if constexpr (std::is_enum_v<T>) {
        value = static_cast<T>(raw);
      } else if constexpr (kIsId<T>) {
        value.value = raw;
      } else if constexpr (std::is_same_v<T, Instant>) {
        value = Instant{Duration{static_cast<std::int64_t>(raw)}};
      } else if constexpr (std::is_signed_v<T>) {
        value = static_cast<T>(static_cast<std::int64_t>(raw >> 1U) ^ -static_cast<std::int64_t>(raw & 1U));
      } else {
        value = static_cast<T>(raw);
      }
    }
    next();
  }
  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (at_ >= in_.size()) break;
      const auto byte = static_cast<unsigned char>(in_[at_++]);
      value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
      if ((byte & 0x80U) == 0) return value;
    }
    fail();
    return 0;
  }
  std::uint64_t number() {
    if (tag_wire_ != Wire::kVarint) fail();
    return number_;
  }
  std::string_view bytes() {
    if (tag_wire_ != Wire::kBytes) fail();
    return bytes_;
  }
  void next() {
    has_tag_ = !failed_ && at_ < in_.size();
    if (!has_tag_) return;
    const std::uint64_t tag = varint();
    tag_field_ = static_cast<int>(tag >> 1U);
    tag_wire_ = static_cast<Wire>(tag & 1U);
    bytes_ = {};
    number_ = varint();
    if (tag_wire_ == Wire::kBytes) {
      if (failed_ || number_ > in_.size() - at_) return fail();
      bytes_ = in_.substr(at_, number_);
      at_ += number_;
    }
  }
  void skip() { next(); }
  void fail() {
    failed_ = true;
    has_tag_ = false;
  }

  std::string_view in_;
  std::string_view bytes_;
  std::uint64_t number_ = 0;
  std::size_t at_ = 0;
  int tag_field_ = 0;
  Wire tag_wire_ = Wire::kVarint;
  bool has_tag_ = false;
  bool failed_ = false;
};

}  // namespace drydock::model::codec
