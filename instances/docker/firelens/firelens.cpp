#include "instances/docker/firelens/firelens.hpp"

#include <algorithm>
#include <set>
#include <string_view>

namespace drydock::instances::docker {
namespace {

constexpr const char* kPort = "24224";

const std::string* lookup(const std::optional<LogOptions>& options, std::string_view key) {
  if (!options) return nullptr;
  const auto it = std::ranges::find(*options, key, &std::pair<std::string, std::string>::first);
  return it == options->end() ? nullptr : &it->second;
}

const api::FirelensConfiguration& router_settings(const TaskPayload& task) {
  return *task.containers[*router_of(task)].definition->firelensConfiguration;
}

bool is_fluentd(const TaskPayload& task) { return router_settings(task).type == "fluentd"; }

/// The variable that a secret option's value is in. Two containers may have options of the same name.
std::string variable(const std::string& option, std::size_t container) {
  return option + "_" + std::to_string(container);
}

std::string reference(const std::string& name, bool fluentd) {
  return fluentd ? "\"#{ENV['" + name + "']}\"" : "${" + name + "}";
}

std::string config_directory(bool fluentd) { return fluentd ? "fluentd/etc/" : "fluent-bit/etc/"; }

RouterFacts facts_of(const TaskPayload& task, const std::string& machine) {
  RouterFacts facts;
  facts.fluentd = is_fluentd(task);
  facts.network_mode = task.network_mode.empty() ? "bridge" : task.network_mode;
  const auto& options = router_settings(task).options;
  const std::string* metadata = lookup(options, "enable-ecs-log-metadata");
  if (metadata == nullptr || *metadata != "false") {
    facts.fields = {{"ecs_cluster", std::string(last_segment(task.cluster_arn))},
                    {"ecs_task_arn", task.task_arn},
                    {"ecs_task_definition", task.family + ":" + task.version}};
    if (task.launch_type == "EC2" && !machine.empty()) facts.fields.emplace_back("ec2_instance_id", machine);
  }
  const std::string* source = lookup(options, "config-file-type");
  const std::string* place = lookup(options, "config-file-value");
  if (source != nullptr && *source == "file" && place != nullptr) facts.include = *place;
  if (source != nullptr && *source == "s3") facts.include = "/" + config_directory(facts.fluentd) + "external.conf";
  for (std::size_t i = 0; i < task.containers.size(); ++i) {
    const ContainerPayload& container = task.containers[i];
    if (!is_routed(*container.definition)) continue;
    RoutedContainer routed{container.definition->name.value_or(""),
                           container.definition->logConfiguration->options.value_or(LogOptions{})};
    for (const auto& [name, value] : container.secrets.log_options) {
      routed.options.emplace_back(name, reference(variable(name, i), facts.fluentd));
    }
    facts.containers.push_back(std::move(routed));
  }
  return facts;
}

bool depends_on(const api::ContainerDefinition& definition, const std::string& other) {
  if (!definition.dependsOn) return false;
  return std::ranges::any_of(*definition.dependsOn,
                             [&](const api::ContainerDependency& one) { return one.containerName == other; });
}

}  // namespace

std::optional<std::size_t> router_of(const TaskPayload& task) {
  for (std::size_t i = 0; i < task.containers.size(); ++i) {
    if (task.containers[i].definition->firelensConfiguration) return i;
  }
  return std::nullopt;
}

bool is_routed(const api::ContainerDefinition& definition) {
  return definition.logConfiguration && definition.logConfiguration->logDriver == "awsfirelens";
}

void start_router_first(TaskPayload& task) {
  const auto router = router_of(task);
  if (!router) return;
  const api::ContainerDefinition& first = *task.containers[*router].definition;
  if (first.dependsOn && !first.dependsOn->empty()) return;
  const std::string name = first.name.value_or("");
  for (ContainerPayload& container : task.containers) {
    const bool itself = container.definition->name == name;
    if (itself || !is_routed(*container.definition) || depends_on(*container.definition, name)) continue;
    api::ContainerDefinition definition = *container.definition;
    if (!definition.dependsOn) definition.dependsOn.emplace();
    api::ContainerDependency& dependency = definition.dependsOn->emplace_back();
    dependency.containerName = name;
    dependency.condition = "START";
    container.definition = std::make_shared<const api::ContainerDefinition>(std::move(definition));
  }
}

EngineVolume socket_volume(const Owner& owner, const TaskPayload& task) {
  EngineVolume volume;
  // Short: the path of a socket has at most 107 characters.
  volume.name = "firelens-" + std::string(last_segment(task.task_arn).substr(0, 20));
  volume.labels = task_volume_labels(owner, task.task_arn);
  return volume;
}

std::string socket_bind(const TaskPayload& task) { return socket_volume({}, task).name + ":/var/run"; }

std::string config_volume(const api::ContainerDefinition& router) {
  if (!router.readonlyRootFilesystem.value_or(false)) return {};
  std::string directory = "/" + config_directory(router.firelensConfiguration->type == "fluentd");
  directory.pop_back();
  return directory;
}

LogOptions router_environment(const TaskPayload& task) {
  LogOptions environment;
  // The socket is the engine's to write to, that is root's.
  if (is_fluentd(task)) environment.emplace_back("FLUENT_UID", "0");
  for (std::size_t i = 0; i < task.containers.size(); ++i) {
    if (!is_routed(*task.containers[i].definition)) continue;
    for (const auto& [name, value] : task.containers[i].secrets.log_options) {
      environment.emplace_back(variable(name, i), value);
    }
  }
  return environment;
}

LogOptions routed_environment(const TaskPayload& task, const std::string& router_address) {
  std::string host;
  if (task.network_mode == "awsvpc") host = "127.0.0.1";
  if (task.network_mode == "bridge" || task.network_mode.empty()) host = router_address;
  if (host.empty()) return {};
  return {{"FLUENT_HOST", host}, {"FLUENT_PORT", kPort}};
}

nlohmann::json routed_log_config(const TaskPayload& task, const api::ContainerDefinition& definition,
                                 const std::string& socket_directory) {
  nlohmann::json options = {
      {"fluentd-address", "unix://" + socket_directory + "/fluent.sock"},
      {"tag", definition.name.value_or("") + "-firelens-" + std::string(last_segment(task.task_arn))},
      {"fluentd-async", "true"},
      {"fluentd-sub-second-precision", "true"}};
  const std::string* limit = lookup(definition.logConfiguration->options, "log-driver-buffer-limit");
  if (limit != nullptr) options["fluentd-buffer-limit"] = *limit;
  return {{"Type", "fluentd"}, {"Config", std::move(options)}};
}

std::string external_object(const TaskPayload& task) {
  const auto& options = router_settings(task).options;
  const std::string* source = lookup(options, "config-file-type");
  const std::string* place = lookup(options, "config-file-value");
  return source != nullptr && *source == "s3" && place != nullptr ? *place : std::string();
}

std::expected<std::vector<TarFile>, std::string> router_files(const TaskPayload& task, const std::string& machine,
                                                              const std::string& external) {
  const bool fluentd = is_fluentd(task);
  auto config = router_config(facts_of(task, machine));
  if (!config) return std::unexpected(std::move(config.error()));
  const std::string directory = config_directory(fluentd);
  std::vector<TarFile> files{{directory + (fluentd ? "fluent.conf" : "fluent-bit.conf"), std::move(*config)}};
  if (!external_object(task).empty()) files.push_back({directory + "external.conf", external});
  return files;
}

}  // namespace drydock::instances::docker
