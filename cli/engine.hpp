#pragma once
// This machine's Docker engine, as far as the command line asks it itself.

#include <string>

#include "cli/failure.hpp"

namespace drydock::cli {

/// Path of the engine's socket: DOCKER_HOST, or the usual one.
std::string engine_socket();

struct EngineAnswer {
  int status = 0;
  std::string body;
};

/// GET of the Engine API. Errors: nobody answers there, or breaks off.
Result<EngineAnswer> ask_engine(const std::string& target);

/// The engine's own version. Errors: none answers at the socket.
Result<std::string> engine_version();

}  // namespace drydock::cli
