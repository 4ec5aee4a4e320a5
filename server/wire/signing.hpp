#pragma once
// AWS Signature Version 4 from a caller's side, for what Drydock's own programs send. Time is a parameter.

#include <string>
#include <utility>
#include <vector>

#include "model/clock.hpp"
#include "server/wire/credentials.hpp"
#include "server/wire/signature.hpp"

namespace drydock::wire {

/// The headers that are to be added to a request: X-Amz-Date, X-Amz-Security-Token where the key has one, and
/// Authorization, whose signature covers them and all of the request's. The request has a Host header, as every signed
/// one must.
std::vector<std::pair<std::string, std::string>> signing_headers(SignedRequest request, const AccessKey& key,
                                                                 const std::string& region, model::Instant now);

/// An Authorization that signs nothing and says only whose account and which region are meant: servers that do not
/// verify signatures read no more of it.
std::string unsigned_authorization(const std::string& access_key, const std::string& region);

}  // namespace drydock::wire
