#include "server/wire/aws_request.hpp"

#include <algorithm>

#include "api-spec/generated/autoscaling/operations.hpp"
#include "api-spec/generated/cloudwatch/operations.hpp"
#include "api-spec/generated/events/operations.hpp"
#include "api-spec/generated/logs/operations.hpp"
#include "api-spec/generated/operations.hpp"
#include "api-spec/generated/secretsmanager/operations.hpp"
#include "api-spec/generated/servicediscovery/operations.hpp"
#include "api-spec/generated/ssm/operations.hpp"

namespace drydock::wire {

namespace {

struct Prefix {
  std::string_view text;
  operations::Service service;
};

constexpr Prefix kPrefixes[] = {
    {api::kTargetPrefix, operations::Service::kEcs},
    {api::autoscaling::kTargetPrefix, operations::Service::kAutoscaling},
    {api::cloudwatch::kTargetPrefix, operations::Service::kCloudwatch},
    {api::events::kTargetPrefix, operations::Service::kEvents},
    {api::logs::kTargetPrefix, operations::Service::kLogs},
    {api::secretsmanager::kTargetPrefix, operations::Service::kSecretsManager},
    {api::servicediscovery::kTargetPrefix, operations::Service::kServiceDiscovery},
    {api::ssm::kTargetPrefix, operations::Service::kSsm},
};

}  // namespace

const char* content_type(Protocol protocol) {
  switch (protocol) {
    case Protocol::kJson10: return "application/x-amz-json-1.0";
    case Protocol::kQuery: return "text/xml";
    case Protocol::kJson11: break;
  }
  return "application/x-amz-json-1.1";
}

std::expected<Target, api::ApiError> target_of(std::string_view target_header) {
  const std::size_t dot = target_header.find('.');
  if (dot != std::string_view::npos) {
    const auto found = std::ranges::find(kPrefixes, target_header.substr(0, dot), &Prefix::text);
    if (found != std::end(kPrefixes)) return Target{found->service, target_header.substr(dot + 1)};
  }
  const std::string given = target_header.empty() ? "is missing" : "is " + std::string(target_header.substr(0, 200));
  return std::unexpected(api::ApiError::unknown_operation("X-Amz-Target should be " + std::string(api::kTargetPrefix) +
                                                          ".<Operation>, but it " + given + "."));
}

bool is_account(std::string_view text) {
  return text.size() == 12 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_region(std::string_view text) {
  const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  return !text.empty() && text.size() <= 32 && std::ranges::all_of(text, allowed);
}

}  // namespace drydock::wire
