#pragma once
// The part of the Security Token Service that tools call on their way to something else (spec/adjuncts.md section 3).
// Roles are not looked up and nothing is evaluated: whoever asks gets credentials.
// Error of all: ValidationError.

#include "api-spec/generated/sts/types.hpp"
#include "server/operations/context.hpp"

namespace drydock::operations::sts {

/// Who the request's credentials stand for: the user `drydock` of the account, or the session of a role when they are
/// temporary ones.
Result<api::sts::GetCallerIdentityResponse> get_caller_identity(const api::sts::GetCallerIdentityRequest& request,
                                                                Context& context);

/// An hour unless DurationSeconds says otherwise.
Result<api::sts::AssumeRoleResponse> assume_role(const api::sts::AssumeRoleRequest& request, Context& context);

/// Twelve hours unless DurationSeconds says otherwise.
Result<api::sts::GetSessionTokenResponse> get_session_token(const api::sts::GetSessionTokenRequest& request,
                                                            Context& context);

}  // namespace drydock::operations::sts
