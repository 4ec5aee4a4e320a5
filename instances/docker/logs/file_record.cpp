#include "instances/docker/logs/file_record.hpp"

#include <charconv>

namespace drydock::instances::docker {
namespace {

constexpr std::string_view kLog = "{\"log\":\"";
constexpr std::string_view kStream = ",\"stream\":\"";
// Inside of a text its quotes would be escaped.
constexpr std::string_view kTime = ",\"time\":\"";
constexpr std::string_view kEnd = "\"}";
constexpr std::size_t kHexDigits = 4;

bool skip(std::string_view& in, std::string_view expected) {
  if (!in.starts_with(expected)) return false;
  in.remove_prefix(expected.size());
  return true;
}

/// The driver writes characters beyond U+FFFF as they are: half of a pair is none of its.
void append_character(std::string& out, unsigned code) {
  if (code >= 0xD800 && code < 0xE000) code = 0xFFFD;
  if (code < 0x80) {
    out += static_cast<char>(code);
    return;
  }
  if (code < 0x800) {
    out += static_cast<char>(0xC0U | code >> 6U);
  } else {
    out += static_cast<char>(0xE0U | code >> 12U);
    out += static_cast<char>(0x80U | (code >> 6U & 0x3FU));
  }
  out += static_cast<char>(0x80U | (code & 0x3FU));
}

/// What stands behind a backslash. False for no escape of JSON.
bool take_escape(std::string_view& in, std::string& out) {
  if (in.empty()) return false;
  const char letter = in.front();
  in.remove_prefix(1);
  switch (letter) {
    case '"':
    case '\\':
    case '/': out += letter; return true;
    case 'n': out += '\n'; return true;
    case 'r': out += '\r'; return true;
    case 't': out += '\t'; return true;
    case 'b': out += '\b'; return true;
    case 'f': out += '\f'; return true;
    case 'u': break;
    default: return false;
  }
  unsigned code = 0;
  if (in.size() < kHexDigits) return false;
  const auto [end, error] = std::from_chars(in.data(), in.data() + kHexDigits, code, 16);
  if (error != std::errc{} || end != in.data() + kHexDigits) return false;
  append_character(out, code);
  in.remove_prefix(kHexDigits);
  return true;
}

/// The text up to its closing quote, which is taken as well.
bool take_text(std::string_view& in, std::string& buffer, FileRecord& record) {
  std::size_t quote = in.find('"');
  if (quote == std::string_view::npos) return false;
  std::size_t slash = in.substr(0, quote).find('\\');
  if (slash == std::string_view::npos || in.substr(slash).starts_with("\\n\"")) {
    // Nothing is escaped but the end of the line.
    record.ends = slash != std::string_view::npos;
    record.text = in.substr(0, record.ends ? slash : quote);
    in.remove_prefix(quote + 1);
    return true;
  }
  buffer.clear();
  while (slash != std::string_view::npos) {
    buffer += in.substr(0, slash);
    const std::size_t left = in.size();
    in.remove_prefix(slash + 1);
    if (!take_escape(in, buffer)) return false;
    const std::size_t taken = left - in.size();
    // The quote that was found stays found, unless it was an escaped one.
    quote = quote >= taken ? quote - taken : in.find('"');
    if (quote == std::string_view::npos) return false;
    slash = in.substr(0, quote).find('\\');
  }
  buffer += in.substr(0, quote);
  in.remove_prefix(quote + 1);
  record.ends = buffer.ends_with('\n');
  record.text = std::string_view(buffer).substr(0, buffer.size() - (record.ends ? 1 : 0));
  return true;
}

}  // namespace

std::optional<FileRecord> parse_file_record(std::string_view line, std::string& buffer) {
  FileRecord record;
  if (!skip(line, kLog) || !take_text(line, buffer, record) || !skip(line, kStream)) return std::nullopt;
  if (line.starts_with("stderr\"")) {
    record.stream = StreamKind::kStderr;
  } else if (!line.starts_with("stdout\"")) {
    return std::nullopt;
  }
  const std::size_t time = line.rfind(kTime);
  if (time == std::string_view::npos || !line.ends_with(kEnd)) return std::nullopt;
  line.remove_prefix(time + kTime.size());
  line.remove_suffix(kEnd.size());
  record.time = line;
  return record;
}

}  // namespace drydock::instances::docker
