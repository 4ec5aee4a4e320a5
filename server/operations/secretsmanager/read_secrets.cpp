#include <algorithm>

#include "server/operations/paging.hpp"
#include "server/operations/secretsmanager/lookup.hpp"
#include "server/operations/secretsmanager/secretsmanager.hpp"
#include "server/operations/secretsmanager/tags.hpp"
#include "server/operations/values.hpp"

namespace drydock::operations::secretsmanager {
namespace {

using StageMap = std::vector<std::pair<std::string, std::vector<std::string>>>;

api::ApiError bad_token() { return api::ApiError::of("InvalidNextTokenException", "The NextToken value is invalid."); }

/// Versions without stages are deprecated and not shown.
StageMap stages_of(const model::Secret& secret) {
  StageMap stages;
  for (const model::SecretVersion& version : secret.versions) {
    if (!version.stages.empty()) stages.emplace_back(version.id, version.stages);
  }
  return stages;
}

/// What DescribeSecret and an entry of ListSecrets have in common.
template <class Shown>
void show(const model::State& state, const model::Secret& secret, Shown& shown) {
  shown.ARN = model::arn_of(state, secret);
  shown.Name = secret.name;
  if (!secret.description.empty()) shown.Description = secret.description;
  if (!secret.key_id.empty()) shown.KmsKeyId = secret.key_id;
  shown.LastChangedDate = timestamp(secret.changed_at);
  shown.DeletedDate = timestamp(secret.deleted_at);
  shown.CreatedDate = timestamp(secret.created_at);
  if (!secret.tags.empty()) shown.Tags = show_tags(secret.tags);
}

bool begins(const std::string& text, const std::vector<std::string>& values) {
  return std::ranges::any_of(values, [&](const std::string& value) { return text.starts_with(value); });
}

bool passes(const model::Secret& secret, const api::secretsmanager::Filter& filter) {
  const std::string key = filter.Key.value_or("all");
  const auto values = filter.Values.value_or(std::vector<std::string>{});
  const auto tagged = [&](std::optional<std::string> api::Tag::* member) {
    return std::ranges::any_of(secret.tags,
                               [&](const api::Tag& tag) { return begins((tag.*member).value_or(""), values); });
  };
  if (key == "name") return begins(secret.name, values);
  if (key == "description") return begins(secret.description, values);
  if (key == "tag-key") return tagged(&api::Tag::key);
  if (key == "tag-value") return tagged(&api::Tag::value);
  if (key == "primary-region") return false;  // nothing is replicated
  return begins(secret.name, values) || begins(secret.description, values) || tagged(&api::Tag::key) ||
         tagged(&api::Tag::value);
}

struct Listed {
  std::string key;
  const model::Secret* secret;
};

}  // namespace

Result<api::secretsmanager::GetSecretValueResponse> get_secret_value(
    const api::secretsmanager::GetSecretValueRequest& request, Context& context) {
  const auto secret = find_live(context, *request.SecretId);
  if (!secret) return std::unexpected(secret.error());
  const model::SecretVersion* version = model::find_version(**secret, request.VersionId, request.VersionStage);
  if (version == nullptr) {
    if (request.VersionId && request.VersionStage && model::find_version(**secret, request.VersionId, std::nullopt)) {
      return std::unexpected(
          invalid_request("You provided a VersionStage that is not associated to the provided VersionId."));
    }
    const std::string wanted =
        request.VersionId ? "VersionId: " + *request.VersionId
                          : "staging label: " + request.VersionStage.value_or(std::string(model::kCurrentStage));
    return std::unexpected(
        api::ApiError::resource_not_found("Secrets Manager can't find the specified secret value for " + wanted));
  }
  api::secretsmanager::GetSecretValueResponse response;
  response.ARN = model::arn_of(context.state(), **secret);
  response.Name = (*secret)->name;
  response.VersionId = version->id;
  response.SecretBinary = version->binary;
  response.SecretString = version->text;
  response.VersionStages = version->stages;
  response.CreatedDate = timestamp(version->created_at);
  return response;
}

Result<api::secretsmanager::DescribeSecretResponse> describe_secret(
    const api::secretsmanager::DescribeSecretRequest& request, Context& context) {
  const auto secret = find_any(context, *request.SecretId);
  if (!secret) return std::unexpected(secret.error());
  api::secretsmanager::DescribeSecretResponse response;
  show(context.state(), **secret, response);
  if (auto stages = stages_of(**secret); !stages.empty()) response.VersionIdsToStages = std::move(stages);
  return response;
}

Result<api::secretsmanager::ListSecretsResponse> list_secrets(const api::secretsmanager::ListSecretsRequest& request,
                                                              Context& context) {
  const model::State& state = context.state();
  std::vector<Listed> all;
  const bool deleted_too = request.IncludePlannedDeletion.value_or(false);
  for (const auto& [name, id] : state.of(context.world).secrets) {
    const model::Secret& secret = state.get(id);
    if (secret.gone_at != model::Instant{} && (!deleted_too || secret.gone_at <= context.tx.now())) continue;
    const auto filters = request.Filters.value_or(std::vector<api::secretsmanager::Filter>{});
    if (std::ranges::all_of(filters, [&](const auto& filter) { return passes(secret, filter); })) {
      all.push_back({sortable(id.value), &secret});
    }
  }
  std::ranges::sort(all, {}, &Listed::key);
  const bool descending = request.SortOrder == "desc";
  if (descending) std::ranges::reverse(all);
  api::secretsmanager::ListSecretsResponse response;
  response.SecretList.emplace();
  constexpr int kPage = 100;
  const auto add = [&](const Listed& entry) {
    auto& shown = response.SecretList->emplace_back();
    show(state, *entry.secret, shown);
    if (auto stages = stages_of(*entry.secret); !stages.empty()) shown.SecretVersionsToStages = std::move(stages);
  };
  const auto done =
      fill_sorted_page("ListSecrets", all, descending, request.NextToken,
                       static_cast<std::size_t>(request.MaxResults.value_or(kPage)), response.NextToken, add);
  if (!done) return std::unexpected(bad_token());
  return response;
}

Result<api::secretsmanager::ListSecretVersionIdsResponse> list_secret_version_ids(
    const api::secretsmanager::ListSecretVersionIdsRequest& request, Context& context) {
  const auto secret = find_any(context, *request.SecretId);
  if (!secret) return std::unexpected(secret.error());
  struct Entry {
    std::string key;
    const model::SecretVersion* version;
  };
  std::vector<Entry> all;
  for (const model::SecretVersion& version : (*secret)->versions) {
    if (version.stages.empty() && !request.IncludeDeprecated.value_or(false)) continue;
    all.push_back({version.id, &version});
  }
  std::ranges::sort(all, {}, &Entry::key);
  api::secretsmanager::ListSecretVersionIdsResponse response;
  response.ARN = model::arn_of(context.state(), **secret);
  response.Name = (*secret)->name;
  response.Versions.emplace();
  constexpr int kPage = 100;
  const auto add = [&](const Entry& entry) {
    auto& shown = response.Versions->emplace_back();
    shown.VersionId = entry.version->id;
    if (!entry.version->stages.empty()) shown.VersionStages = entry.version->stages;
    shown.CreatedDate = timestamp(entry.version->created_at);
  };
  const auto done =
      fill_sorted_page("ListSecretVersionIds", all, false, request.NextToken,
                       static_cast<std::size_t>(request.MaxResults.value_or(kPage)), response.NextToken, add);
  if (!done) return std::unexpected(bad_token());
  return response;
}

Result<api::secretsmanager::GetResourcePolicyResponse> get_resource_policy(
    const api::secretsmanager::GetResourcePolicyRequest& request, Context& context) {
  const auto secret = find_any(context, *request.SecretId);
  if (!secret) return std::unexpected(secret.error());
  api::secretsmanager::GetResourcePolicyResponse response;
  response.ARN = model::arn_of(context.state(), **secret);
  response.Name = (*secret)->name;
  return response;
}

}  // namespace drydock::operations::secretsmanager
