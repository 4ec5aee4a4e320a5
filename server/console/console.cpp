#include "server/console/console.hpp"

#include <algorithm>
#include <string_view>

#include "api-spec/runtime/encode.hpp"
#include "server/console/assets.hpp"

namespace drydock::server::console {
namespace {

using Field = http::Headers::Field;
using boost::beast::http::verb;

constexpr std::string_view kPrefix = "/console/";
constexpr std::string_view kFiles = "/console/assets/";

std::string json_of(const PageFacts& facts) {
  std::string out = "{";
  const auto text = [&out](std::string_view name, std::string_view value) {
    if (out.size() > 1) out += ',';
    api::append_json_string(name, out);
    out += ':';
    api::append_json_string(value, out);
  };
  text("token", facts.token);
  text("nonce", facts.nonce);
  text("account", facts.account);
  text("region", facts.region);
  text("runtime", facts.runtime);
  text("version", facts.version);
  out += std::string(",\"virtualClock\":") + (facts.virtual_clock ? "true" : "false");
  out += std::string(",\"verifiesSignatures\":") + (facts.verifies_signatures ? "true" : "false");
  return out + "}";
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '"': out += "&quot;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string page_with(std::string page, std::string_view facts) {
  constexpr std::string_view kPlace = "@DRYDOCK@";
  if (const std::size_t at = page.find(kPlace); at != std::string::npos) page.replace(at, kPlace.size(), facts);
  return page;
}

/// One list of entity tags, or "*", against a strong one.
bool matches(std::string_view list, std::string_view etag) { return list == "*" || list.find(etag) != list.npos; }

/// Neither absent nor refused ("gzip;q=0").
bool takes_gzip(std::string_view accepted) {
  const std::size_t at = accepted.find("gzip");
  if (at == std::string_view::npos) return false;
  const std::string_view rest = accepted.substr(at + 4);
  return !rest.substr(0, rest.find(',')).starts_with(";q=0") || rest.starts_with(";q=0.");
}

http::Response plain(unsigned status, std::string body) {
  http::Response response;
  response.status = status;
  response.content_type = "text/plain; charset=utf-8";
  response.body = std::move(body);
  return response;
}

http::Response file(const http::Request& request, const Asset& asset) {
  http::Response response;
  const bool known = matches(request.headers[Field::if_none_match], asset.etag);
  if (known && !asset.etag.empty()) {
    response.status = 304;
  } else if (asset.gzip && !takes_gzip(request.headers[Field::accept_encoding])) {
    return plain(406, "This file is kept compressed: send Accept-Encoding: gzip (curl --compressed).\n");
  } else {
    response.content_type = asset.content_type;
    response.body = asset.bytes;
    if (asset.gzip) response.headers.emplace_back("Content-Encoding", "gzip");
  }
  response.headers.emplace_back("ETag", asset.etag);
  // Asked for again each time, and then mostly answered 304: a new Drydock shows its new console at once.
  response.headers.emplace_back("Cache-Control", "no-cache");
  response.headers.emplace_back("Vary", "Accept-Encoding");
  return response;
}

}  // namespace

Console::Console(const PageFacts& facts) {
  const Asset* page = find_asset("index.html");
  page_ = page_with(page == nullptr ? std::string() : std::string(page->bytes), escaped(json_of(facts)));
  // Nothing from elsewhere, nothing inline, in nobody's frame. The nonce is for the style sheets of the terminal.
  policy_ = "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-" + facts.nonce +
            "'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
}

std::optional<http::Response> Console::answer(const http::Request& request) const {
  if (request.method != verb::get && request.method != verb::head) return std::nullopt;
  if (request.headers.contains("X-Amz-Target")) return std::nullopt;  // a call with the wrong method
  std::string_view path = request.target;
  path = path.substr(0, path.find('?'));
  if (path != "/" && path != "/console" && !path.starts_with(kPrefix)) return std::nullopt;
  http::Response response;
  if (path.starts_with(kFiles)) {
    const Asset* asset = find_asset(path.substr(kFiles.size()));
    response = asset == nullptr || asset->path == "index.html" ? plain(404, "The console has no such file.\n")
                                                               : file(request, *asset);
  } else {
    response.content_type = "text/html; charset=utf-8";
    response.body = page_;
    // It carries this start's token.
    response.headers.emplace_back("Cache-Control", "no-store");
    response.headers.emplace_back("Content-Security-Policy", policy_);
    response.headers.emplace_back("Cross-Origin-Opener-Policy", "same-origin");
  }
  response.headers.emplace_back("Cross-Origin-Resource-Policy", "same-origin");
  response.headers.emplace_back("Referrer-Policy", "no-referrer");
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  return response;
}

}  // namespace drydock::server::console
