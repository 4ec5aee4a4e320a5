#pragma once
// What `drydock agent` was told: its command line, its environment and its ecs.config.

#include <string>

#include "cli/connection.hpp"
#include "instances/agent_config.hpp"
#include "server/wire/credentials.hpp"

namespace drydock::agent {

struct Settings {
  cli::Endpoint server;
  std::string region;
  wire::AccessKey key;  // without a secret calls are not signed, and say only whose world they are about
  instances::AgentConfig instance;
  std::string data_dir;
  std::string docker_socket;
  std::string log_level = "info";
};

}  // namespace drydock::agent
