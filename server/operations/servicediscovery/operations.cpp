#include "server/operations/paging.hpp"
#include "server/operations/servicediscovery/lookup.hpp"
#include "server/operations/servicediscovery/servicediscovery.hpp"
#include "server/operations/values.hpp"

namespace drydock::operations::servicediscovery {
namespace {

constexpr const char* kSuccess = "SUCCESS";

/// UPDATE_DATE takes two times in seconds, from and to.
bool is_between(const sd::OperationFilter& filter, model::Instant when) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(when.time_since_epoch()).count();
  const auto bound = [&](std::size_t i, std::int64_t otherwise) {
    if (filter.Values->size() <= i) return otherwise;
    return static_cast<std::int64_t>(std::strtoll((*filter.Values)[i].c_str(), nullptr, 10));
  };
  return seconds >= bound(0, 0) && seconds <= bound(1, std::numeric_limits<std::int64_t>::max());
}

bool passes_all(const model::DiscoveryOperation& operation,
                const std::optional<std::vector<sd::OperationFilter>>& filters) {
  if (!filters) return true;
  for (const sd::OperationFilter& filter : *filters) {
    bool passed = false;
    if (filter.Name == "NAMESPACE_ID") passed = passes(filter, operation.room);
    if (filter.Name == "SERVICE_ID") passed = passes(filter, operation.service);
    if (filter.Name == "STATUS") passed = passes(filter, kSuccess);
    if (filter.Name == "TYPE") passed = passes(filter, operation.type);
    if (filter.Name == "UPDATE_DATE") passed = is_between(filter, operation.created_at);
    if (!passed) return false;
  }
  return true;
}

}  // namespace

Result<sd::GetOperationResponse> get_operation(const sd::GetOperationRequest& request, Context& context) {
  const auto& all = context.state().of(context.world).discovery_operation_keys;
  const auto found = all.find(*request.OperationId);
  if (found == all.end()) {
    return std::unexpected(api::ApiError::of("OperationNotFound", "Operation " + *request.OperationId + " not found."));
  }
  const model::DiscoveryOperation& operation = context.state().get(found->second);
  sd::GetOperationResponse response;
  auto& shown = response.Operation.emplace();
  shown.Id = operation.key;
  shown.Type = operation.type;
  shown.Status = kSuccess;
  shown.CreateDate = timestamp(operation.created_at);
  shown.UpdateDate = timestamp(operation.created_at);
  shown.Targets.emplace().emplace_back(operation.target_kind, operation.target);
  if (operation.target_kind == "INSTANCE") shown.Targets->emplace_back("SERVICE", operation.service);
  return response;
}

Result<sd::ListOperationsResponse> list_operations(const sd::ListOperationsRequest& request, Context& context) {
  const model::State& state = context.state();
  sd::ListOperationsResponse response;
  response.Operations.emplace();
  const auto done = fill_page(
      "ListOperations", state.of(context.world).discovery_operations, request.NextToken, page_of(request.MaxResults),
      response.NextToken, [&](model::DiscoveryOperationId id) { return passes_all(state.get(id), request.Filters); },
      [](model::DiscoveryOperationId id) { return sortable(id.value); },
      [&](model::DiscoveryOperationId id) {
        auto& shown = response.Operations->emplace_back();
        shown.Id = state.get(id).key;
        shown.Status = kSuccess;
      });
  if (!done) return std::unexpected(invalid(done.error().message));
  return response;
}

}  // namespace drydock::operations::servicediscovery
