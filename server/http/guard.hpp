#pragma once
// Which requests may reach a handler at all: the defence of a developer's machine against web pages (design.md rule 9).
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/http/message.hpp"

namespace drydock::http {

/// Who may be addressed. Loopback names and addresses always may.
struct GuardPolicy {
  /// Names allowed besides: "drydock", "drydock:4566" (port ignored), ".example.test" (that domain and all below),
  /// "*" (every host: switches the protection against DNS rebinding off).
  std::vector<std::string> allowed_hosts;
  /// Addresses the server is bound to; a wildcard address allows every literal IP address.
  std::vector<std::string> bound_addresses;
  /// What our own page sends as X-Drydock-Token: a page that does not know it changes nothing, and calls no API. Empty:
  /// not asked for.
  std::string page_token{};
};

/// The refusal (403), or nothing when the request may pass. Pure: depends on the arguments alone.
///
/// Two attacks come from a page in the developer's browser. DNS rebinding: a name of the attacker's resolves to
/// 127.0.0.1, and the page is same-origin with us; only Host gives it away. Every method is checked, since reads
/// give away environment variables as well. Cross-site requests: the page sends to http://localhost:4566 what a
/// browser lets pass without asking (a preflight): GET, and POST with a form's content types. For methods that
/// change something and for upgrades (websockets know no same-origin rule) a present Origin must be ours or
/// loopback, and content types of forms are refused; other ports of loopback belong to other programs, so a page must
/// also know this server's token, which only a page of the same origin can read. Websockets cannot carry it: they
/// have tokens of their own. SDKs send neither Origin nor such types. `curl -d` sends the
/// form type by default: together with X-Amz-Target, which no page can send unasked, it may pass.
std::optional<Response> guard(const Request& request, const GuardPolicy& policy);

/// The host of an authority ("name:port", "[::1]:port") in lower case, without port, brackets or one trailing dot;
/// empty when the text is no authority.
std::string host_of(std::string_view authority);

}  // namespace drydock::http
