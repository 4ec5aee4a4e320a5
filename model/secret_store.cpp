#include "model/secret_store.hpp"

#include <algorithm>

#include "model/arn.hpp"

namespace drydock::model {
namespace {

constexpr std::size_t kSuffix = 7;  // a hyphen and six characters

/// What follows "secret:" in the ARN; empty for an ARN of something else.
std::string_view name_in_arn(std::string_view arn) {
  constexpr std::string_view kResource = ":secret:";
  const std::size_t at = arn.find(kResource);
  return at == std::string_view::npos ? std::string_view{} : arn.substr(at + kResource.size());
}

/// Of arn:<partition>:secretsmanager:<region>:<account>:secret:...
WorldId world_in_arn(const State& state, std::string_view arn) {
  std::string_view parts[5];
  for (std::string_view& part : parts) {
    const std::size_t colon = arn.find(':');
    if (colon == std::string_view::npos) return {};
    part = arn.substr(0, colon);
    arn.remove_prefix(colon + 1);
  }
  if (parts[2] != "secretsmanager") return {};
  const World* world = state.world_named(parts[4], parts[3]);
  return world == nullptr ? WorldId{} : world->id;
}

const Secret* in_arn(const State& state, std::string_view arn) {
  const WorldId world = world_in_arn(state, arn);
  const std::string_view name = name_in_arn(arn);
  if (const Secret* partial = state.secret_named(world, name)) return partial;
  if (name.size() <= kSuffix || name[name.size() - kSuffix] != '-') return nullptr;
  const Secret* secret = state.secret_named(world, name.substr(0, name.size() - kSuffix));
  return secret != nullptr && name.ends_with(secret->suffix) ? secret : nullptr;
}

}  // namespace

std::string arn_of(const State& state, const Secret& secret) {
  const World& world = state.get(secret.world);
  return "arn:" + std::string(partition_of(world.region)) + ":secretsmanager:" + world.region + ":" + world.account +
         ":secret:" + secret.name + "-" + secret.suffix;
}

const Secret* find_secret(const State& state, WorldId here, std::string_view id, Instant now) {
  const Secret* secret = looks_like_arn(id) ? in_arn(state, id) : state.secret_named(here, id);
  const bool gone = secret != nullptr && secret->gone_at != Instant{} && secret->gone_at <= now;
  return gone ? nullptr : secret;
}

const SecretVersion* find_version(const Secret& secret, const std::optional<std::string>& id,
                                  const std::optional<std::string>& stage) {
  const std::string wanted = stage.value_or(id ? "" : std::string(kCurrentStage));
  const auto found = std::ranges::find_if(secret.versions, [&](const SecretVersion& version) {
    return (!id || version.id == *id) && (wanted.empty() || has_stage(version, wanted));
  });
  return found == secret.versions.end() ? nullptr : &*found;
}

bool has_stage(const SecretVersion& version, std::string_view stage) {
  return std::ranges::find(version.stages, stage) != version.stages.end();
}

}  // namespace drydock::model
