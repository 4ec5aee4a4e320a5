#include <set>

#include "model/arn.hpp"
#include "server/operations/paging.hpp"
#include "server/operations/ssm/filters.hpp"
#include "server/operations/ssm/names.hpp"
#include "server/operations/ssm/ssm.hpp"
#include "server/operations/values.hpp"

namespace drydock::operations::ssm {
namespace {

api::ssm::Parameter show(const Context& context, const model::Parameter& parameter,
                         const model::ParameterVersion& version, bool decrypted, std::string selector = {}) {
  api::ssm::Parameter shown;
  shown.Name = parameter.name;
  shown.Type = to_text(version.type);
  shown.Value = shown_value(parameter, version, decrypted);
  shown.Version = version.number;
  if (!selector.empty()) shown.Selector = std::move(selector);
  shown.LastModifiedDate = timestamp(version.modified_at);
  shown.ARN = model::arn_of(context.state(), parameter);
  shown.DataType = version.data_type;
  return shown;
}

/// Of the path itself and everything below it, what follows the path's last slash.
bool is_below(const std::string& name, const std::string& path, bool recursive) {
  const std::string_view rest = std::string_view(name).substr(std::min(path.size(), name.size()));
  return !rest.empty() && (recursive || rest.find('/') == std::string_view::npos);
}

}  // namespace

Result<api::ssm::GetParameterResponse> get_parameter(const api::ssm::GetParameterRequest& request, Context& context) {
  const auto found = find(context, *request.Name);
  if (!found) return std::unexpected(found.error());
  const auto reference = model::read_parameter_reference(context.state(), context.world, *request.Name);
  api::ssm::GetParameterResponse response;
  response.Parameter =
      show(context, *found->parameter, *found->version, request.WithDecryption.value_or(false), reference.selector);
  return response;
}

Result<api::ssm::GetParametersResponse> get_parameters(const api::ssm::GetParametersRequest& request,
                                                       Context& context) {
  api::ssm::GetParametersResponse response;
  auto& shown = response.Parameters.emplace();
  auto& invalid = response.InvalidParameters.emplace();
  std::set<std::string> seen;
  for (const std::string& name : *request.Names) {
    if (!seen.insert(name).second) {
      return std::unexpected(validation("Duplicate parameter names are not allowed: " + name));
    }
    const auto reference = model::read_parameter_reference(context.state(), context.world, name);
    const auto found = model::find_parameter(context.state(), reference);
    if (found.version == nullptr) {
      invalid.push_back(name);
    } else {
      shown.push_back(
          show(context, *found.parameter, *found.version, request.WithDecryption.value_or(false), reference.selector));
    }
  }
  return response;
}

Result<api::ssm::GetParametersByPathResponse> get_parameters_by_path(
    const api::ssm::GetParametersByPathRequest& request, Context& context) {
  if (!request.Path->starts_with('/')) {
    return std::unexpected(
        validation("The parameter doesn't meet the parameter name requirements. The parameter name must begin with a "
                   "forward slash \"/\". It can't be prefixed with \"aws\" or \"ssm\" (case-insensitive). It must use "
                   "only letters, numbers, or the following symbols: . (period), - (hyphen), _ (underscore). Special "
                   "characters are not allowed. All sub-paths, if specified, must use the forward slash symbol \"/\". "
                   "Valid example: /get/parameters2-/by1./path0_."));
  }
  const auto filters = read_filters(request.ParameterFilters, FilterUse::kValues);
  if (!filters) return std::unexpected(filters.error());
  const std::string path = request.Path->ends_with('/') ? *request.Path : *request.Path + "/";
  const model::State& state = context.state();
  api::ssm::GetParametersByPathResponse response;
  response.Parameters.emplace();
  const auto keep = [&](const auto& entry) {
    return is_below(entry.first, path, request.Recursive.value_or(false)) && passes(state.get(entry.second), *filters);
  };
  const auto name = [](const auto& entry) { return entry.first; };
  const auto add = [&](const auto& entry) {
    const model::Parameter& parameter = state.get(entry.second);
    response.Parameters->push_back(
        show(context, parameter, parameter.newest(), request.WithDecryption.value_or(false)));
  };
  constexpr int kPage = 10;
  const auto done = fill_page("GetParametersByPath", state.of(context.world).parameters, request.NextToken,
                              static_cast<std::size_t>(request.MaxResults.value_or(kPage)), response.NextToken, keep,
                              name, add, path);
  if (!done) return std::unexpected(api::ApiError::of("InvalidNextToken", "The specified token isn't valid."));
  return response;
}

Result<api::ssm::GetParameterHistoryResponse> get_parameter_history(const api::ssm::GetParameterHistoryRequest& request,
                                                                    Context& context) {
  const auto found = find(context, *request.Name);
  if (!found) return std::unexpected(found.error());
  const model::Parameter& parameter = *found->parameter;
  api::ssm::GetParameterHistoryResponse response;
  response.Parameters.emplace();
  const auto keep = [](const model::ParameterVersion&) { return true; };
  const auto key = [](const model::ParameterVersion& version) {
    return sortable(static_cast<std::uint64_t>(version.number));
  };
  const auto add = [&](const model::ParameterVersion& version) {
    api::ssm::ParameterHistory& shown = response.Parameters->emplace_back();
    shown.Name = parameter.name;
    shown.Type = to_text(version.type);
    if (!version.key_id.empty()) shown.KeyId = version.key_id;
    shown.LastModifiedDate = timestamp(version.modified_at);
    shown.LastModifiedUser = model::root_principal(context.state().get(context.world));
    if (!version.description.empty()) shown.Description = version.description;
    shown.Value = shown_value(parameter, version, request.WithDecryption.value_or(false));
    if (!version.allowed_pattern.empty()) shown.AllowedPattern = version.allowed_pattern;
    shown.Version = version.number;
    shown.Labels = version.labels;
    shown.Tier = version.tier;
    shown.Policies.emplace();
    shown.DataType = version.data_type;
  };
  constexpr int kPage = 50;
  const auto done =
      fill_page("GetParameterHistory", parameter.versions, request.NextToken,
                static_cast<std::size_t>(request.MaxResults.value_or(kPage)), response.NextToken, keep, key, add);
  if (!done) return std::unexpected(api::ApiError::of("InvalidNextToken", "The specified token isn't valid."));
  return response;
}

}  // namespace drydock::operations::ssm
