#pragma once
// A strict JSON reader that hands out one token at a time, so that a request is read straight into its struct.
// Strict: RFC 8259, valid UTF-8, paired surrogates, at most kMaxDepth levels. It never throws.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace drydock::api {

class JsonReader {
 public:
  static constexpr int kMaxDepth = 64;

  enum class Token : std::uint8_t { kObject, kArray, kString, kNumber, kTrue, kFalse, kNull, kError };

  explicit JsonReader(std::string_view text) : text_(text) {}

  /// What the next value is, without consuming it.
  Token peek();

  // Each consumes one value and returns false when it is malformed; then error() and position() tell more.
  bool read_string(std::string& out);
  bool read_number(std::string_view& out);  ///< the digits as written
  bool read_literal();                      ///< true, false or null, as peek() announced
  bool skip_value();                        ///< any value, checked as strictly as the others
  bool read_raw(std::string_view& out);     ///< any value, as written

  // Objects and arrays: enter, then next_* until it returns false. Afterwards failed() tells an end from an error.
  bool enter_object();
  bool next_key(std::string& key);
  bool enter_array();
  bool next_element();

  /// Only blanks are left.
  bool at_end();

  bool failed() const { return error_ != nullptr; }
  /// What was wrong, in a few words; null when nothing was.
  const char* error() const { return error_; }
  /// Where reading stands, in bytes.
  std::size_t position() const { return position_; }

 private:
  void skip_blanks();
  bool fail(const char* error);
  bool descend();
  bool read_escape(std::string* out);
  bool read_hex4(unsigned& out);
  bool read_utf8(std::string* out);
  bool scan_string(std::string* out);
  bool next(char close, const char* expected);

  std::string_view text_;
  std::size_t position_ = 0;
  int depth_ = 0;
  bool first_ = false;  // just inside an object or array
  const char* error_ = nullptr;
};

/// Bytes that stand for themselves in a JSON string: ASCII but for control characters, quote and backslash.
inline constexpr std::array<bool, 256> kPlainBytes = [] {
  std::array<bool, 256> plain{};
  for (std::size_t i = 0x20; i < 0x80; ++i) plain[i] = i != '"' && i != '\\';
  return plain;
}();

/// The length of the valid UTF-8 sequence at `at`, or 0.
std::size_t utf8_sequence(std::string_view text, std::size_t at);

/// How many code points a text has; an invalid byte counts as one.
std::size_t count_code_points(std::string_view text);

}  // namespace drydock::api
