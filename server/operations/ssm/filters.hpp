#pragma once
// ParameterFilters of DescribeParameters and GetParametersByPath.

#include <optional>
#include <string>
#include <vector>

#include "api-spec/generated/ssm/types.hpp"
#include "server/operations/context.hpp"

namespace drydock::operations::ssm {

struct ParameterFilter {
  std::string key;     // Name, Type, KeyId, Path, Label, Tier, DataType or tag:<key>
  std::string option;  // Equals, BeginsWith, Contains; of Path: OneLevel, Recursive
  std::vector<std::string> values;
};

enum class FilterUse { kMetadata, kValues };

/// Errors: InvalidFilterKey, InvalidFilterOption, InvalidFilterValue.
Result<std::vector<ParameterFilter>> read_filters(
    const std::optional<std::vector<api::ssm::ParameterStringFilter>>& filters, FilterUse use);
/// The older form, of DescribeParameters only: names by their beginning, the rest as they are.
std::vector<ParameterFilter> read_old_filters(const std::vector<api::ssm::ParametersFilter>& filters);

/// Whether every filter lets the parameter through: each by one of its values.
bool passes(const model::Parameter& parameter, const std::vector<ParameterFilter>& filters);

}  // namespace drydock::operations::ssm
