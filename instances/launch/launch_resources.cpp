#include "instances/launch/launch_resources.hpp"

#include <algorithm>

#include "instances/launch/environment_file.hpp"
#include "instances/launch/secret_reader.hpp"

namespace drydock::instances {
namespace {

constexpr std::size_t kLongestReason = 1024;

using Outcome = std::expected<void, std::string>;

bool has_variable(const api::ContainerDefinition& definition, const std::string& name) {
  const auto names = [&](const auto& entries) {
    return entries && std::ranges::any_of(*entries, [&](const auto& entry) { return entry.name == name; });
  };
  return names(definition.environment) || names(definition.secrets);
}

/// Adds what the files set and nothing else does: environment goes before files, an earlier file before a later one.
Outcome add_environment_files(const Objects& objects, api::ContainerDefinition& definition) {
  if (!definition.environmentFiles) return {};
  for (const api::EnvironmentFile& file : *definition.environmentFiles) {
    const std::string arn = file.value.value_or("");
    const auto object = read_object_arn(arn);
    if (!object) return std::unexpected(object.error());
    const auto failed = [&](const std::string& why) {
      return std::unexpected("unable to download env file with key " + object->key + " from bucket " + object->bucket +
                             ", error: " + why);
    };
    const auto read = objects.find(arn);
    if (read == objects.end()) return failed("it was not read");
    if (!read->second) return failed(read->second.error());
    for (auto& [name, value] : read_environment_file(*read->second)) {
      if (has_variable(definition, name)) continue;
      if (!definition.environment) definition.environment.emplace();
      api::KeyValuePair& added = definition.environment->emplace_back();
      added.name = name;
      added.value = std::move(value);
    }
  }
  return {};
}

Outcome read_all(const SecretReader& reader, const std::vector<api::Secret>& secrets,
                 std::vector<std::pair<std::string, std::string>>& values) {
  for (const api::Secret& secret : secrets) {
    auto value = reader.value(secret.valueFrom.value_or(""));
    if (!value) return std::unexpected(std::move(value.error()));
    values.emplace_back(secret.name.value_or(""), std::move(*value));
  }
  return {};
}

Outcome add_secrets(const SecretReader& reader, const api::ContainerDefinition& definition, ContainerSecrets& secrets) {
  if (definition.repositoryCredentials) {
    auto auth = reader.registry_auth(definition.repositoryCredentials->credentialsParameter.value_or(""));
    if (!auth) return std::unexpected(std::move(auth.error()));
    secrets.registry_auth = std::move(*auth);
  }
  if (definition.secrets) {
    auto read = read_all(reader, *definition.secrets, secrets.environment);
    if (!read) return read;
  }
  if (!definition.logConfiguration || !definition.logConfiguration->secretOptions) return {};
  return read_all(reader, *definition.logConfiguration->secretOptions, secrets.log_options);
}

Outcome complete(const SecretReader& reader, const Objects& objects, ContainerPayload& container) {
  if (container.definition->environmentFiles) {
    api::ContainerDefinition definition = *container.definition;
    auto added = add_environment_files(objects, definition);
    if (!added) return added;
    container.definition = std::make_shared<const api::ContainerDefinition>(std::move(definition));
  }
  return add_secrets(reader, *container.definition, container.secrets);
}

/// What all containers take from the stores.
std::vector<std::string> value_froms(const TaskPayload& payload) {
  std::vector<std::string> all;
  for (const ContainerPayload& container : payload.containers) {
    const api::ContainerDefinition& definition = *container.definition;
    const auto& log = definition.logConfiguration;
    for (const auto* secrets : {&definition.secrets, log ? &log->secretOptions : nullptr}) {
      if (secrets == nullptr || !*secrets) continue;
      for (const api::Secret& secret : **secrets) all.push_back(secret.valueFrom.value_or(""));
    }
  }
  return all;
}

}  // namespace

void add_launch_resources(const model::State& state, const model::Task& task, model::Instant now,
                          const Objects& objects, TaskPayload& payload) {
  if (task.stop_wanted) return;
  const bool fargate = task.launch_type == model::LaunchType::kFargate;
  const SecretReader reader(state, state.get(task.cluster).world, now, fargate);
  Outcome done = reader.find_parameters(value_froms(payload));
  for (ContainerPayload& container : payload.containers) {
    if (!done && !task.ever_running) break;
    done = complete(reader, objects, container);
  }
  if (done || task.ever_running) return;
  payload.setup_error = ("ResourceInitializationError: " + done.error()).substr(0, kLongestReason);
}

}  // namespace drydock::instances
