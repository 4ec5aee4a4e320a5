#include <algorithm>

#include "server/operations/secretsmanager/lookup.hpp"
#include "server/operations/secretsmanager/secretsmanager.hpp"
#include "server/operations/secretsmanager/tags.hpp"
#include "server/operations/secretsmanager/versions.hpp"

namespace drydock::operations::secretsmanager {
namespace {

bool is_name(const std::string& name) {
  return std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-/_+=.@!").contains(c);
  });
}

std::string new_suffix(model::Random& random) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  std::string suffix(6, ' ');
  for (char& letter : suffix) letter = kLetters[random.below(kLetters.size())];
  return suffix;
}

/// The same call again, with the same token and value, is no error.
bool is_repeated(const model::Secret& known, const api::secretsmanager::CreateSecretRequest& request) {
  if (!request.ClientRequestToken) return false;
  const auto version = std::ranges::find(known.versions, *request.ClientRequestToken, &model::SecretVersion::id);
  return version != known.versions.end() && version->text == request.SecretString &&
         version->binary == request.SecretBinary;
}

api::secretsmanager::CreateSecretResponse answer(const Context& context, model::SecretId id,
                                                 const std::string& version) {
  api::secretsmanager::CreateSecretResponse response;
  const model::Secret& secret = context.state().get(id);
  response.ARN = model::arn_of(context.state(), secret);
  response.Name = secret.name;
  if (!version.empty()) response.VersionId = version;
  return response;
}

}  // namespace

Result<api::secretsmanager::CreateSecretResponse> create_secret(const api::secretsmanager::CreateSecretRequest& request,
                                                                Context& context) {
  if (!is_name(*request.Name)) {
    return std::unexpected(api::ApiError::of("ValidationException",
                                             "Invalid name. Must be a valid name containing alphanumeric characters, "
                                             "or any of the following: -/_+=.@!"));
  }
  const GivenValue value{request.SecretString, request.SecretBinary};
  if (auto no = check_value(value)) return std::unexpected(std::move(*no));
  forget_gone(context);
  if (const model::Secret* known = context.state().secret_named(context.world, *request.Name)) {
    if (known->gone_at != model::Instant{}) {
      return std::unexpected(invalid_request(
          "You can't create this secret because a secret with this name is already scheduled for deletion."));
    }
    if (is_repeated(*known, request)) return answer(context, known->id, *request.ClientRequestToken);
    return std::unexpected(api::ApiError::of(
        "ResourceExistsException", "The operation failed because the secret " + *request.Name + " already exists."));
  }
  auto tags = merged_with({}, request.Tags);
  if (!tags) return std::unexpected(std::move(tags.error()));
  model::Secret secret;
  secret.world = context.world;
  secret.name = *request.Name;
  secret.suffix = new_suffix(context.tx.random());
  secret.description = request.Description.value_or("");
  secret.key_id = request.KmsKeyId.value_or("");
  secret.tags = std::move(*tags);
  secret.created_at = context.tx.now();
  secret.changed_at = context.tx.now();
  const model::SecretId id = context.tx.create(std::move(secret));
  if (!value.any()) return answer(context, id, "");
  const auto version = add_version(context, id, request.ClientRequestToken, value, {std::string(model::kCurrentStage)});
  if (!version) return std::unexpected(version.error());
  return answer(context, id, *version);
}

}  // namespace drydock::operations::secretsmanager
