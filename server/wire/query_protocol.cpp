#include "server/wire/query_protocol.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <map>

#include <nlohmann/json.hpp>

#include "api-spec/runtime/encode.hpp"

namespace drydock::wire {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxElements = 10'000;

api::ApiError malformed(const std::string& text) { return api::ApiError::serialization(text); }

/// The fields below a path, by the part of the name that is still to be read.
using Fields = std::map<std::string, std::string, std::less<>>;

Fields below(const Fields& fields, const std::string& prefix) {
  Fields result;
  const std::string start = prefix + ".";
  for (auto it = fields.lower_bound(start); it != fields.end() && it->first.starts_with(start); ++it) {
    result.emplace(it->first.substr(start.size()), it->second);
  }
  return result;
}

std::expected<std::string, api::ApiError> json_of_structure(const Fields& fields, const api::StructInfo& schema);

std::expected<std::string, api::ApiError> json_of_scalar(const api::TypeInfo& type, const std::string& text) {
  switch (type.kind) {
    case api::Kind::kBoolean: return text == "true" ? "true" : "false";
    case api::Kind::kInteger:
    case api::Kind::kLong:
    case api::Kind::kDouble: {
      double value = 0;
      const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
      const bool number = read.ec == std::errc{} && read.ptr == text.data() + text.size();
      if (number && std::isfinite(value)) return Json(value).dump();
      return std::unexpected(malformed("NUMBER_VALUE cannot be read: " + text.substr(0, 100)));
    }
    default: break;
  }
  std::string out;
  api::append_json_string(text, out);
  return out;
}

std::expected<std::string, api::ApiError> json_of_list(const api::TypeInfo& element, const Fields& fields) {
  std::string out = "[";
  for (std::size_t i = 1;; ++i) {
    const std::string name = "member." + std::to_string(i);
    const Fields inner = below(fields, name);
    const auto own = fields.find(name);
    if (inner.empty() && own == fields.end()) break;
    if (i > kMaxElements) return std::unexpected(malformed("Too many list elements."));
    if (i > 1) out += ',';
    auto value = element.structure != nullptr ? json_of_structure(inner, *element.structure)
                                              : json_of_scalar(element, own == fields.end() ? "" : own->second);
    if (!value) return value;
    out += *value;
  }
  return out + "]";
}

std::expected<std::string, api::ApiError> json_of_structure(const Fields& fields, const api::StructInfo& schema) {
  std::string out = "{";
  for (const api::MemberInfo& member : schema.members) {
    const std::string name(member.name);
    const Fields inner = below(fields, name);
    const auto own = fields.find(name);
    if (inner.empty() && own == fields.end()) continue;
    std::expected<std::string, api::ApiError> value;
    if (member.type->structure != nullptr) {
      value = json_of_structure(inner, *member.type->structure);
    } else if (member.type->kind == api::Kind::kList) {
      value = json_of_list(*member.type->element, inner);
    } else {
      value = json_of_scalar(*member.type, own == fields.end() ? "" : own->second);
    }
    if (!value) return value;
    if (out.size() > 1) out += ',';
    api::append_json_string(name, out);
    out += ':' + *value;
  }
  return out + "}";
}

void append_escaped(std::string_view text, std::string& out) {
  for (const char c : text) {
    switch (c) {
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '&': out += "&amp;"; break;
      case '"': out += "&quot;"; break;
      default:
        // XML 1.0 has no way to write other control characters.
        if (static_cast<unsigned char>(c) >= 0x20 || c == '\t' || c == '\n' || c == '\r') out += c;
    }
  }
}

/// Seconds since the epoch as 2026-11-23T01:30:00.500Z.
std::string iso_time(double seconds) {
  using namespace std::chrono;
  const sys_time<milliseconds> time{milliseconds{static_cast<std::int64_t>(std::llround(seconds * 1000))}};
  const auto day = floor<days>(time);
  const year_month_day date{day};
  const hh_mm_ss clock{time - day};
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
  return text.data();
}

void append_value(const api::TypeInfo& type, const Json& value, std::string& out);

void append_structure(const api::StructInfo& schema, const Json& object, std::string& out) {
  for (const api::MemberInfo& member : schema.members) {
    const auto found = object.find(std::string(member.name));
    if (found == object.end()) continue;
    out += "<" + std::string(member.name) + ">";
    append_value(*member.type, *found, out);
    out += "</" + std::string(member.name) + ">";
  }
}

void append_value(const api::TypeInfo& type, const Json& value, std::string& out) {
  if (type.structure != nullptr) return append_structure(*type.structure, value, out);
  if (type.kind == api::Kind::kList) {
    for (const Json& element : value) {
      out += "<member>";
      append_value(*type.element, element, out);
      out += "</member>";
    }
    return;
  }
  if (type.kind == api::Kind::kTimestamp) {
    out += iso_time(value.get<double>());
  } else if (value.is_string()) {
    append_escaped(value.get_ref<const std::string&>(), out);
  } else {
    out += value.dump();
  }
}

std::string metadata(std::string_view request_id) { return "<RequestId>" + std::string(request_id) + "</RequestId>"; }

}  // namespace

bool is_query_protocol(std::string_view content_type) {
  return content_type.substr(0, content_type.find(';')) == "application/x-www-form-urlencoded";
}

Parameters read_form(std::string_view body) {
  std::string target = "?" + std::string(body);
  std::ranges::replace(target, '+', ' ');
  return query_of(target);
}

std::string_view field(const Parameters& form, std::string_view name) {
  const auto found = std::ranges::find(form, name, [](const auto& pair) { return std::string_view(pair.first); });
  return found == form.end() ? std::string_view{} : std::string_view(found->second);
}

std::expected<std::string, api::ApiError> json_of_form(const Parameters& form, const api::StructInfo& schema) {
  const Fields fields(form.begin(), form.end());
  return json_of_structure(fields, schema);
}

std::string xml_of_answer(std::string_view xml_namespace, std::string_view operation, std::string_view json,
                          const api::StructInfo& schema, std::string_view request_id) {
  const std::string name(operation);
  std::string out = "<" + name + "Response xmlns=\"" + std::string(xml_namespace) + "\"><" + name + "Result>";
  append_structure(schema, Json::parse(json), out);
  return out + "</" + name + "Result><ResponseMetadata>" + metadata(request_id) + "</ResponseMetadata></" + name +
         "Response>";
}

std::string xml_of_error(std::string_view xml_namespace, const api::ApiError& error, std::string_view request_id) {
  std::string out = "<ErrorResponse xmlns=\"" + std::string(xml_namespace) + "\"><Error><Type>" +
                    (error.http_status >= 500 ? "Receiver" : "Sender") + "</Type><Code>" + error.code +
                    "</Code><Message>";
  append_escaped(error.message, out);
  return out + "</Message></Error>" + metadata(request_id) + "</ErrorResponse>";
}

}  // namespace drydock::wire
