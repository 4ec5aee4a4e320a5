#include "server/operations/secretsmanager/versions.hpp"

#include <algorithm>

#include "model/base64.hpp"
#include "model/secret_store.hpp"

namespace drydock::operations::secretsmanager {
namespace {

constexpr std::size_t kVersionsKept = 100;

model::SecretVersion* version_with(model::Secret& secret, const std::string& id) {
  const auto found = std::ranges::find(secret.versions, id, &model::SecretVersion::id);
  return found == secret.versions.end() ? nullptr : &*found;
}

/// Versions without a stage are deprecated: the oldest of them go when there are too many.
void forget_old_versions(model::Secret& secret) {
  while (secret.versions.size() > kVersionsKept) {
    const auto oldest =
        std::ranges::find_if(secret.versions, [](const auto& version) { return version.stages.empty(); });
    if (oldest == secret.versions.end()) return;
    secret.versions.erase(oldest);
  }
}

}  // namespace

std::optional<api::ApiError> check_value(const GivenValue& value) {
  if (value.text && value.binary) {
    return api::ApiError::invalid_parameter(
        "You can't specify both a binary secret value and a string secret value in the same secret.");
  }
  if (value.binary && !model::from_base64(*value.binary)) {
    return api::ApiError::serialization("SecretBinary is not base64.");
  }
  return std::nullopt;
}

Result<std::string> add_version(Context& context, model::SecretId id, const std::optional<std::string>& token,
                                const GivenValue& value, const std::vector<std::string>& stages) {
  const model::Secret& secret = context.state().get(id);
  std::string version_id = token ? *token : model::to_dashed(context.tx.random().uuid());
  const auto known = std::ranges::find(secret.versions, version_id, &model::SecretVersion::id);
  if (known != secret.versions.end()) {
    if (known->text == value.text && known->binary == value.binary) return version_id;
    return std::unexpected(
        api::ApiError::of("ResourceExistsException", "You can't use ClientRequestToken " + version_id +
                                                         " because that value is already in use for a version of "
                                                         "secret " +
                                                         model::arn_of(context.state(), secret) + "."));
  }
  model::SecretVersion version;
  version.id = version_id;
  version.text = value.text;
  version.binary = value.binary;
  version.created_at = context.tx.now();
  context.tx.update(id, [&](model::Secret& entity) {
    // The first value is the current one whatever it is called.
    const bool first = entity.versions.empty();
    entity.versions.push_back(std::move(version));
    for (const std::string& stage : stages) move_stage(entity, stage, version_id);
    if (first) move_stage(entity, std::string(model::kCurrentStage), version_id);
    entity.changed_at = context.tx.now();
    forget_old_versions(entity);
  });
  return version_id;
}

void move_stage(model::Secret& secret, const std::string& stage, const std::string& to_version) {
  model::SecretVersion* target = version_with(secret, to_version);
  if (target == nullptr || model::has_stage(*target, stage)) return;
  std::string loser;
  for (model::SecretVersion& version : secret.versions) {
    if (std::erase(version.stages, stage) != 0) loser = version.id;
  }
  target->stages.push_back(stage);
  if (stage != model::kCurrentStage) return;
  std::erase(target->stages, std::string(model::kPreviousStage));
  if (!loser.empty()) move_stage(secret, std::string(model::kPreviousStage), loser);
}

}  // namespace drydock::operations::secretsmanager
