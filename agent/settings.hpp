#pragma once
// What `drydock agent` was told: its command line, its environment and its ecs.config.

#include <string>

#include "cli/connection.hpp"
#include "instances/agent_config.hpp"

namespace drydock::agent {

/// How calls are signed; without a secret they are not, and say only whose world they are about.
struct AccessKey {
  std::string id;
  std::string secret;
  std::string session_token;
};

struct Settings {
  cli::Endpoint server;
  std::string region;
  AccessKey key;
  instances::AgentConfig instance;
  std::string data_dir;
  std::string docker_socket;
  std::string log_level = "info";
};

}  // namespace drydock::agent
