#include "server/operations/registry.hpp"

#include <algorithm>
#include <memory>

#include "api-spec/generated/autoscaling/operations.hpp"
#include "api-spec/generated/cloudwatch/operations.hpp"
#include "api-spec/generated/events/operations.hpp"
#include "api-spec/generated/logs/operations.hpp"
#include "api-spec/generated/operations.hpp"
#include "api-spec/generated/secretsmanager/operations.hpp"
#include "api-spec/generated/servicediscovery/operations.hpp"
#include "api-spec/generated/ssm/operations.hpp"
#include "api-spec/generated/sts/operations.hpp"
#include "api-spec/runtime/decode.hpp"
#include "api-spec/runtime/encode.hpp"
#include "api-spec/runtime/validate.hpp"

namespace drydock::operations {

// Every operation of the models is a function of this shape; a missing one is a link error.
#define DRYDOCK_OPERATION(Name, function) \
  Result<api::Name##Response> function(const api::Name##Request& request, Context& context);
#include "api-spec/generated/operations.inc"
#undef DRYDOCK_OPERATION

namespace autoscaling {
#define DRYDOCK_OPERATION(Name, function) \
  Result<api::autoscaling::Name##Response> function(const api::autoscaling::Name##Request& request, Context& context);
#include "api-spec/generated/autoscaling/operations.inc"
#undef DRYDOCK_OPERATION
}  // namespace autoscaling

namespace cloudwatch {
#define DRYDOCK_OPERATION(Name, function) \
  Result<api::cloudwatch::Name##Response> function(const api::cloudwatch::Name##Request& request, Context& context);
#include "api-spec/generated/cloudwatch/operations.inc"
#undef DRYDOCK_OPERATION
}  // namespace cloudwatch

namespace secretsmanager {
#define DRYDOCK_OPERATION(Name, function)                                                                 \
  Result<api::secretsmanager::Name##Response> function(const api::secretsmanager::Name##Request& request, \
                                                       Context& context);
#include "api-spec/generated/secretsmanager/operations.inc"
#undef DRYDOCK_OPERATION
}  // namespace secretsmanager

namespace servicediscovery {
#define DRYDOCK_OPERATION(Name, function)                                                                     \
  Result<api::servicediscovery::Name##Response> function(const api::servicediscovery::Name##Request& request, \
                                                         Context& context);
#include "api-spec/generated/servicediscovery/operations.inc"
#undef DRYDOCK_OPERATION
}  // namespace servicediscovery

namespace ssm {
#define DRYDOCK_OPERATION(Name, function) \
  Result<api::ssm::Name##Response> function(const api::ssm::Name##Request& request, Context& context);
#include "api-spec/generated/ssm/operations.inc"
#undef DRYDOCK_OPERATION
}  // namespace ssm

namespace logs {
#define DRYDOCK_OPERATION(Name, function) \
  Result<api::logs::Name##Response> function(const api::logs::Name##Request& request, Context& context);
#include "api-spec/generated/logs/operations.inc"
#undef DRYDOCK_OPERATION
}  // namespace logs

namespace events {
#define DRYDOCK_OPERATION(Name, function) \
  Result<api::events::Name##Response> function(const api::events::Name##Request& request, Context& context);
#include "api-spec/generated/events/operations.inc"
#undef DRYDOCK_OPERATION
}  // namespace events

namespace sts {
#define DRYDOCK_OPERATION(Name, function) \
  Result<api::sts::Name##Response> function(const api::sts::Name##Request& request, Context& context);
#include "api-spec/generated/sts/operations.inc"
#undef DRYDOCK_OPERATION
}  // namespace sts

namespace {

template <class Request, class Response, Result<Response> (*function)(const Request&, Context&)>
Result<Call> prepare(const api::OperationInfo& info, std::string_view body) {
  auto request = std::make_unique<Request>();
  if (auto decoded = api::decode(body, *info.input, request.get()); !decoded) {
    return std::unexpected(std::move(decoded.error()));
  }
  if (auto error = api::validate(info, request.get())) return std::unexpected(std::move(*error));
  return Call([request = std::move(request)](Context& context) -> Result<std::string> {
    auto response = function(*request, context);
    if (!response) return std::unexpected(std::move(response.error()));
    return api::encode(*response);
  });
}

struct Named {
  std::string_view name;
  Operation operation;
};

// Generated in alphabetical order.
const std::vector<Named>& table(Service service) {
  static const std::vector<Named> kEcs = {
#define DRYDOCK_OPERATION(Name, function) \
  {#Name, {api::find_operation(#Name), &prepare<api::Name##Request, api::Name##Response, function>}},
#include "api-spec/generated/operations.inc"
#undef DRYDOCK_OPERATION
  };
  static const std::vector<Named> kAutoscaling = {
#define DRYDOCK_OPERATION(Name, function)    \
  {#Name,                                    \
   {api::autoscaling::find_operation(#Name), \
    &prepare<api::autoscaling::Name##Request, api::autoscaling::Name##Response, autoscaling::function>}},
#include "api-spec/generated/autoscaling/operations.inc"
#undef DRYDOCK_OPERATION
  };
  static const std::vector<Named> kCloudwatch = {
#define DRYDOCK_OPERATION(Name, function)   \
  {#Name,                                   \
   {api::cloudwatch::find_operation(#Name), \
    &prepare<api::cloudwatch::Name##Request, api::cloudwatch::Name##Response, cloudwatch::function>}},
#include "api-spec/generated/cloudwatch/operations.inc"
#undef DRYDOCK_OPERATION
  };
  static const std::vector<Named> kSecretsManager = {
#define DRYDOCK_OPERATION(Name, function)       \
  {#Name,                                       \
   {api::secretsmanager::find_operation(#Name), \
    &prepare<api::secretsmanager::Name##Request, api::secretsmanager::Name##Response, secretsmanager::function>}},
#include "api-spec/generated/secretsmanager/operations.inc"
#undef DRYDOCK_OPERATION
  };
  static const std::vector<Named> kServiceDiscovery = {
#define DRYDOCK_OPERATION(Name, function)                                                 \
  {#Name,                                                                                 \
   {api::servicediscovery::find_operation(#Name),                                         \
    &prepare<api::servicediscovery::Name##Request, api::servicediscovery::Name##Response, \
             servicediscovery::function>}},
#include "api-spec/generated/servicediscovery/operations.inc"
#undef DRYDOCK_OPERATION
  };
  static const std::vector<Named> kSsm = {
#define DRYDOCK_OPERATION(Name, function) \
  {#Name,                                 \
   {api::ssm::find_operation(#Name), &prepare<api::ssm::Name##Request, api::ssm::Name##Response, ssm::function>}},
#include "api-spec/generated/ssm/operations.inc"
#undef DRYDOCK_OPERATION
  };
  static const std::vector<Named> kLogs = {
#define DRYDOCK_OPERATION(Name, function) \
  {#Name,                                 \
   {api::logs::find_operation(#Name), &prepare<api::logs::Name##Request, api::logs::Name##Response, logs::function>}},
#include "api-spec/generated/logs/operations.inc"
#undef DRYDOCK_OPERATION
  };
  static const std::vector<Named> kEvents = {
#define DRYDOCK_OPERATION(Name, function) \
  {#Name,                                 \
   {api::events::find_operation(#Name),   \
    &prepare<api::events::Name##Request, api::events::Name##Response, events::function>}},
#include "api-spec/generated/events/operations.inc"
#undef DRYDOCK_OPERATION
  };
  static const std::vector<Named> kSts = {
#define DRYDOCK_OPERATION(Name, function) \
  {#Name,                                 \
   {api::sts::find_operation(#Name), &prepare<api::sts::Name##Request, api::sts::Name##Response, sts::function>}},
#include "api-spec/generated/sts/operations.inc"
#undef DRYDOCK_OPERATION
  };
  switch (service) {
    case Service::kSecretsManager: return kSecretsManager;
    case Service::kServiceDiscovery: return kServiceDiscovery;
    case Service::kSsm: return kSsm;
    case Service::kSts: return kSts;
    case Service::kEvents: return kEvents;
    case Service::kLogs: return kLogs;
    case Service::kAutoscaling: return kAutoscaling;
    case Service::kCloudwatch: return kCloudwatch;
    case Service::kEcs: break;
  }
  return kEcs;
}

}  // namespace

const Operation* find(Service service, std::string_view name) {
  const auto& all = table(service);
  const auto it = std::ranges::lower_bound(all, name, {}, &Named::name);
  return it != all.end() && it->name == name ? &it->operation : nullptr;
}

const Operation* find(std::string_view name) { return find(Service::kEcs, name); }

}  // namespace drydock::operations
