#include "server/http/guard.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/ip/address.hpp>

namespace drydock::http {
namespace {

using Field = Headers::Field;
using Verb = boost::beast::http::verb;
using boost::asio::ip::address;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lowered(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), lower);
  return result;
}

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

bool is_port(std::string_view text) {
  return text.size() <= 5 && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
  });
}

std::optional<address> literal_address(const std::string& host) {
  boost::system::error_code error;
  address parsed = boost::asio::ip::make_address(host, error);
  if (error) return std::nullopt;
  return parsed;
}

bool is_loopback(const address& ip) {
  if (ip.is_v6() && ip.to_v6().is_v4_mapped()) {
    return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, ip.to_v6()).is_loopback();
  }
  return ip.is_loopback();
}

bool is_loopback_host(const std::string& host) {
  // Browsers and resolvers never ask a name server for names below "localhost" (RFC 6761).
  if (host == "localhost" || host.ends_with(".localhost")) return true;
  const auto ip = literal_address(host);
  return ip && is_loopback(*ip);
}

// Names under which containers reach their host. Their top-level domain is reserved for private use: no page can be
// served from them.
bool is_container_host_name(const std::string& host) {
  static constexpr std::array<std::string_view, 3> kNames{"host.docker.internal", "gateway.docker.internal",
                                                          "host.containers.internal"};
  return std::find(kNames.begin(), kNames.end(), host) != kNames.end();
}

bool is_explicitly_allowed(const std::string& host, const GuardPolicy& policy) {
  for (const std::string& entry : policy.allowed_hosts) {
    if (entry == "*") return true;
    const std::string allowed = entry.starts_with('.') ? lowered(entry) : host_of(entry);
    if (allowed.empty()) continue;
    if (host == allowed) return true;
    if (allowed.front() == '.' && (host.ends_with(allowed) || host == allowed.substr(1))) return true;
  }
  return false;
}

bool is_bound_address(const std::string& host, const GuardPolicy& policy) {
  const auto ip = literal_address(host);
  if (!ip) return false;
  for (const std::string& bound : policy.bound_addresses) {
    const auto bound_ip = literal_address(bound);
    if (bound_ip && (bound_ip->is_unspecified() || *bound_ip == *ip)) return true;
  }
  return false;
}

bool may_be_addressed(const std::string& host, const GuardPolicy& policy) {
  if (host.empty()) return false;
  return is_loopback_host(host) || is_container_host_name(host) || is_explicitly_allowed(host, policy) ||
         is_bound_address(host, policy);
}

// "scheme://authority" without anything behind; "null" and extension origins have no host that could be ours.
std::string_view authority_of_origin(std::string_view origin) {
  for (const std::string_view scheme : {std::string_view("http://"), std::string_view("https://")}) {
    if (lowered(origin.substr(0, scheme.size())) == scheme) return origin.substr(scheme.size());
  }
  return {};
}

bool origin_is_ours(std::string_view origin, std::string_view host, const GuardPolicy& policy) {
  const std::string_view authority = authority_of_origin(trimmed(origin));
  const std::string origin_host = host_of(authority);
  if (origin_host.empty()) return false;
  if (is_loopback_host(origin_host) || is_explicitly_allowed(origin_host, policy)) return true;
  // Same origin as the request itself, whose Host has been accepted already.
  return lowered(authority) == lowered(trimmed(host));
}

bool is_form_type(std::string_view media_type) {
  return media_type == "text/plain" || media_type == "multipart/form-data" ||
         media_type == "application/x-www-form-urlencoded";
}

std::string quoted(std::string_view text) {
  constexpr std::size_t kShown = 100;
  return "'" + std::string(text.substr(0, kShown)) + (text.size() > kShown ? "..." : "") + "'";
}

Response refusal(const std::string& message) { return error_response(403, "AccessDeniedException", message); }

std::optional<Response> check_content_type(const Request& request, bool from_browser) {
  const std::string_view header = request.headers[Field::content_type];
  const std::string media_type = lowered(trimmed(header.substr(0, header.find(';'))));
  if (media_type.empty()) {
    const std::string_view length = request.headers[Field::content_length];
    const bool has_body =
        request.headers.contains(Field::transfer_encoding) || length.find_first_not_of('0') != std::string_view::npos;
    if (!has_body || !from_browser) return std::nullopt;
    return refusal("A body without Content-Type is refused from web pages; send Content-Type: application/json.");
  }
  if (!is_form_type(media_type)) return std::nullopt;
  // Neither header can be sent by a page without asking first: curl's default type with a target, and SDKs that speak
  // AWS's query protocol.
  const bool asked = request.headers.contains("X-Amz-Target") ||
                     request.headers[Field::authorization].starts_with("AWS4-HMAC-SHA256 ");
  if (media_type == "application/x-www-form-urlencoded" && !from_browser && asked) return std::nullopt;
  return refusal("Content-Type " + quoted(media_type) +
                 " is refused, because any web page could send it; send Content-Type: application/json.");
}

}  // namespace

std::string host_of(std::string_view authority) {
  authority = trimmed(authority);
  std::string_view host = authority;
  std::string_view port;
  if (authority.starts_with('[')) {
    const std::size_t end = authority.find(']');
    if (end == std::string_view::npos) return {};
    host = authority.substr(1, end - 1);
    port = authority.substr(end + 1);
    if (!port.empty() && port.front() != ':') return {};
    if (!port.empty()) port.remove_prefix(1);
    const auto ip = literal_address(std::string(host));
    return ip && ip->is_v6() && is_port(port) ? lowered(host) : std::string();
  }
  if (const std::size_t colon = authority.find(':'); colon != std::string_view::npos) {
    host = authority.substr(0, colon);
    port = authority.substr(colon + 1);
  }
  if (host.ends_with('.')) host.remove_suffix(1);
  std::string result = lowered(host);
  return is_name(result) && is_port(port) ? result : std::string();
}

std::optional<Response> guard(const Request& request, const GuardPolicy& policy) {
  const std::string_view host = request.headers[Field::host];
  // Only HTTP/1.0 comes without Host (the session sees to that), and no browser speaks it.
  if (request.headers.contains(Field::host) && !may_be_addressed(host_of(host), policy)) {
    return refusal("Host " + quoted(host) + " is not a name of this server. Use localhost, or allow the name with " +
                   "--allow-host.");
  }
  const bool reads = request.method == Verb::get || request.method == Verb::head || request.method == Verb::options;
  if (reads && !request.headers.contains(Field::upgrade)) return std::nullopt;

  const bool has_origin = request.headers.contains(Field::origin);
  const std::string_view origin = request.headers[Field::origin];
  if (has_origin && !origin_is_ours(origin, host, policy)) {
    return refusal("Origin " + quoted(origin) + " is not a page of this server. Allow its host with --allow-host.");
  }
  const std::string site = lowered(trimmed(request.headers["Sec-Fetch-Site"]));
  if (!has_origin && (site == "cross-site" || site == "same-site")) {
    return refusal("Requests from pages of other sites are refused.");
  }
  if (reads) return std::nullopt;
  const bool from_browser = has_origin || !site.empty();
  if (from_browser && !policy.page_token.empty() && request.headers["X-Drydock-Token"] != policy.page_token) {
    return refusal(
        "Web pages need the console's token for this; a console from before a restart is to be loaded again.");
  }
  return check_content_type(request, from_browser);
}

}  // namespace drydock::http
