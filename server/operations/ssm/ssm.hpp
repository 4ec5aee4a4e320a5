#pragma once
// Systems Manager's Parameter Store (spec/adjuncts.md section 2.3). Values of SecureString parameters are readable with
// WithDecryption only; without it they are an opaque text. Errors of all: ValidationException for what the model or the
// rules of names refuse.

#include "api-spec/generated/ssm/types.hpp"
#include "server/operations/context.hpp"

namespace drydock::operations::ssm {

/// A new parameter, or with Overwrite a new version of one. Errors: ParameterAlreadyExists,
/// HierarchyTypeMismatchException (another type), HierarchyLevelLimitExceededException,
/// ParameterMaxVersionLimitExceeded (the oldest of 100 versions has a label), InvalidAllowedPatternException,
/// ParameterPatternMismatchException.
Result<api::ssm::PutParameterResponse> put_parameter(const api::ssm::PutParameterRequest& request, Context& context);

/// By name or ARN, with ":<version>" or ":<label>". Errors: ParameterNotFound, ParameterVersionNotFound.
Result<api::ssm::GetParameterResponse> get_parameter(const api::ssm::GetParameterRequest& request, Context& context);
/// What is not there is listed in InvalidParameters.
Result<api::ssm::GetParametersResponse> get_parameters(const api::ssm::GetParametersRequest& request, Context& context);
/// The parameters below a path, directly or, with Recursive, at any depth. Filters: Type, KeyId, Label.
Result<api::ssm::GetParametersByPathResponse> get_parameters_by_path(
    const api::ssm::GetParametersByPathRequest& request, Context& context);
/// Oldest version first.
Result<api::ssm::GetParameterHistoryResponse> get_parameter_history(const api::ssm::GetParameterHistoryRequest& request,
                                                                    Context& context);
/// Without values. Filters: Name, Type, KeyId, Path, Label, Tier, DataType, tag:<key>. Errors: InvalidFilterKey,
/// InvalidFilterOption.
Result<api::ssm::DescribeParametersResponse> describe_parameters(const api::ssm::DescribeParametersRequest& request,
                                                                 Context& context);

Result<api::ssm::DeleteParameterResponse> delete_parameter(const api::ssm::DeleteParameterRequest& request,
                                                           Context& context);
Result<api::ssm::DeleteParametersResponse> delete_parameters(const api::ssm::DeleteParametersRequest& request,
                                                             Context& context);

/// A label belongs to one version: it moves. Errors: ParameterNotFound, ParameterVersionNotFound,
/// ParameterVersionLabelLimitExceeded (10).
Result<api::ssm::LabelParameterVersionResponse> label_parameter_version(
    const api::ssm::LabelParameterVersionRequest& request, Context& context);
Result<api::ssm::UnlabelParameterVersionResponse> unlabel_parameter_version(
    const api::ssm::UnlabelParameterVersionRequest& request, Context& context);

/// Of resource type Parameter only. Errors: InvalidResourceType, InvalidResourceId, TooManyTagsError.
Result<api::ssm::AddTagsToResourceResponse> add_tags_to_resource(const api::ssm::AddTagsToResourceRequest& request,
                                                                 Context& context);
Result<api::ssm::RemoveTagsFromResourceResponse> remove_tags_from_resource(
    const api::ssm::RemoveTagsFromResourceRequest& request, Context& context);
Result<api::ssm::ListTagsForResourceResponse> list_tags_for_resource(
    const api::ssm::ListTagsForResourceRequest& request, Context& context);

}  // namespace drydock::operations::ssm
