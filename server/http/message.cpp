#include "server/http/message.hpp"

#include <boost/beast/core/string.hpp>

namespace drydock::http {

void Headers::add(Field id, std::string_view name, std::string_view value) {
  if (entries_.empty()) {
    text_.reserve(768);  // what SDKs send: ten to fifteen fields, most of it Authorization
    entries_.reserve(16);
  }
  entries_.push_back({id, static_cast<std::uint32_t>(name.size()), static_cast<std::uint32_t>(value.size()),
                      static_cast<std::uint32_t>(text_.size())});
  text_.append(name).append(value);
}

std::string_view Headers::operator[](Field id) const {
  const Entry* entry = find(id);
  return entry ? value_of(*entry) : std::string_view{};
}

std::string_view Headers::operator[](std::string_view name) const {
  const Entry* entry = find(name);
  return entry ? value_of(*entry) : std::string_view{};
}

bool Headers::contains(std::string_view name) const { return find(name) != nullptr; }

std::size_t Headers::count(Field id) const {
  std::size_t found = 0;
  for (const Entry& entry : entries_) found += entry.id == id ? 1 : 0;
  return found;
}

std::string_view Headers::name(std::size_t index) const {
  const Entry& entry = entries_.at(index);
  return std::string_view(text_).substr(entry.offset, entry.name_size);
}

std::string_view Headers::value(std::size_t index) const { return value_of(entries_.at(index)); }

const Headers::Entry* Headers::find(Field id) const {
  for (const Entry& entry : entries_) {
    if (entry.id == id) return &entry;
  }
  return nullptr;
}

const Headers::Entry* Headers::find(std::string_view name) const {
  for (const Entry& entry : entries_) {
    if (entry.name_size != name.size()) continue;
    if (boost::beast::iequals({text_.data() + entry.offset, entry.name_size}, {name.data(), name.size()})) {
      return &entry;
    }
  }
  return nullptr;
}

std::string_view Headers::value_of(const Entry& entry) const {
  return std::string_view(text_).substr(entry.offset + entry.name_size, entry.value_size);
}

namespace {

void append_json_string(std::string& out, std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += '"';
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte >= 0x7f) {
      // Bytes of unknown encoding are shown as Latin-1: the body stays valid JSON whatever the client sent.
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

}  // namespace

Response error_response(unsigned status, std::string_view type, std::string_view message) {
  Response response;
  response.status = status;
  response.content_type = "application/x-amz-json-1.1";
  response.body = "{\"__type\":";
  append_json_string(response.body, type);
  response.body += ",\"message\":";
  append_json_string(response.body, message);
  response.body += '}';
  response.headers.emplace_back("x-amzn-ErrorType", type);
  return response;
}

}  // namespace drydock::http
