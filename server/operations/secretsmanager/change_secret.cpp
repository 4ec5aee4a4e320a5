#include <algorithm>

#include "server/operations/secretsmanager/lookup.hpp"
#include "server/operations/secretsmanager/secretsmanager.hpp"
#include "server/operations/secretsmanager/versions.hpp"

namespace drydock::operations::secretsmanager {
namespace {

const model::SecretVersion* version_with(const model::Secret& secret, const std::string& id) {
  const auto found = std::ranges::find(secret.versions, id, &model::SecretVersion::id);
  return found == secret.versions.end() ? nullptr : &*found;
}

}  // namespace

Result<api::secretsmanager::PutSecretValueResponse> put_secret_value(
    const api::secretsmanager::PutSecretValueRequest& request, Context& context) {
  const GivenValue value{request.SecretString, request.SecretBinary};
  if (auto no = check_value(value)) return std::unexpected(std::move(*no));
  if (!value.any()) return std::unexpected(invalid_request("You must provide either SecretString or SecretBinary."));
  const auto secret = find_live(context, *request.SecretId);
  if (!secret) return std::unexpected(secret.error());
  const model::SecretId id = (*secret)->id;
  const auto stages = request.VersionStages.value_or(std::vector<std::string>{std::string(model::kCurrentStage)});
  const auto version = add_version(context, id, request.ClientRequestToken, value, stages);
  if (!version) return std::unexpected(version.error());
  const model::Secret& changed = context.state().get(id);
  api::secretsmanager::PutSecretValueResponse response;
  response.ARN = model::arn_of(context.state(), changed);
  response.Name = changed.name;
  response.VersionId = *version;
  response.VersionStages = version_with(changed, *version)->stages;
  return response;
}

Result<api::secretsmanager::UpdateSecretResponse> update_secret(const api::secretsmanager::UpdateSecretRequest& request,
                                                                Context& context) {
  const GivenValue value{request.SecretString, request.SecretBinary};
  if (auto no = check_value(value)) return std::unexpected(std::move(*no));
  const auto secret = find_live(context, *request.SecretId);
  if (!secret) return std::unexpected(secret.error());
  const model::SecretId id = (*secret)->id;
  if (request.Description || request.KmsKeyId) {
    context.tx.update(id, [&](model::Secret& entity) {
      if (request.Description) entity.description = *request.Description;
      if (request.KmsKeyId) entity.key_id = *request.KmsKeyId;
      entity.changed_at = context.tx.now();
    });
  }
  api::secretsmanager::UpdateSecretResponse response;
  response.ARN = model::arn_of(context.state(), context.state().get(id));
  response.Name = context.state().get(id).name;
  if (!value.any()) return response;
  auto version = add_version(context, id, request.ClientRequestToken, value, {std::string(model::kCurrentStage)});
  if (!version) return std::unexpected(std::move(version.error()));
  response.VersionId = std::move(*version);
  return response;
}

Result<api::secretsmanager::UpdateSecretVersionStageResponse> update_secret_version_stage(
    const api::secretsmanager::UpdateSecretVersionStageRequest& request, Context& context) {
  const auto secret = find_live(context, *request.SecretId);
  if (!secret) return std::unexpected(secret.error());
  const std::string& stage = *request.VersionStage;
  for (const auto& id : {request.RemoveFromVersionId, request.MoveToVersionId}) {
    if (id && version_with(**secret, *id) == nullptr) {
      return std::unexpected(api::ApiError::resource_not_found(
          "Secrets Manager can't find the specified secret value for VersionId: " + *id));
    }
  }
  const model::SecretVersion* holder = model::find_version(**secret, std::nullopt, stage);
  if (request.RemoveFromVersionId && (holder == nullptr || holder->id != *request.RemoveFromVersionId)) {
    return std::unexpected(api::ApiError::invalid_parameter("The parameter RemoveFromVersionId can't be " +
                                                            *request.RemoveFromVersionId + ". Staging label " + stage +
                                                            " is not currently attached to that version."));
  }
  if (request.MoveToVersionId && holder != nullptr && holder->id != *request.MoveToVersionId &&
      !request.RemoveFromVersionId) {
    return std::unexpected(api::ApiError::invalid_parameter(
        "The parameter RemoveFromVersionId can't be empty. Staging label " + stage + " is currently attached to " +
        "version " + holder->id + ", so you must explicitly reference that version in RemoveFromVersionId."));
  }
  if (!request.MoveToVersionId && stage == model::kCurrentStage) {
    return std::unexpected(api::ApiError::invalid_parameter(
        "You can only move staging label AWSCURRENT to a different secret version. It can't be completely removed."));
  }
  context.tx.update((*secret)->id, [&](model::Secret& entity) {
    if (request.MoveToVersionId) return move_stage(entity, stage, *request.MoveToVersionId);
    for (model::SecretVersion& version : entity.versions) std::erase(version.stages, stage);
  });
  api::secretsmanager::UpdateSecretVersionStageResponse response;
  response.ARN = model::arn_of(context.state(), **secret);
  response.Name = (*secret)->name;
  return response;
}

}  // namespace drydock::operations::secretsmanager
