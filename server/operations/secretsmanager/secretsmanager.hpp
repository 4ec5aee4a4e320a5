#pragma once
// Secrets Manager (spec/adjuncts.md section 2.3). Values are kept as they are: there is no encryption and no rotation.
// Errors of all: ResourceNotFoundException; InvalidRequestException for a secret that is marked for deletion.

#include "api-spec/generated/secretsmanager/types.hpp"
#include "server/operations/context.hpp"

namespace drydock::operations::secretsmanager {

/// Errors: ResourceExistsException, InvalidRequestException (the name waits for a deletion), InvalidParameterException
/// (two values), ValidationException (the name).
Result<api::secretsmanager::CreateSecretResponse> create_secret(const api::secretsmanager::CreateSecretRequest& request,
                                                                Context& context);
/// A new version; it takes AWSCURRENT unless other stages are named. Error: ResourceExistsException (the token is the
/// id of a version with another value).
Result<api::secretsmanager::PutSecretValueResponse> put_secret_value(
    const api::secretsmanager::PutSecretValueRequest& request, Context& context);
/// Description and key, and with a value a new version that takes AWSCURRENT.
Result<api::secretsmanager::UpdateSecretResponse> update_secret(const api::secretsmanager::UpdateSecretRequest& request,
                                                                Context& context);
Result<api::secretsmanager::UpdateSecretVersionStageResponse> update_secret_version_stage(
    const api::secretsmanager::UpdateSecretVersionStageRequest& request, Context& context);

Result<api::secretsmanager::GetSecretValueResponse> get_secret_value(
    const api::secretsmanager::GetSecretValueRequest& request, Context& context);
Result<api::secretsmanager::DescribeSecretResponse> describe_secret(
    const api::secretsmanager::DescribeSecretRequest& request, Context& context);
/// In the order of their creation, newest last unless SortOrder is desc. Filters: name and description by their
/// beginning, tag-key, tag-value, all.
Result<api::secretsmanager::ListSecretsResponse> list_secrets(const api::secretsmanager::ListSecretsRequest& request,
                                                              Context& context);
Result<api::secretsmanager::ListSecretVersionIdsResponse> list_secret_version_ids(
    const api::secretsmanager::ListSecretVersionIdsRequest& request, Context& context);
/// There are no policies.
Result<api::secretsmanager::GetResourcePolicyResponse> get_resource_policy(
    const api::secretsmanager::GetResourcePolicyRequest& request, Context& context);

/// Marks for deletion after 7 to 30 days, or deletes at once. Errors: InvalidParameterException.
Result<api::secretsmanager::DeleteSecretResponse> delete_secret(const api::secretsmanager::DeleteSecretRequest& request,
                                                                Context& context);
Result<api::secretsmanager::RestoreSecretResponse> restore_secret(
    const api::secretsmanager::RestoreSecretRequest& request, Context& context);

Result<api::secretsmanager::TagResourceResponse> tag_resource(const api::secretsmanager::TagResourceRequest& request,
                                                              Context& context);
Result<api::secretsmanager::UntagResourceResponse> untag_resource(
    const api::secretsmanager::UntagResourceRequest& request, Context& context);

}  // namespace drydock::operations::secretsmanager
