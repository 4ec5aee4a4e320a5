#include "server/operations/account_settings/account_settings.hpp"

#include <algorithm>
#include <map>

#include "model/account_setting.hpp"
#include "model/arn.hpp"
#include "server/operations/paging.hpp"

namespace drydock::operations {
namespace {

using api::ApiError;
using model::KnownSetting;

std::unexpected<ApiError> refuse(std::string message) {
  return std::unexpected(ApiError::invalid_parameter(std::move(message)));
}

std::string root(const Context& context) { return model::root_principal(context.state().get(context.world)); }

/// The principal a call is about: the root user, a user or a role of this account.
Result<std::string> principal_of(const Context& context, const std::optional<std::string>& text) {
  std::string own = root(context);
  if (!text || text->empty() || *text == own) return own;
  const std::string account = own.substr(0, own.size() - std::string_view("root").size());
  if (!text->starts_with("arn:")) return refuse("The principal ARN '" + *text + "' is not valid.");
  if (!text->starts_with(account)) return refuse("The principal ARN must belong to the account of the caller.");
  const std::string_view principal = std::string_view(*text).substr(account.size());
  for (const std::string_view kind : {"user/", "role/"}) {
    if (principal.starts_with(kind) && principal.size() > kind.size()) return *text;
  }
  return refuse("The principal ARN must be of the root user, a user or a role.");
}

Result<void> check_value(const KnownSetting& setting, const std::string& value) {
  if (setting.name == "guardDutyActivate") {
    return refuse("The account setting guardDutyActivate is managed by Amazon GuardDuty and cannot be changed.");
  }
  if (std::ranges::find(setting.values, value) == setting.values.end()) {
    std::string allowed;
    for (const std::string_view one : setting.values) allowed += (allowed.empty() ? "" : ",") + std::string(one);
    return refuse("Invalid value for the account setting " + std::string(setting.name) + ". It should be one of [" +
                  allowed + "]");
  }
  if (setting.name.ends_with("LongArnFormat") && value == "disabled") {
    return refuse("You can no longer disable Long Arn settings");
  }
  return {};
}

api::Setting show(std::string_view name, std::string_view value, std::string_view principal) {
  api::Setting shown;
  shown.name = name;
  shown.value = value;
  shown.principalArn = principal;
  shown.type = name == "guardDutyActivate" ? "aws_managed" : "user";
  return shown;
}

/// What counts for the principal: its own value, else the account's, else ECS's.
api::Setting effective(const Context& context, const std::string& principal, std::string_view name) {
  if (const auto* own = context.state().account_setting(context.world, principal, name)) {
    return show(name, own->value, principal);
  }
  return show(name, model::account_value(context.state(), context.world, name), root(context));
}

/// The setting called `name`, which decoding has checked.
Result<const KnownSetting*> named(const std::optional<std::string>& name) {
  const KnownSetting* setting = model::known_setting(name.value_or(""));
  if (setting == nullptr) return refuse(name.value_or("") + " is not an account setting.");
  return setting;
}

Result<api::Setting> put(Context& context, const std::string& principal, const std::optional<std::string>& name,
                         const std::optional<std::string>& value) {
  const auto setting = named(name);
  if (!setting) return std::unexpected(setting.error());
  if (auto checked = check_value(**setting, value.value_or("")); !checked) {
    return std::unexpected(std::move(checked.error()));
  }
  if (const auto* before = context.state().account_setting(context.world, principal, *name)) {
    context.tx.update(before->id, [&](model::AccountSetting& entity) { entity.value = *value; });
  } else {
    context.tx.create(model::AccountSetting{{}, context.world, principal, *name, *value});
  }
  return show(*name, *value, principal);
}

}  // namespace

Result<api::PutAccountSettingResponse> put_account_setting(const api::PutAccountSettingRequest& request,
                                                           Context& context) {
  const auto principal = principal_of(context, request.principalArn);
  if (!principal) return std::unexpected(principal.error());
  auto setting = put(context, *principal, request.name, request.value);
  if (!setting) return std::unexpected(std::move(setting.error()));
  api::PutAccountSettingResponse response;
  response.setting = std::move(*setting);
  return response;
}

Result<api::PutAccountSettingDefaultResponse> put_account_setting_default(
    const api::PutAccountSettingDefaultRequest& request, Context& context) {
  auto setting = put(context, root(context), request.name, request.value);
  if (!setting) return std::unexpected(std::move(setting.error()));
  api::PutAccountSettingDefaultResponse response;
  response.setting = std::move(*setting);
  return response;
}

Result<api::ListAccountSettingsResponse> list_account_settings(const api::ListAccountSettingsRequest& request,
                                                               Context& context) {
  const auto size = page_size(request.maxResults, 10, 10);
  if (!size) return std::unexpected(size.error());
  if (request.value && !request.name) {
    return refuse("A value to filter by can be given together with the name of a setting only.");
  }
  const auto principal = principal_of(context, request.principalArn);
  if (!principal) return std::unexpected(principal.error());
  const bool all = request.effectiveSettings.value_or(false);
  std::map<std::string, api::Setting, std::less<>> settings;
  for (const KnownSetting& known : model::known_settings()) {
    if (request.name && *request.name != known.name) continue;
    if (!all && context.state().account_setting(context.world, *principal, known.name) == nullptr) continue;
    api::Setting shown = effective(context, *principal, known.name);
    if (!request.value || request.value == shown.value) settings.emplace(known.name, std::move(shown));
  }
  api::ListAccountSettingsResponse response;
  response.settings.emplace();
  const std::string list = "account-settings " + *principal + " " + request.name.value_or("") + " " +
                           request.value.value_or("") + (all ? " effective" : "");
  auto filled = fill_page(
      list, settings, request.nextToken, *size, response.nextToken, [](const auto&) { return true; },
      [](const auto& entry) { return entry.first; },
      [&](const auto& entry) { response.settings->push_back(entry.second); });
  if (!filled) return std::unexpected(std::move(filled.error()));
  return response;
}

Result<api::DeleteAccountSettingResponse> delete_account_setting(const api::DeleteAccountSettingRequest& request,
                                                                 Context& context) {
  const auto principal = principal_of(context, request.principalArn);
  if (!principal) return std::unexpected(principal.error());
  const auto setting = named(request.name);
  if (!setting) return std::unexpected(setting.error());
  api::DeleteAccountSettingResponse response;
  response.setting = effective(context, *principal, (*setting)->name);
  response.setting->principalArn = *principal;
  if (const auto* set = context.state().account_setting(context.world, *principal, (*setting)->name)) {
    context.tx.remove(set->id);
  }
  return response;
}

}  // namespace drydock::operations
