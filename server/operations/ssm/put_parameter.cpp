#include <algorithm>

#include "server/operations/ssm/allowed_pattern.hpp"
#include "server/operations/ssm/names.hpp"
#include "server/operations/ssm/ssm.hpp"
#include "server/operations/ssm/tags.hpp"

namespace drydock::operations::ssm {
namespace {

constexpr std::size_t kStandardBytes = 4096;
constexpr std::size_t kAdvancedBytes = 8192;
constexpr std::size_t kVersionsKept = 100;

/// The tier that the value gets. Error: ValidationException for one that is too large for it.
Result<std::string> tier_of(const api::ssm::PutParameterRequest& request, const model::Parameter* known) {
  const std::size_t size = request.Value->size();
  std::string tier = request.Tier.value_or(known == nullptr ? "Standard" : known->newest().tier);
  if (tier == "Intelligent-Tiering") tier = size > kStandardBytes ? "Advanced" : "Standard";
  if (tier == "Standard" && size > kStandardBytes) {
    return std::unexpected(
        validation("Standard tier parameters support a maximum parameter value of 4096 characters. To create a larger "
                   "parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, "
                   "see https://docs.aws.amazon.com/systems-manager/latest/userguide/"
                   "parameter-store-advanced-parameters.html"));
  }
  if (size > kAdvancedBytes) {
    return std::unexpected(
        validation("Advanced tier parameters support a maximum parameter value of 8192 characters."));
  }
  return tier;
}

/// The text type, or one of the two that AWS checks elsewhere. Error: ValidationException.
Result<std::string> data_type_of(const api::ssm::PutParameterRequest& request) {
  constexpr std::string_view kKnown[] = {"text", "aws:ec2:image", "aws:ssm:integration"};
  std::string type = request.DataType.value_or("text");
  if (std::ranges::find(kKnown, type) != std::end(kKnown)) return type;
  return std::unexpected(
      validation("The following data type is not supported: " + type + " (Data type names are all lowercase.)"));
}

Result<model::ParameterVersion> version_of(const api::ssm::PutParameterRequest& request,
                                           const model::Parameter* known) {
  if (!request.Type && known == nullptr) {
    return std::unexpected(validation("A parameter type is required when you create a parameter."));
  }
  model::ParameterVersion version;
  version.type = request.Type ? read_type(*request.Type) : known->newest().type;
  if (known != nullptr && version.type != known->newest().type) {
    return std::unexpected(api::ApiError::of(
        "HierarchyTypeMismatchException",
        "Parameter Store does not support changing a parameter type in a hierarchy. For example, you can't change a "
        "parameter from a String type to a SecureString type. You must create a new, unique parameter."));
  }
  const bool secure = version.type == model::ParameterType::kSecureString;
  if (request.KeyId && !secure) {
    return std::unexpected(validation("KeyId is supported for parameters of type SecureString only."));
  }
  auto tier = tier_of(request, known);
  if (!tier) return std::unexpected(std::move(tier.error()));
  auto data_type = data_type_of(request);
  if (!data_type) return std::unexpected(std::move(data_type.error()));
  if (request.AllowedPattern && !request.AllowedPattern->empty()) {
    if (auto no = check_pattern(*request.Value, *request.AllowedPattern)) return std::unexpected(std::move(*no));
  }
  if (secure) version.key_id = request.KeyId.value_or("alias/aws/ssm");
  version.tier = std::move(*tier);
  version.data_type = std::move(*data_type);
  version.value = *request.Value;
  version.description = request.Description.value_or(known == nullptr ? "" : known->newest().description);
  version.allowed_pattern = request.AllowedPattern.value_or("");
  return version;
}

Result<api::ssm::PutParameterResponse> add_version(const model::Parameter& known, model::ParameterVersion version,
                                                   Context& context) {
  const bool full = known.versions.size() >= kVersionsKept;
  if (full && !known.versions.front().labels.empty()) {
    return std::unexpected(api::ApiError::of(
        "ParameterMaxVersionLimitExceeded",
        "You attempted to create a new version of " + known.name +
            " by calling the PutParameter API with the overwrite flag. Version " +
            std::to_string(known.versions.front().number) +
            ", the oldest version, can't be deleted because it has a label associated with it. Move the label to "
            "another version of the parameter, and try again."));
  }
  version.number = known.newest().number + 1;
  api::ssm::PutParameterResponse response;
  response.Version = version.number;
  response.Tier = version.tier;
  context.tx.update(known.id, [&](model::Parameter& parameter) {
    if (full) parameter.versions.erase(parameter.versions.begin());
    parameter.versions.push_back(std::move(version));
  });
  return response;
}

}  // namespace

Result<api::ssm::PutParameterResponse> put_parameter(const api::ssm::PutParameterRequest& request, Context& context) {
  if (auto no = check_name(*request.Name)) return std::unexpected(std::move(*no));
  const model::Parameter* known = context.state().parameter_named(context.world, *request.Name);
  if (known != nullptr && !request.Overwrite.value_or(false)) {
    return std::unexpected(api::ApiError::of("ParameterAlreadyExists",
                                             "The parameter already exists. To overwrite this value, set the "
                                             "overwrite option in the request to true."));
  }
  if (request.Tags && request.Overwrite.value_or(false)) {
    return std::unexpected(
        validation("Invalid request: tags and overwrite can't be used together. To create a parameter with tags, "
                   "please remove overwrite flag. To update tags for an existing parameter, please use "
                   "AddTagsToResource or RemoveTagsFromResource."));
  }
  auto version = version_of(request, known);
  if (!version) return std::unexpected(std::move(version.error()));
  version->modified_at = context.tx.now();
  if (known != nullptr) return add_version(*known, std::move(*version), context);
  auto tags = merged_with({}, request.Tags);
  if (!tags) return std::unexpected(std::move(tags.error()));
  api::ssm::PutParameterResponse response;
  response.Version = version->number;
  response.Tier = version->tier;
  model::Parameter parameter;
  parameter.world = context.world;
  parameter.name = *request.Name;
  parameter.tags = std::move(*tags);
  parameter.versions.push_back(std::move(*version));
  context.tx.create(std::move(parameter));
  return response;
}

}  // namespace drydock::operations::ssm
