#include <algorithm>

#include "server/operations/ssm/names.hpp"
#include "server/operations/ssm/ssm.hpp"

namespace drydock::operations::ssm {
namespace {

constexpr std::size_t kLabelsPerVersion = 10;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Letters, digits, periods, hyphens and underscores; not a number in front, not aws or ssm.
bool is_label(const std::string& label) {
  std::string start = label.substr(0, 3);
  std::ranges::transform(start, start.begin(), lower);
  const auto fits = [](char c) {
    return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') || std::string_view("._-").contains(c);
  };
  return start != "aws" && start != "ssm" && !(label[0] >= '0' && label[0] <= '9') && std::ranges::all_of(label, fits);
}

Result<model::FoundParameter> labelled(const Context& context, const std::string& name,
                                       const std::optional<std::int64_t>& version) {
  return find(context, version ? name + ":" + std::to_string(*version) : name);
}

model::ParameterVersion& version_of(model::Parameter& parameter, std::int64_t number) {
  return *std::ranges::find(parameter.versions, number, &model::ParameterVersion::number);
}

}  // namespace

Result<api::ssm::LabelParameterVersionResponse> label_parameter_version(
    const api::ssm::LabelParameterVersionRequest& request, Context& context) {
  const auto found = labelled(context, *request.Name, request.ParameterVersion);
  if (!found) return std::unexpected(found.error());
  const std::int64_t number = found->version->number;
  api::ssm::LabelParameterVersionResponse response;
  response.ParameterVersion = number;
  auto& invalid = response.InvalidLabels.emplace();
  std::vector<std::string> labels = found->version->labels;
  for (const std::string& label : *request.Labels) {
    if (!is_label(label)) {
      invalid.push_back(label);
    } else if (std::ranges::find(labels, label) == labels.end()) {
      labels.push_back(label);
    }
  }
  if (labels.size() > kLabelsPerVersion) {
    return std::unexpected(api::ApiError::of(
        "ParameterVersionLabelLimitExceeded",
        "A parameter version can have maximum 10 labels. Move one or more labels to another version and try again."));
  }
  context.tx.update(found->parameter->id, [&](model::Parameter& parameter) {
    for (model::ParameterVersion& version : parameter.versions) {
      std::erase_if(version.labels,
                    [&](const std::string& label) { return std::ranges::find(labels, label) != labels.end(); });
    }
    version_of(parameter, number).labels = labels;
  });
  return response;
}

Result<api::ssm::UnlabelParameterVersionResponse> unlabel_parameter_version(
    const api::ssm::UnlabelParameterVersionRequest& request, Context& context) {
  const auto found = labelled(context, *request.Name, request.ParameterVersion);
  if (!found) return std::unexpected(found.error());
  const std::int64_t number = found->version->number;
  api::ssm::UnlabelParameterVersionResponse response;
  auto& removed = response.RemovedLabels.emplace();
  auto& invalid = response.InvalidLabels.emplace();
  for (const std::string& label : *request.Labels) {
    const auto& labels = found->version->labels;
    (std::ranges::find(labels, label) == labels.end() ? invalid : removed).push_back(label);
  }
  context.tx.update(found->parameter->id, [&](model::Parameter& parameter) {
    std::erase_if(version_of(parameter, number).labels,
                  [&](const std::string& label) { return std::ranges::find(removed, label) != removed.end(); });
  });
  return response;
}

}  // namespace drydock::operations::ssm
