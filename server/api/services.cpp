#include "server/api/services.hpp"

#include <algorithm>

namespace drydock::server {
namespace {

using operations::Service;

constexpr ServiceFacts kServices[] = {
    {Service::kEcs, "ECS", "ecs"},
    {Service::kAutoscaling, "Application Auto Scaling", "application-autoscaling"},
    {Service::kCloudwatch, "CloudWatch", "monitoring", wire::Protocol::kJson10, "2010-08-01",
     "http://monitoring.amazonaws.com/doc/2010-08-01/"},
    {Service::kEvents, "EventBridge", "events"},
    {Service::kLogs, "CloudWatch Logs", "logs"},
    {Service::kSecretsManager, "Secrets Manager", "secretsmanager"},
    {Service::kServiceDiscovery, "Cloud Map", "servicediscovery"},
    {Service::kSsm, "Systems Manager", "ssm"},
    {Service::kSts, "the Security Token Service", "sts", wire::Protocol::kQuery, "2011-06-15",
     "https://sts.amazonaws.com/doc/2011-06-15/"},
};

}  // namespace

const ServiceFacts& facts_of(Service service) { return *std::ranges::find(kServices, service, &ServiceFacts::service); }

const ServiceFacts* service_with_version(std::string_view version) {
  if (version.empty()) return nullptr;
  const auto* const found = std::ranges::find(kServices, version, &ServiceFacts::version);
  return found == std::end(kServices) ? nullptr : found;
}

bool is_spoken(std::string_view signing_name) {
  return std::ranges::find(kServices, signing_name, &ServiceFacts::signing_name) != std::end(kServices);
}

}  // namespace drydock::server
