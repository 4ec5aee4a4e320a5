#include "agent/signer.hpp"

#include <algorithm>
#include <cctype>

#include "server/wire/signature.hpp"

namespace drydock::agent {
namespace {

constexpr const char* kService = "ecs";
constexpr const char* kTerminator = "aws4_request";

std::string lowered(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

std::string header_text(const wire::Authorization& authorization) {
  return "AWS4-HMAC-SHA256 Credential=" + authorization.access_key + "/" + authorization.date + "/" +
         authorization.region + "/" + authorization.service + "/" + authorization.terminator +
         ", SignedHeaders=" + authorization.signed_headers + ", Signature=" + authorization.signature;
}

}  // namespace

HeaderList sign(const ToSign& request, const AccessKey& key, const std::string& region, model::Instant now) {
  const std::string timestamp = wire::format_timestamp(now);
  HeaderList added = {{"X-Amz-Date", timestamp}};
  if (!key.session_token.empty()) added.emplace_back("X-Amz-Security-Token", key.session_token);

  wire::Authorization authorization;
  authorization.access_key = key.id.empty() ? "drydock" : key.id;
  authorization.date = timestamp.substr(0, 8);
  authorization.region = region;
  authorization.service = kService;
  authorization.terminator = kTerminator;
  authorization.signed_headers = "host";
  authorization.signature = "0";
  if (!key.secret.empty()) {
    wire::SignedRequest whole;
    whole.method = request.method;
    whole.target = request.target;
    whole.body = request.body;
    std::vector<std::string> names = {"host"};
    whole.headers.emplace_back("Host", request.host);
    for (const HeaderList* list : {&request.headers, &std::as_const(added)}) {
      for (const auto& [name, value] : *list) {
        whole.headers.emplace_back(name, value);
        names.push_back(lowered(name));
      }
    }
    std::ranges::sort(names);
    authorization.signed_headers.clear();
    for (const std::string& name : names) {
      authorization.signed_headers += (authorization.signed_headers.empty() ? "" : ";") + name;
    }
    authorization.signature = wire::signature_of(whole, authorization, timestamp, key.secret);
  }
  added.emplace_back("Authorization", header_text(authorization));
  return added;
}

}  // namespace drydock::agent
