#include "api-spec/runtime/json_reader.hpp"

namespace drydock::api {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

void append_utf8(std::string& out, unsigned code) {
  const auto put = [&out](unsigned byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0U | (code >> 6U));
    put(0x80U | (code & 0x3FU));
  } else if (code < 0x10000) {
    put(0xE0U | (code >> 12U));
    put(0x80U | ((code >> 6U) & 0x3FU));
    put(0x80U | (code & 0x3FU));
  } else {
    put(0xF0U | (code >> 18U));
    put(0x80U | ((code >> 12U) & 0x3FU));
    put(0x80U | ((code >> 6U) & 0x3FU));
    put(0x80U | (code & 0x3FU));
  }
}

}  // namespace

std::size_t utf8_sequence(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) -> unsigned {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U;
  };
  const auto tail = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const unsigned lead = byte(0);
  if (at >= text.size()) return 0;
  if (lead < 0x80) return 1;
  if (lead < 0xC2) return 0;
  if (lead < 0xE0) return tail(1) ? 2 : 0;
  if (lead < 0xF0) {
    if (!tail(1) || !tail(2)) return 0;
    if (lead == 0xE0 && byte(1) < 0xA0) return 0;  // overlong
    if (lead == 0xED && byte(1) > 0x9F) return 0;  // surrogates
    return 3;
  }
  if (lead > 0xF4 || !tail(1) || !tail(2) || !tail(3)) return 0;
  if (lead == 0xF0 && byte(1) < 0x90) return 0;
  if (lead == 0xF4 && byte(1) > 0x8F) return 0;
  return 4;
}

std::size_t count_code_points(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++count) {
    const std::size_t length = utf8_sequence(text, i);
    i += length == 0 ? 1 : length;
  }
  return count;
}

bool JsonReader::fail(const char* error) {
  if (error_ == nullptr) error_ = error;
  return false;
}

void JsonReader::skip_blanks() {
  while (position_ < text_.size()) {
    const char c = text_[position_];
    if (c != ' ' && c != '\n' && c != '\r' && c != '\t') return;
    ++position_;
  }
}

JsonReader::Token JsonReader::peek() {
  skip_blanks();
  if (failed()) return Token::kError;
  if (position_ == text_.size()) {
    fail("Unexpected end of the body");
    return Token::kError;
  }
  switch (text_[position_]) {
    case '{': return Token::kObject;
    case '[': return Token::kArray;
    case '"': return Token::kString;
    case 't': return Token::kTrue;
    case 'f': return Token::kFalse;
    case 'n': return Token::kNull;
    default: break;
  }
  if (text_[position_] == '-' || is_digit(text_[position_])) return Token::kNumber;
  fail("Unexpected character");
  return Token::kError;
}

bool JsonReader::read_hex4(unsigned& out) {
  out = 0;
  for (int i = 0; i < 4; ++i, ++position_) {
    if (position_ == text_.size()) return fail("Unexpected end of the body");
    const char c = text_[position_];
    unsigned digit = 0;
    if (is_digit(c)) {
      digit = static_cast<unsigned>(c - '0');
    } else if (c >= 'a' && c <= 'f') {
      digit = static_cast<unsigned>(c - 'a') + 10;
    } else if (c >= 'A' && c <= 'F') {
      digit = static_cast<unsigned>(c - 'A') + 10;
    } else {
      return fail("Bad \\u escape in a string");
    }
    out = out * 16 + digit;
  }
  return true;
}

// The character after the backslash and what belongs to it.
bool JsonReader::read_escape(std::string* out) {
  if (position_ == text_.size()) return fail("Unexpected end of the body");
  const char c = text_[position_++];
  const auto put = [out](char plain) {
    if (out != nullptr) *out += plain;
    return true;
  };
  switch (c) {
    case '"':
    case '\\':
    case '/': return put(c);
    case 'b': return put('\b');
    case 'f': return put('\f');
    case 'n': return put('\n');
    case 'r': return put('\r');
    case 't': return put('\t');
    case 'u': break;
    default: return fail("Unknown escape in a string");
  }
  unsigned code = 0;
  if (!read_hex4(code)) return false;
  if (code >= 0xDC00 && code <= 0xDFFF) return fail("Unpaired surrogate in a string");
  if (code >= 0xD800 && code <= 0xDBFF) {
    unsigned low = 0;
    if (text_.substr(position_, 2) != "\\u") return fail("Unpaired surrogate in a string");
    position_ += 2;
    if (!read_hex4(low)) return false;
    if (low < 0xDC00 || low > 0xDFFF) return fail("Unpaired surrogate in a string");
    code = 0x10000 + ((code - 0xD800) << 10U) + (low - 0xDC00);
  }
  if (out != nullptr) append_utf8(*out, code);
  return true;
}

bool JsonReader::scan_string(std::string* out) {
  if (peek() != Token::kString) return fail("Expected a string");
  ++position_;
  std::size_t start = position_;  // of the run not yet copied
  const auto flush = [&] {
    if (out != nullptr) out->append(text_.substr(start, position_ - start));
  };
  while (position_ < text_.size()) {
    const auto c = static_cast<unsigned char>(text_[position_]);
    if (kPlainBytes[c]) {
      ++position_;
    } else if (c == '"') {
      flush();
      ++position_;
      return true;
    } else if (c == '\\') {
      flush();
      ++position_;
      if (!read_escape(out)) return false;
      start = position_;
    } else if (c < 0x20) {
      return fail("Control character in a string");
    } else {
      const std::size_t length = utf8_sequence(text_, position_);
      if (length == 0) return fail("Invalid UTF-8 in a string");
      position_ += length;
    }
  }
  return fail("Unexpected end of the body");
}

bool JsonReader::read_string(std::string& out) {
  out.clear();
  return scan_string(&out);
}

bool JsonReader::read_number(std::string_view& out) {
  if (peek() != Token::kNumber) return fail("Expected a number");
  const std::size_t start = position_;
  const auto digit = [this] { return position_ < text_.size() && is_digit(text_[position_]); };
  const auto digits = [&] {
    if (!digit()) return fail("Malformed number");
    while (digit()) ++position_;
    return true;
  };
  if (text_[position_] == '-') ++position_;
  if (position_ < text_.size() && text_[position_] == '0') {
    ++position_;
    if (digit()) return fail("Number with a leading zero");
  } else if (!digits()) {
    return false;
  }
  if (position_ < text_.size() && text_[position_] == '.') {
    ++position_;
    if (!digits()) return false;
  }
  if (position_ < text_.size() && (text_[position_] == 'e' || text_[position_] == 'E')) {
    ++position_;
    if (position_ < text_.size() && (text_[position_] == '+' || text_[position_] == '-')) ++position_;
    if (!digits()) return false;
  }
  out = text_.substr(start, position_ - start);
  return true;
}

bool JsonReader::read_literal() {
  const Token token = peek();
  const std::string_view word = token == Token::kTrue    ? "true"
                                : token == Token::kFalse ? "false"
                                : token == Token::kNull  ? "null"
                                                         : "";
  if (word.empty() || text_.substr(position_, word.size()) != word) return fail("Unexpected character");
  position_ += word.size();
  return true;
}

bool JsonReader::descend() {
  if (++depth_ > kMaxDepth) return fail("Too many levels of nesting");
  ++position_;
  first_ = true;
  return true;
}

bool JsonReader::enter_object() {
  if (peek() != Token::kObject) return fail("Expected an object");
  return descend();
}

bool JsonReader::enter_array() {
  if (peek() != Token::kArray) return fail("Expected an array");
  return descend();
}

// Steps over the comma, or over the closing bracket and out.
bool JsonReader::next(char close, const char* expected) {
  const bool first = first_;
  first_ = false;
  skip_blanks();
  if (position_ == text_.size()) return fail("Unexpected end of the body");
  if (text_[position_] == close) {
    ++position_;
    --depth_;
    return false;
  }
  if (first) return true;
  if (text_[position_] != ',') return fail(expected);
  ++position_;
  return true;
}

bool JsonReader::next_key(std::string& key) {
  if (failed() || !next('}', "Expected a comma or the end of an object")) return false;
  if (!read_string(key)) return false;
  skip_blanks();
  if (position_ == text_.size()) return fail("Unexpected end of the body");
  if (text_[position_] != ':') return fail("Expected a colon after a key");
  ++position_;
  return true;
}

bool JsonReader::next_element() { return !failed() && next(']', "Expected a comma or the end of an array"); }

bool JsonReader::skip_value() {
  switch (peek()) {
    case Token::kObject: {
      std::string key;
      if (!enter_object()) return false;
      while (next_key(key)) {
        if (!skip_value()) return false;
      }
      return !failed();
    }
    case Token::kArray:
      if (!enter_array()) return false;
      while (next_element()) {
        if (!skip_value()) return false;
      }
      return !failed();
    case Token::kString: return scan_string(nullptr);
    case Token::kNumber: {
      std::string_view ignored;
      return read_number(ignored);
    }
    case Token::kError: return false;
    default: return read_literal();
  }
}

bool JsonReader::read_raw(std::string_view& out) {
  skip_blanks();
  const std::size_t start = position_;
  if (!skip_value()) return false;
  out = text_.substr(start, position_ - start);
  return true;
}

bool JsonReader::at_end() {
  skip_blanks();
  return position_ == text_.size();
}

}  // namespace drydock::api
