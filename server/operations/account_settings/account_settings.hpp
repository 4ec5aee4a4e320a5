#pragma once
// Account settings (spec/operations.md, "Account settings"; spec/resources.md section 10). Callers are the account's
// root principal here: what they set without naming another principal is the account's default.

#include "api-spec/generated/types.hpp"
#include "server/operations/context.hpp"

namespace drydock::operations {

/// Errors: InvalidParameterException for a value the setting does not have, a setting that cannot be changed, and a
/// principal of another account.
Result<api::PutAccountSettingResponse> put_account_setting(const api::PutAccountSettingRequest& request,
                                                           Context& context);

Result<api::PutAccountSettingDefaultResponse> put_account_setting_default(
    const api::PutAccountSettingDefaultRequest& request, Context& context);

/// What the principal set itself; with effectiveSettings every setting with the value that counts for it.
Result<api::ListAccountSettingsResponse> list_account_settings(const api::ListAccountSettingsRequest& request,
                                                               Context& context);

/// Answers with the value that was removed, or with the one that counts when there was none.
Result<api::DeleteAccountSettingResponse> delete_account_setting(const api::DeleteAccountSettingRequest& request,
                                                                 Context& context);

}  // namespace drydock::operations
