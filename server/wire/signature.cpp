#include "server/wire/signature.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <ctime>
#include <iomanip>
#include <locale>
#include <sstream>

#include "server/operations/digest.hpp"
#include "server/wire/query.hpp"

namespace drydock::wire {
namespace {

using api::ApiError;
using digest::equal_in_constant_time;
using digest::hmac_sha256;
using digest::sha256_hex;
using digest::to_lower_hex;

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr std::string_view kTerminator = "aws4_request";
constexpr auto kAllowedSkew = std::chrono::minutes(5);
constexpr std::int64_t kLongestExpiry = 7 * 24 * 3600;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_name(std::string_view one, std::string_view other) {
  return std::ranges::equal(one, other, [](char a, char b) { return lower(a) == lower(b); });
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

/// Without blanks around it, and with one where several were.
std::string collapsed(std::string_view value) {
  std::string out;
  for (const char c : value) {
    const bool blank = c == ' ' || c == '\t';
    if (blank && (out.empty() || out.back() == ' ')) continue;
    out.push_back(blank ? ' ' : c);
  }
  if (out.ends_with(' ')) out.pop_back();
  return out;
}

/// The path without "." and ".." and empty segments, as every service but S3 normalizes it, encoded once more.
std::string canonical_path(std::string_view target) {
  const std::string_view path = target.substr(0, target.find('?'));
  std::vector<std::string> kept;
  const std::vector<std::string> segments = split(path, '/');
  for (const std::string& segment : segments) {
    if (segment.empty() || segment == ".") continue;
    if (segment != "..") {
      kept.push_back(segment);
    } else if (!kept.empty()) {
      kept.pop_back();
    }
  }
  std::string out;
  for (const std::string& segment : kept) out += "/" + segment;
  const std::string& last = segments.back();
  if (out.empty() || last.empty() || last == "." || last == "..") out += "/";
  return percent_encoded(out, true);
}

std::string canonical_query(std::string_view target, bool presigned) {
  std::vector<std::pair<std::string, std::string>> pairs;
  // A blank is %20 in what is signed, also where it is sent as '+'.
  std::string sent(target);
  for (std::size_t plus = sent.find('+'); plus != std::string::npos; plus = sent.find('+', plus)) {
    sent.replace(plus, 1, "%20");
  }
  for (const auto& [name, value] : query_of(sent)) {
    if (presigned && name == "X-Amz-Signature") continue;
    pairs.emplace_back(percent_encoded(name, false), percent_encoded(value, false));
  }
  std::ranges::sort(pairs);
  std::string out;
  for (const auto& [name, value] : pairs) out.append(out.empty() ? "" : "&").append(name).append("=").append(value);
  return out;
}

/// All values of a header, joined by commas.
std::string canonical_value(const SignedRequest& request, const std::string& name) {
  std::string out;
  bool first = true;
  for (const auto& [key, value] : request.headers) {
    if (!same_name(key, name)) continue;
    if (!first) out += ',';
    out += collapsed(value);
    first = false;
  }
  return out;
}

/// RFC 1123, the form of the Date header.
std::optional<model::Instant> parse_http_date(std::string_view text) {
  std::tm parts{};
  std::istringstream in{std::string(text)};
  in.imbue(std::locale::classic());
  in >> std::get_time(&parts, "%a, %d %b %Y %H:%M:%S");
  if (in.fail()) return std::nullopt;
  const std::time_t seconds = timegm(&parts);
  return model::Instant{std::chrono::seconds(seconds)};
}

std::optional<model::Instant> signed_at(const SignedRequest& request, const Authorization& authorization) {
  if (authorization.presigned) return parse_timestamp(authorization.timestamp);
  const std::string_view header = header_of(request, "X-Amz-Date");
  if (!header.empty()) return parse_timestamp(header);
  const std::string_view date = header_of(request, "Date");
  if (auto parsed = parse_timestamp(date)) return parsed;
  return parse_http_date(date);
}

std::optional<ApiError> check_scope(const Authorization& authorization, std::string_view service,
                                    const std::string& timestamp) {
  const std::string day = timestamp.substr(0, 8);
  if (authorization.service != service) {
    return ApiError::invalid_signature("Credential should be scoped to correct service: '" + std::string(service) +
                                       "'.");
  }
  if (authorization.terminator != kTerminator) {
    return ApiError::invalid_signature("Credential should be scoped with a valid terminator: 'aws4_request', not '" +
                                       authorization.terminator + "'.");
  }
  if (authorization.date != day) {
    return ApiError::invalid_signature(
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date "
        "from HTTP: '" +
        authorization.date + "' != '" + day + "', from '" + timestamp + "'.");
  }
  return std::nullopt;
}

ApiError expired(model::Instant at, model::Instant limit, model::Instant now, std::string_view allowance) {
  return ApiError::invalid_signature("Signature expired: " + format_timestamp(at) + " is now earlier than " +
                                     format_timestamp(limit) + " (" + format_timestamp(now) + " - " +
                                     std::string(allowance) + ")")
      .explained("The clocks of this client and of Drydock differ, or the request waited too long.");
}

std::optional<ApiError> check_age(const Authorization& authorization, model::Instant at, model::Instant now) {
  if (at > now + kAllowedSkew) {
    return ApiError::invalid_signature("Signature not yet current: " + format_timestamp(at) + " is still later than " +
                                       format_timestamp(now + kAllowedSkew) + " (" + format_timestamp(now) +
                                       " + 5 min.)")
        .explained("The clocks of this client and of Drydock differ.");
  }
  if (!authorization.presigned) {
    if (at < now - kAllowedSkew) return expired(at, now - kAllowedSkew, now, "5 min.");
    return std::nullopt;
  }
  std::int64_t seconds = 0;
  const char* end = authorization.expires.data() + authorization.expires.size();
  const auto parsed = std::from_chars(authorization.expires.data(), end, seconds);
  if (parsed.ec != std::errc{} || parsed.ptr != end || seconds < 1) {
    return ApiError::incomplete_signature("X-Amz-Expires should be a number");
  }
  if (seconds > kLongestExpiry) {
    return ApiError::incomplete_signature(
        "X-Amz-Expires must be less than a week (in seconds); that is, the given "
        "X-Amz-Expires must be less than 604800 seconds");
  }
  const auto lifetime = std::chrono::seconds(seconds);
  if (at + lifetime < now) return expired(at, now - lifetime, now, std::to_string(seconds) + " s.");
  return std::nullopt;
}

bool signs_host(const Authorization& authorization) {
  const std::vector<std::string> names = split(authorization.signed_headers, ';');
  return std::ranges::find(names, "host") != names.end();
}

}  // namespace

std::string_view header_of(const SignedRequest& request, std::string_view name) {
  for (const auto& [key, value] : request.headers) {
    if (same_name(key, name)) return value;
  }
  return {};
}

std::string canonical_request(const SignedRequest& request, const Authorization& authorization) {
  std::string out(request.method);
  out += "\n" + canonical_path(request.target) + "\n" + canonical_query(request.target, authorization.presigned) + "\n";
  for (const std::string& name : split(authorization.signed_headers, ';')) {
    out += name + ":" + canonical_value(request, name) + "\n";
  }
  return out + "\n" + authorization.signed_headers + "\n" + sha256_hex(request.body);
}

std::string signature_of(const SignedRequest& request, const Authorization& authorization, std::string_view timestamp,
                         std::string_view secret) {
  const std::string scope =
      authorization.date + "/" + authorization.region + "/" + authorization.service + "/" + authorization.terminator;
  const std::string to_sign = std::string(kAlgorithm) + "\n" + std::string(timestamp) + "\n" + scope + "\n" +
                              sha256_hex(canonical_request(request, authorization));
  std::string key = hmac_sha256("AWS4" + std::string(secret), authorization.date);
  key = hmac_sha256(key, authorization.region);
  key = hmac_sha256(key, authorization.service);
  key = hmac_sha256(key, authorization.terminator);
  return to_lower_hex(hmac_sha256(key, to_sign));
}

std::optional<model::Instant> parse_timestamp(std::string_view text) {
  if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z') return std::nullopt;
  const auto number = [&](std::size_t at, std::size_t digits) {
    int value = -1;
    const char* end = text.data() + at + digits;
    const auto parsed = std::from_chars(text.data() + at, end, value);
    return parsed.ec == std::errc{} && parsed.ptr == end ? value : -1;
  };
  const std::chrono::year_month_day day{std::chrono::year(number(0, 4)),
                                        std::chrono::month(static_cast<unsigned>(number(4, 2))),
                                        std::chrono::day(static_cast<unsigned>(number(6, 2)))};
  const int hour = number(9, 2);
  const int minute = number(11, 2);
  const int second = number(13, 2);
  if (!day.ok() || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) {
    return std::nullopt;
  }
  return model::Instant{std::chrono::sys_days(day) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
                        std::chrono::seconds(second)};
}

std::string format_timestamp(model::Instant instant) {
  const auto days = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::year_month_day day{days};
  const std::chrono::hh_mm_ss time{std::chrono::floor<std::chrono::seconds>(instant - days)};
  char text[80];
  std::snprintf(text, sizeof text, "%04d%02u%02uT%02d%02d%02dZ", static_cast<int>(day.year()),
                static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return text;
}

std::optional<ApiError> check_signature(const SignedRequest& request, const Authorization& authorization,
                                        const Credential& credential, model::Instant now) {
  const bool has_date = !header_of(request, "X-Amz-Date").empty() || !header_of(request, "Date").empty();
  if (auto no = check_complete(authorization, header_of(request, "Authorization"), has_date)) return no;
  const auto at = signed_at(request, authorization);
  if (!at) {
    return ApiError::incomplete_signature(
        "Date must be in ISO-8601 'basic format'. See "
        "http://en.wikipedia.org/wiki/ISO_8601");
  }
  const std::string timestamp = format_timestamp(*at);
  if (auto no = check_scope(authorization, request.service, timestamp)) return no;
  if (auto no = check_age(authorization, *at, now)) return no;
  if (!signs_host(authorization)) {
    return ApiError::invalid_signature("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  }
  const std::string_view token = authorization.presigned ? std::string_view(authorization.security_token)
                                                         : header_of(request, "X-Amz-Security-Token");
  const bool token_known = credential.session_token.empty() || equal_in_constant_time(token, credential.session_token);
  if (!token_known) return ApiError::unrecognized_client();
  const std::string expected = signature_of(request, authorization, timestamp, credential.secret);
  if (equal_in_constant_time(expected, authorization.signature)) return std::nullopt;
  return ApiError::invalid_signature(
             "The request signature we calculated does not match the signature you provided. Check your AWS Secret "
             "Access Key and signing method. Consult the service documentation for details.")
      .explained(
          "The client's secret for this access key is not the one Drydock was given, or something between them "
          "changed a signed header or the body.");
}

}  // namespace drydock::wire
