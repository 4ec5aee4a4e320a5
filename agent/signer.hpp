#pragma once
// Signature Version 4 for what the agent sends.

#include <string>
#include <utility>
#include <vector>

#include "agent/settings.hpp"
#include "model/clock.hpp"

namespace drydock::agent {

using HeaderList = std::vector<std::pair<std::string, std::string>>;

struct ToSign {
  std::string method;
  std::string target;
  std::string host;
  HeaderList headers;  // beside Host and X-Amz-Date
  std::string body;
};

/// The headers that sign a request, X-Amz-Date among them. Without a secret: an Authorization that names account and
/// region alone, as unverified servers take it.
HeaderList sign(const ToSign& request, const wire::AccessKey& key, const std::string& region, model::Instant now);

}  // namespace drydock::agent
