#include <set>

#include "server/operations/paging.hpp"
#include "server/operations/resolve.hpp"
#include "server/operations/services/service_view.hpp"
#include "server/operations/services/services.hpp"
#include "server/operations/values.hpp"

namespace drydock::operations {
namespace {

constexpr std::size_t kMaxServices = 10;
constexpr std::size_t kPageSize = 10;

bool is_listed(const model::Service& service, const api::ListServicesRequest& request) {
  if (service.status != model::ServiceStatus::kActive) return false;
  const api::Service& settings = *service.settings;
  if (request.launchType && settings.launchType != request.launchType) return false;
  if (request.schedulingStrategy && model::to_text(service.strategy) != *request.schedulingStrategy) return false;
  return !request.resourceManagementType || settings.resourceManagementType == request.resourceManagementType;
}

}  // namespace

Result<api::DescribeServicesResponse> describe_services(const api::DescribeServicesRequest& request, Context& context) {
  if (!request.services || request.services->empty()) {
    return std::unexpected(api::ApiError::invalid_parameter("Services cannot be empty."));
  }
  if (request.services->size() > kMaxServices) {
    return std::unexpected(api::ApiError::invalid_parameter("services can have at most 10 items"));
  }
  const auto cluster = find_cluster(context, request.cluster);
  if (!cluster) return std::unexpected(cluster.error());
  const bool with_tags = contains(request.include, "TAGS");
  api::DescribeServicesResponse response;
  auto& services = response.services.emplace();
  auto& failures = response.failures.emplace();
  std::set<model::ServiceId> shown;
  std::set<std::string> missing;
  for (const std::string& text : *request.services) {
    const auto id = find_service(context, *cluster, text);
    if (id) {
      if (shown.insert(*id).second)
        services.push_back(show_service(context.state(), context.state().get(*id), with_tags, context.tx.now()));
      continue;
    }
    if (id.error().code != "ServiceNotFoundException") return std::unexpected(id.error());
    std::string arn = arn_in_cluster(context, *cluster, "service", text);
    if (missing.insert(arn).second) failures.push_back(failure(std::move(arn), "MISSING"));
  }
  return response;
}

Result<api::ListServicesResponse> list_services(const api::ListServicesRequest& request, Context& context) {
  const auto cluster = find_active_cluster(context, request.cluster);
  if (!cluster) return std::unexpected(cluster.error());
  const auto size = page_size(request.maxResults, kPageSize);
  if (!size) return std::unexpected(size.error());
  api::ListServicesResponse response;
  auto& arns = response.serviceArns.emplace();
  const model::State& state = context.state();
  const auto filled = fill_page(
      "ListServices", state.of(*cluster).services, request.nextToken, *size, response.nextToken,
      [&](const auto& entry) { return is_listed(state.get(entry.second), request); },
      [](const auto& entry) { return entry.first; },
      [&](const auto& entry) { arns.push_back(arn_in_cluster(context, *cluster, "service", entry.first)); });
  if (!filled) return std::unexpected(filled.error());
  return response;
}

}  // namespace drydock::operations
