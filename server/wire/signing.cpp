#include "server/wire/signing.hpp"

#include <algorithm>
#include <cctype>

namespace drydock::wire {
namespace {

constexpr const char* kTerminator = "aws4_request";

std::string lowered(std::string_view text) {
  std::string made(text);
  std::ranges::transform(made, made.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return made;
}

std::string header_text(const Authorization& authorization) {
  return "AWS4-HMAC-SHA256 Credential=" + authorization.access_key + "/" + authorization.date + "/" +
         authorization.region + "/" + authorization.service + "/" + authorization.terminator +
         ", SignedHeaders=" + authorization.signed_headers + ", Signature=" + authorization.signature;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> signing_headers(SignedRequest request, const AccessKey& key,
                                                                 const std::string& region, model::Instant now) {
  const std::string timestamp = format_timestamp(now);
  std::vector<std::pair<std::string, std::string>> added = {{"X-Amz-Date", timestamp}};
  if (!key.session_token.empty()) added.emplace_back("X-Amz-Security-Token", key.session_token);
  for (const auto& [name, value] : added) request.headers.emplace_back(name, value);

  std::vector<std::string> names;
  for (const auto& [name, value] : request.headers) names.push_back(lowered(name));
  std::ranges::sort(names);
  Authorization authorization;
  authorization.access_key = key.id;
  authorization.date = timestamp.substr(0, timestamp.find('T'));
  authorization.region = region;
  authorization.service = request.service;
  authorization.terminator = kTerminator;
  for (const std::string& name : names) {
    authorization.signed_headers += (authorization.signed_headers.empty() ? "" : ";") + name;
  }
  authorization.signature = signature_of(request, authorization, timestamp, key.secret);
  added.emplace_back("Authorization", header_text(authorization));
  return added;
}

std::string unsigned_authorization(const std::string& access_key, const std::string& region) {
  Authorization authorization;
  authorization.access_key = access_key;
  authorization.date = "20250101";
  authorization.region = region;
  authorization.service = "ecs";
  authorization.terminator = kTerminator;
  authorization.signed_headers = "host";
  authorization.signature = "0";
  return header_text(authorization);
}

}  // namespace drydock::wire
