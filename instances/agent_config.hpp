#pragma once
// The settings of a container instance, in the format of /etc/ecs/ecs.config (KEY=VALUE lines) or the environment.

#include <chrono>
#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drydock::instances {

/// When an image is pulled (ECS_IMAGE_PULL_BEHAVIOR). kDefault takes an image that is present without asking its
/// registry, like kPreferCached: on a developer's machine images are built locally, and starting must not wait for a
/// network. kAlways pulls for every task and a failure stops the task; kOnce pulls what this agent never pulled.
enum class PullBehavior { kDefault, kAlways, kOnce, kPreferCached };

struct PortRange {
  int first = 0;
  int last = 0;
};

/// Defaults are those of AWS's agent, with the log drivers of the ECS-optimised machine image.
struct AgentConfig {
  std::string cluster = "default";
  std::string backend_host;  // ECS_BACKEND_HOST: the server, for an instance on another machine; empty: not given
  int reserved_memory_mib = 0;
  std::vector<int> reserved_ports = {22, 2375, 2376, 51678, 51679};
  std::vector<int> reserved_ports_udp;
  std::vector<std::pair<std::string, std::string>> attributes;  // ECS_INSTANCE_ATTRIBUTES, sorted by name
  std::vector<std::pair<std::string, std::string>> tags;        // ECS_CONTAINER_INSTANCE_TAGS, sorted by key
  std::vector<std::string> logging_drivers = {"json-file", "syslog", "awslogs", "fluentd", "none"};
  std::chrono::milliseconds stop_timeout{std::chrono::seconds(30)};
  std::chrono::milliseconds cleanup_wait{std::chrono::hours(3)};
  PullBehavior pull_behavior = PullBehavior::kDefault;
  std::optional<PortRange> dynamic_ports;  // ECS_DYNAMIC_HOST_PORT_RANGE; absent: the engine's own
  bool gpu_support = true;                 // ECS_ENABLE_GPU_SUPPORT; AWS's agent has it off unless its image says so
  std::string nvidia_runtime = "nvidia";   // ECS_NVIDIA_RUNTIME: the engine's runtime for containers with GPUs
  std::vector<std::string> ignored;        // ECS_… settings that were given and that Drydock does not use
};

/// Merges the text of a config file (may be empty) with environment variables; where both name a setting the file
/// wins, because it was given on purpose (on a real instance it is the agent's environment). Comments (#), blank
/// lines, CRLF and quotes around a value are fine. The error says which line or variable is wrong and why.
std::expected<AgentConfig, std::string> parse_agent_config(std::string_view file_text,
                                                           const std::map<std::string, std::string>& environment);

/// "1h30m", "2.5s", "300ms": Go's durations, as the agent's settings use them.
std::optional<std::chrono::milliseconds> parse_go_duration(std::string_view text);

}  // namespace drydock::instances
