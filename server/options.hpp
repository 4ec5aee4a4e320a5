#pragma once
// What `drydock serve` can be told.

#include <cstdint>
#include <expected>
#include <functional>
#include <string>
#include <vector>

#include "instances/launch/image_map.hpp"
#include "model/quotas.hpp"
#include "server/hooks/hook_targets.hpp"

namespace drydock::server {

enum class Runtime { kDocker, kSimulated, kNone };
/// As --runtime has it.
const char* runtime_name(Runtime runtime);

struct SimulatedSize {
  int cpu_units = 2048;
  int memory_mib = 3884;
};

/// What stands for an Auto Scaling group, or for the machines of a managed instances provider of that name.
struct GroupTemplate {
  std::string name;
  int minimum = 0;
  int maximum = 0;
  SimulatedSize size;  // of each machine
};

struct ServeOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 4566;
  std::vector<std::string> allowed_hosts;
  std::string data_dir;
  Runtime runtime = Runtime::kDocker;
  std::string docker_socket;
  bool names_in_tasks = true;     // containers ask Drydock for names first
  bool task_endpoint_url = true;  // containers are told to call AWS's APIs here
  std::string instance_config;    // path of an ecs.config; empty: the environment
  bool instances_in_all = false;  // every cluster gets an instance of its own
  int simulated_instances = 1;
  std::vector<SimulatedSize> simulated_sizes = {{}};      // used in turn
  std::vector<std::string> simulated_zones;               // used in turn, by groups too; empty: <region>a
  std::vector<std::string> simulated_capacity_providers;  // used in turn; "none" for an instance outside any
  std::vector<GroupTemplate> instance_groups;
  bool aws_pace = false;
  bool virtual_clock = false;
  std::string clock_start = "2025-01-01T00:00:00Z";  // where a new virtual clock begins
  std::uint64_t seed = 1;                            // of everything generated while the clock is virtual
  bool strict = false;
  std::string region = "us-east-1";
  std::string account = "000000000000";
  std::string credentials;  // path of a file like ~/.aws/credentials; empty: none
  bool verify_signatures = false;
  bool aws_throttle = false;
  std::string s3_dir;           // directory whose subdirectories stand for buckets; empty: none
  instances::ImageMap images;   // what is run in place of others
  std::string upstream;         // URL of who answers for services that Drydock does not speak; empty: nobody
  HookTargets lifecycle_hooks;  // what stands for the functions of lifecycle hooks
  model::Quotas quotas;
  std::uint64_t log_bytes = 1ULL << 30;     // of container logs and log events; the oldest go first
  std::size_t event_history = 10'000;       // events that are kept; 0: none are made
  std::vector<std::string> event_webhooks;  // URLs
  bool shuffle_events = false;              // webhooks get some events twice, and some in another order
  bool create_missing_log_groups = false;   // of awslogs, where ECS refuses to start the container
  int first_local_port = 20000;             // of this machine's loopback, for services (docs/reaching.md)
  int last_local_port = 20999;              // below the first: none
  std::string log_level = "info";
  int session_resume_seconds = 60;  // how long a session goes on without its client
};

/// Instead of options: a text to print and the exit code to end with (--help, --version, a mistake), or another word
/// than serve, which is run for its exit code.
struct CommandLineEnd {
  int exit_code = 0;
  std::string text;
  std::function<int()> word = {};
};

std::expected<ServeOptions, CommandLineEnd> parse_command_line(int argc, const char* const* argv);

}  // namespace drydock::server
