#include "agent/signer.hpp"

#include "server/wire/signing.hpp"

namespace drydock::agent {

HeaderList sign(const ToSign& request, const wire::AccessKey& key, const std::string& region, model::Instant now) {
  if (key.secret.empty()) {
    const std::string authorization = wire::unsigned_authorization(key.id.empty() ? "drydock" : key.id, region);
    return {{"X-Amz-Date", wire::format_timestamp(now)}, {"Authorization", authorization}};
  }
  wire::SignedRequest whole;
  whole.method = request.method;
  whole.target = request.target;
  whole.body = request.body;
  whole.headers.emplace_back("Host", request.host);
  for (const auto& [name, value] : request.headers) whole.headers.emplace_back(name, value);
  return wire::signing_headers(std::move(whole), key, region, now);
}

}  // namespace drydock::agent
