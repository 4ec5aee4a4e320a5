#include "model/arn.hpp"
#include "server/operations/paging.hpp"
#include "server/operations/ssm/filters.hpp"
#include "server/operations/ssm/names.hpp"
#include "server/operations/ssm/ssm.hpp"
#include "server/operations/values.hpp"

namespace drydock::operations::ssm {

Result<api::ssm::DescribeParametersResponse> describe_parameters(const api::ssm::DescribeParametersRequest& request,
                                                                 Context& context) {
  auto filters = read_filters(request.ParameterFilters, FilterUse::kMetadata);
  if (!filters) return std::unexpected(std::move(filters.error()));
  if (request.Filters) {
    if (request.ParameterFilters) {
      return std::unexpected(validation("You can use either Filters or ParameterFilters in a single request."));
    }
    filters = read_old_filters(*request.Filters);
  }
  const model::State& state = context.state();
  api::ssm::DescribeParametersResponse response;
  response.Parameters.emplace();
  const auto keep = [&](const auto& entry) { return passes(state.get(entry.second), *filters); };
  const auto name = [](const auto& entry) { return entry.first; };
  const auto add = [&](const auto& entry) {
    const model::Parameter& parameter = state.get(entry.second);
    const model::ParameterVersion& newest = parameter.newest();
    api::ssm::ParameterMetadata& shown = response.Parameters->emplace_back();
    shown.Name = parameter.name;
    shown.Type = to_text(newest.type);
    if (!newest.key_id.empty()) shown.KeyId = newest.key_id;
    shown.LastModifiedDate = timestamp(newest.modified_at);
    shown.LastModifiedUser = model::root_principal(state.get(parameter.world));
    if (!newest.description.empty()) shown.Description = newest.description;
    if (!newest.allowed_pattern.empty()) shown.AllowedPattern = newest.allowed_pattern;
    shown.Version = newest.number;
    shown.Tier = newest.tier;
    shown.Policies.emplace();
    shown.DataType = newest.data_type;
  };
  constexpr int kPage = 50;
  const auto done =
      fill_page("DescribeParameters", state.of(context.world).parameters, request.NextToken,
                static_cast<std::size_t>(request.MaxResults.value_or(kPage)), response.NextToken, keep, name, add);
  if (!done) return std::unexpected(api::ApiError::of("InvalidNextToken", "The specified token isn't valid."));
  return response;
}

}  // namespace drydock::operations::ssm
